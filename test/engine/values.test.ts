// Every elementary function over a dense sweep, against Math: with fused multiply-add and without.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { emitRows } from '../../src/engine/cpu/loops/rows.ts'
import type { Elementwise, Value } from '../../src/engine/lower/kernel.ts'
import { evaluate } from '../../src/tensor/elementwise.ts'
import { uniform } from '../../src/tensor/random.ts'
import { apply, load, machines, runKernel } from './kernels.ts'

interface Sweep {
  readonly operation: Elementwise
  readonly from: number
  readonly to: number
  /** The greatest error: absolute, or as a share of the result. */
  readonly absolute?: number
  readonly relative?: number
}

const sweeps: readonly Sweep[] = [
  { operation: 'exp', from: -87.33, to: 88.37, relative: 2e-7 },
  { operation: 'exp', from: -1, to: 1, relative: 2e-7 },
  { operation: 'log', from: 1e-38, to: 1e-30, relative: 2e-7 },
  { operation: 'log', from: 1e-3, to: 4, absolute: 1e-7, relative: 2e-7 },
  { operation: 'log', from: 4, to: 1e30, relative: 2e-7 },
  { operation: 'tanh', from: -12, to: 12, absolute: 1.5e-7 },
  { operation: 'tanh', from: -0.01, to: 0.01, relative: 4e-7 },
  { operation: 'erf', from: -6, to: 6, absolute: 2e-7 },
  { operation: 'erf', from: -0.01, to: 0.01, relative: 5e-7 },
  { operation: 'sin', from: -10, to: 10, absolute: 2e-7 },
  { operation: 'cos', from: -10, to: 10, absolute: 2e-7 },
  { operation: 'sin', from: -1e5, to: 1e5, absolute: 1e-6 },
  { operation: 'cos', from: -1e5, to: 1e5, absolute: 1e-6 },
]

const count = 40_000

/** One function of one number, for every cell of a list. */
function mapped(operation: Elementwise, cells: Float32Array, machine: (typeof machines)[number]): Float32Array {
  const value = apply(operation, load(0))
  const kernel = {
    kind: 'rows',
    axes: [cells.length],
    operands: [{ strides: [1] }, { strides: [1] }],
    stores: [{ operand: 1, value }],
  } as const
  return runKernel(
    (wasm) => emitRows(wasm, kernel, machine),
    [cells, new Float32Array(Math.ceil(cells.length / 4) * 4)],
  )[1]
}

