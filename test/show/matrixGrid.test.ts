// Values as matrices: rows, columns, and the places of cells.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { heatColour, heatPixels, heatRange } from '../../src/show/heat.ts'
import { cellInGrid, gridSizesText, matrixGrid, placesInGrid, valueInGrid } from '../../src/show/matrixGrid.ts'

const axes = [
  { name: 'position', size: 2 },
  { name: 'head', size: 2 },
  { name: 'key', size: 3 },
]
const data = Float32Array.from({ length: 12 }, (_, i) => i)

test('the first axis is rows, the others are columns side by side', () => {
  const grid = matrixGrid({ axes, data })
  assert.equal(gridSizesText(grid), 'position 2 × head·key 6')
  assert.equal(valueInGrid(grid)(1, 4), 10)
  assert.deepEqual(placesInGrid(grid, 1, 4), { position: 1, head: 1, key: 1 })
  assert.deepEqual(cellInGrid(grid, { position: 1, head: 1, key: 1 }), { row: 1, column: 4 })
})

test('any axes may be rows, and every cell is found again', () => {
  const grid = matrixGrid({ axes, data }, ['key'])
  assert.equal(gridSizesText(grid), 'key 3 × position·head 4')
  for (let row = 0; row < grid.rows; row++)
    for (let column = 0; column < grid.columns; column++) {
      const at = placesInGrid(grid, row, column)
      assert.equal(valueInGrid(grid)(row, column), 6 * at['position'] + 3 * at['head'] + at['key'])
      assert.deepEqual(cellInGrid(grid, at), { row, column })
    }
})

test('zero is the page, signs are hues, and what is masked has no colour', () => {
  const range = heatRange([-2, 0, 1, -Infinity], false)
  assert.deepEqual(range, { most: 2, isShare: false })
  const colour = heatColour(range, false)
  assert.equal(colour(-Infinity), undefined)
  assert.deepEqual(colour(0), [247, 247, 244])
  assert.deepEqual(colour(-2), [168, 78, 19])
  assert.deepEqual(colour(2), [46, 108, 184])
  const pixels = heatPixels({ rows: 1, columns: 2 }, (_, column) => (column === 0 ? 0 : -Infinity), colour)
  assert.deepEqual([...pixels], [247, 247, 244, 255, 0, 0, 0, 0])
})

test('pictures lie as they look, the channels below one another', () => {
  const axes = [
    { name: 'channel', size: 3 },
    { name: 'down', size: 2 },
    { name: 'across', size: 4 },
  ]
  const grid = matrixGrid({ axes, data: Float32Array.from({ length: 24 }, (_, i) => i) })
  assert.deepEqual([grid.rows, grid.columns], [6, 4])
  assert.equal(valueInGrid(grid)(3, 2), 14)
  assert.deepEqual(placesInGrid(grid, 3, 2), { channel: 1, down: 1, across: 2 })
})
