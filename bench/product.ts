// Speed of matrix products on one thread, in GFLOP/s (best and median), with what generating each one takes.
//
//   node bench/product.ts [tile, as 6x4] [plain] [part of a name or layout]
//
// The shapes are those of a small transformer (768 positions at once, model 128, hidden 512, 65 characters) and of a big
// one (2048, 384, 1536): forward (NN), gradient of the input (NT: B is transposed) and of the weight (TN: A is). Then
// come single rows, as decoding has them, where what counts is how fast B is read.

import { setFlagsFromString } from 'node:v8'
import type { Machine } from '../src/engine/cpu/emitted.ts'
import { emitProduct } from '../src/engine/cpu/product/product.ts'
import * as stream from '../src/engine/cpu/product/stream.ts'
import { keepRare } from '../src/engine/cpu/rare.ts'
import { WasmModule } from '../src/engine/cpu/wasm/module.ts'
import type { ProductKernel, Value } from '../src/engine/lower/kernel.ts'

const options = process.argv.slice(2)
const [tileRows, tileVectors] = (options.find((option) => /^\dx\d$/.test(option)) ?? '6x4').split('x').map(Number)
const isPlain = options.includes('plain')
const wanted = options.find((option) => !/^\dx\d$|^plain$/.test(option)) ?? ''
const machine: Machine = { fma: !isPlain, paired: tileVectors === 4, tile: { rows: tileRows, vectors: tileVectors } }
if (machine.paired) setFlagsFromString('--experimental-wasm-revectorize')
keepRare('stream', stream)

interface Shape {
  readonly name: string
  readonly layout: 'NN' | 'NT' | 'TN'
  readonly rows: number
  readonly inner: number
  readonly columns: number
  readonly places?: number
  /** Added to the product. */
  readonly epilogue?: 'bias' | 'residual'
}

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
  { name: 'small tied logits', layout: 'NN', rows: 768, inner: 65, columns: 128 },
  { name: 'small tied logits', layout: 'TN', rows: 65, inner: 768, columns: 128 },
  { name: 'small up, bias', layout: 'NN', rows: 768, inner: 128, columns: 512, epilogue: 'bias' },
  { name: 'small down, residual', layout: 'NN', rows: 768, inner: 512, columns: 128, epilogue: 'residual' },
  { name: 'small scores', layout: 'NT', rows: 64, inner: 32, columns: 64, places: 48 },
  ...trained('big model→model', 2048, 384, 384),
  ...trained('big up', 2048, 384, 1536),
  ...trained('big down', 2048, 1536, 384),
  { name: 'row: small up', layout: 'NN', rows: 1, inner: 128, columns: 512 },
  { name: 'row: small down', layout: 'NN', rows: 1, inner: 512, columns: 128 },
  { name: 'row: small tied logits', layout: 'NT', rows: 1, inner: 128, columns: 65 },
  { name: 'row: GPT-2 up', layout: 'NN', rows: 1, inner: 768, columns: 3072, places: 12 },
  { name: 'row: GPT-2 down', layout: 'NN', rows: 1, inner: 3072, columns: 768, places: 12 },
  { name: 'row: GPT-2 tied logits', layout: 'NT', rows: 1, inner: 768, columns: 50257 },
  { name: 'row: Whisper tiny logits', layout: 'NT', rows: 1, inner: 384, columns: 51864 },
  { name: '4 rows: GPT-2 up', layout: 'NN', rows: 4, inner: 768, columns: 3072 },
  { name: '4 rows: GPT-2 logits', layout: 'NT', rows: 4, inner: 768, columns: 50257 },
  { name: '16 rows: GPT-2 up', layout: 'NN', rows: 16, inner: 768, columns: 3072 },
]

const maximumPages = 8192
const memory = new WebAssembly.Memory({ initial: maximumPages, maximum: maximumPages })
const pad = (cells: number): number => Math.ceil(cells / 4) * 4

/** The kernel, and the cells of each operand. */
function kernelOf(shape: Shape): { kernel: ProductKernel; cells: number[] } {
  const { layout, rows, inner, columns, places = 1, epilogue } = shape
  const a =
    layout === 'TN'
      ? { row: 1, inner: pad(rows), all: inner * pad(rows) }
      : { row: pad(inner), inner: 1, all: rows * pad(inner) }
  const b =
    layout === 'NT'
      ? { column: pad(inner), inner: 1, all: columns * pad(inner) }
      : { column: 1, inner: pad(columns), all: inner * pad(columns) }
  const c = [rows * pad(columns), pad(columns), 1]
  const product: Value = { kind: 'product' }
  const sum: Value = { kind: 'apply', operation: 'add', inputs: [product, { kind: 'load', operand: 3 }] }
  const kernel: ProductKernel = {
    kind: 'product',
    outer: [{ size: places, a: a.all, b: b.all, c: c[0] }],
    row: { size: rows, a: a.row, b: 0, c: c[1] },
    column: { size: columns, a: 0, b: b.column, c: 1 },
    inner: [{ size: inner, a: a.inner, b: b.inner, c: 0 }],
    operands: [[], [], c, epilogue === 'bias' ? [0, 0, 1] : c].map((strides) => ({ strides })),
    stores: [{ operand: 2, value: epilogue ? sum : product }],
  }
  return { kernel, cells: [a.all * places, b.all * places, c[0] * places, c[0] * places] }
}

