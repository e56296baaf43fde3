// One more token of a text, drawn as the sampler draws; and the best translations, as beam search finds them.

import { Generator, generate } from '../../../generate/generate.ts'
import { writeBest } from '../../../generate/write.ts'
import { isWriting } from '../../../model/language.ts'
import { tokenText } from '../../../text/tokenText.ts'
import type { BeamFacts, QuestionOf, WrittenToken } from '../../talk/questions.ts'
import { openScene, writtenEnds } from '../scene.ts'
import type { Showroom } from '../showroom.ts'

export async function writtenToken(
  room: Showroom,
  { scene, conditions, seed }: QuestionOf<'write'>,
): Promise<WrittenToken> {
  return room.look(scene.step, async (shown) => {
    const { looking, tokenizer, ids, source } = openScene(shown, scene)
    const { model, engine, edits } = looking
    if (!isWriting(model)) throw new Error('write: this model does not write on. Train a decoder or a translator.')
    const stop = writtenEnds(shown)
    for await (const { id } of generate({
      model,
      engine,
      edits,
      prompt: ids,
      ...(source && { source }),
      ...conditions,
      tokens: 1,
      stop,
      seed: seed + ids.length,
    }))
      return {
        id,
        token: tokenText(tokenizer, id),
        text: tokenizer.decode([...ids, id]).slice(tokenizer.decode(ids).length),
      }
    return { id: undefined, token: '', text: '' }
  })
}

export async function beamFacts(room: Showroom, { scene, beams }: QuestionOf<'beams'>): Promise<readonly BeamFacts[]> {
  return room.look(scene.step, async (shown) => {
    const { looking, tokenizer, ids, source } = openScene(shown, scene)
    const { model, engine, edits = [] } = looking
    if (model.kind !== 'encoder-decoder') throw new Error('write: beams are for translators. Train one.')
    const generator = new Generator({ model, engine, edits })
    try {
      const [found] = await writeBest(
        { generator, tokenizer },
        [{ prompt: ids.slice(0, 1), ...(source && { source }) }],
        { beams, hypotheses: beams, tokens: model.config.context - 1, stop: writtenEnds(shown) },
      )
      return found.map(({ text, score, ids: written, logProbabilities, end: ended }) => ({
        text,
        score,
        tokens: written.map((id, i) => ({ token: tokenText(tokenizer, id), logProbability: logProbabilities[i] })),
        isEnded: ended !== undefined,
      }))
    } finally {
      await generator.close()
    }
  })
}
