// The pace of a run, and the time that is left: told by step 50 within a tenth, whatever comes between the steps.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { PaceMeter } from '../../src/runs/pace.ts'

describe('the pace of a run', () => {
  const planned = { steps: 2000, evaluateEvery: 100 }

  test('says nothing of the time that is left before five steps', () => {
    const meter = new PaceMeter(planned)
    assert.deepEqual(meter.at(0), { stepsPerSecond: 0 })
    for (let step = 1; step <= 4; step++) meter.step(10)
    assert.deepEqual(meter.at(4), { stepsPerSecond: 100 })
    meter.step(10)
    assert.ok((meter.at(5).secondsLeft ?? 0) > 19)
  })

  test('is right within a tenth from step 50 on', () => {
    // Steps of 10 ± 3 ms, the first ones slower; an evaluation of 150 ms at every hundredth, and 50 ms of looking at every two hundredth.
    const meter = new PaceMeter(planned)
    const events: { at: number; tell: () => void; step: number }[] = []
    let now = 0
    const spend = (step: number, ms: number, tell: () => void): void => {
      now += ms
      events.push({ at: now, tell, step })
    }
    spend(0, 150, () => meter.evaluation(150))
    for (let step = 1; step <= planned.steps; step++) {
      const ms = (step < 4 ? 40 : 10) + 3 * Math.sin(step)
      spend(step, ms, () => meter.step(ms))
      if (step % 100 === 0) spend(step, 150, () => meter.evaluation(150))
      if (step % 200 === 0) spend(step, 50, () => meter.between(50))
    }
    for (const { at, tell, step } of events) {
      tell()
      const left = (now - at) / 1000
      const { secondsLeft } = meter.at(step)
      if (step >= 50 && step < 1900)
        assert.ok(Math.abs((secondsLeft ?? 0) - left) < 0.1 * left, `step ${step}: ${secondsLeft} for ${left}`)
    }
    assert.equal(meter.at(planned.steps).secondsLeft, 0)
  })
})
