// Heads as a figure: a cell for each score, a row for each head with what speaks for its role, tokens along what goes through all layers.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { HeadFacts, Heads } from '../../src/inspect/heads/heads.ts'
import { figureLines } from '../../src/show/figureLines.ts'
import { headsFigure } from '../../src/show/headsFigure.ts'

const address = 'blocks.0.attention.pattern'
const induction: HeadFacts = {
  address,
  layer: 0,
  head: 0,
  scores: { previous: 0.25, duplicate: 0.125, first: 0.1, entropy: 0.5, distance: 2 },
  repeated: { previous: 0.01, duplicate: 0.02, induction: 0.98, first: 0.03, entropy: 0.1, distance: 24 },
  prefixMatching: 0.96,
  copying: 0.5,
  detections: { previous: { mul: 0.25, abs: -0.5 }, duplicate: { mul: 0, abs: 0 }, induction: { mul: 1, abs: 1 } },
  control: 'content',
  controlEvidence: { induction: [0.98, 0.97], offset: 24, atOffset: [0.98, 0] },
  role: { name: 'induction', meaning: 'goes on with a repetition', evidence: { prefixMatching: 0.96, copying: 0.5 } },
}
const unknown: HeadFacts = {
  address,
  layer: 0,
  head: 1,
  scores: { first: 0.3, entropy: 1 },
  control: 'undecided',
  role: { name: 'unknown', meaning: 'nothing known', evidence: { previous: 0.1, first: 0.3 } },
}
const drawn = { seed: 7, periods: [25, 24], drawable: 60, repeatedTexts: 3, copiedTexts: 10, copiedTokens: 25 } as const
const bytes = { kept: 1, layer: 2, all: 3 }
const inContext = { late: 500, early: 50, lateLoss: 2, earlyLoss: 2.5, score: -0.5, error: 0.25, windows: 4 }
const both: Heads = { rows: [induction, unknown], drawn, bytes, inContext }
const tokens = ['a', 'b']
const axes = ['position', 'source'].map((name) => ({ name, size: 2 }))

test('a cell for each score, and a row for each head', () => {
  const { panels, notes } = headsFigure(both)
  const [scores, repeated, roles, ...more] = panels
  assert.equal(more.length, 0)
  assert.ok(scores.kind === 'grid' && repeated.kind === 'grid' && roles.kind === 'table')
  assert.deepEqual(scores.values, [0.25, 0.125, Number.NaN, 0.1, Number.NaN, Number.NaN, Number.NaN, 0.3])
  assert.deepEqual([scores.rows.labels, repeated.rows.labels], [['0.0', '0.1'], ['0.0']])
  assert.deepEqual(roles.rows, [
    [
      '0.0',
      'induction',
      'prefix matching 0.96, copying 0.50',
      'content',
      'induction 0.98 at the first period, 0.97 at the second',
      0.5,
      0.5,
      2,
    ],
    ['0.1', 'unknown', 'at most first 0.30', 'undecided', '', Number.NaN, 1, Number.NaN],
  ])
  assert.deepEqual(repeated.values, [0.01, 0.02, 0.96, 0.03])
  assert.deepEqual(repeated.columns.labels, ['previous', 'duplicate', 'prefix', 'first'])
  assert.ok(
    notes?.includes(
      'copying: of what it writes of the tokens that it looks at, the part that raises these very tokens: 1 all of it, −1 nothing, -0.92 no more than any other.',
    ),
  )
  assert.ok(
    notes?.includes(
      'Random tokens are drawn from the seed 7, of 60 ids: 3 texts that repeat 25, one that repeats 24, and 10 for copying.',
    ),
  )
  assert.ok(
    notes?.includes(
      'In-context learning: the loss at position 500 is 0.50 nats lower than at position 50 (2.00 and 2.50; ±0.25, 4 windows).',
    ),
  )
  assert.ok(notes?.includes('Seems to be induction: goes on with a repetition.'))
})

test('where no head was tried on random tokens, that is said', () => {
  const { panels, notes } = headsFigure({ rows: [{ ...unknown, part: 'cross' }], bytes })
  assert.deepEqual(
    panels.map(({ title }) => title),
    ['Scores on the text', 'Roles, and what speaks for them'],
  )
  assert.match(notes?.[1] ?? '', /^The heads were not tried on repeated random tokens/)
  assert.ok(panels[1].kind === 'table' && panels[1].rows[0][0] === 'cross 0.1')
})

test('rollout and flow are grids of tokens, an encoder’s of its source', () => {
  const rollout = { axes, data: Float64Array.of(1, 0, 0.5, 0.5) }
  const through = [
    { part: 'encoder', layers: 2, rollout, flow: rollout },
    { part: 'decoder', layers: 1, rollout },
  ] as const
  const figure = headsFigure(
    { rows: [unknown], bytes },
    { through: { through, shown: ['rollout', 'flow'], tokens, source: ['x', 'y'] } },
  )
  const grids = figure.panels.slice(2)
  assert.deepEqual(
    grids.map((grid) => grid.kind === 'grid' && [grid.title, ...grid.columns.labels]),
    [
      ['Rollout: where what stands at a position in the end comes from, encoder, through 2 layers', 'x', 'y'],
      ['Flow: how much could come from each input, encoder, through 2 layers', 'x', 'y'],
      ['Rollout: where what stands at a position in the end comes from, decoder, through 1 layer', 'a', 'b'],
    ],
  )
  assert.match(figureLines(figure, { width: 100, hasColours: false }).join('\n'), /0\.1 +unknown/)
})

test('detectors are shown where they are asked for', () => {
  const [, , , ...grids] = headsFigure(both, { hasDetections: true }).panels
  assert.deepEqual(
    grids.map((grid) => grid.kind === 'grid' && [grid.rows.labels, grid.values]),
    [
      [['0.0'], [0.25, 0, 1]],
      [['0.0'], [-0.5, 0, 1]],
    ],
  )
})

test('weighted attention is a grid for each layer, and one of what comes from others', () => {
  const grid = { axes, data: Float64Array.of(1, 0, 2, 3) }
  const weighted = [
    {
      layer: 0,
      address: 'blocks.0.attention',
      heads: [{ head: 1, ...grid }],
      together: grid,
      withStream: grid,
      norm: 'layer',
      mixing: Float64Array.of(0, 0.5),
    },
    { part: 'cross', layer: 0, address: 'x', heads: [{ head: 1, ...grid }], together: grid, norm: 'none' },
  ] as const
  const words = { weighted, byHead: true, tokens, source: ['x', 'y'] }
  const panels = headsFigure({ rows: [unknown], bytes }, { weighted: words }).panels.slice(2)
  assert.deepEqual(
    panels.map((panel) => panel.kind === 'grid' && [panel.title, panel.columns.labels.join(' ')]),
    [
      ['The part of a position that comes from others', 'a b'],
      ['Weighted attention, layer 0, head 1', 'a b'],
      ['Weighted attention, layer 0, all heads together', 'a b'],
      ['Weighted attention, layer 0, with the stream that it is added to, behind the layer normalisation', 'a b'],
      ['Weighted attention, cross, layer 0, head 1', 'x y'],
      ['Weighted attention, cross, layer 0, all heads together', 'x y'],
    ],
  )
})
