// Kernels that reduce the middle axes, held to plain loops: with NaN in all paddings, fused and not, shared out in parts.

import { test } from 'node:test'
import { emitColumns } from '../../src/engine/cpu/loops/columns.ts'
import type { ColumnsKernel, Value } from '../../src/engine/lower/kernel.ts'
import { apply, type Case, check, index, load, maximum, sum } from './kernels.ts'
import { pairIfPossible } from './pairing.ts'

pairIfPossible()

const room = (n: number): number => Math.ceil(n / 4) * 4
const columns = (kernel: Omit<ColumnsKernel, 'kind'>): ColumnsKernel => ({ kind: 'columns', ...kernel })
const stores = (first: number, ...values: readonly Value[]) => values.map((value, i) => ({ operand: first + i, value }))
const full = (n: number) => ({ strides: [room(n), 1] })
const perColumn = { strides: [0, 1] }
const perRow = { strides: [1, 0] }

/** Cases by the number of rows and of columns. */
const cases: Readonly<Record<string, (rows: number, n: number) => Case<ColumnsKernel>>> = {
  'sum of rows': (rows, n) => ({
    kernel: columns({ axes: [rows, n], outer: 0, operands: [full(n), perColumn], stores: stores(1, sum(load(0))) }),
    tolerance: 1e-4,
  }),

  'sum, maximum and what is made of them': (rows, n) => ({
    kernel: columns({
      axes: [rows, n],
      outer: 0,
      operands: [full(n), perColumn, perColumn, perColumn, { strides: [0, 0] }],
      stores: [
        ...stores(1, apply('add', load(1), apply('multiply', sum(load(0)), load(4))), maximum(apply('abs', load(0)))),
        {
          operand: 3,
          value: apply('divide', sum(load(0)), apply('add', maximum(apply('abs', load(0))), apply('exp', load(4)))),
        },
      ],
    }),
    tolerance: 1e-4,
  }),

  'gradient of scale and shift': (rows, n) => {
    const scale = apply(
      'multiply',
      load(0),
      apply('multiply', apply('subtract', load(1), load(2)), apply('reciprocal', load(3))),
    )
    return {
      kernel: columns({
        axes: [rows, n],
        outer: 0,
        operands: [full(n), full(n), perRow, perRow, perColumn, perColumn],
        stores: stores(4, sum(scale), sum(load(0))),
      }),
      draw: { 3: (i) => 1 + (i % 3) },
      tolerance: 1e-4,
    }
  },

  'middle axes between outer places and columns': (rows, n) => ({
    kernel: columns({
      axes: [2, 3, rows, 1, 2, n],
      outer: 2,
      operands: [
        { strides: [3 * rows * 2 * room(n), 2 * room(n), 3 * 2 * room(n), 0, room(n), 1] },
        { strides: [0, 0, 0, 0, 0, 1] },
        { strides: [3 * room(n), room(n), 0, 0, 0, 1] },
      ],
      stores: stores(2, sum(apply('multiply', load(0), load(1)))),
    }),
    tolerance: 1e-4,
  }),

  'places and looked-up rows': (rows, n) => ({
    kernel: columns({
      axes: [2, rows, n],
      outer: 1,
      operands: [
        { strides: [0, 0, 1], lookup: { ids: 1, stride: room(n), size: 7 } },
        { strides: [rows, 1, 0] },
        { strides: [room(n), 0, 1] },
      ],
      stores: stores(2, sum(apply('where', apply('lessEqual', index(1), index(2)), load(0), index(0)))),
    }),
    draw: { 1: (i) => (i * 3) % 7 },
    tolerance: 1e-4,
  }),

  'dropped-out cells': (rows, n) => {
    const random: Value = { kind: 'random', key: 12, step: load(1), strides: [room(n), 1] }
    return {
      kernel: columns({
        axes: [rows, n],
        outer: 0,
        operands: [full(n), { strides: [0, 0] }, perColumn],
        stores: stores(2, sum(apply('where', apply('less', random, 0.5), 0, load(0)))),
      }),
      draw: { 1: () => 5 },
      tolerance: 1e-4,
    }
  },

  transposed: (rows, n) => ({
    kernel: columns({
      axes: [rows, n],
      outer: 0,
      operands: [{ strides: [1, rows] }, { strides: [0, 3] }],
      stores: stores(1, sum(load(0))),
    }),
    tolerance: 1e-4,
  }),

  'one number for all columns': (rows, n) => ({
    kernel: columns({
      axes: [rows, n],
      outer: 0,
      operands: [perRow, { strides: [0, 0] }, perColumn],
      stores: stores(1, sum(load(0)), maximum(load(0))),
    }),
    tolerance: 1e-4,
  }),
}

const shapes = [
  [1, 1],
  [3, 5],
  [17, 4],
  [2, 67],
  [40, 128],
  [700, 33],
  [65, 2100],
] as const

/** Plain loops take their time: the largest shapes are for the simplest kernels. */
function isLarge({ kernel }: Case, name: string): boolean {
  const cells = kernel.axes.reduce((product, size) => product * size, 1)
  return cells > (name === 'sum of rows' ? Number.POSITIVE_INFINITY : name.startsWith('gradient') ? 25_000 : 6_000)
}

for (const [name, make] of Object.entries(cases)) {
  test(`columns: ${name}`, () => {
    for (const [rows, n] of shapes) {
      const tested = make(rows, n)
      if (isLarge(tested, name)) continue
      check(`${name}, ${rows} rows of ${n}`, tested, emitColumns)
    }
  })
}
