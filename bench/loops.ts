// How fast the generated loops are: node bench/loops.ts [128]
//
// One thread. GB/s of what is read and written, for a matrix that fits the second-level cache and one that does not.
// With '128' V8's pairing of vectors stays off, as in a browser.

import { setFlagsFromString } from 'node:v8'
import type { Emitted, Machine } from '../src/engine/cpu/emitted.ts'
import { emitColumns } from '../src/engine/cpu/loops/columns.ts'
import { emitRows } from '../src/engine/cpu/loops/rows.ts'
import { WasmModule } from '../src/engine/cpu/wasm/module.ts'
import type { ColumnsKernel, RowsKernel, Value } from '../src/engine/lower/kernel.ts'
import { apply, Kernel, load, maximum, newMemory, sum } from '../test/engine/kernels.ts'

const paired = !process.argv.includes('128')
if (paired) setFlagsFromString('--experimental-wasm-revectorize')
const machine: Machine = { fma: true, paired, tile: { rows: 6, vectors: paired ? 4 : 2 } }

interface Case {
  readonly name: string
  /** How many operands of the matrix's size are read or written. */
  readonly passes: number
  readonly kernel: (rows: number, columns: number) => RowsKernel | ColumnsKernel
}

const full = (columns: number) => ({ strides: [columns, 1] })
const rowOf = { strides: [0, 1] }
const one = { strides: [0, 0] }

function layerNorm(rows: number, columns: number): RowsKernel {
  const x = load(0)
  const centred = apply('subtract', x, apply('multiply', sum(x), 1 / columns))
  const variance = apply('multiply', sum(apply('multiply', centred, centred)), 1 / columns)
  const scale = apply('reciprocal', apply('sqrt', apply('add', variance, 1e-5)))
  const value = apply('add', apply('multiply', apply('multiply', centred, scale), load(1)), load(2))
  return {
    kind: 'rows',
    axes: [rows, columns],
    operands: [full(columns), rowOf, rowOf, full(columns)],
    stores: [{ operand: 3, value }],
  }
}

function softmax(rows: number, columns: number): RowsKernel {
  const powers = apply('exp', apply('subtract', load(0), maximum(load(0))))
  const value = apply('multiply', powers, apply('reciprocal', sum(powers)))
  return {
    kind: 'rows',
    axes: [rows, columns],
    operands: [full(columns), full(columns)],
    stores: [{ operand: 1, value }],
  }
}

const root = Math.sqrt(2 / Math.PI)
const geluTanh = (x: Value): Value =>
  apply(
    'tanh',
    apply(
      'multiply',
      apply('add', x, apply('multiply', apply('multiply', x, x), apply('multiply', x, 0.044715))),
      root,
    ),
  )

function gelu(rows: number, columns: number): RowsKernel {
  const x = load(0)
  const value = apply('multiply', apply('multiply', x, 0.5), apply('add', geluTanh(x), 1))
  return {
    kind: 'rows',
    axes: [rows, columns],
    operands: [full(columns), full(columns)],
    stores: [{ operand: 1, value }],
  }
}

/** dy · (½(1 + t) + ½x · (1 − t²) · √(2/π)(1 + 3 · 0.044715 · x²)) */
function geluGradient(rows: number, columns: number): RowsKernel {
  const x = load(0)
  const t = geluTanh(x)
  const inner = apply('add', apply('multiply', apply('multiply', x, x), 3 * 0.044715 * root), root)
  const slope = apply(
    'multiply',
    apply('multiply', x, 0.5),
    apply('multiply', apply('subtract', 1, apply('multiply', t, t)), inner),
  )
  const value = apply('multiply', load(1), apply('add', apply('multiply', apply('add', t, 1), 0.5), slope))
  return {
    kind: 'rows',
    axes: [rows, columns],
    operands: [full(columns), full(columns), full(columns)],
    stores: [{ operand: 2, value }],
  }
}

/** Operands: gradient, m, v, parameter (in place), and the corrections 1 / (1 − βᵗ). */
function adamW(rows: number, columns: number): RowsKernel {
  const [gradient, m0, v0, p0, correctM, correctV] = [0, 1, 2, 3, 4, 5].map(load)
  const m = apply('add', apply('multiply', m0, 0.9), apply('multiply', gradient, 0.1))
  const v = apply('add', apply('multiply', v0, 0.999), apply('multiply', apply('multiply', gradient, gradient), 0.001))
  const step = apply(
    'divide',
    apply('multiply', m, correctM),
    apply('add', apply('sqrt', apply('multiply', v, correctV)), 1e-8),
  )
  const p = apply('subtract', apply('multiply', p0, 1 - 1e-4), apply('multiply', step, 1e-3))
  const stores = [m, v, p].map((value, i) => ({ operand: i + 1, value }))
  return {
    kind: 'rows',
    axes: [rows, columns],
    operands: [...Array.from({ length: 4 }, () => full(columns)), one, one],
    stores,
  }
}

