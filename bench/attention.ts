// Attention's kernels on one thread: GFLOP/s of the work that the pattern's seen cells need, for several shapes.
//
//   node bench/attention.ts [128] [plain] [shape=0,2]
//
// 128: without V8's pairing of vectors, as in a browser. plain: without fused multiply-add. shape: only these.
//
// The gradient is counted as 2.5 forward passes: five products in place of two.

import { setFlagsFromString } from 'node:v8'
import { emitAttention } from '../src/engine/cpu/attention/attention.ts'
import type { Machine } from '../src/engine/cpu/emitted.ts'
import { WasmModule } from '../src/engine/cpu/wasm/module.ts'
import type { AttentionKernel } from '../src/engine/lower/kernel.ts'

const paired = !process.argv.includes('128')
const fma = !process.argv.includes('plain')
if (paired) setFlagsFromString('--experimental-wasm-revectorize')
const machine: Machine = { fma, paired, tile: { rows: fma ? 6 : 5, vectors: paired ? 4 : 2 } }

interface Shape {
  readonly batch: number
  readonly head: number
  readonly position: number
  readonly source: number
  readonly size: number
  /** The heads lie inside the positions, as a product leaves them, or outside. */
  readonly headsInside: boolean
  readonly offset?: number
  /** Not causal, with a mask (batch, source). */
  readonly masked?: boolean
  /** Not causal: all sources; three quarters of them for each row of the batch; or for each position its sentence of so many. */
  readonly span?: 'all' | 'padded' | number
}

function kernelOf(
  { batch, head, position, source, size, headsInside, offset, masked, span }: Shape,
  kind: AttentionKernel['kind'],
) {
  const along = headsInside ? head * size : size
  const outer = (axis: 'batch' | 'head', rows: number) =>
    axis === 'batch' ? head * rows * size : headsInside ? size : rows * size
  const axis = (name: 'batch' | 'head', count: number) => ({
    size: count,
    query: outer(name, position),
    key: outer(name, source),
    value: outer(name, source),
    output: outer(name, position),
    logSumExp: name === 'batch' ? head * position : position,
    keep: masked && name === 'batch' ? source : 0,
    first: 0,
    last: span === 'padded' && name === 'batch' ? 1 : 0,
  })
  const extra = kind === 'attention' ? 5 : 9
  const along1 = typeof span === 'number' ? 1 : 0
  const kernel: AttentionKernel = {
    kind,
    outer: [axis('batch', batch), axis('head', head)],
    position: { size: position, query: along, output: along, logSumExp: 1, keep: 0, first: along1, last: along1 },
    source: { size: source, key: along, value: along, keep: 1 },
    key: size,
    value: size,
    scale: 1 / Math.sqrt(size),
    ...(masked
      ? { keep: extra }
      : span === 'all'
        ? {}
        : span === 'padded'
          ? { last: extra }
          : span
            ? { first: extra, last: extra + 1 }
            : { causal: offset === undefined ? {} : { offset: extra } }),
  }
  return kernel
}

/** Best and median time of one run, in ms, and the time to generate and compile. */
function time(shape: Shape, kind: AttentionKernel['kind'], ms: number) {
  const kernel = kernelOf(shape, kind)
  const started = performance.now()
  const wasm = new WasmModule()
  const { stages, ownScratch } = emitAttention(wasm, kernel, machine)
  const [{ function: stage, units }] = stages
  const types = stage.parameters.map(({ type }) => type)
  const entry = wasm.function('run', types)
  entry.push(...entry.parameters).call(stage)
  const bytes = wasm.encode({ shared: false, maximumPages: 16384 })
  const generated = performance.now()
  const module = new WebAssembly.Module(bytes)
  const compiled = performance.now()
  const { batch, head, position, source, size } = shape
  const cells = batch * head * size * 4
  const [q, k] = [position * cells, source * cells]
  const rows = batch * head * position * 4
  const sizes = [q, k, k, q, rows]
  if (kind === 'attentionGradient') sizes.push(q, q, k, k)
  if (shape.offset !== undefined) sizes.push(4)
  if (shape.masked) sizes.push(batch * source * 4)
  if (shape.span === 'padded') sizes.push(batch * 4)
  if (typeof shape.span === 'number') sizes.push(position * 4, position * 4)
  sizes.push(ownScratch)
  let end = 65536
  const addresses = sizes.map((size) => {
    const address = end
    end = Math.ceil((end + size) / 64) * 64 + 192
    return address
  })
  const memory = new WebAssembly.Memory({ initial: Math.ceil(end / 65536), maximum: 16384 })
  const floats = new Float32Array(memory.buffer)
  let state = 1
  const fill = (operand: number, scale: number) => {
    for (let i = 0; i < sizes[operand] / 4; i++) {
      state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff
      floats[addresses[operand] / 4 + i] = (state / 0x7fffffff - 0.5) * scale
    }
  }
  for (const operand of [0, 1, 2, 3]) fill(operand, 4)
  if (kind !== 'attention') {
    fill(5, 4)
    floats.fill(6, addresses[4] / 4, (addresses[4] + rows) / 4)
  }
  const extra = addresses[kind === 'attention' ? 5 : 9] / 4
  if (shape.masked) floats.fill(1, extra, extra + batch * source)
  if (shape.offset !== undefined) floats[extra] = shape.offset
  if (shape.span === 'padded') floats.fill(source * 0.75 - 1, extra, extra + batch)
  const { span } = shape
  if (typeof span === 'number')
    for (let p = 0; p < position; p++) {
      floats[extra + p] = Math.floor(p / span) * span
      floats[addresses[kind === 'attention' ? 6 : 10] / 4 + p] = Math.floor(p / span) * span + span - 1
    }
  const run = new WebAssembly.Instance(module, { host: { memory } }).exports.run as (...parameters: number[]) => void
  const own = addresses[addresses.length - 1]
  // In slices of units, each timed by itself: on a busy machine a short slice is sometimes left alone.
  const slices = Math.min(units, 24)
  const bounds = Array.from({ length: slices + 1 }, (_, i) => Math.round((units * i) / slices))
  const times = bounds.slice(1).map((): number[] => [])
  const others = [...addresses.slice(0, -1), 0, own]
  const pass = (isTimed: boolean) => {
    times.forEach((list, i) => {
      const before = performance.now()
      run(bounds[i], bounds[i + 1], ...others)
      if (isTimed) list.push(performance.now() - before)
    })
  }
  for (const start = performance.now(); performance.now() - start < ms / 2; ) pass(false)
  for (const start = performance.now(); performance.now() - start < ms; ) pass(true)
  for (const list of times) list.sort((a, b) => a - b)
  const sum = (pick: (list: number[]) => number) => times.reduce((total, list) => total + pick(list), 0)
  return {
    best: sum((list) => list[0]),
    median: sum((list) => list[list.length >> 1]),
    generating: generated - started,
    compiling: compiled - generated,
    bytes: bytes.length,
  }
}

