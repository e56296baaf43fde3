// The recorded run is one that can be trained: its recipe leads to the same lines to beat and to the same first losses.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { cpu } from '../../../../src/engine/cpu/index.ts'
import { type PreparedRun, prepareRun } from '../../../../src/runs/prepareRun.ts'
import { trainRun } from '../../../../src/runs/trainRun.ts'
import type { RunFacts } from '../../../../src/studio/talk/runFacts.ts'
import { emmaSample } from '../../../../tools/emmaSample.ts'

const file = new URL('../../../../src/studio/page/train/recorded.json', import.meta.url)
const text = readFileSync(fileURLToPath(file), 'utf8')

describe('the recorded run', () => {
  const recorded: RunFacts = JSON.parse(text)
  let run: PreparedRun
  before(async () => {
    const source = { kind: 'text', text: await emmaSample(), files: ['Emma'], skipped: 0 } as const
    run = await prepareRun({ ...recorded.recipe?.choices, files: ['Emma'] }, source)
  })

  test('has the lines to beat of its text', () => {
    assert.deepEqual(recorded.baselines, run.baselines)
    assert.deepEqual(
      recorded.past.milestones.map((each) => each.kind === 'passed' && each.baseline),
      run.baselines,
    )
  })

  test('begins as the same recipe begins here', async () => {
    const engine = await cpu({ threads: 1 })
    const told = recorded.past.losses.slice(0, 10)
    for await (const event of trainRun(run, { engine, save: async () => {} })) {
      if (event.kind !== 'step') continue
      const { loss } = told[event.step - 1]
      assert.ok(
        Math.abs(event.loss - loss) <= 1e-3 * loss,
        `step ${event.step}: ${event.loss}, and ${loss} was recorded`,
      )
      if (event.step === told.length) break
    }
  })

  test('is told from its first step to its last, in little room', () => {
    const steps = recorded.past.losses.map(({ step }) => step)
    assert.deepEqual(
      [steps[0], steps.at(-1), recorded.past.evaluations.at(-1)?.step],
      [1, recorded.steps, recorded.steps],
    )
    assert.deepEqual(
      steps.toSorted((a, b) => a - b),
      steps,
    )
    assert.ok(gzipSync(text).length <= 10_000)
  })
})
