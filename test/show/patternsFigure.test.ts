// Patterns of attention: small grids in a terminal, and in an SVG, also of a text with any characters.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type AttentionPattern, looksOnlyBack } from '../../src/inspect/pattern.ts'
import { figureLines } from '../../src/show/figureLines.ts'
import { figureSvg } from '../../src/show/figureSvg.ts'
import { patternsFigure } from '../../src/show/patternsFigure.ts'

const patternOf = (head: number, rows: readonly (readonly number[])[]): AttentionPattern => ({
  address: 'blocks.0.attention.pattern',
  layer: 0,
  head,
  positions: rows.length,
  sources: rows.length,
  shares: Float32Array.from(rows.flat()),
})
/** The lines below the title. */
function linesOf(tokens: string[], patterns: AttentionPattern[], width: number, hasColours = false): string[] {
  const lines = figureLines(patternsFigure(patterns, { tokens }), { width, hasColours })
  return lines.slice(lines.indexOf('') + 1)
}

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
    assert.deepEqual(linesOf(['a', ' ', '\n'], patterns, 40), [
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
    const lines = linesOf(['the', ' cat', 's'], patterns, 20)
    const panel = ['       ␣', '     t c', '     h a', '     e t s', ' the ██', '␣cat ▓▓▓▓', '   s ▒▒  ██']
    assert.deepEqual(lines.slice(3, 11), ['     layer 0, head 0', ...panel])
    assert.deepEqual(lines.slice(12, 20), ['     layer 0, head 1', ...panel])
  })

  test('are the last ones where not all fit', () => {
    const lines = linesOf(['x', 'y', 'z'], [patternOf(0, back)], 4)
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
    const lines = linesOf(['x', 'y', 'z'], [patternOf(0, back)], 40, true)
    assert.equal(lines.at(-1), 'z \u001b[48;5;35m  \u001b[49m\u001b[48;5;234m  \u001b[49m\u001b[48;5;228m  \u001b[49m')
  })

  test('show what lies ahead only if a position looks there', () => {
    assert.equal(looksOnlyBack(patternOf(0, back)), true)
    assert.equal(looksOnlyBack(patternOf(0, bothWays)), false)
    const lines = linesOf(['x', 'y'], [patternOf(0, bothWays)], 40)
    assert.deepEqual(lines.slice(-2), ['x ▓▓▓▓', 'y ░░██'])
  })
})

function squareOf(layer: number, head: number, size: number): AttentionPattern {
  // Every position looks at itself and, half as much, at the first.
  const shares = new Float32Array(size * size)
  for (let position = 0; position < size; position++) {
    shares[position * size] += 1 / 3
    shares[position * size + position] += 2 / 3
  }
  return { address: `blocks.${layer}.attention.pattern`, layer, head, positions: size, sources: size, shares }
}

describe('patterns as a picture', () => {
  const tokens = ['<', 'b', ' ', '\n']
  const patterns = [0, 1].flatMap((layer) => [0, 1, 2].map((head) => squareOf(layer, head, tokens.length)))
  const svg = figureSvg(patternsFigure(patterns, { tokens }))

  test('has a panel for every head, with its title and the tokens on both axes', () => {
    assert.deepEqual(
      [...svg.matchAll(/layer \d, head \d/g)].map(([title]) => title),
      patterns.map(({ layer, head }) => `layer ${layer}, head ${head}`),
    )
    assert.equal([...svg.matchAll(/source answers →/g)].length, 6)
    assert.equal([...svg.matchAll(/← position asks/g)].length, 6)
    for (const token of ['&lt;', 'b', '␣', '⏎']) assert.equal(svg.split(`>${token}</text>`).length - 1, 12, token)
  })

  test('draws cells the more opaque the larger the share, by the square root', () => {
    const [panel] = svg.split('layer 0, head 1')[1].split('layer 0, head 2')
    const paths = [...panel.matchAll(/<path class="ink" fill-opacity="([\d.]+)" d="([^"]*)"\/>/g)]
    assert.deepEqual(
      paths.map(([, opacity, path]) => [opacity, path]),
      [
        ['0.575', 'M0 1h1v1h-1zM0 2h1v1h-1zM0 3h1v1h-1z'],
        ['0.825', 'M1 1h1v1h-1zM2 2h1v1h-1zM3 3h1v1h-1z'],
        ['1', 'M0 0h1v1h-1z'],
      ],
    )
    assert.match(panel, /<path class="seen" d="M0 0h1v1h-1zM0 1h2v1h-2zM0 2h3v1h-3zM0 3h4v1h-4z"\/>/)
  })

  test('holds no text as it came', () => {
    assert.doesNotMatch(svg.replaceAll(/<[^<>]*>/g, ''), /[<>]/)
    const hostile = figureSvg(
      patternsFigure([squareOf(0, 0, 2)], { tokens: ['</style><script>alert(1)</script>', '&'] }),
    )
    assert.doesNotMatch(hostile, /<script/)
    assert.match(hostile, /&lt;script&gt;/)
  })

  test('puts panels that do not fit side by side below one another', () => {
    const long = Array.from('The quick brown fox jumps over the lazy dog, and then on.')
    const heads = [0, 1, 2, 3].map((head) => squareOf(0, head, long.length))
    const wide = figureSvg(patternsFigure(heads, { tokens: long }))
    const rows = new Set(
      [...wide.matchAll(/<g transform="translate\(\d+ (\d+)\)"><text class="title"/g)].map(([, y]) => y),
    )
    assert.equal(rows.size, 2)
  })
})
