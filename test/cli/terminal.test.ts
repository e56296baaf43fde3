// The terminal: what others wrote can do nothing to it, and a pipe gets what they wrote.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { processTerminal, type Terminal } from '../../src/cli/terminal.ts'

/** What is written to the standard output and the standard error by some use of a terminal. */
function written(use: (terminal: Terminal) => void, { isTTY, env = {} }: { isTTY: boolean; env?: NodeJS.ProcessEnv }) {
  const streams = { stdout: '', stderr: '' }
  const stream = (name: 'stdout' | 'stderr') => ({ isTTY, write: (text: string) => (streams[name] += text) })
  use(processTerminal({ stdout: stream('stdout'), stderr: stream('stderr'), env }))
  return streams
}

const hostile = 'a\u001b[8mb\u009b2Jc\u0007\u202ed\u2066e\rf\u007fg\0'
const shown = 'a\\u001b[8mb\\u009b2Jc\\u0007\\u202ed\\u2066e\\u000df\\u007fg\\u0000'

describe('control characters', () => {
  const plain = { isTTY: true, env: { NO_COLOR: '1' } }

  test('are written out on a terminal', () => {
    assert.equal(written((terminal) => terminal.write(hostile), plain).stdout, shown)
    assert.equal(written((terminal) => terminal.print(hostile), plain).stdout, `${shown}\n`)
    assert.equal(written((terminal) => terminal.note(hostile), plain).stderr, `${shown}\n`)
    assert.equal(written((terminal) => terminal.repaint(hostile), plain).stdout, `\r\u001b[2K${shown}`)
    assert.equal(
      written((terminal) => terminal.print(hostile), { isTTY: true, env: { TERM: 'dumb' } }).stdout,
      `${shown}\n`,
    )
  })

  test('but for line ends and tabs, and what is no control', () => {
    const text = 'a\tb\nc\r\nd é 👍 שלום \u200f \u00a0'
    assert.equal(written((terminal) => terminal.write(text), plain).stdout, text)
  })

  test('reach files and pipes as they are', () => {
    const streams = written(
      (terminal) => {
        terminal.print(hostile)
        terminal.note(hostile)
      },
      { isTTY: false },
    )
    assert.deepEqual(streams, { stdout: `${hostile}\n`, stderr: `${hostile}\n` })
  })

  test('leave JSON what it is', () => {
    const { stdout } = written((terminal) => terminal.print(JSON.stringify({ text: hostile })), plain)
    assert.deepEqual(JSON.parse(stdout), { text: hostile })
    assert.doesNotMatch(stdout, /[\u0080-\u009f\u202a-\u202e]/)
  })
})

describe('colours', () => {
  test('are on a terminal, around what is written out', () => {
    const use = (terminal: Terminal) => terminal.print(`${terminal.colours.bold(hostile)} \u001b[1mx`)
    assert.equal(written(use, { isTTY: true }).stdout, `\u001b[1m${shown}\u001b[22m \\u001b[1mx\n`)
  })

  test('are in a pipe where they are asked for', () => {
    const use = (terminal: Terminal) => terminal.print(terminal.colours.cyan('x'))
    assert.equal(written(use, { isTTY: false, env: { FORCE_COLOR: '1' } }).stdout, '\u001b[36mx\u001b[39m\n')
    assert.equal(written(use, { isTTY: false }).stdout, 'x\n')
  })

  test('of a picture are kept', () => {
    const use = (terminal: Terminal) => terminal.print(terminal.painted('\u001b[48;5;3m  \u001b[49m'))
    assert.equal(written(use, { isTTY: true }).stdout, '\u001b[48;5;3m  \u001b[49m\n')
  })
})
