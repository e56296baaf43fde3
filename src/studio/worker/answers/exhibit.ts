// The model that is here as an exhibit: its folder with weights in eight bits, and the program that shows it, in one page.

import { blobsOf } from '../../../checkpoint/blobFiles.ts'
import { toEightBits } from '../../../checkpoint/eightBits.ts'
import { savedFiles } from '../../../checkpoint/savedFiles.ts'
import { exhibitParts } from '../../exhibit/exhibit.ts'
import { type ExhibitedModel, exhibitedFacts, weightsName } from '../../exhibit/exhibitedModel.ts'
import { joinedBytes } from '../../store/joinedBytes.ts'
import type { AnswerTo, QuestionOf } from '../../talk/questions.ts'
import type { Showroom } from '../showroom.ts'

export async function exhibitOf(
  room: Showroom,
  { program, hash }: QuestionOf<'exhibit'>,
): Promise<AnswerTo<'exhibit'>> {
  const model = await exhibitedModel(room)
  return { name: model.name, page: new Blob(await exhibitParts({ model, hash, program }), { type: 'text/html' }) }
}

async function exhibitedModel({ run, engine, turns }: Showroom): Promise<ExhibitedModel> {
  const { model, tokenizer, blueprint, name } = run
  const facts = exhibitedFacts(name, blueprint, tokenizer)
  const blobs = await turns.look(async () =>
    blobsOf(await savedFiles({ blueprint, tokenizer, weights: { engine, model } })),
  )
  const files = new Map<string, Uint8Array<ArrayBuffer>>()
  for (const [file, blob] of blobs) {
    const bytes = new Uint8Array(await blob.arrayBuffer())
    files.set(file, file === weightsName ? joinedBytes(toEightBits(bytes, file)) : bytes)
  }
  return { ...facts, files }
}
