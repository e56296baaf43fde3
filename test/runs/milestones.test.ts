// Milestones: a baseline is passed once, by a mean of ten losses; what was passed before is not passed again.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Milestones } from '../../src/runs/milestones.ts'

const baselines = [
  { name: 'guessing', loss: 4 },
  { name: 'counting characters', loss: 3 },
  { name: 'counting pairs', loss: 2 },
]

test('a baseline is passed when the mean of ten losses is below it, and once', () => {
  const milestones = new Milestones(baselines)
  const passed: string[] = []
  for (let step = 1; step <= 60; step++)
    for (const each of milestones.afterStep(step, step === 5 ? 0 : 4.5 - step / 20))
      passed.push(`${each.step} ${each.kind === 'passed' ? `${each.baseline.name} ${each.loss.toFixed(3)}` : ''}`)
  // At step 10 the mean of 1 … 10 is 4.5 − 5.5/20 less the one loss of 0.
  assert.deepEqual(passed, ['10 guessing 3.800', '35 counting characters 2.975', '55 counting pairs 1.975'])
})

test('several may be passed at once, the easiest first, and none that a run has passed before', () => {
  const names = (found: ReturnType<Milestones['afterStep']>) =>
    found.map((each) => (each.kind === 'passed' ? each.baseline.name : each.kind))
  const milestones = new Milestones(baselines.toReversed())
  for (let step = 1; step < 10; step++) assert.deepEqual(milestones.afterStep(step, 2.5), [])
  const found = milestones.afterStep(10, 2.5)
  assert.deepEqual(names(found), ['guessing', 'counting characters'])
  const later = new Milestones(baselines, found)
  for (let step = 11; step < 20; step++) later.afterStep(step, 1)
  assert.deepEqual(names(later.afterStep(20, 1)), ['counting pairs'])
})

test('learning by heart is told once, of all evaluations', () => {
  const evaluation = (step: number, training: number, validation: number) => ({ step, training, validation })
  const before = [evaluation(0, 4, 4), evaluation(10, 2, 2)]
  const milestones = new Milestones(baselines, [], before)
  assert.equal(milestones.afterEvaluation(evaluation(20, 1.5, 2.1)), undefined)
  assert.equal(milestones.afterEvaluation(evaluation(30, 1.2, 2.2)), undefined)
  assert.deepEqual(milestones.afterEvaluation(evaluation(40, 1, 2.3)), {
    kind: 'by heart',
    step: 40,
    since: before[1],
  })
  assert.equal(milestones.afterEvaluation(evaluation(50, 0.8, 2.4)), undefined)
})
