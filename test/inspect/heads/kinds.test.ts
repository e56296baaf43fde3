// Heads of models of every kind, with random weights: shared heads, encoders, two halves; and attention through all their layers.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { reference } from '../../../src/engine/reference.ts'
import { headFacts } from '../../../src/inspect/heads/heads.ts'
import { sourceReading } from '../../../src/inspect/heads/sourceReading.ts'
import { attentionThrough } from '../../../src/inspect/heads/throughLayers.ts'
import { attentionPatterns } from '../../../src/inspect/pattern.ts'
import { Bert } from '../../../src/model/bert.ts'
import { EncoderDecoder } from '../../../src/model/encoderDecoder.ts'
import type { AnyModel } from '../../../src/model/language.ts'
import { Llama } from '../../../src/model/llama.ts'
import { initialValues } from '../../../src/model/start.ts'
import { parametersOf } from '../../../src/tensor/names.ts'
import { fillWeights } from '../../fillWeights.ts'
import { goldenIds, goldenModel } from '../golden.ts'

function engineFor(model: AnyModel) {
  const engine = reference()
  fillWeights(engine, model)
  return engine
}

const ids = [3, 1, 4, 1, 5, 4, 1]

/** Throws where a row does not add up to 1. */
function areWholes({ axes: [{ size: rows }], data }: { axes: readonly { size: number }[]; data: Float64Array }): void {
  for (let row = 0; row < rows; row++) {
    const whole = data.subarray(row * rows, (row + 1) * rows).reduce((sum, share) => sum + share, 0)
    assert.ok(Math.abs(whole - 1) < 1e-6, `row ${row}: ${whole}`)
  }
}

describe('heads', () => {
  test('that share keys and values have scores each', async () => {
    const model = new Llama({ vocab: 12, context: 16, layer: 1, head: 4, shared: 2, model: 8, hidden: 8 })
    const { rows: facts } = await headFacts({ model, engine: engineFor(model), inputs: { ids } })
    assert.deepEqual(
      facts.map(({ layer, head }) => [layer, head]),
      [
        [0, 0],
        [0, 1],
        [0, 2],
        [0, 3],
      ],
    )
    assert.equal(new Set(facts.map(({ scores }) => scores.previous)).size, 4)
    for (const { repeated, controlEvidence } of facts) assert.ok(repeated && controlEvidence)
    // Places of the text are none of another, so that the heads are not tried on random tokens.
    const engine = engineFor(model)
    for (const [at, to] of [
      ['blocks.0.attention.output {position: 6}', 0],
      ['embedded', { ids: [1, 2, 3, 4, 5, 6, 7] }],
    ] as const) {
      const {
        rows: [{ repeated, control }],
      } = await headFacts({ model, engine, inputs: { ids }, edits: [{ at, to }] })
      assert.deepEqual([repeated, control], [undefined, 'undecided'])
    }
  })

  test('of an encoder look both ways: the entropy of looking everywhere alike is that of all tokens', async () => {
    const model = new Bert({ vocab: 12, context: 16, layer: 1, head: 2, model: 8 })
    const engine = reference()
    for (const [path, weight] of parametersOf(model)) {
      const values = initialValues(model, 1).get(path)
      // Queries of nothing: every score is the same.
      if (values) engine.set(weight, path.includes('.query.') ? values.fill(0) : values)
    }
    const { rows: facts } = await headFacts({ model, engine, inputs: { ids } })
    for (const { role, scores, part } of facts) {
      assert.deepEqual([role.name, part], ['uniform', undefined])
      assert.ok(Math.abs(scores.entropy - Math.log(ids.length)) < 1e-6)
    }
  })

  test('of two halves are those of the encoder, of the decoder, and across', async () => {
    const sizes = { encoder: { layer: 2, head: 1 }, decoder: { layer: 1, head: 1 } }
    const model = new EncoderDecoder({ vocab: 9, context: 8, model: 8, ...sizes })
    const engine = engineFor(model)
    const inputs = { ids: [0, 7, 8, 7, 8], source: [1, 2, 1, 2] }
    const { rows: facts } = await headFacts({ model, engine, inputs })
    assert.deepEqual(
      facts.map(({ part, layer }) => [part, layer]),
      [
        ['encoder', 0],
        ['encoder', 1],
        ['decoder', 0],
        ['cross', 0],
      ],
    )
    assert.deepEqual(Object.keys(facts[3].scores).sort(), ['entropy', 'first'])
    for (const { control, repeated } of facts) assert.deepEqual([control, repeated], ['undecided', undefined])
    const short = { ...inputs, source: [1, 2] }
    await assert.rejects(headFacts({ model, engine, inputs: short }), {
      message: 'heads: the source has 2 tokens, but scores need 4 at least. Give a longer one.',
    })
    const through = await attentionThrough({ model, engine, inputs, flow: true })
    assert.deepEqual(
      through.map(({ part, layers, rollout }) => [part, layers, rollout.data.length]),
      [
        ['encoder', 2, 16],
        ['decoder', 1, 25],
      ],
    )
    for (const { rollout, flow } of through) for (const each of [rollout, flow]) if (each) areWholes(each)
    // Through one layer both are that layer.
    const [, { rollout, flow }] = through
    for (const [cell, share] of rollout.data.entries()) assert.ok(Math.abs(share - (flow?.data[cell] ?? 2)) < 1e-9)
  })
})

