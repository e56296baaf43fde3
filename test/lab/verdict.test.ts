// The rule of verdicts on made-up numbers: each of its words can come out.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decide, decideChain, intervalOf, studentT } from '../../src/lab/verdict.ts'

const seeds = (...values: number[]): ReadonlyMap<number, number> => new Map(values.map((value, i) => [i, value]))

const compared = (of: readonly number[], against: readonly number[] | number, better: 'lower' | 'higher' = 'lower') =>
  decide({
    better,
    margin: 0.05,
    of: seeds(...of),
    against: typeof against === 'number' ? against : seeds(...against),
  })

test('every word comes out', () => {
  assert.equal(compared([1.8, 1.81, 1.79], [2, 2.02, 1.99]).outcome, 'better')
  assert.equal(compared([2, 2.02, 1.99], [1.8, 1.81, 1.79]).outcome, 'worse')
  assert.equal(compared([2, 2.02, 1.99], [2.001, 2.021, 1.988]).outcome, 'no difference')
  assert.equal(compared([2, 2.3, 1.7], [2.05, 1.95, 2.1]).outcome, 'not enough seeds')
  assert.equal(compared([1, 1], [2, 2]).outcome, 'not enough seeds')
})

test('what is better for a loss is worse for a score', () => {
  assert.equal(compared([0.9, 0.91, 0.89], [0.5, 0.52, 0.49], 'higher').outcome, 'better')
  assert.equal(compared([0.9, 0.91, 0.89], [0.5, 0.52, 0.49], 'lower').outcome, 'worse')
})

test('a difference that is sure, but within the margin, is none', () => {
  const { outcome, difference } = compared([2.01, 2.011, 2.012], [2, 2, 2])
  assert.equal(outcome, 'no difference')
  assert.ok(difference && difference.low > 0)
})

test('an interval that holds 0 says nothing where it reaches beyond the margin', () => {
  const { outcome, difference } = compared([2.0, 2.05, 1.95], [2, 2, 2])
  assert.equal(outcome, 'not enough seeds')
  assert.ok(difference && difference.low < -0.05 && difference.high > 0.05)
  // With more seeds of the same spread it becomes sure.
  const of = Array.from({ length: 30 }, (_, i) => 2 + 0.05 * ((i % 3) - 1))
  assert.equal(
    compared(
      of,
      of.map(() => 2),
    ).outcome,
    'no difference',
  )
})

test('seeds are paired: what they have in common says nothing', () => {
  const against = [1, 2, 3]
  const { outcome, difference } = compared(
    against.map((value, i) => value - 0.2 + 0.001 * i),
    against,
  )
  assert.equal(outcome, 'better')
  assert.ok(difference && Math.abs(difference.mean + 0.199) < 1e-12)
})

test('only seeds that both have count', () => {
  const of = new Map([
    [0, 1],
    [1, 1.01],
    [2, 0.99],
    [3, 9],
  ])
  const against = new Map([
    [0, 2],
    [1, 2],
    [2, 2],
    [7, 0],
  ])
  const decision = decide({ better: 'lower', margin: 0.05, of, against })
  assert.equal(decision.outcome, 'better')
  assert.equal(decision.seeds, 3)
})

test('against a number', () => {
  assert.equal(compared([3.31, 3.32, 3.315], 3.316).outcome, 'no difference')
  assert.equal(compared([2.02, 2.03, 2.01], 3.316).outcome, 'better')
  assert.equal(compared([2.02, 2.03, 2.01], 1).outcome, 'worse')
})

test('trainings that came to no numbers', () => {
  const none = Number.NaN
  assert.equal(compared([none, none, none], [2, 2, 2]).outcome, 'worse')
  assert.equal(compared([2, 2, 2], [none, none, none]).outcome, 'better')
  assert.equal(compared([none, none, none], 3.3).outcome, 'worse')
  assert.equal(compared([none, none, none], [none, none, none]).outcome, 'no difference')
  const some = compared([none, 2, 2], [2, 2, 2])
  assert.equal(some.outcome, 'not enough seeds')
  assert.deepEqual(some.ruined, { of: 1, against: 0 })
  assert.equal(some.difference, undefined)
})

test('orderings', () => {
  const values = new Map([
    ['alibi', seeds(1.93, 1.94, 1.92)],
    ['none', seeds(2.45, 2.46, 2.44)],
    ['rope', seeds(2.46, 2.465, 2.45)],
    ['sinusoids', seeds(4.4, 4.5, 4.6)],
  ])
  const rule = { better: 'lower', margin: 0.05 } as const
  const holds = decideChain(['alibi', ['none', 'rope'], 'sinusoids'], values, rule)
  assert.equal(holds.outcome, 'holds')
  assert.deepEqual(
    holds.found.map(({ name, next = '' }) => `${name} ${next}`.trim()),
    ['alibi <', 'none ≈', 'rope <', 'sinusoids'],
  )
  assert.equal(holds.pairs.length, 5)
  assert.equal(decideChain(['none', 'alibi'], values, rule).outcome, 'does not hold')
  assert.equal(decideChain(['alibi', 'none', 'rope'], values, rule).outcome, 'does not hold')
  assert.equal(decideChain([['alibi', 'none']], values, rule).outcome, 'does not hold')
  assert.equal(decideChain(['alibi', 'unknown'], values, rule).outcome, 'undecided')
  const higher = decideChain(['sinusoids', 'alibi'], values, { better: 'higher', margin: 0.05 })
  assert.equal(higher.outcome, 'holds')
})

test('intervals are those of Student', () => {
  // Of 1, 2, 3: s = 1, so 2 ± 4.3027 / √3.
  const interval = intervalOf([1, 2, 3])
  assert.ok(interval && Math.abs(interval.high - (2 + 4.30265 / Math.sqrt(3))) < 1e-4)
  assert.equal(intervalOf([1]), undefined)
  assert.equal(intervalOf([1, Number.NaN, 2]), undefined)
  for (const [freedom, t] of [
    [1, 12.706],
    [10, 2.2281],
    [11, 2.201],
    [20, 2.086],
    [100, 1.984],
  ])
    assert.ok(Math.abs(studentT(freedom) - t) < 1e-3, `${freedom}`)
})
