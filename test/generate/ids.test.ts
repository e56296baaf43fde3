// What is no id of the vocabulary is refused wherever a caller gives ids; and what is no number is never given out.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setWeights, withSizes } from '../../src/checkpoint/engineWeights.ts'
import { Classifier } from '../../src/encode/classify.ts'
import { Embedder } from '../../src/encode/embed.ts'
import { reference } from '../../src/engine/reference.ts'
import { surpriseOf } from '../../src/evaluate/surprise.ts'
import { fillMasks } from '../../src/generate/fill.ts'
import { Generator, generate } from '../../src/generate/generate.ts'
import { attentionPatterns } from '../../src/inspect/pattern.ts'
import { read } from '../../src/inspect/read.ts'
import { Bert, ClassifyingBert, MaskedBert } from '../../src/model/bert.ts'
import { EncoderDecoder } from '../../src/model/encoderDecoder.ts'
import { GPT2 } from '../../src/model/gpt2.ts'
import type { AnyModel } from '../../src/model/language.ts'
import { initialValues } from '../../src/model/start.ts'
import { CharacterTokenizer } from '../../src/text/characters.ts'
import { tokenizerFromJSON } from '../../src/text/tokenizer/fromJSON.ts'

const sizes = { vocab: 9, context: 8, layer: 1, head: 1, model: 8 }
const half = { layer: 1, head: 1 }
const engine = reference()

function held<M extends AnyModel>(model: M, { isRuined = false } = {}): M {
  const weights = withSizes(model, initialValues(model, 1))
  if (isRuined) for (const { data } of weights.values()) data[0] = NaN
  setWeights(engine, model, weights)
  return model
}

/** What is no id, and how an error writes it. */
const wrong: [id: unknown, shown: string][] = [
  [-1, '-1'],
  [1.5, '1.5'],
  [NaN, 'NaN'],
  [2 ** 32 + 1, '4294967297'],
  ['3', '"3"'],
  [9, '9'],
  [undefined, 'undefined'],
]

describe('ids', () => {
  const gpt = held(new GPT2(sizes))
  const bert = held(new MaskedBert({ ...sizes, kind: 2 }))
  const bertVectors = held(new Bert({ ...sizes, kind: 2 }))
  const classes = held(new ClassifyingBert({ ...sizes, kind: 2, class: 2 }))
  const reader = held(new EncoderDecoder({ vocab: 9, context: 8, model: 8, encoder: half, decoder: half }))
  const written = async (model: GPT2 | EncoderDecoder, opening: object, settings: object = {}) => {
    for await (const _ of generate({ engine, model, prompt: [1], tokens: 2, ...opening, ...settings }));
  }

  for (const [id, shown] of wrong)
    test(`${shown} is none`, async () => {
      const ids = [1, id as number]
      const says = (place: string, at = 1) => ({
        message: `${place} has the id ${shown} at place ${at}, outside 0..8. The text may have been encoded for another model.`,
      })
      await assert.rejects(written(gpt, { prompt: ids }), says('generate: the prompt'))
      await assert.rejects(
        new Generator({ engine, model: gpt }).search([{ prompt: ids }], { tokens: 2, beams: 2 }),
        says('generate: the prompt'),
      )
      await assert.rejects(written(reader, { source: ids }), says('generate: the source'))
      await assert.rejects(written(gpt, {}, { banned: [1, [id]] }), says('generate: banned'))
      await assert.rejects(written(gpt, {}, { suppressed: ids }), says('generate: suppressed'))
      if (id !== undefined) await assert.rejects(written(gpt, {}, { forcedEnd: id }), says('generate: forcedEnd', 0))
      await assert.rejects(surpriseOf({ engine, model: gpt, ids }), says('surprise: the text'))
      await assert.rejects(read({ engine, model: gpt, inputs: { ids }, addresses: ['logits'] }), says('read: ids'))
      await assert.rejects(attentionPatterns({ engine, model: gpt, inputs: { ids } }), says('read: ids'))
      await assert.rejects(
        attentionPatterns({ engine, model: reader, inputs: { ids: [1], source: ids } }),
        says('read: source'),
      )
      await assert.rejects(fillMasks({ engine, model: bert, ids, mask: 1 }), says('fill: the text'))

      await assert.rejects(new Embedder({ engine, model: bertVectors }).embed([[1], ids]), says('embed: text 1'))
      await assert.rejects(
        new Classifier({ engine, model: classes }).classify([{ ids: [1] }, { ids }]),
        says('classify: example 1: ids'),
      )
      const letters = CharacterTokenizer.of('abcdefghi')
      const pieces = await tokenizerFromJSON({
        model: {
          type: 'WordLevel',
          unk_token: 'a',
          vocab: Object.fromEntries([...'abcdefghi'].map((each, i) => [each, i])),
        },
      })
      const message = `tokenizer: id ${shown} is outside the vocabulary (0..8). The model and the tokenizer may not belong together.`
      for (const tokenizer of [letters, pieces]) {
        assert.throws(() => tokenizer.decode(ids), { message })
        assert.throws(() => tokenizer.piece(id as number), { message })
        assert.throws(() => tokenizer.stream().push(id as number), { message })
        assert.throws(() => tokenizer.stream({ after: ids }), { message })
      }
    })
})

describe('weights that are no numbers', () => {
  test('are told', async () => {
    const gpt = held(new GPT2(sizes), { isRuined: true })
    const bert = held(new MaskedBert({ ...sizes, kind: 2 }), { isRuined: true })
    const damaged = 'The weights may be damaged.'
    await assert.rejects(surpriseOf({ engine, model: gpt, ids: [0, 1, 2] }), {
      message: `surprise: the loss is NaN. ${damaged}`,
    })
    await assert.rejects(attentionPatterns({ engine, model: gpt, inputs: { ids: [0, 1] } }), {
      message: `pattern: a share of blocks.0.attention.pattern is NaN. ${damaged}`,
    })
    await assert.rejects(fillMasks({ engine, model: bert, ids: [0, 1], mask: 1 }), {
      message: `fill: a probability is NaN. ${damaged}`,
    })
  })
})
