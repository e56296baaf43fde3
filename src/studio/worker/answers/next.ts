// What may come next after a text, and how likely each is drawn.

import { logitsIn } from '../../../inspect/gradients.ts'
import { nextTokenFacts } from '../../../inspect/nextToken.ts'
import { isWriting } from '../../../model/language.ts'
import { tokenText } from '../../../text/tokenText.ts'
import type { NextFacts, QuestionOf } from '../../talk/questions.ts'
import { openScene, passOver } from '../scene.ts'
import type { Showroom } from '../showroom.ts'

export async function nextFacts(room: Showroom, { scene, conditions, top }: QuestionOf<'next'>): Promise<NextFacts> {
  const opened = openScene(room.shown(), scene)
  const { looking, tokenizer, ids } = opened
  if (!isWriting(looking.model))
    throw new Error('write: this model does not write on. Train a decoder or a translator.')
  const { names } = passOver(opened)
  const path = names.addressOf(logitsIn(names)) ?? 'logits'
  const address = `${path} {position: ${ids.length - 1}}`
  const values = await room.look(scene.step, (shown) => room.readers.read(openScene(shown, scene).looking, [address]))
  const logits = values.get(address)?.data ?? []
  const facts = nextTokenFacts(logits, conditions, top)
  return {
    ...facts,
    path,
    position: ids.length - 1,
    rows: facts.rows.map((row) => ({ ...row, token: tokenText(tokenizer, row.id) })),
  }
}
