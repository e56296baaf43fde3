// Where everything of a lattice stands.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  arcPath,
  columnAt,
  crossPath,
  halfPlaces,
  nameWidth,
  shortWord,
} from '../../../../src/studio/page/look/latticePlaces.ts'

const place = { first: 10, rows: 2, left: 100, top: 20 }

test('a column is as wide as its longest word, and columns stand side by side', () => {
  const { columns, right, left } = halfPlaces([['a', 'b'], ['to', 'corridor'], ['x']], place)
  assert.equal(left, 100)
  assert.deepEqual(
    columns.map((column) => column.place),
    [10, 11, 12],
  )
  assert.equal(columns[0].left, 100 + nameWidth)
  assert.ok(columns[1].width > columns[0].width && columns[0].width === columns[2].width)
  for (const [i, column] of columns.entries()) {
    const next = columns[i + 1]?.left ?? right
    assert.equal(column.left + column.width + 1, next)
    assert.ok(column.left < column.middle && column.middle < next)
    assert.ok(column.width >= 24, 'it can be pressed')
  }
})

test('a long word has its beginning and its end', () => {
  assert.equal(shortWord('librarian'), 'librarian')
  assert.equal(shortWord('extraordinarily'), 'extraor…rily')
  assert.equal(shortWord('😀'.repeat(13)), `${'😀'.repeat(7)}…${'😀'.repeat(4)}`)
})

test('an arc goes from column to column, and to none that is not seen', () => {
  const encoder = halfPlaces([['a'], ['b']], { first: 0, rows: 1, left: 0, top: 26 })
  const half = halfPlaces([['a'], ['b'], ['c']], { ...place, left: encoder.right + 24 })
  const [from, to] = [columnAt(half, 10)?.middle, columnAt(half, 12)?.middle]
  const arc = arcPath(half, { row: 0, source: 10, position: 12 })
  assert.ok(arc?.startsWith(`M ${from} `) && arc.includes(` ${to} `))
  assert.equal(arcPath(half, { row: 0, source: 9, position: 12 }), undefined)
  const across = crossPath(encoder, half, { row: 1, source: 1, position: 11 })
  assert.ok(across?.startsWith(`M ${columnAt(encoder, 1)?.middle} `))
  assert.equal(crossPath(encoder, half, { row: 1, source: 2, position: 11 }), undefined)
})
