// A training run as a person sees it.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import type { Terminal } from '../../src/cli/terminal.ts'
import { TrainingView } from '../../src/cli/trainingView.ts'
import { small } from '../../src/train/settings.ts'

const same = (text: string): string => text

function viewed(): { readonly view: TrainingView; readonly lines: string[] } {
  const lines: string[] = []
  const terminal = {
    width: 100,
    colours: { bold: same, dim: same, cyan: same },
    print: (line: string) => lines.push(line),
    repaint: () => {},
  } as unknown as Terminal
  const settings = { ...small.training, steps: 1000, evaluateEvery: 10, reportEvery: 1 } as never
  const baselines = [{ name: 'counting labels', loss: 0.7 }]
  return { lines, view: new TrainingView(terminal, settings, { baselines, things: 'examples', validation: undefined }) }
}

test('a model that has learnt nothing is better than counting by chance only: that is not told', () => {
  const { view, lines } = viewed()
  const evaluation = { kind: 'evaluation', training: 0.69, validation: 0.69 } as const
  view.evaluation({ ...evaluation, step: 0 })
  view.evaluation({ ...evaluation, step: 10 })
  assert.doesNotMatch(lines[0], /better/)
  assert.match(lines[1], /better than counting labels \(0\.70\)$/)
})

test('the time that is left counts what is done after every evaluation', async () => {
  const { view, lines } = viewed()
  view.evaluation({ kind: 'evaluation', step: 0, training: 1, validation: 1 })
  await wait(200)
  view.waits()
  for (let step = 1; step <= 20; step++) {
    view.step({ kind: 'step', step, loss: 1, gradientNorm: 1, tokensPerSecond: 1 } as never)
    view.waits()
  }
  const [, seconds] = /about (\d+) s to go/.exec(lines.at(-1) ?? '') ?? []
  // 98 evaluations, of 200 ms at least.
  assert.ok(Number(seconds) >= 19, `${lines.at(-1)}`)
})
