// The lens and attribution as figures: every number that is shown is one of the facts.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { reference } from '../../src/engine/reference.ts'
import { attributeLogit } from '../../src/inspect/stream/attribution.ts'
import { logitLens } from '../../src/inspect/stream/lens.ts'
import { attributionFigure } from '../../src/show/attributionFigure.ts'
import { figureLines } from '../../src/show/figureLines.ts'
import { lensFigure } from '../../src/show/lensFigure.ts'
import { goldenIds, goldenModel } from '../inspect/golden.ts'
import { fill, translator } from '../inspect/stream/models.ts'

const wordOf = (id: number): string => `w${id}`
const words = { tokens: goldenIds.map(wordOf), wordOf }

test('the lens is a lattice of guesses, a position closer, and the length of the stream', async () => {
  const engine = reference()
  const rows = await logitLens({ model: goldenModel(engine), engine, inputs: { ids: goldenIds }, top: 2, target: 7 })
  const { panels } = lensFigure(rows, words)
  assert.deepEqual(
    panels.map(({ kind }) => kind),
    ['grid', 'table', 'lines'],
  )
  const [grid, table, lines] = panels
  assert.ok(grid.kind === 'grid' && table.kind === 'table' && lines.kind === 'lines')
  assert.deepEqual(grid.rows.labels, ['embedded', 'layer 0', 'layer 1'])
  assert.deepEqual([grid.texts?.at(-1), grid.values[32]], ['w6', rows[32].guesses[0].probability])
  assert.deepEqual(table.rows[2], [
    'layer 1',
    'w6 w7',
    rows[32].guesses[0].probability,
    rows[32].entropy,
    0,
    1,
    rows[32].target?.probability,
    rows[32].norm,
    rows[32].cosine,
  ])
  assert.deepEqual(
    lines.series.map(({ values }) => values[10]),
    [10, 21, 32].map((i) => rows[i].norm),
  )
})

test('attribution is a bar for each part, const, and all together', async () => {
  const engine = reference()
  const found = await attributeLogit({ model: goldenModel(engine), engine, inputs: { ids: goldenIds }, token: 7 })
  const [bars] = attributionFigure(found, words).panels
  assert.ok(bars.kind === 'bars')
  assert.deepEqual(
    bars.rows.map(({ label }) => label),
    [
      ...['token', 'position', 'layer 0, head 0', 'layer 0, head 1', 'layer 0, attention bias', 'layer 0, mlp'],
      ...['layer 1, head 0', 'layer 1, head 1', 'layer 1, attention bias', 'layer 1, mlp', 'const', 'all together'],
    ],
  )
  assert.deepEqual(
    bars.rows.map(({ value }) => value),
    [...found.rows.map(({ logit }) => logit), found.const, found.sum],
  )
})

test('of many neurons the largest are shown, and the others as one; where a sum stops is said', async () => {
  const engine = reference()
  const settings = {
    model: goldenModel(engine),
    engine,
    inputs: { ids: goldenIds },
    token: 7,
    detail: 'neurons',
  } as const
  const [bars] = attributionFigure(await attributeLogit(settings), words).panels
  assert.ok(bars.kind === 'bars')
  const [others, fixed, sum] = bars.rows.slice(-3)
  assert.deepEqual([bars.rows.length, others.label, fixed.label], [62, 'the 15 others', 'const'])
  const shown = bars.rows.slice(0, -1).reduce((total, { value }) => total + value, 0)
  assert.ok(Math.abs(shown - sum.value) < 1e-9)

  const { model, inputs } = translator()
  fill(engine, model)
  const found = await attributeLogit({ model, engine, inputs, token: 3 })
  const lines = figureLines(attributionFigure(found, { tokens: inputs.ids.map(wordOf), wordOf }), {
    width: 200,
    hasColours: false,
  })
  assert.ok(
    lines.includes(
      'The sum stops at the norm decoder.blocks.1.crossNorm.output: what went into it cannot be told apart behind it.',
    ),
  )
})
