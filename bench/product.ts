// Speed of matrix products on one thread, in GFLOP/s (best and median), with what generating each one takes.
//
//   node bench/product.ts [tile, as 6x4] [plain] [part of a name]
//
// The shapes are those of a small transformer (768 positions at once, model 128, hidden 512, 65 characters) and of a big
// one (2048, 384, 1536): forward, gradient of the input (B transposed) and gradient of the weight (A transposed); then
// single rows, as decoding has them, where what counts is the memory that is read.

import v8 from 'node:v8'
import type { Machine } from '../src/engine/cpu/emitted.ts'
import { emitProduct } from '../src/engine/cpu/product.ts'
import type { ProductKernel, Value } from '../src/engine/kernel.ts'
import { Kernel, newMemory } from '../test/engine/kernels.ts'

const options = process.argv.slice(2)
const [rows, vectors] = (options.find((option) => /^\dx\d$/.test(option)) ?? '6x4').split('x').map(Number)
const isPlain = options.includes('plain')
const wanted = options.find((option) => !/^\dx\d$|^plain$/.test(option)) ?? ''
const machine: Machine = { fma: !isPlain, paired: vectors === 4, tile: { rows, vectors } }
if (machine.paired) v8.setFlagsFromString('--experimental-wasm-revectorize')

type Layout = 'NN' | 'NT' | 'TN'
type Epilogue = 'bias' | 'residual'

interface Shape {
  readonly name: string
  readonly layout: Layout
  readonly rows: number
  readonly inner: number
  readonly columns: number
  readonly places?: number
  readonly epilogue?: Epilogue
}

const pad = (cells: number): number => Math.ceil(cells / 4) * 4

/** Forward, gradient of the input, gradient of the weight. */
function trained(name: string, positions: number, from: number, to: number): Shape[] {
  return [
    { name, layout: 'NN', rows: positions, inner: from, columns: to },
    { name, layout: 'NT', rows: positions, inner: to, columns: from },
    { name, layout: 'TN', rows: from, inner: positions, columns: to },
  ]
}

const shapes: Shape[] = [
  ...trained('small model→model', 768, 128, 128),
  ...trained('small up', 768, 128, 512),
  ...trained('small down', 768, 512, 128),
  { name: 'small tied logits', layout: 'NT', rows: 768, inner: 128, columns: 65 },
  { name: 'small tied dX', layout: 'NN', rows: 768, inner: 65, columns: 128 },
  { name: 'small tied dW', layout: 'TN', rows: 65, inner: 768, columns: 128 },
  { name: 'small up + bias', layout: 'NN', rows: 768, inner: 128, columns: 512, epilogue: 'bias' },
  { name: 'small down + residual', layout: 'NN', rows: 768, inner: 512, columns: 128, epilogue: 'residual' },
  { name: 'small scores', layout: 'NT', rows: 64, inner: 32, columns: 64, places: 48 },
  ...trained('big model→model', 2048, 384, 384),
  ...trained('big up', 2048, 384, 1536),
  ...trained('big down', 2048, 1536, 384),
  { name: 'row up', layout: 'NN', rows: 1, inner: 128, columns: 512 },
  { name: 'row down', layout: 'NN', rows: 1, inner: 512, columns: 128 },
  { name: 'row logits', layout: 'NT', rows: 1, inner: 128, columns: 65 },
  { name: 'row GPT-2 up', layout: 'NN', rows: 1, inner: 768, columns: 3072 },
  { name: 'row GPT-2 down', layout: 'NN', rows: 1, inner: 3072, columns: 768 },
  { name: 'row GPT-2 logits', layout: 'NT', rows: 1, inner: 768, columns: 50257 },
  { name: '4 rows GPT-2 up', layout: 'NN', rows: 4, inner: 768, columns: 3072 },
  { name: '4 rows GPT-2 logits', layout: 'NT', rows: 4, inner: 768, columns: 50257 },
  { name: '8 rows GPT-2 up', layout: 'NN', rows: 8, inner: 768, columns: 3072 },
]

