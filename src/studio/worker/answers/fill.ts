// What may stand where a text is masked, and the classes of a text: what models say that read a whole text at once.

import { classNames } from '../../../checkpoint/labels.ts'
import { Classifier } from '../../../encode/classify.ts'
import { fillMasks } from '../../../generate/fill.ts'
import { tokenText } from '../../../text/tokenText.ts'
import type { ClassFacts, FillFacts, QuestionOf } from '../../talk/questions.ts'
import { openScene } from '../scene.ts'
import type { Showroom } from '../showroom.ts'

/** The fillings of every mask; in a text without one, those of the token at the position. None for what is no part of the text. */
export function fillFacts(room: Showroom, { scene, position, top }: QuestionOf<'fill'>): Promise<readonly FillFacts[]> {
  return room.look(scene.step, async (shown) => {
    const { looking, tokenizer, ids } = openScene(shown, scene)
    const { model, engine, edits } = looking
    const { mask } = tokenizer.special
    if (model.kind !== 'masked' || mask === undefined)
      throw new Error('write: this model does not fill in. Train an encoder.')
    if (!ids.includes(mask) && (ids[position] === undefined || tokenizer.isSpecial(ids[position]))) return []
    const asked = ids.includes(mask) ? ids : ids.with(position, mask)
    const found = await fillMasks({ engine, model, edits, ids: asked, mask, top })
    return found.map(({ fillings, ...place }) => ({
      ...place,
      rows: fillings.map((filling) => ({ ...filling, token: tokenText(tokenizer, filling.id) })),
    }))
  })
}

/** The classes, the likeliest first. */
export function classFacts(room: Showroom, { scene }: QuestionOf<'classes'>): Promise<ClassFacts> {
  return room.look(scene.step, async (shown) => {
    const { model, engine, edits, inputs } = openScene(shown, scene).looking
    if (model.kind !== 'classifier') throw new Error('write: this model knows no classes. Train a classifier.')
    const classifier = new Classifier({ engine, model, edits })
    try {
      const [said] = await classifier.classify([inputs])
      const labels = classNames(shown.blueprint.config, said.length)
      const rows = Array.from(said, (value, number) => ({ label: labels[number], value }))
      return { scores: classifier.scores, rows: rows.sort((a, b) => b.value - a.value) }
    } finally {
      await classifier.close()
    }
  })
}
