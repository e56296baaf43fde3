// How far a work is, where somebody looks and where nobody does.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { progressOn } from '../../src/cli/progress.ts'
import type { Terminal } from '../../src/cli/terminal.ts'

function told(isInteractive: boolean): { readonly lines: string[]; readonly terminal: Terminal } {
  const lines: string[] = []
  const terminal = {
    isInteractive,
    repaint: (line: string) => isInteractive && lines.push(`repainted ${line}`),
    note: (line: string) => lines.push(line),
  } as Partial<Terminal>
  return { lines, terminal: terminal as Terminal }
}

test('in a pipe a line comes every ten seconds', () => {
  const { lines, terminal } = told(false)
  let now = 0
  const report = progressOn(
    terminal,
    (done, of) => `${done} of ${of}`,
    () => now,
  )
  for (let second = 0; second <= 25; second++) {
    now = 1000 * second
    report(second, 25)
  }
  assert.deepEqual(lines, ['10 of 25', '20 of 25'])
})

test('on a terminal one line is repainted, a few times a second; what is done at once shows none', () => {
  const { lines, terminal } = told(true)
  let now = 0
  const report = progressOn(
    terminal,
    (done, of) => `${done} of ${of}`,
    () => now,
  )
  for (let done = 1; done <= 6; done++) {
    now = 100 * done
    report(done, 6)
  }
  assert.deepEqual(lines, ['repainted 2 of 6', 'repainted 4 of 6', 'repainted 6 of 6'])
})