function kernelOf({ layout, rows, inner, columns, places = 1, epilogue }: Shape): {
  kernel: ProductKernel
  cells: number[]
} {
  const [a, b] = layout
  const aOf =
    a === 'N'
      ? { row: pad(inner), inner: 1, all: rows * pad(inner) }
      : { row: 1, inner: pad(rows), all: inner * pad(rows) }
  const bOf =
    b === 'N'
      ? { inner: pad(columns), column: 1, all: inner * pad(columns) }
      : { inner: 1, column: pad(inner), all: columns * pad(inner) }
  const c = rows * pad(columns)
  const product: Value = { kind: 'product' }
  const value: Value = epilogue
    ? { kind: 'apply', operation: 'add', inputs: [product, { kind: 'load', operand: 3 }] }
    : product
  const cStrides = [c, pad(columns), 1]
  return {
    cells: [places * aOf.all, places * bOf.all, places * c, ...(epilogue ? [places * c] : [])],
    kernel: {
      kind: 'product',
      outer: [{ size: places, a: aOf.all, b: bOf.all, c }],
      row: { size: rows, a: aOf.row, b: 0, c: pad(columns) },
      column: { size: columns, a: 0, b: bOf.column, c: 1 },
      inner: [{ size: inner, a: aOf.inner, b: bOf.inner, c: 0 }],
      operands: [[], [], cStrides, ...(epilogue ? [epilogue === 'bias' ? [0, 0, 1] : cStrides] : [])].map(
        (strides) => ({ strides }),
      ),
      stores: [{ operand: 2, value }],
    },
  }
}

/** Seconds of one call: the best, and the median. */
function measure(call: () => void, flops: number): [number, number] {
  const rounds = Math.max(1, Math.round(1e8 / flops))
  const until = (end: number): number[] => {
    const times: number[] = []
    do {
      const start = performance.now()
      for (let i = 0; i < rounds; i++) call()
      times.push((performance.now() - start) / rounds / 1000)
    } while (performance.now() < end)
    return times
  }
  until(performance.now() + 150)
  const times = until(performance.now() + 300).sort((x, y) => x - y)
  return [times[0], times[times.length >> 1]]
}

const memory = newMemory(8192)
console.log(`Node ${process.version}, tile ${rows}x${vectors}${isPlain ? ', mul + add' : ''}`)
console.log('name                     rows×inner×columns    best  median   GB/s of B   generated in ms, bytes')
for (const shape of shapes.filter(({ name, layout }) => `${name} ${layout}`.includes(wanted))) {
  const { kernel, cells } = kernelOf(shape)
  const generatedAt = performance.now()
  const emitted = new Kernel((wasm) => emitProduct(wasm, kernel, machine), cells.length, memory)
  const generateMs = performance.now() - generatedAt
  let end = 65536
  const addresses = cells.map((count) => {
    const address = end
    end = Math.ceil((end + count * 4) / 64) * 64
    new Float32Array(memory.buffer, address, count).forEach((_, i, all) => {
      all[i] = ((i * 7) % 13) * 0.1 - 0.5
    })
    return address
  })
  const { places = 1 } = shape
  const flops = 2 * shape.rows * shape.inner * shape.columns * places
  const [best, median] = measure(() => emitted.run(addresses, end), flops)
  const speed = (seconds: number): string => (flops / seconds / 1e9).toFixed(1).padStart(6)
  const bytes = cells[1] * 4
  console.log(
    `${shape.name.padEnd(21)} ${shape.layout} ${`${shape.rows}×${shape.inner}×${shape.columns}`.padStart(16)}  ${speed(best)}  ${speed(median)}`,
    `   ${(bytes / best / 1e9).toFixed(1).padStart(6)}      ${generateMs.toFixed(1).padStart(5)} ${String(emitted.bytes.length).padStart(6)}`,
  )
}
