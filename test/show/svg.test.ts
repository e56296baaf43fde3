// Patterns as an SVG: what is drawn, and that a text with any characters makes a document that can be read.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { AttentionPattern } from '../../src/inspect/pattern.ts'
import { patternSvg } from '../../src/show/svg.ts'

function patternOf(layer: number, head: number, size: number): AttentionPattern {
  // Every position looks at itself and, half as much, at the first.
  const shares = new Float32Array(size * size)
  for (let position = 0; position < size; position++) {
    shares[position * size] += 1 / 3
    shares[position * size + position] += 2 / 3
  }
  return { address: `blocks.${layer}.attention.pattern`, layer, head, positions: size, sources: size, shares }
}

describe('a figure', () => {
  const tokens = ['<', 'b', ' ', '\n']
  const patterns = [0, 1].flatMap((layer) => [0, 1, 2].map((head) => patternOf(layer, head, tokens.length)))
  const svg = patternSvg({ tokens, patterns })

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
    assert.match(panel, /<path class="seen" d="M0 0H1v1H2v1H3v1H4v1H0z"\/>/)
  })

  test('holds no text as it came', () => {
    assert.doesNotMatch(svg.replaceAll(/<[^<>]*>/g, ''), /[<>]/)
    const hostile = patternSvg({ tokens: ['</style><script>alert(1)</script>', '&'], patterns: [patternOf(0, 0, 2)] })
    assert.doesNotMatch(hostile, /<script/)
    assert.match(hostile, /&lt;script&gt;/)
  })

  test('puts panels that do not fit side by side below one another', () => {
    const long = Array.from('The quick brown fox jumps over the lazy dog, and then on.')
    const heads = [0, 1, 2, 3].map((head) => patternOf(0, head, long.length))
    const wide = patternSvg({ tokens: long, patterns: heads })
    const rows = new Set(
      [...wide.matchAll(/<g transform="translate\(\d+ (\d+)\)"><text class="title"/g)].map(([, y]) => y),
    )
    assert.equal(rows.size, 2)
  })
})