/** Generates and instantiates a kernel; `run` runs all its stages. */
function build(kernel: ProductKernel): { run: (addresses: readonly number[], scratch: number) => void; bytes: number } {
  const wasm = new WasmModule()
  const { stages, sharedScratch } = emitProduct(wasm, kernel, machine)
  const all = wasm.function(
    'all',
    Array.from({ length: kernel.operands.length + 2 }, () => 'i32' as const),
  )
  for (const stage of stages) all.push(0, stage.units, ...all.parameters).call(stage.function)
  const code = wasm.encode({ shared: false, maximumPages })
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(code), { host: { memory } })
  const call = exports.all as (...parameters: number[]) => void
  return { run: (addresses, scratch) => call(...addresses, scratch, scratch + sharedScratch), bytes: code.length }
}

/** Seconds that one call takes: the least, and the median. */
function measure(call: () => void, flops: number): [number, number] {
  const calls = Math.max(1, Math.round(1e8 / flops))
  const repeat = (ms: number): number[] => {
    const times: number[] = []
    for (const begun = performance.now(); performance.now() - begun < ms || times.length === 0; ) {
      const start = performance.now()
      for (let i = 0; i < calls; i++) call()
      times.push((performance.now() - start) / calls / 1000)
    }
    return times.sort((x, y) => x - y)
  }
  repeat(150)
  const times = repeat(300)
  return [times[0], times[times.length >> 1]]
}

/** The greatest error among some cells of C, at the first place; V8 has compiled the code for speed by now. */
function errorOf({ row, column, inner: [inner], operands }: ProductKernel, cells: readonly Float32Array[]): number {
  const [a, b, c, added] = cells
  const [, addedRow, addedColumn] = operands[3].strides
  let worst = 0
  for (let i = 0; i < 500; i++) {
    const r = (i * 37) % row.size
    const col = (i * i * 11 + i * 3) % column.size
    let sum = 0
    for (let k = 0; k < inner.size; k++) sum += a[r * row.a + k * inner.a] * b[k * inner.b + col * column.b]
    const found = c[r * row.c + col]
    const withAdded = sum + added[r * addedRow + col * addedColumn]
    worst = Math.max(worst, Math.min(Math.abs(found - sum), Math.abs(found - withAdded)))
  }
  return worst
}

console.log(`Node ${process.version}, tile ${tileRows}x${tileVectors}${isPlain ? ', mul + add' : ''}`)
console.log('name                         rows×inner×columns    best  median   B in GB/s  built in ms   bytes')
for (const shape of shapes.filter(({ name, layout }) => `${name} ${layout}`.includes(wanted))) {
  const { kernel, cells } = kernelOf(shape)
  let end = 64
  const addresses = cells.map((count) => {
    const address = end
    end = Math.ceil((end + count * 4) / 64) * 64
    new Float32Array(memory.buffer, address, count).forEach((_, i, all) => {
      all[i] = ((i * 7) % 13) * 0.1 - 0.5
    })
    return address
  })
  const begun = performance.now()
  const { run, bytes } = build(kernel)
  const buildMs = performance.now() - begun
  const flops = 2 * shape.rows * shape.inner * shape.columns * (shape.places ?? 1)
  const [best, median] = measure(() => run(addresses, end), flops)
  const speed = (seconds: number): string => (flops / seconds / 1e9).toFixed(1).padStart(7)
  const error = errorOf(
    kernel,
    addresses.map((address, i) => new Float32Array(memory.buffer, address, cells[i])),
  )
  console.log(
    shape.name.padEnd(25),
    shape.layout,
    `${shape.rows}×${shape.inner}×${shape.columns}`.padStart(17),
    `${speed(best)} ${speed(median)}`,
    ((cells[1] * 4) / best / 1e9).toFixed(1).padStart(11),
    buildMs.toFixed(1).padStart(12),
    String(bytes).padStart(7),
    error > 1e-2 ? `wrong by ${error}` : '',
  )
}
