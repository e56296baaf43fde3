// Patterns in a terminal.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type AttentionPattern, looksOnlyBack } from '../../src/inspect/pattern.ts'
import { patternLines } from '../../src/show/cells.ts'

const patternOf = (head: number, rows: readonly (readonly number[])[]): AttentionPattern => ({
  address: 'blocks.0.attention.pattern',
  layer: 0,
  head,
  positions: rows.length,
  sources: rows.length,
  shares: Float32Array.from(rows.flat()),
})
const back = [
  [1, 0, 0],
  [0.4, 0.6, 0],
  [0.2, 0.001, 0.799],
]
const bothWays = [
  [0.5, 0.5],
  [0.1, 0.9],
]

describe('patterns as cells', () => {
  test('have tokens on both axes, and heads side by side', () => {
    const patterns = [patternOf(0, back), patternOf(1, back)]
    assert.deepEqual(patternLines({ tokens: ['a', ' ', '\n'], patterns }, { width: 40, hasColours: false }), [
      'position asks ↓   source answers →',
      'share of attention     0  ·· ≥ 0.5 %  ░░ ≥ 5 %  ▒▒ ≥ 15 %  ▓▓ ≥ 35 %  ██ ≥ 65 %',
      '',
      '  layer 0, head 0     layer 0, head 1',
      '  a ␣ ⏎               a ␣ ⏎',
      'a ██                a ██',
      '␣ ▓▓▓▓              ␣ ▓▓▓▓',
      '⏎ ▒▒  ██            ⏎ ▒▒  ██',
    ])
  })

  test('stand below one another where there is no room, with longer tokens upright', () => {
    const patterns = [patternOf(0, back), patternOf(1, back)]
    const lines = patternLines({ tokens: ['the', ' cat', 's'], patterns }, { width: 20, hasColours: false })
    const panel = ['       ␣', '     t c', '     h a', '     e t s', ' the ██', '␣cat ▓▓▓▓', '   s ▒▒  ██']
    assert.deepEqual(lines.slice(3, 11), ['     layer 0, head 0', ...panel])
    assert.deepEqual(lines.slice(12, 20), ['     layer 0, head 1', ...panel])
  })

  test('are the last ones where not all fit', () => {
    const lines = patternLines(
      { tokens: ['x', 'y', 'z'], patterns: [patternOf(0, back)] },
      { width: 4, hasColours: false },
    )
    assert.deepEqual(lines.slice(2), [
      'Only the last 2 of 3 positions fit here.',
      '',
      '  layer 0, head 0',
      '  yz',
      'y ▓',
      'z  █',
    ])
  })

  test('have colours where the terminal has', () => {
    const lines = patternLines(
      { tokens: ['x', 'y', 'z'], patterns: [patternOf(0, back)] },
      { width: 40, hasColours: true },
    )
    assert.equal(lines.at(-1), 'z \u001b[48;5;35m  \u001b[49m\u001b[48;5;234m  \u001b[49m\u001b[48;5;228m  \u001b[49m')
  })

  test('show what lies ahead only if a position looks there', () => {
    assert.equal(looksOnlyBack(patternOf(0, back)), true)
    assert.equal(looksOnlyBack(patternOf(0, bothWays)), false)
    const lines = patternLines(
      { tokens: ['x', 'y'], patterns: [patternOf(0, bothWays)] },
      { width: 40, hasColours: false },
    )
    assert.deepEqual(lines.slice(-2), ['x ▓▓▓▓', 'y ░░██'])
  })
})
