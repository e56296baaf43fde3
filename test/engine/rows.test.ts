// Kernels along rows, held to plain loops: many shapes, with NaN in all paddings, fused and not, shared out in parts.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { emitRows } from '../../src/engine/cpu/loops/rows.ts'
import type { RowsKernel, Value } from '../../src/engine/lower/kernel.ts'
import { apply, type Case, check, constant, index, load, maximum, sum } from './kernels.ts'
import { canPair, pairIfPossible, pairingFlag } from './pairing.ts'

pairIfPossible()

const room = (n: number): number => Math.ceil(n / 4) * 4
const rows = (kernel: Omit<RowsKernel, 'kind'>): RowsKernel => ({ kind: 'rows', ...kernel })
const stores = (first: number, ...values: readonly Value[]) => values.map((value, i) => ({ operand: first + i, value }))
const full = (n: number) => ({ strides: [room(n), 1] })
const perRow = { strides: [1, 0] }
const perColumn = { strides: [0, 1] }
const scalar = { strides: [0, 0] }
const mean = (x: Value, n: number): Value => apply('multiply', sum(x), 1 / n)

/** Row counts and cases by the length of the rows. */
const cases: Readonly<Record<string, (n: number) => Case<RowsKernel>>> = {
  copy: (n) => ({
    kernel: rows({ axes: [n], operands: [{ strides: [1] }, { strides: [1] }], stores: stores(1, load(0)) }),
  }),

  'broadcast sum': (n) => ({
    kernel: rows({
      axes: [3, n],
      operands: [full(n), perColumn, perRow, scalar, full(n)],
      stores: stores(
        4,
        apply('add', apply('multiply', load(0), load(1)), apply('add', load(2), apply('exp', load(3)))),
      ),
    }),
  }),

  'one run of cells': (n) => ({
    kernel: rows({
      axes: [2, 3, n * 4],
      operands: [{ strides: [12 * n, 4 * n, 1] }, { strides: [12 * n, 4 * n, 1] }],
      stores: stores(1, apply('tanh', load(0))),
    }),
  }),

  'long rows in pieces': (n) => ({
    kernel: rows({
      axes: [2, 4096 + n],
      operands: [full(4096 + n), perRow, full(4096 + n)],
      stores: stores(2, apply('add', apply('multiply', load(0), load(1)), apply('multiply', index(1), 0.25))),
    }),
  }),

  'transposed and strided': (n) => ({
    kernel: rows({
      axes: [3, n],
      operands: [{ strides: [1, 3] }, full(n), { strides: [1, 5] }],
      stores: stores(2, apply('subtract', load(0), load(1))),
    }),
  }),

  'sum of strided cells': (n) => ({
    kernel: rows({ axes: [3, n], operands: [{ strides: [1, 3] }, perRow], stores: stores(1, sum(load(0))) }),
  }),

  'axes in another order, some of one place': (n) => ({
    kernel: rows({
      axes: [2, 1, 3, 1, n],
      operands: [{ strides: [room(n), 99, 2 * room(n), 7, 1] }, { strides: [3 * room(n), 1, room(n), 1, 1] }],
      stores: stores(1, apply('add', load(0), apply('add', index(2), index(1)))),
    }),
  }),

  'looked-up rows': (n) => ({
    kernel: rows({
      axes: [2, 3, n],
      operands: [
        { strides: [0, 0, 1], lookup: { ids: 1, stride: room(n), size: 5 } },
        { strides: [3, 1, 0] },
        { strides: [0, room(n), 1] },
        { strides: [3 * room(n), room(n), 1] },
      ],
      stores: stores(3, apply('add', load(0), load(2))),
    }),
    draw: { 1: (i) => [4, 0, -3, 2.9, 1e9, 1][i] },
  }),

  'looked-up cells': (n) => ({
    kernel: rows({
      axes: [2, n],
      operands: [{ strides: [room(n), 0], lookup: { ids: 1, stride: 1, size: n } }, full(n), full(n)],
      stores: stores(2, load(0)),
    }),
    draw: { 1: (i) => (i * 7) % n },
  }),

  'sums, maxima and their rows': (n) => ({
    kernel: rows({
      axes: [4, n],
      operands: [full(n), perRow, perRow, perRow, full(n), perRow],
      stores: [
        ...stores(1, sum(load(0)), maximum(load(0)), apply('sqrt', mean(apply('multiply', load(0), load(0)), n))),
        { operand: 4, value: sum(apply('less', load(0), 0)) },
        { operand: 5, value: apply('add', sum(sum(load(0))), maximum(constant(3))) },
      ],
    }),
    tolerance: 1e-4,
  }),

  'masked softmax': (n) => {
    const masked = apply(
      'where',
      apply('lessEqual', index(1), apply('multiply', index(0), 2)),
      load(0),
      Number.NEGATIVE_INFINITY,
    )
    const powers = apply('exp', apply('subtract', masked, apply('maximum', maximum(masked), -1e30)))
    const value = apply('multiply', powers, apply('reciprocal', apply('maximum', sum(powers), 1e-30)))
    return { kernel: rows({ axes: [5, n], operands: [full(n), full(n)], stores: stores(1, value) }) }
  },

  'softmax in place': (n) => {
    const powers = apply('exp', apply('subtract', load(0), maximum(load(0))))
    const value = apply('divide', powers, sum(powers))
    return { kernel: rows({ axes: [5, n], operands: [full(n), full(n)], stores: stores(1, value) }), same: [[0, 1]] }
  },

  'softmax gradient': (n) => ({
    kernel: rows({
      axes: [5, n],
      operands: [full(n), full(n), full(n)],
      stores: stores(
        2,
        apply('multiply', load(0), apply('subtract', load(1), sum(apply('multiply', load(0), load(1))))),
      ),
    }),
    same: [[1, 2]],
    tolerance: 1e-4,
  }),

  'residual and layer norm, the sum in place': (n) => {
    const x = apply('add', load(0), load(1))
    const centred = apply('subtract', x, mean(x, n))
    const scale = apply('reciprocal', apply('sqrt', apply('add', mean(apply('multiply', centred, centred), n), 1e-2)))
    const value = apply('add', apply('multiply', apply('multiply', centred, scale), load(2)), load(3))
    return {
      kernel: rows({
        axes: [3, n],
        operands: [full(n), full(n), perColumn, perColumn, full(n), full(n), perRow, perRow],
        stores: stores(4, x, value, mean(x, n), scale),
      }),
      same: [[0, 4]],
    }
  },

  'layer norm gradient': (n) => {
    const normal = apply('multiply', apply('subtract', load(0), load(3)), load(4))
    const upstream = apply('multiply', load(1), load(2))
    const along = mean(apply('multiply', upstream, normal), n)
    const value = apply(
      'multiply',
      load(4),
      apply('subtract', apply('subtract', upstream, mean(upstream, n)), apply('multiply', normal, along)),
    )
    return {
      kernel: rows({
        axes: [3, n],
        operands: [full(n), full(n), perColumn, perRow, perRow, full(n)],
        stores: stores(5, apply('add', load(5), value)),
      }),
      tolerance: 1e-4,
    }
  },

  'cross entropy and its gradient': (n) => {
    const largest = maximum(load(0))
    const powers = apply('exp', apply('subtract', load(0), largest))
    const hit = apply('equal', index(2), load(1))
    const chosen = sum(apply('where', hit, load(0), 0))
    const loss = apply('subtract', apply('add', apply('log', sum(powers)), largest), chosen)
    const gradient = apply('multiply', apply('subtract', apply('divide', powers, sum(powers)), hit), load(4))
    return {
      kernel: rows({
        axes: [2, 3, n],
        operands: [
          { strides: [3 * room(n), room(n), 1] },
          { strides: [3, 1, 0] },
          { strides: [3, 1, 0] },
          { strides: [3 * room(n), room(n), 1] },
          { strides: [0, 0, 0] },
        ],
        stores: stores(2, apply('where', apply('less', load(1), 0), 0, loss), gradient),
      }),
      draw: { 1: (i) => (i === 2 ? -1 : (i * 5) % n) },
    }
  },

  dropout: (n) => {
    const random: Value = { kind: 'random', key: 99, step: load(1), strides: [room(n) * 2, 0, 1] }
    const value = apply('where', apply('less', random, 0.3), 0, apply('divide', load(0), 0.7))
    return {
      kernel: rows({
        axes: [3, 2, n],
        operands: [
          { strides: [2 * room(n), room(n), 1] },
          { strides: [0, 0, 0] },
          { strides: [2 * room(n), room(n), 1] },
        ],
        stores: stores(2, value),
      }),
      draw: { 1: () => 41 },
    }
  },

  'random numbers by the row': (n) => {
    const random: Value = { kind: 'random', key: -7, step: load(0), strides: [5, 3] }
    const same: Value = { kind: 'random', key: 3, step: load(0), strides: [2, 0] }
    return {
      kernel: rows({
        axes: [3, n],
        operands: [perRow, full(n), full(n)],
        stores: stores(1, random, apply('add', same, random)),
      }),
      draw: { 0: (i) => i + 4 },
    }
  },

  'AdamW in place': (n) => {
    const m = apply('add', apply('multiply', load(1), 0.9), apply('multiply', load(0), 0.1))
    const v = apply(
      'add',
      apply('multiply', load(2), 0.99),
      apply('multiply', apply('multiply', load(0), load(0)), 0.01),
    )
    const correct = apply('reciprocal', apply('subtract', 1, apply('exp', apply('multiply', load(4), Math.log(0.9)))))
    const step = apply('divide', apply('multiply', m, correct), apply('add', apply('sqrt', v), 1e-8))
    const p = apply('subtract', apply('multiply', load(3), 0.999), apply('multiply', step, 0.01))
    return {
      kernel: rows({
        axes: [2, n],
        operands: [full(n), full(n), full(n), full(n), scalar],
        stores: stores(1, m, v, p),
      }),
      draw: { 2: (i) => i % 3, 4: () => 3 },
    }
  },

  'two operands change places': (n) => ({
    kernel: rows({ axes: [3, n], operands: [full(n), full(n)], stores: stores(0, load(1), load(0)) }),
  }),

  'dear values in three passes': (n) => {
    const curve = apply('tanh', load(0))
    const waves = apply('multiply', apply('sin', load(1)), curve)
    const centred = apply('subtract', waves, mean(waves, n))
    const value = apply('add', apply('divide', centred, apply('add', sum(apply('abs', centred)), 1)), curve)
    return { kernel: rows({ axes: [3, n], operands: [full(n), full(n), full(n)], stores: stores(2, value) }) }
  },

  'what holds for the row, in every cell': (n) => ({
    kernel: rows({
      axes: [3, n],
      operands: [full(n), full(n), full(n)],
      stores: stores(1, maximum(load(0)), apply('equal', load(0), maximum(load(0)))),
    }),
  }),
}

const lengths = [1, 3, 4, 5, 16, 17, 67, 128]

for (const [name, make] of Object.entries(cases)) {
  test(`rows: ${name}`, () => {
    for (const length of lengths) {
      const tested = make(length)
      check(`${name}, rows of ${length}`, tested, emitRows)
    }
  })
}

test('rows: the same bits, whichever way V8 compiles', () => {
  const script = fileURLToPath(new URL('bits.ts', import.meta.url))
  const bits = (...flags: readonly string[]): string => execFileSync(process.execPath, [...flags, script]).toString()
  const plain = bits('--liftoff-only')
  assert.match(plain, /^[0-9a-f]{64}$/)
  assert.equal(bits('--no-liftoff'), plain)
  if (canPair) assert.equal(bits('--no-liftoff', pairingFlag), plain)
})
