// Circuits and composition as a figure: every head a row, every pair a cell, and what chance gives said.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { reference } from '../../src/engine/reference.ts'
import { circuits } from '../../src/inspect/circuits/circuits.ts'
import { composition } from '../../src/inspect/circuits/composition.ts'
import { circuitsFigure } from '../../src/show/circuitsFigure.ts'
import { figureLines } from '../../src/show/figureLines.ts'
import { goldenModel } from '../inspect/golden.ts'

test('a row for every head, and a grid of scores with chance and of matching isometries', async () => {
  const engine = reference()
  const model = goldenModel(engine)
  const scores = await composition({ model, engine, kinds: ['key'] })
  const figure = circuitsFigure(await circuits({ model, engine }), { composition: scores })
  const [table, grid] = figure.panels
  assert.deepEqual(table.kind === 'table' && table.rows.map(([head]) => head), ['0.0', '0.1', '1.0', '1.1'])
  assert.equal(grid.title, 'K-composition: chance gives 0.2500, matching isometries 0.3536')
  assert.deepEqual(grid.kind === 'grid' && Array.from(grid.values).map((value) => value.toFixed(6)), [
    '0.250891',
    '0.260549',
    '0.258322',
    '0.254517',
  ])
  assert.match(figureLines(figure, { width: 100, hasColours: false }).join('\n'), /raw/)
  engine.close()
})
