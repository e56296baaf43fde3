// Folding: other weights everywhere they should be, and the same said, to 1e-12 in double precision; what cannot be folded says why.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { cpu } from '../../../src/engine/cpu/index.ts'
import type { Engine } from '../../../src/engine/engine.ts'
import { reference } from '../../../src/engine/reference.ts'
import { headWeights } from '../../../src/inspect/circuits/headWeights.ts'
import { checkModel } from '../../../src/inspect/proofs/check.ts'
import { compareRuns } from '../../../src/inspect/proofs/compare.ts'
import { foldedModel } from '../../../src/inspect/proofs/foldedModel.ts'
import type { FoldingStep } from '../../../src/inspect/proofs/folding.ts'
import { Attention } from '../../../src/model/attention.ts'
import { PostNormBlock, PreNormBlock } from '../../../src/model/block.ts'
import { Decoder } from '../../../src/model/decoder.ts'
import { TiedUnembedding, TokenEmbedding } from '../../../src/model/embedding.ts'
import { GPT2 } from '../../../src/model/gpt2.ts'
import type { DecoderModel } from '../../../src/model/language.ts'
import { Linear } from '../../../src/model/linear.ts'
import { Llama } from '../../../src/model/llama.ts'
import { LayerNorm } from '../../../src/model/norm.ts'
import { passOf } from '../../../src/model/pass.ts'
import { parametersOf } from '../../../src/tensor/names.ts'
import { models } from '../../edit/models.ts'
import { goldenIds, goldenModel } from '../golden.ts'

const ids = [3, 1, 4, 1, 5]

/** Weights of which none is as it begins: gains, shifts and biases too. */
function fillAll(engine: Engine, model: object): void {
  for (const [number, [path, weight]] of [...parametersOf(model)].entries()) {
    const count = weight.axes.reduce((product, { size }) => product * size, 1)
    const value = (cell: number): number => Math.sin(1 + 7 * number + 1.37 * cell)
    const isGain = path.endsWith('scale')
    engine.set(
      weight,
      Float64Array.from({ length: count }, (_, cell) => (isGain ? 1 : 0) + 0.4 * value(cell)),
    )
  }
}

const gpt2 = new GPT2({ vocab: 11, context: 9, layer: 2, head: 3, model: 12, hidden: 10 })
/** Shared heads, normed keys, biases of queries, keys and values, one table for both ends. */
const qwen = new Llama({
  vocab: 11,
  context: 12,
  layer: 2,
  head: 4,
  shared: 2,
  model: 20,
  hidden: 13,
  key: 6,
  isTied: true,
  hasNormedKeys: true,
  biases: ['query', 'key', 'value'],
})

/** ln p of the next tokens in double precision, and the weights that folding leaves as they were. */
async function neutral(model: DecoderModel, steps?: readonly FoldingStep[]) {
  const engine = reference()
  fillAll(engine, model)
  const folded = await foldedModel({ model, engine, steps })
  const exact = (each: DecoderModel): number[] => {
    const { outputs } = passOf(each, { position: ids.length })
    const [logits] = outputs
    const data = engine.run64({ outputs: { logits } }, { ids }).get(logits) ?? new Float64Array()
    return ids.flatMap((_, position) => {
      const row = data.subarray(position * 11, position * 11 + 11)
      const whole = Math.log(row.reduce((sum, value) => sum + Math.exp(value), 0))
      return Array.from(row, (value) => value - whole)
    })
  }
  const [before, after] = [exact(model), exact(folded.model)]
  const [own, theirs] = [parametersOf(model), parametersOf(folded.model)]
  const same: string[] = []
  for (const [path, weight] of own) {
    const [one, two] = [await engine.get(weight), await engine.get(theirs.get(path) ?? weight)]
    if (one.every((value, i) => value === two[i])) same.push(path)
  }
  return {
    ...folded,
    same,
    added: [...theirs.keys()].filter((path) => !own.has(path)),
    error: before.reduce((most, value, i) => Math.max(most, Math.abs(value - after[i])), 0),
  }
}

