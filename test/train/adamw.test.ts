// AdamW by itself; that it is PyTorch's, clipping and all, is tested with a whole model in test/model/gpt2.test.ts.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { reference } from '../../src/engine/reference.ts'
import { lossSum } from '../../src/evaluate/loss.ts'
import { GPT2 } from '../../src/model/gpt2.ts'
import { parametersOf } from '../../src/tensor/names.ts'
import { input, parameter } from '../../src/tensor/primitives.ts'
import { AdamWStep, adamw, adamwInputs, matricesOf, momentsOf } from '../../src/train/adamw.ts'
import { clipFactor, globalNorm } from '../../src/train/clip.ts'
import { assertClose } from '../tensor/numbers.ts'

const settings = { beta1: 0.9, beta2: 0.99, epsilon: 1e-8, decay: 0.1 }

describe('AdamW', () => {
  test('is its formula, step by step', async () => {
    const engine = reference()
    const weight = parameter({ model: 3 })
    const step = new AdamWStep()
    const moments = momentsOf(weight)
    const updates = adamw(weight, input('gradient', { model: 3 }), moments, step, { ...settings, shrinks: true })
    const program = await engine.compile({ outputs: {}, updates })
    const values = [1, -2, 0.5]
    engine.set(weight, values)
    const [first, second] = [
      [0, 0, 0],
      [0, 0, 0],
    ]
    for (let t = 1; t <= 4; t++) {
      const [rate, gradient] = [0.1 / t, [0.3 * t, -1e-3, 0]]
      await program.run({ gradient, ...adamwInputs(t - 1, rate, settings) })
      for (let i = 0; i < 3; i++) {
        first[i] = 0.9 * first[i] + 0.1 * gradient[i]
        second[i] = 0.99 * second[i] + 0.01 * gradient[i] ** 2
        values[i] -= rate * 0.1 * values[i]
        values[i] -= (rate * (first[i] / (1 - 0.9 ** t))) / (Math.sqrt(second[i] / (1 - 0.99 ** t)) + 1e-8)
      }
      assertClose(await engine.get(weight), values, 1e-7, 'weight')
      assertClose(await engine.get(moments.first), first, 1e-7, 'first moment')
      assertClose(await engine.get(moments.second), second, 1e-7, 'second moment')
    }
  })

  test('draws matrices towards 0, and no bias, scale or shift', () => {
    const model = new GPT2({ vocab: 5, context: 4, layer: 1, head: 2, model: 4 })
    const ids = input('ids', { batch: 1, position: 4 })
    const matrices = matricesOf(lossSum(model.logits({ ids }), ids).sum)
    const paths = [...parametersOf(model)].filter(([, weight]) => matrices.has(weight)).map(([path]) => path)
    assert.deepEqual(paths, [
      'embedding.token',
      'positions.place',
      'blocks.0.attention.query.weight',
      'blocks.0.attention.key.weight',
      'blocks.0.attention.value.weight',
      'blocks.0.attention.output.weight',
      'blocks.0.mlp.up.weight',
      'blocks.0.mlp.down.weight',
    ])
  })
})

describe('clipping', () => {
  const engine = reference()
  const gradients = [parameter({ row: 2, column: 2 }), parameter({ column: 1 })]
  const norm = globalNorm(gradients)
  const measure = async (values: number[][], limit: number) => {
    for (const [i, gradient] of gradients.entries()) engine.set(gradient, values[i])
    const program = await engine.compile({ outputs: { norm, factor: clipFactor(norm, limit) } })
    await program.run({})
    return [(await program.read('norm')).data[0], (await program.read('factor')).data[0]]
  }

  test('shortens all gradients together', async () => {
    assertClose(await measure([[1, 2, -2, 4], [0]], 1), [5, 0.2], 1e-6)
    assertClose(await measure([[0, 0, 0, 3], [4]], 1), [5, 0.2], 1e-6)
  })

  test('divides by a millionth more than the norm, as PyTorch does', async () => {
    const [norm, factor] = await measure([[1e-4, 0, 0, 0], [0]], 1e-5)
    assertClose([1e4 * norm, 10 * factor], [1, 1 / 1.01], 1e-6)
  })

  test('leaves short ones alone', async () => {
    assertClose(await measure([[0.1, 0, 0, 0], [0]], 1), [0.1, 1], 1e-6)
    assertClose(await measure([[0, 0, 0, 0], [0]], 1), [0, 1], 1e-6)
  })
})