function addInto(rows: number, columns: number): RowsKernel {
  return {
    kind: 'rows',
    axes: [rows, columns],
    operands: [full(columns), full(columns)],
    stores: [{ operand: 1, value: apply('add', load(0), load(1)) }],
  }
}

function biasGradient(rows: number, columns: number): ColumnsKernel {
  return {
    kind: 'columns',
    axes: [rows, columns],
    outer: 0,
    operands: [full(columns), rowOf],
    stores: [{ operand: 1, value: sum(load(0)) }],
  }
}

/** Operands of the gradients of a norm: dy, scale, x, and of each row Σ x and Σ (x − mean)². */
function normValues(columns: number) {
  const centred = apply('subtract', load(2), apply('multiply', load(3), 1 / columns))
  const variance = apply('multiply', load(4), 1 / columns)
  const inverse = apply('reciprocal', apply('sqrt', apply('add', variance, 1e-5)))
  const perRow = { strides: [1, 0] }
  return {
    normal: apply('multiply', centred, inverse),
    inverse,
    operands: [full(columns), rowOf, full(columns), perRow, perRow],
  }
}

/** Σ dy · normal and Σ dy, down the columns. */
function scaleGradient(rows: number, columns: number): ColumnsKernel {
  const { normal, operands } = normValues(columns)
  const stores = [sum(apply('multiply', load(0), normal)), sum(load(0))].map((value, i) => ({ operand: 5 + i, value }))
  return { kind: 'columns', axes: [rows, columns], outer: 0, operands: [...operands, rowOf, rowOf], stores }
}

/** (g − mean(g) − normal · mean(g · normal)) / √(variance + ε), with g = dy · scale */
function normGradient(rows: number, columns: number): RowsKernel {
  const { normal, inverse, operands } = normValues(columns)
  const mean = (x: Value): Value => apply('multiply', sum(x), 1 / columns)
  const g = apply('multiply', load(0), load(1))
  const along = apply('multiply', normal, mean(apply('multiply', g, normal)))
  const value = apply('multiply', apply('subtract', apply('subtract', g, mean(g)), along), inverse)
  return {
    kind: 'rows',
    axes: [rows, columns],
    operands: [...operands, full(columns)],
    stores: [{ operand: 5, value }],
  }
}

const cases: readonly Case[] = [
  { name: 'add', passes: 3, kernel: addInto },
  { name: 'layer norm', passes: 2, kernel: layerNorm },
  { name: 'norm gradient', passes: 3, kernel: normGradient },
  { name: 'softmax', passes: 2, kernel: softmax },
  { name: 'gelu', passes: 2, kernel: gelu },
  { name: 'gelu gradient', passes: 3, kernel: geluGradient },
  { name: 'AdamW', passes: 7, kernel: adamW },
  { name: 'bias gradient', passes: 1, kernel: biasGradient },
  { name: 'scale gradient', passes: 2, kernel: scaleGradient },
]

const sizes = process.argv.includes('narrow')
  ? ([
      [768, 128],
      [12288, 384],
    ] as const)
  : ([
      [768, 512],
      [2048, 1536],
    ] as const)
const memory = newMemory(2048)
const cells = new Float32Array(memory.buffer)
for (let i = 0; i < cells.length; i++) cells[i] = (((i * 7919) % 1009) + 1) / 200

function measure(run: () => void): { best: number; median: number } {
  const until = (ms: number, times: number[] = []): number[] => {
    for (const end = performance.now() + ms; performance.now() < end; ) {
      const start = performance.now()
      run()
      times.push(performance.now() - start)
    }
    return times
  }
  until(100)
  const times = until(250).toSorted((a, b) => a - b)
  return { best: times[0], median: times[times.length >> 1] }
}

console.log(
  `pairing ${paired ? 'on' : 'off'}; GB/s: best (median), for ${sizes.map((size) => size.join('×')).join(' and ')}; bytes of code, ms to generate`,
)
for (const { name, passes, kernel } of cases) {
  const columns: string[] = [name.padEnd(16)]
  let generatedMs = 0
  let bytes = 0
  for (const [rows, width] of sizes) {
    const made = kernel(rows, width)
    const emit = (wasm: WasmModule): Emitted =>
      made.kind === 'rows' ? emitRows(wasm, made, machine) : emitColumns(wasm, made, machine)
    for (let i = 0; i < 20; i++) emit(new WasmModule())
    const start = performance.now()
    emit(new WasmModule())
    generatedMs = performance.now() - start
    const compiled = new Kernel(emit, made.operands.length, memory)
    bytes = compiled.bytes.length
    const addresses = made.operands.map((_, i) => 65536 + i * (rows * width * 4 + 4160))
    const scratch = 65536 + made.operands.length * (rows * width * 4 + 4160)
    const { best, median } = measure(() => compiled.run(addresses, scratch))
    const rate = (ms: number): string => ((passes * rows * width * 4) / ms / 1e6).toFixed(1)
    columns.push(`${rate(best).padStart(6)} (${rate(median)})`.padEnd(16))
  }
  console.log(`${columns.join('')} ${bytes} ${generatedMs.toFixed(2)}`)
}
