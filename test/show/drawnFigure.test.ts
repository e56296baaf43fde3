// Words over a picture: a grid of patches for each head and word, lit by the share of attention.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { drawnFigure } from '../../src/show/drawnFigure.ts'
import { figureLines } from '../../src/show/figureLines.ts'
import { figureSvg } from '../../src/show/figureSvg.ts'

const at = { address: '', positions: 4, layer: 1, head: 0 }
const shares = Float32Array.from([1, 0, 0.25, 0.75, 0, 1, 0.5, 0.5])
const patterns = [
  { ...at, part: 'cross' as const, sources: 2, shares },
  { ...at, part: 'decoder' as const, sources: 4, shares: new Float32Array(16) },
]
const picture = { across: 2, down: 2, address: 'data:image/png;base64,AAAA' }

test('a word has the shares of each patch, in the order in which they are drawn', () => {
  const { panels } = drawnFigure(patterns, { words: ['red', 'ring'], picture })
  const [drawn, cross, ...more] = panels
  assert.equal(more.length, 0)
  assert.ok(drawn.kind === 'multiples' && cross.kind === 'multiples')
  assert.equal(cross.title, 'cross, layer 1, head 0')
  assert.deepEqual(
    cross.grids.map(({ title, values }) => [title, ...Array.from(values)]),
    [
      ['red', 1, 0.25, 0, 0.5],
      ['ring', 0, 0.75, 1, 0.5],
    ],
  )
})

test('the picture lies under its cells', () => {
  const figure = drawnFigure(patterns, { words: ['red', 'ring'], picture })
  assert.equal(figureSvg(figure).match(/<image href="data:image\/png;base64,AAAA" width="2" height="2"/g)?.length, 3)
  const lines = figureLines(figure, { width: 80, hasColours: false })
  assert.ok(lines.some((line) => /red +ring/.test(line)))
})