describe('folding', () => {
  test('changes every weight of a GPT-2, and nothing that it says: 1e-12', async () => {
    const { error, same, added, steps, isUntied } = await neutral(gpt2)
    assert.ok(error <= 1e-12, `${error}`)
    assert.deepEqual(same, [])
    assert.deepEqual(added, ['unembedding.weight', 'unembedding.bias'])
    assert.equal(isUntied, true)
    assert.deepEqual(
      steps.map(({ step, weights }) => [step, weights]),
      [
        // Four readers in each block, the unembedding, and gain and shift of five norms.
        ['norms', 4 * 2 + 1 + 2 * 5],
        ['valueBiases', 2],
        // Tables of tokens and places, and two products with their biases in each block.
        ['writers', 2 + 4 * 2],
        ['unembedding', 1],
      ],
    )
  })

  test('each step by itself is neutral too', async () => {
    for (const step of ['norms', 'valueBiases', 'writers', 'unembedding'] as const) {
      const { error, same } = await neutral(gpt2, [step])
      assert.ok(error <= 1e-12, `${step}: ${error}`)
      assert.ok(same.length > 0)
    }
  })

  test('of a Llama: gains alone, shared heads, biases that were not there, and what stays says why', async () => {
    const { error, same, added, steps } = await neutral(qwen)
    assert.ok(error <= 1e-12, `${error}`)
    assert.deepEqual(added, ['blocks.0.attention.output.bias', 'blocks.1.attention.output.bias', 'unembedding.weight'])
    assert.ok(!same.includes('blocks.0.attention.query.weight') && !same.includes('blocks.1.mlp.gate.weight'))
    assert.ok(same.includes('blocks.0.mlp.down.weight') && same.includes('embedding.token'))
    assert.equal(steps[2].reason, 'blocks.0.attentionNorm.output does not take the mean away (an RMS norm)')
  })

  test('gains are 1, shifts and value biases 0, and sums over what was centred vanish', async () => {
    const engine = reference()
    const model = goldenModel(engine)
    const { model: folded } = await foldedModel({ model, engine })
    const weights = parametersOf(folded)
    const of = async (path: string): Promise<number[]> => {
      const weight = weights.get(path)
      assert.ok(weight, path)
      return Array.from(await engine.get(weight))
    }
    assert.deepEqual(new Set(await of('blocks.1.mlpNorm.scale')), new Set([1]))
    assert.deepEqual(new Set(await of('norm.shift')), new Set([0]))
    assert.deepEqual(new Set(await of('blocks.0.attention.value.bias')), new Set([0]))
    const rows = await of('unembedding.weight')
    for (let row = 0; row < 16; row++)
      assert.ok(Math.abs(rows.slice(row * 11, row * 11 + 11).reduce((sum, each) => sum + each, 0)) < 1e-6)
    const place = (await of('positions.place')).slice(0, 16)
    assert.ok(Math.abs(place.reduce((sum, each) => sum + each, 0)) < 1e-6)
  })

  test('the folded model is one like any other: its raw circuits are the folded ones of the first', async () => {
    const engine = reference()
    const model = goldenModel(engine)
    const { model: folded } = await foldedModel({ model, engine, steps: ['norms'] })
    const [raw, basis] = [
      await headWeights({ model: folded, engine }),
      await headWeights({ model, engine, basis: 'folded' }),
    ]
    assert.equal(raw.length, 4)
    for (const [i, head] of raw.entries())
      for (const name of ['query', 'key', 'value'] as const)
        for (const [cell, value] of head[name].data.entries())
          assert.ok(Math.abs(value - basis[i][name].data[cell]) < 1e-6, `${name} of head ${i}`)
  })

  test('and it is checked, with a cache, in batches, and behind padding, on the processor', async () => {
    const engine = await cpu({ threads: 1 })
    const model = goldenModel(engine)
    const { model: folded } = await foldedModel({ model, engine })
    const { checks } = await checkModel({ model: folded, engine, inputs: { ids: goldenIds.slice(0, 6) } })
    for (const check of checks) assert.notEqual(check.verdict, 'fail', JSON.stringify(check))
    const inputs = { ids: goldenIds }
    const { distances, isEqual } = await compareRuns({ a: { model, engine }, b: { model: folded, engine }, inputs })
    engine.close()
    assert.equal(isEqual, false)
    assert.ok(distances.filter(({ kind }) => kind === 'weight').every(({ different }) => different > 0))
    assert.ok((distances.find(({ kind }) => kind === 'ln p')?.largest ?? 1) <= 1e-5)
  })
})

describe('folding refuses', () => {
  const embedding = new TokenEmbedding({ vocab: 11, model: 4 })
  const part = () =>
    new Attention({
      value: new Linear({ from: { model: 4 }, to: { head: 1, value: 4 }, bias: true }),
      query: new Linear({ from: { model: 4 }, to: { head: 1, key: 4 }, bias: false }),
      key: new Linear({ from: { model: 4 }, to: { head: 1, key: 4 }, bias: false }),
      output: new Linear({ from: { head: 1, value: 4 }, to: { model: 4 }, bias: true }),
    })
  const rest = { context: 9, embedding, unembedding: new TiedUnembedding(embedding) }

  test('norms after the sum, whose value biases can be folded', async () => {
    const norm = () => new LayerNorm({ over: { model: 4 } })
    const blocks = [0, 1].map(() => new PostNormBlock({ attention: part(), attentionNorm: norm() }))
    const model = new Decoder({ ...rest, blocks })
    const engine = reference()
    fillAll(engine, model)
    await assert.rejects(foldedModel({ model, engine }), {
      message:
        'folding: blocks.0.output is the stream itself (post-norm): what the norm multiplies is added on, so that it cannot stand in the weights that read it. Fold value biases alone, or a model with norms before its parts.',
    })
    const { error, same } = await neutral(model, ['valueBiases'])
    assert.ok(error <= 1e-12)
    assert.ok(!same.includes('blocks.1.attention.value.bias') && !same.includes('blocks.1.attention.output.bias'))
  })

  test('to centre what writes to a stream that something reads without a norm', async () => {
    const blocks = [
      new PreNormBlock({ attention: part(), attentionNorm: new LayerNorm({ over: { model: 4 } }) }),
      new PreNormBlock({ attention: part() }),
    ]
    const model = new Decoder({ ...rest, blocks })
    const { steps, error } = await neutral(model)
    assert.ok(error <= 1e-12)
    assert.deepEqual(steps[2], {
      step: 'writers',
      weights: 0,
      reason: 'blocks.0.output is read without a norm, which notices the mean',
    })
  })

  test('models that do not write on', async () => {
    await assert.rejects(foldedModel({ model: models['masked bert'], engine: reference() }), {
      message:
        'folding: the model is no decoder, and its norms stand after the sum (post-norm): what they give is the stream itself. Fold a decoder with norms before its parts.',
    })
  })
})