const shapes: Shape[] = [
  { batch: 12, head: 4, position: 64, source: 64, size: 32, headsInside: false },
  { batch: 12, head: 4, position: 64, source: 64, size: 32, headsInside: true },
  { batch: 8, head: 6, position: 256, source: 256, size: 64, headsInside: false },
  { batch: 8, head: 6, position: 256, source: 256, size: 64, headsInside: true },
  { batch: 1, head: 12, position: 512, source: 512, size: 64, headsInside: true },
  { batch: 1, head: 4, position: 2048, source: 2048, size: 64, headsInside: true },
  { batch: 32, head: 12, position: 14, source: 14, size: 32, headsInside: true, masked: true },
  { batch: 8, head: 12, position: 128, source: 128, size: 64, headsInside: true, masked: true },
  { batch: 1, head: 12, position: 512, source: 512, size: 32, headsInside: true, span: 14 },
  { batch: 1, head: 12, position: 1024, source: 1024, size: 64, headsInside: true, span: 256 },
  { batch: 64, head: 8, position: 24, source: 24, size: 32, headsInside: true, span: 'padded' },
  { batch: 64, head: 8, position: 24, source: 24, size: 32, headsInside: true, masked: true },
  { batch: 64, head: 8, position: 24, source: 24, size: 32, headsInside: true },
  { batch: 8, head: 12, position: 128, source: 128, size: 64, headsInside: true, span: 'padded' },
  // Whisper tiny's encoder, ViT-S/16, and a ViT for digits.
  { batch: 1, head: 6, position: 1500, source: 1500, size: 64, headsInside: true, span: 'all' },
  { batch: 1, head: 6, position: 197, source: 197, size: 64, headsInside: true, span: 'all' },
  { batch: 64, head: 4, position: 17, source: 17, size: 24, headsInside: true, span: 'all' },
  { batch: 1, head: 12, position: 1, source: 1024, size: 64, headsInside: false, offset: 511 },
  { batch: 12, head: 12, position: 1, source: 1024, size: 64, headsInside: false, offset: 511 },
]
const only = process.argv.find((argument) => argument.startsWith('shape='))
const chosen = only ? only.slice('shape='.length).split(',').map(Number) : shapes.keys()

const arithmetic = `${paired ? ', paired' : ''}${fma ? '' : ', not fused'}`
console.log(`${process.version}, tiles of ${machine.tile.rows}x${machine.tile.vectors}${arithmetic}`)
for (const i of chosen) {
  const { batch, head, position, source, size, headsInside, offset = 0, masked, span } = shapes[i]
  let seen = 0
  for (let p = 0; p < position; p++) {
    if (masked || span === 'all') seen += source
    else if (span === 'padded') seen += source * 0.75
    else seen += span ?? Math.min(source, p + offset + 1)
  }
  const notes = [
    headsInside && 'heads inside',
    offset > 0 && `after ${offset}`,
    masked && 'masked',
    span && (typeof span === 'string' ? span : `sentences of ${span}`),
  ].filter(Boolean)
  const label = `(${batch}, ${head}, ${position}, ${size}) ${notes.join(', ')}`
  for (const kind of ['attention', 'attentionGradient'] as const) {
    if (position === 1 && kind === 'attentionGradient') continue
    const { best, median, generating, compiling, bytes } = time(shapes[i], kind, 300)
    const work = batch * head * 4 * size * seen * (kind === 'attention' ? 1 : 2.5)
    const rate = (ms: number) => (work / ms / 1e6).toFixed(1).padStart(6)
    const read = position === 1 ? `, ${((batch * head * seen * size * 8) / best / 1e6).toFixed(1)} GB/s` : ''
    const name = `${label.padEnd(46)} ${kind === 'attention' ? 'forward ' : 'gradient'}`
    const made = `generated in ${generating.toFixed(1)} ms, compiled in ${compiling.toFixed(1)} ms`
    console.log(`  ${name} ${rate(best)} best ${rate(median)} median GFLOP/s${read}   (${bytes} bytes, ${made})`)
  }
}
