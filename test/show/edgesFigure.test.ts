// Edges as a figure: a grid in the order of the stream, the strongest as a table, and circuits.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { EdgeAttribution } from '../../src/inspect/interventions/attributeEdges.ts'
import type { EdgeEnd } from '../../src/inspect/interventions/streamEdges.ts'
import { edgeScoresFigure } from '../../src/show/edgesFigure.ts'

const token: EdgeEnd = { part: 'token', address: 'embedding.token' }
const headOf = (layer: number, head: number): EdgeEnd => ({
  ...{ part: 'attention', layer, head },
  address: `blocks.${layer}.attention.mixed {head: ${head}}`,
})
const reader = (layer: number, head: number, reads: 'query' | 'value'): EdgeEnd => ({
  ...headOf(layer, head),
  reads,
  address: `blocks.${layer}.attention.${reads} {head: ${head}}`,
})
const logits: EdgeEnd = { part: 'logits', address: 'logits' }

function attribution(heads: number): EdgeAttribution {
  const edge = (from: EdgeEnd, to: EdgeEnd, score: number) => ({ from, to, score, normalised: score / 2, error: 0.25 })
  const many = Array.from({ length: heads }, (_, head) => edge(token, reader(0, head, 'value'), 0.1))
  const rows = [edge(headOf(0, 0), logits, -3), edge(token, reader(0, 0, 'query'), 1), ...many]
  return { direction: 'denoising', pairs: 2, clean: 2, corrupt: 0, steps: 1, rows, writers: [] }
}

test('writers and readers stand in the order of the stream; several pairs have errors; circuits come last', () => {
  const circuits = {
    pairs: 2,
    clean: 2,
    corrupt: 0,
    edges: 4,
    rows: [{ edges: 1, raw: 1, effect: 1, normalised: 0.5, error: 0 }],
  }
  const { panels, notes } = edgeScoresFigure(attribution(2), { metric: 'the logit of "a"', top: 2 }, circuits)
  const [grid, table, last] = panels
  assert.ok(grid.kind === 'grid' && table.kind === 'table' && last.kind === 'table')
  assert.deepEqual(
    [grid.rows.labels, grid.columns.labels],
    [
      ['token', 'layer 0, head 0'],
      ['L0 H0 q', 'L0 H0 v', 'L0 H1 v', 'logits'],
    ],
  )
  assert.deepEqual(
    [...Array.from(grid.values)],
    [0.5, 0.05, 0.05, Number.NaN, Number.NaN, Number.NaN, Number.NaN, -1.5],
  )
  assert.deepEqual(table.rows, [
    ['layer 0, head 0', 'logits', -1.5, 0.25, -3],
    ['token', 'layer 0, head 0, query', 0.5, 0.25, 1],
  ])
  assert.deepEqual([table.title, last.rows], ['The strongest 2 of 4 edges', [['1', 0.5, 0, 1]]])
  assert.equal(notes?.[0], 'Clean: 2. Corrupt: 0. Means over 2 pairs.')
})

test('of too many readers the grid has those of the strongest edges', () => {
  const [grid] = edgeScoresFigure(attribution(70), { metric: 'the logit of "a"', top: 2 }).panels
  assert.ok(grid.kind === 'grid')
  assert.deepEqual(grid.columns.labels, ['L0 H0 q', 'logits'])
})

test('a gap between both texts that is small, in logits or as a share, is said', () => {
  const notes = (clean: number, corrupt: number) =>
    edgeScoresFigure({ ...attribution(2), clean, corrupt }, { metric: 'the logit of "a"', top: 2 }).notes?.slice(1, -2)
  const small = (gap: string) => [
    `The two texts differ by only ${gap} here: shares are of that small gap and mean little.`,
  ]
  assert.deepEqual([notes(8.05, 7.96), notes(0.1, -0.1), notes(30, 31)], [small('0.09'), small('0.2'), small('1')])
  assert.deepEqual([notes(7.69, 0.27), notes(1, 1)], [[], []])
})
