// Heads as a figure: a cell for each score, a row for each head with what speaks for its role, tokens along what goes through all layers.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { HeadFacts } from '../../src/inspect/heads/heads.ts'
import { figureLines } from '../../src/show/figureLines.ts'
import { headsFigure } from '../../src/show/headsFigure.ts'

const address = 'blocks.0.attention.pattern'
const induction: HeadFacts = {
  address,
  layer: 0,
  head: 0,
  scores: { previous: 0.25, duplicate: 0.125, first: 0.1, entropy: 0.5, distance: 2 },
  repeated: { previous: 0.01, duplicate: 0.02, induction: 0.98, first: 0.03, entropy: 0.1, distance: 24 },
  control: 'content',
  controlEvidence: { induction: [0.98, 0.97], offset: 24, atOffset: [0.98, 0] },
  role: { name: 'induction', meaning: 'goes on with a repetition', evidence: { induction: 0.98 } },
}
const unknown: HeadFacts = {
  address,
  layer: 0,
  head: 1,
  scores: { first: 0.3, entropy: 1 },
  control: 'undecided',
  role: { name: 'unknown', meaning: 'nothing known', evidence: { previous: 0.1, first: 0.3 } },
}
const tokens = ['a', 'b']
const axes = ['position', 'source'].map((name) => ({ name, size: 2 }))

test('a cell for each score, and a row for each head', () => {
  const { panels, notes } = headsFigure([induction, unknown])
  const [scores, repeated, roles, ...more] = panels
  assert.equal(more.length, 0)
  assert.ok(scores.kind === 'grid' && repeated.kind === 'grid' && roles.kind === 'table')
  assert.deepEqual(scores.values, [0.25, 0.125, Number.NaN, 0.1, Number.NaN, Number.NaN, Number.NaN, 0.3])
  assert.deepEqual([scores.rows.labels, repeated.rows.labels], [['0.0', '0.1'], ['0.0']])
  assert.deepEqual(roles.rows, [
    ['0.0', 'induction', 'induction 0.98', 'content', 'induction 0.98, then 0.97', 0.5, 2],
    ['0.1', 'unknown', 'at most first 0.30', 'undecided', '', 1, Number.NaN],
  ])
  assert.ok(notes?.includes('induction: goes on with a repetition.'))
})

test('where no head was tried on random tokens, that is said', () => {
  const { panels, notes } = headsFigure([{ ...unknown, part: 'cross' }])
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
  const figure = headsFigure([unknown], { through, shown: ['rollout', 'flow'], tokens, source: ['x', 'y'] })
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
