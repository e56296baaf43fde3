// Prints what a few kernels give, bit by bit. rows.test.ts runs it under V8's several ways of compiling and compares.

import { createHash } from 'node:crypto'
import type { Machine } from '../../src/engine/cpu/emitted.ts'
import { emitColumns } from '../../src/engine/cpu/loops/columns.ts'
import { emitRows } from '../../src/engine/cpu/loops/rows.ts'
import type { WasmModule } from '../../src/engine/cpu/wasm/module.ts'
import type { ColumnsKernel, RowsKernel } from '../../src/engine/lower/kernel.ts'
import { uniform } from '../../src/tensor/random.ts'
import { apply, load, maximum, runKernel, sum } from './kernels.ts'

const [rows, columns] = [33, 270]
const full = { strides: [272, 1] }
const kernel = { axes: [rows, columns], operands: [full, full] }
const x = load(0)

const powers = apply('exp', apply('subtract', x, maximum(x)))
const softmax = apply('multiply', powers, apply('reciprocal', sum(powers)))
const centred = apply('subtract', x, apply('multiply', sum(x), 1 / columns))
const norm = apply('divide', centred, apply('sqrt', apply('add', sum(apply('multiply', centred, centred)), 0.1)))
const curves = apply('where', apply('less', x, 0.5), apply('tanh', x), apply('add', apply('erf', x), apply('log', x)))

const kernels: readonly (RowsKernel | ColumnsKernel)[] = [
  ...[softmax, norm, curves].map((value) => ({ kind: 'rows' as const, ...kernel, stores: [{ operand: 1, value }] })),
  {
    kind: 'columns',
    ...kernel,
    outer: 0,
    operands: [full, { strides: [0, 1] }],
    stores: [{ operand: 1, value: sum(x) }],
  },
]

const machine: Machine = { fma: true, paired: true, tile: { rows: 6, vectors: 4 } }
const data = Float32Array.from({ length: rows * 272 }, (_, i) => uniform(3, 4, i) * 4 - 2)
const hash = createHash('sha256')
for (const made of kernels) {
  const emit = (wasm: WasmModule) =>
    made.kind === 'rows' ? emitRows(wasm, made, machine) : emitColumns(wasm, made, machine)
  const result = runKernel(emit, [data, new Float32Array(rows * 272)])[1]
  for (let row = 0; row < rows; row++) hash.update(result.slice(row * 272, row * 272 + columns))
}
process.stdout.write(hash.digest('hex'))