describe('what a decoder reads of its source', () => {
  test('is its attention across, and before the encoder what its rollout carries back', async () => {
    const sizes = { encoder: { layer: 2, head: 2 }, decoder: { layer: 2, head: 2 } }
    const model = new EncoderDecoder({ vocab: 9, context: 8, model: 8, ...sizes })
    const looking = { model, engine: engineFor(model), inputs: { ids: [0, 7, 8], source: [1, 2, 3, 4] } }
    const rows = await sourceReading(looking)
    assert.deepEqual(
      rows.map(({ address, layer }) => [address, layer]),
      [
        ['encoder.embedded', undefined],
        ['encoder.blocks.0.output', 0],
        ['encoder.blocks.1.output', 1],
      ],
    )
    const across = (await attentionPatterns(looking)).filter(({ part }) => part === 'cross')
    assert.equal(across.length, 4)
    const [{ rollout }] = await attentionThrough(looking)
    for (let place = 0; place < 4; place++) {
      const seen = across.flatMap(({ shares }) =>
        Array.from({ length: 3 }, (_, position) => shares[4 * position + place]),
      )
      const mean = seen.reduce((sum, share) => sum + share, 0) / seen.length
      assert.ok(Math.abs((rows.at(-1)?.shares[place] ?? 0) - mean) < 1e-6)
      const back = Array.from({ length: 4 }, (_, i) => (rows.at(-1)?.shares[i] ?? 0) * rollout.data[4 * i + place])
      assert.ok(Math.abs(rows[0].shares[place] - back.reduce((sum, share) => sum + share, 0)) < 1e-9)
    }
  })

  test('is nothing in a model that has none', async () => {
    const model = new Llama({ vocab: 12, context: 16, layer: 1, head: 1, shared: 1, model: 8, hidden: 8 })
    await assert.rejects(sourceReading({ model, engine: engineFor(model), inputs: { ids } }), {
      message: 'source: nothing in this model looks across to a source. Take a model that translates.',
    })
  })
})

describe('attention through all layers', () => {
  const engine = reference()
  const model = goldenModel(engine)

  test('is that of their means with the skip connection', async () => {
    const [{ rollout, flow, layers }, ...more] = await attentionThrough({ model, engine, inputs: { ids: goldenIds } })
    assert.deepEqual([layers, flow, more.length], [2, undefined, 0])
    areWholes(rollout)
    // The first position sees itself alone; the others keep a quarter at least of what they were.
    assert.equal(rollout.data[0], 1)
    for (let i = 1; i < goldenIds.length; i++) assert.ok(rollout.data[i * (goldenIds.length + 1)] > 0.25)
  })

  test('has no flow of a long text', async () => {
    const long = new Llama({ vocab: 12, context: 40, layer: 1, head: 1, shared: 1, model: 8, hidden: 8 })
    const inputs = { ids: Array.from({ length: 33 }, () => 1) }
    await assert.rejects(attentionThrough({ model: long, engine, inputs, flow: true }), {
      message:
        'heads: the flow of 33 tokens would take too long; it is computed for 32 at most. Give a shorter text, or ask for the rollout alone.',
    })
  })
})