for (const machine of machines) {
  const arithmetic = machine.fma ? 'fused' : 'mul + add'

  for (const { operation, from, to, absolute = 0, relative = 0 } of sweeps) {
    test(`values: ${operation} from ${from} to ${to}, ${arithmetic}`, () => {
      const cells = Float32Array.from({ length: count }, (_, i) => from + ((to - from) * i) / (count - 1))
      const results = mapped(operation, cells, machine)
      let worst = { share: 0, at: 0, got: 0, want: 0 }
      cells.forEach((x, i) => {
        const want = evaluate(operation, [x])
        const allowed = Math.max(absolute, relative * Math.abs(want))
        const share = Math.abs(results[i] - want) / allowed
        if (!(share <= worst.share)) worst = { share, at: x, got: results[i], want }
      })
      assert.ok(
        worst.share <= 1,
        `error ${worst.share.toFixed(2)} times what is allowed: ${operation}(${worst.at}) gave ${worst.got}, not ${worst.want}`,
      )
    })
  }

  test(`values: special numbers, ${arithmetic}`, () => {
    const { NaN: nan, POSITIVE_INFINITY: infinity } = Number
    const cases: Partial<Record<Elementwise, readonly (readonly [number, number])[]>> = {
      exp: [
        [-infinity, 0],
        [-1e30, 0],
        [-88, 0],
        [0, 1],
        [89, infinity],
        [infinity, infinity],
        [nan, nan],
      ],
      log: [
        [0, -infinity],
        [-0, -infinity],
        [1, 0],
        [-1, nan],
        [-infinity, nan],
        [infinity, infinity],
        [nan, nan],
      ],
      tanh: [
        [-infinity, -1],
        [-20, -1],
        [0, 0],
        [20, 1],
        [infinity, 1],
        [nan, nan],
      ],
      erf: [
        [-infinity, -1],
        [-20, -1],
        [0, 0],
        [20, 1],
        [infinity, 1],
        [nan, nan],
      ],
      sin: [
        [0, 0],
        [infinity, nan],
        [nan, nan],
      ],
      cos: [
        [0, 1],
        [-infinity, nan],
        [nan, nan],
      ],
      sqrt: [
        [4, 2],
        [-1, nan],
      ],
      reciprocal: [
        [4, 0.25],
        [0, infinity],
        [-0, -infinity],
      ],
      floor: [
        [2.5, 2],
        [-2.5, -3],
        [nan, nan],
      ],
      abs: [[-2, 2]],
      negate: [[2, -2]],
    }
    for (const [operation, pairs] of Object.entries(cases) as [Elementwise, readonly (readonly [number, number])[]][]) {
      const results = mapped(
        operation,
        Float32Array.from(pairs, ([x]) => x),
        machine,
      )
      pairs.forEach(([x, want], i) => {
        assert.ok(
          results[i] === want || (Number.isNaN(results[i]) && Number.isNaN(want)),
          `${operation}(${x}) gave ${results[i]}, not ${want}`,
        )
      })
    }
  })

  test(`values: functions of two and three numbers, ${arithmetic}`, () => {
    const numbers = [-2, -0.5, 0, 0.5, 1, 3, Number.NaN]
    const pairs = numbers.flatMap((a) => numbers.map((b) => [a, b] as const))
    const binary = [
      'add',
      'subtract',
      'multiply',
      'divide',
      'maximum',
      'minimum',
      'lessEqual',
      'less',
      'equal',
    ] as const
    const less = apply('less', load(0), load(1))
    const same = apply('equal', load(0), load(1))
    const values: Value[] = [
      ...binary.map((operation) => apply(operation, load(0), load(1))),
      apply('where', load(0), load(1), 7),
      apply('where', less, load(0), load(1)),
      apply('where', less, load(0), 0),
      apply('where', less, 0, load(1)),
      apply('multiply', less, apply('less', load(0), 1)),
      apply('maximum', less, same),
      apply('add', less, same),
      apply('where', apply('add', less, same), load(1), less),
      apply('subtract', 1, less),
    ]
    const scalar = (value: Value, a: number, b: number): number => {
      if (value.kind === 'load') return value.operand === 0 ? a : b
      if (value.kind === 'constant') return value.value
      return value.kind === 'apply'
        ? evaluate(
            value.operation,
            value.inputs.map((input) => scalar(input, a, b)),
          )
        : Number.NaN
    }
    const room = Math.ceil(pairs.length / 4) * 4
    const kernel = {
      kind: 'rows',
      axes: [pairs.length],
      operands: Array.from({ length: 2 + values.length }, () => ({ strides: [1] })),
      stores: values.map((value, i) => ({ operand: 2 + i, value })),
    } as const
    const data = [0, 1].map((which) => Float32Array.from({ length: room }, (_, i) => pairs[i]?.[which] ?? 0))
    const results = runKernel(
      (wasm) => emitRows(wasm, kernel, machine),
      [...data, ...values.map(() => new Float32Array(room))],
    )
    values.forEach((value, which) => {
      pairs.forEach(([a, b], i) => {
        const got = results[2 + which][i]
        const want = Math.fround(scalar(value, a, b))
        assert.ok(Object.is(got, want) || got === want, `value ${which} of ${a} and ${b} gave ${got}, not ${want}`)
      })
    })
  })

  test(`values: random numbers have the bits of uniform(), ${arithmetic}`, () => {
    for (const { key, step } of [
      { key: 0, step: 0 },
      { key: 0x9e3779b9, step: 17 },
      { key: -5, step: 123456 },
    ]) {
      const value: Value = { kind: 'random', key, step: load(0), strides: [200, 3] }
      const kernel = {
        kind: 'rows',
        axes: [5, 37],
        operands: [{ strides: [0, 0] }, { strides: [40, 1] }],
        stores: [{ operand: 1, value }],
      } as const
      const results = runKernel(
        (wasm) => emitRows(wasm, kernel, machine),
        [Float32Array.of(step), new Float32Array(200)],
      )[1]
      for (let row = 0; row < 5; row++) {
        for (let cell = 0; cell < 37; cell++)
          assert.equal(results[row * 40 + cell], uniform(key, step, row * 200 + cell * 3))
      }
    }
  })
}

test('values: random numbers are spread evenly, and differ by key, step and cell', () => {
  const numbers = Array.from({ length: 10_000 }, (_, cell) => uniform(1, 2, cell))
  const mean = numbers.reduce((total, x) => total + x, 0) / numbers.length
  assert.ok(Math.abs(mean - 0.5) < 0.01, `mean ${mean}`)
  for (let bin = 0; bin < 10; bin++) {
    const share = numbers.filter((x) => Math.floor(x * 10) === bin).length / numbers.length
    assert.ok(Math.abs(share - 0.1) < 0.01, `share ${share} in bin ${bin}`)
  }
  assert.ok(numbers.every((x) => x >= 0 && x < 1))
  assert.equal(new Set([uniform(1, 2, 0), uniform(1, 2, 1), uniform(2, 2, 0), uniform(1, 3, 0)]).size, 4)
})
