// Pieces and rearranging: whatever the order of axes, the padding and the length of a piece, every number goes to its place.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Numbers } from '../../src/checkpoint/numbers.ts'
import { boxIn, loopsIn, piecesOf } from '../../src/checkpoint/pieces.ts'
import { cellCount, rearrange, type WeightAxes } from '../../src/checkpoint/rearrange.ts'
import { tensorPlans, type WeightRow } from '../../src/checkpoint/weightTable.ts'
import { strides } from '../../src/engine/cpu/target.ts'

/** The plan of one tensor, and where each axis of each weight lies in memory: rows padded to four cells. */
function planned(row: Omit<WeightRow, 'name'>, sizes: Record<string, WeightAxes>) {
  const [plan] = tensorPlans(new Map(Object.entries(sizes)), {
    prefix: '',
    rows: [{ name: 'x', ...row }],
    ignored: [],
    copies: {},
  })
  const inMemory = new Map(
    Object.entries(sizes).map(([path, own]) => {
      const axes = Object.entries(own).map(([name, size]) => ({ name, size }))
      const steps = strides(axes as unknown as Parameters<typeof strides>[0])
      return [path, Object.fromEntries(axes.map(({ name }, i) => [name, steps[i]]))]
    }),
  )
  return { plan, sizes, inMemory }
}

/** Where in a weight's memory each of the tensor's numbers belongs, cell by cell from the definition of the table. */
function* expected({ plan, sizes, inMemory }: ReturnType<typeof planned>) {
  for (const { path, order, strides, from } of plan.parts) {
    const own = sizes[path]
    for (let cell = 0; cell < cellCount(Object.values(own)); cell++) {
      let rest = cell
      let [inFile, to] = [from, 0]
      for (const axis of [...order].reverse()) {
        const place = rest % own[axis]
        rest = (rest - place) / own[axis]
        inFile += place * strides[order.indexOf(axis)]
        to += place * (inMemory.get(path)?.[axis] ?? Number.NaN)
      }
      yield { path, inFile, to }
    }
  }
}

const cases: [name: string, row: Omit<WeightRow, 'name'>, sizes: Record<string, WeightAxes>][] = [
  ['a vector', { of: { a: 'x' } }, { a: { x: 37 } }],
  ['rows with padding', { of: { a: 'x y' } }, { a: { x: 9, y: 7 } }],
  ['a transposed matrix', { of: { a: 'y x' } }, { a: { x: 67, y: 45 } }],
  ['a transposed matrix with heads', { of: { a: '(head key) model' } }, { a: { model: 33, head: 3, key: 10 } }],
  ['heads in groups', { of: { a: '(head group key) model' } }, { a: { model: 5, head: 2, group: 3, key: 4 } }],
  ['three dimensions turned round', { of: { a: 'z y x' } }, { a: { x: 3, y: 5, z: 7 } }],
  ['dimensions of one cell', { of: { a: '1 (x y) 1 z' } }, { a: { x: 1, y: 5, z: 1 } }],
  ['a single number', { of: { a: '1' } }, { a: {} }],
  ['stacked rows', { of: { a: 'x y', b: 'x y' } }, { a: { x: 3, y: 6 }, b: { x: 5, y: 6 } }],
  ['equal stacked rows', { of: { a: 'x y', b: 'x y' } }, { a: { x: 4, y: 6 }, b: { x: 4, y: 6 } }],
  [
    'side by side, as c_attn',
    { of: { a: 'model (head key)', b: 'model (head key)', c: 'model (head value)' }, stackedAlong: 1 },
    { a: { model: 6, head: 2, key: 5 }, b: { model: 6, head: 2, key: 5 }, c: { model: 6, head: 2, value: 3 } },
  ],
  [
    'side by side within, and turned',
    { of: { a: 'z y x', b: 'z y x' }, stackedAlong: 1 },
    { a: { x: 2, y: 3, z: 4 }, b: { x: 2, y: 5, z: 4 } },
  ],
]

describe('a tensor in pieces', () => {
  for (const [name, row, sizes] of cases) {
    test(name, () => {
      const tensor = planned(row, sizes)
      const total = cellCount(tensor.plan.shape)
      const stored = Uint16Array.from({ length: total }, (_, i) => i + 1)
      for (const most of [1, 2, 3, 5, 7, 11, 16, 24, 50, 1000]) {
        const memory = new Map(
          Object.keys(sizes).map((path): [string, Numbers] => [path, { type: 'bf16', data: new Uint16Array(20_000) }]),
        )
        const again = new Uint16Array(total)
        let reached = 0
        for (const { begin, count: length, parts } of piecesOf(tensor.plan, new Map(Object.entries(sizes)), most)) {
          assert.equal(begin, reached, 'pieces follow one another')
          assert.ok(length <= most, `a piece of ${length}, more than ${most}`)
          reached += length
          const piece: Numbers = { type: 'bf16', data: stored.slice(begin, begin + length) }
          const back: Numbers = { type: 'bf16', data: again.subarray(begin, begin + length) }
          for (const part of parts) {
            const { path, from } = part
            const weight = memory.get(path) as Numbers
            const order = Object.keys(sizes[path])
            const steps = order.map((axis) => tensor.inMemory.get(path)?.[axis] ?? Number.NaN)
            const box = boxIn(part, order)
            const to = box.from.reduce((sum, first, i) => sum + first * steps[i], 0)
            const loops = loopsIn(part, order, steps)
            assert.equal(cellCount(box.sizes), cellCount(loops.map(({ size }) => size)))
            rearrange(piece, weight, loops, from, to)
            const turned = loops.map(({ size, strides: [a, b] }) => ({ size, strides: [b, a] }))
            rearrange(weight, back, turned, to, from)
          }
        }
        assert.equal(reached, total)
        for (const { path, inFile, to } of expected(tensor))
          assert.equal(memory.get(path)?.data[to], inFile + 1, `${path} at ${to}, pieces of ${most}`)
        assert.deepEqual(again, stored, 'and back')
      }
    })
  }
})

test('no bit of a NaN changes on the way', () => {
  const bits = Uint32Array.of(0x7f800001, 0xff800002, 0x7fc00003, 1)
  const source: Numbers = { type: 'f32', data: new Float32Array(bits.buffer) }
  const target: Numbers = { type: 'f32', data: new Float32Array(4) }
  rearrange(source, target, [
    { size: 2, strides: [2, 1] },
    { size: 2, strides: [1, 2] },
  ])
  assert.deepEqual(new Uint32Array(target.data.buffer), Uint32Array.of(0x7f800001, 0x7fc00003, 0xff800002, 1))
})
