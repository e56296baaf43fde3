import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { paperRate, rateAt } from '../../src/train/schedule.ts'
import { assertClose } from '../tensor/numbers.ts'

const settings = { schedule: 'cosine', rate: 1e-3, leastRate: 1e-4, warmup: 100, steps: 2000 } as const

describe('the learning rate', () => {
  test('is that of nanoGPT', () => {
    // get_lr of nanoGPT's train.py with warmup_iters 100, lr_decay_iters 2000, learning_rate 1e-3, min_lr 1e-4.
    const expected = [
      [0, 9.900990099009901e-6],
      [50, 0.000504950495049505],
      [99, 0.0009900990099009901],
      [100, 0.001],
      [500, 0.0009051132292283772],
      [1050, 0.00055],
      [1999, 0.00010000061514140841],
      [2000, 0.0001],
      [5000, 0.0001],
    ]
    assertClose(
      expected.map(([step]) => 1e4 * rateAt(step, settings)),
      expected.map(([, rate]) => 1e4 * rate),
      1e-12,
    )
  })

  test('can stay constant after the warm-up', () => {
    const constant = { ...settings, schedule: 'constant' } as const
    assert.equal(rateAt(50, constant), rateAt(50, settings))
    assert.equal(rateAt(1999, constant), 1e-3)
  })

  test('can fall in a line', () => {
    const linear = { ...settings, schedule: 'linear' } as const
    assert.equal(rateAt(50, linear), rateAt(50, settings))
    assertClose(
      [100, 575, 1050, 1999, 2000].map((step) => 1e4 * rateAt(step, linear)),
      [10, 7.75, 5.5, 1 + 9 / 1900, 1],
      1e-12,
    )
  })

  test("can be the paper's", () => {
    // Formula 3 of Vaswani et al. 2017, for the base model.
    const [model, warmup] = [512, 4000]
    const paper = { ...settings, schedule: 'paper', rate: paperRate({ model, warmup }), warmup } as const
    for (const step of [1, 100, 3999, 4000, 4001, 100_000])
      assertClose(
        [1e3 * rateAt(step - 1, paper)],
        [1e3 * model ** -0.5 * Math.min(step ** -0.5, step * warmup ** -1.5)],
        1e-12,
      )
    assert.equal(rateAt(0, { ...paper, warmup: 0 }), paper.rate)
  })
})
