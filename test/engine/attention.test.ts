// Attention's kernels against plain loops in float64, over awkward sizes, masks, layouts and machines.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { emitAttention } from '../../src/engine/cpu/attention.ts'
import type { Emitted, Machine } from '../../src/engine/cpu/emitted.ts'
import { WasmModule } from '../../src/engine/cpu/wasm.ts'
import type { AttentionKernel } from '../../src/engine/kernel.ts'

/** Sizes and kinds of one attention; what is left out is 1, or absent. */
interface Case {
  readonly batch?: number
  readonly head?: number
  readonly group?: number
  readonly position: number
  readonly source: number
  readonly key: number
  readonly value: number
  /** Causal with offset 0, or with an offset that is read when it runs. */
  readonly causal?: boolean | number
  /** The axes that the mask has. */
  readonly keep?: readonly Name[]
  /** What the mask hides: a share of the cells, or everything for the first position. */
  readonly hides?: number | 'first'
  /** Axes, slowest first, of query and output; and of key and value. */
  readonly order?: readonly Name[]
  readonly sourceOrder?: readonly Name[]
}
type Name = 'batch' | 'head' | 'group' | 'position' | 'source'

const machines: Machine[] = [true, false].flatMap((fma) =>
  [[6, 4], [6, 2], [5, 2], [4, 2]].map(([rows, vectors]) => ({ fma, paired: false, tile: { rows, vectors } })),
) // prettier-ignore

/** One operand: a named array that lies in memory with padded rows. */
interface Array4 {
  readonly data: Float32Array
  readonly strides: Partial<Record<Name, number>>
  readonly cells: number
}

const outerNames = ['batch', 'head', 'group'] as const
const padded = (cells: number) => Math.ceil(cells / 4) * 4

/** Numbers in [-1, 1), the same in every run. */
function numbers(seed: number): () => number {
  let state = seed * 2654435761 + 12345
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0
    return (state >>> 0) / 2 ** 31 - 1
  }
}

/** An array over named axes and `cells` along the last, filled by `next`; the padding is NaN. */
function array(sizes: Case, axes: readonly Name[], cells: number, next: () => number): Array4 {
  const strides: Partial<Record<Name, number>> = {}
  const row = padded(cells)
  let count = row
  for (const axis of axes.toReversed()) {
    strides[axis] = count
    count *= sizes[axis] ?? 1
  }
  const data = new Float32Array(count).map((_, i) => (i % row < cells ? next() : NaN))
  return { data, strides, cells }
}

/** The kernel of a case and its operands, in the kernel's order. */
function build(sizes: Case, kind: AttentionKernel['kind'], seed: number) {
  const next = numbers(seed)
  const order = sizes.order ?? ['batch', 'head', 'group', 'position']
  const sourceOrder = sizes.sourceOrder ?? ['batch', 'head', 'source']
  const query = array(sizes, order, sizes.key, () => 2 * next())
  const key = array(sizes, sourceOrder, sizes.key, () => 2 * next())
  const value = array(sizes, sourceOrder, sizes.value, next)
  const output = array(sizes, order, sizes.value, () => NaN)
  const outputGradient = array(sizes, order, sizes.value, next)
  // Its last axis is position, of which the rows are padded.
  const rows = array(sizes, [...outerNames], sizes.position, () => NaN)
  const rowStrides = { ...rows.strides, position: 1 }
  const keepAxes = sizes.keep ?? []
  const last = keepAxes.at(-1)
  const keep = array(sizes, keepAxes.slice(0, -1), last ? (sizes[last] ?? 1) : 1, () => (next() > 2 * (typeof sizes.hides === 'number' ? sizes.hides : 0) - 1 ? 1 : 0))
  const keepStrides: Partial<Record<Name, number>> = last ? { ...keep.strides, [last]: 1 } : {}
  if (sizes.hides === 'first') {
    for (let s = 0; s < sizes.source; s++) keep.data[s * (keepStrides.source ?? 0)] = 0
  }
  const offset = { data: Float32Array.of(typeof sizes.causal === 'number' ? sizes.causal : 0) }
  const forwards = kind === 'attention'
  const operands = forwards
    ? [query, key, value, output, rows]
    : [query, key, value, output, rows, outputGradient, like(query), like(key), like(value)]
  const count = operands.length
  const extra: { data: Float32Array }[] = []
  if (sizes.keep) extra.push(keep)
  if (typeof sizes.causal === 'number') extra.push(offset)
  const kernel: AttentionKernel = {
    kind,
    outer: outerNames.map((name) => ({
      size: sizes[name] ?? 1,
      query: query.strides[name] ?? 0,
      key: key.strides[name] ?? 0,
      value: value.strides[name] ?? 0,
      output: output.strides[name] ?? 0,
      logSumExp: rows.strides[name] ?? 0,
      keep: keepStrides[name] ?? 0,
    })),
    position: {
      size: sizes.position,
      query: query.strides.position ?? 0,
      output: output.strides.position ?? 0,
      logSumExp: 1,
      keep: keepStrides.position ?? 0,
    },
    source: {
      size: sizes.source,
      key: key.strides.source ?? 0,
      value: value.strides.source ?? 0,
      keep: keepStrides.source ?? 0,
    },
    key: sizes.key,
    value: sizes.value,
    scale: 1 / Math.sqrt(sizes.key),
    ...(sizes.causal === undefined || sizes.causal === false
      ? {}
      : { causal: typeof sizes.causal === 'number' ? { offset: count + extra.length - 1 } : {} }),
    ...(sizes.keep ? { keep: count } : {}),
  }
  return { kernel, operands: [...operands, ...extra], rowStrides, keepStrides }
}

function like({ data, strides, cells }: Array4): Array4 {
  return { data: new Float32Array(data.length).fill(NaN), strides, cells }
}

/** Compiles kernels into one module and runs them, with units in runs of so many as if threads had them. */
class Runner {
  readonly #memory: WebAssembly.Memory
  readonly #stages: { run: (...parameters: number[]) => void; units: number }[]
  readonly #emitted: Emitted

  constructor(kernel: AttentionKernel, machine: Machine, bytes: number) {
    const wasm = new WasmModule()
    this.#emitted = emitAttention(wasm, kernel, machine)
    this.#emitted.stages.forEach((stage, i) => {
      const types = stage.function.parameters.map(({ type }) => type)
      const entry = wasm.function(`stage${i}`, types)
      entry.push(...entry.parameters).call(stage.function)
    })
    const pages = Math.ceil((bytes + this.#emitted.ownScratch + 65536) / 65536)
    this.#memory = new WebAssembly.Memory({ initial: pages, maximum: pages })
    const module = new WebAssembly.Module(wasm.encode({ shared: false, maximumPages: pages }))
    const { exports } = new WebAssembly.Instance(module, { host: { memory: this.#memory } })
    this.#stages = this.#emitted.stages.map(({ units }, i) => ({
      run: exports[`stage${i}`] as (...parameters: number[]) => void,
      units,
    }))
  }

  /** Runs the kernel on copies of the operands, and gives back what then stands in them. */
  run(operands: readonly { data: Float32Array }[], unitsAtOnce = Infinity, backwards = false): Float32Array[] {
    let end = 4096
    const place = (bytes: number) => {
      const address = end
      end = Math.ceil((address + bytes) / 64) * 64
      return address
    }
    const addresses = operands.map(({ data }) => place(data.byteLength))
    operands.forEach(({ data }, i) => {
      new Float32Array(this.#memory.buffer, addresses[i], data.length).set(data)
    })
    const own = place(this.#emitted.ownScratch)
    for (const { run, units } of this.#stages) {
      const starts: number[] = []
      for (let from = 0; from < units; from += unitsAtOnce) starts.push(from)
      if (backwards) starts.reverse()
      for (const from of starts) {
        // Scratch holds whatever somebody left there.
        new Float32Array(this.#memory.buffer, own, this.#emitted.ownScratch / 4).fill(NaN)
        run(from, Math.min(units, from + unitsAtOnce), ...addresses, 0, own)
      }
    }
    return operands.map(({ data }, i) => new Float32Array(this.#memory.buffer, addresses[i], data.length).slice())
  }
}

const bytesOf = (operands: readonly { data: Float32Array }[]) =>
  operands.reduce((sum, { data }) => sum + data.byteLength + 64, 8192)

/** The definition, in float64: the arrays of `operands` that the kernel writes, NaN where it does not. */
function expected({ kernel, operands }: ReturnType<typeof build>): Float64Array[] {
  const [query, key, value, , , outputGradient] = operands
  const results = operands.map(({ data }) => new Float64Array(data.length))
  const { outer, position, source } = kernel
  const offset = kernel.causal?.offset === undefined ? 0 : operands[kernel.causal.offset].data[0]
  const visit = (axis: number, at: { query: number; key: number; value: number; output: number; logSumExp: number; keep: number }): void => {
    if (axis < outer.length) {
      const { size, ...strides } = outer[axis]
      for (let i = 0; i < size; i++) {
        const moved = { ...at }
        for (const name of Object.keys(at) as (keyof typeof at)[]) moved[name] += strides[name] * i
        visit(axis + 1, moved)
      }
      return
    }
    for (let p = 0; p < position.size; p++) {
      const q = at.query + p * position.query
      const o = at.output + p * position.output
      const k = (s: number) => at.key + s * source.key
      const v = (s: number) => at.value + s * source.value
      const scores: number[] = []
      for (let s = 0; s < source.size; s++) {
        let sum = 0
        for (let c = 0; c < kernel.key; c++) sum += query.data[q + c] * key.data[k(s) + c]
        const mask = kernel.keep === undefined ? 1 : operands[kernel.keep].data[at.keep + p * position.keep + s * source.keep]
        const isSeen = (!kernel.causal || s <= p + offset) && mask !== 0
        scores.push(isSeen ? sum * kernel.scale : -Infinity)
      }
      const maximum = Math.max(-1e300, ...scores)
      const total = scores.reduce((sum, score) => sum + Math.exp(score - maximum), 0)
      const pattern = scores.map((score) => (total === 0 ? 0 : Math.exp(score - maximum) / total))
      const isSeen = (s: number) => pattern[s] > 0
      const mixed = new Float64Array(kernel.value)
      for (let c = 0; c < kernel.value; c++) {
        for (let s = 0; s < source.size; s++) if (isSeen(s)) mixed[c] += pattern[s] * value.data[v(s) + c]
        results[3][o + c] = mixed[c]
      }
      results[4][at.logSumExp + p * position.logSumExp] = total === 0 ? -Infinity : maximum + Math.log(total)
      if (kernel.kind === 'attention') continue
      const gradient = (c: number) => outputGradient.data[o + c]
      const inner = mixed.reduce((sum, m, c) => sum + m * gradient(c), 0)
      for (let s = 0; s < source.size; s++) {
        if (!isSeen(s)) continue
        let upstream = 0
        for (let c = 0; c < kernel.value; c++) {
          upstream += gradient(c) * value.data[v(s) + c]
          results[8][v(s) + c] += pattern[s] * gradient(c)
        }
        const slope = pattern[s] * (upstream - inner) * kernel.scale
        for (let c = 0; c < kernel.key; c++) {
          results[6][q + c] += slope * key.data[k(s) + c]
          results[7][k(s) + c] += slope * query.data[q + c]
        }
      }
    }
  }
  visit(0, { query: 0, key: 0, value: 0, output: 0, logSumExp: 0, keep: 0 })
  return results
}

/** Compares an operand with the definition, without its padding. */
function compare(actual: Float32Array, wanted: Float64Array, cells: number, name: string): void {
  const row = padded(cells)
  for (let i = 0; i < actual.length; i++) {
    if (i % row >= cells) continue
    const isNear = Object.is(actual[i], wanted[i]) || Math.abs(actual[i] - wanted[i]) < 3e-6 * (1 + Math.abs(wanted[i])) || actual[i] === wanted[i]
    if (!isNear) assert.fail(`${name}: cell ${i} is ${actual[i]}, not ${wanted[i]}`)
  }
}

const operandNames = ['query', 'key', 'value', 'output', 'logSumExp', 'dO', 'dQ', 'dK', 'dV']

/** Runs forward and gradient of a case and compares both, and the bits for two ways of splitting the units. */
function check(sizes: Case, machine: Machine): void {
  const label = JSON.stringify(sizes) + JSON.stringify(machine)
  const forward = build(sizes, 'attention', 1)
  const bytes = bytesOf(forward.operands)
  const runner = new Runner(forward.kernel, machine, bytes)
  const results = runner.run(forward.operands)
  const wanted = expected(forward)
  compare(results[3], wanted[3], sizes.value, `output of ${label}`)
  compare(results[4], wanted[4], sizes.position, `logSumExp of ${label}`)
  const single = runner.run(forward.operands, 1, true)
  assert.deepEqual(single, results, `bits of ${label}`)

  const backward = build(sizes, 'attentionGradient', 1)
  // What the forward pass left: numbers, and NaN in the padding of rows.
  backward.operands[3].data.set(results[3])
  backward.operands[4].data.set(results[4])
  const gradientRunner = new Runner(backward.kernel, machine, bytesOf(backward.operands))
  const gradients = gradientRunner.run(backward.operands)
  const wantedGradients = expected(backward)
  for (const operand of [6, 7, 8]) {
    compare(gradients[operand], wantedGradients[operand], operand === 8 ? sizes.value : sizes.key, `${operandNames[operand]} of ${label}`)
  }
  assert.deepEqual(gradientRunner.run(backward.operands, 1, true), gradients, `bits of the gradient of ${label}`)
}

const interleaved = { order: ['batch', 'position', 'head', 'group'], sourceOrder: ['batch', 'source', 'head'] } as const

const cases: Case[] = [
  { position: 1, source: 1, key: 1, value: 1 },
  { position: 1, source: 7, key: 5, value: 3 },
  { position: 2, source: 3, key: 4, value: 8, batch: 2 },
  { position: 3, source: 37, key: 8, value: 5, causal: 34 },
  { position: 4, source: 65, key: 33, value: 16, causal: 9, head: 2, ...interleaved },
  { position: 5, source: 5, key: 1, value: 1, causal: true },
  { position: 5, source: 11, key: 5, value: 7 },
  { position: 13, source: 13, key: 8, value: 8, causal: true, head: 3, ...interleaved },
  { position: 17, source: 17, key: 5, value: 12, causal: true, batch: 2, head: 2 },
  { position: 16, source: 23, key: 32, value: 20 },
  { position: 67, source: 67, key: 12, value: 4, causal: true },
  { position: 131, source: 131, key: 8, value: 24, causal: true },
  { position: 70, source: 139, key: 4, value: 4 },
  { position: 19, source: 50, key: 8, value: 8, causal: 0 },
  { position: 19, source: 50, key: 8, value: 8, causal: 13, head: 2, ...interleaved },
  { position: 19, source: 20, key: 8, value: 8, causal: 40 },
  { position: 9, source: 21, key: 6, value: 6, keep: ['position', 'source'], hides: 0.5 },
  { position: 9, source: 21, key: 6, value: 6, keep: ['source', 'position'], hides: 0.5, batch: 2 },
  { position: 21, source: 21, key: 6, value: 6, keep: ['batch', 'source'], hides: 0.3, batch: 3, causal: true },
  { position: 21, source: 9, key: 6, value: 6, keep: ['batch', 'head', 'position'], hides: 0.3, batch: 2, head: 2 },
  { position: 21, source: 9, key: 6, value: 6, keep: ['position', 'source'], hides: 'first' },
  { position: 3, source: 9, key: 6, value: 6, keep: ['position', 'source'], hides: 'first', causal: 5 },
  { position: 3, source: 18, key: 6, value: 6, keep: ['batch', 'source'], hides: 0.4, batch: 2 },
  { position: 2, source: 9, key: 6, value: 6, keep: ['source', 'position'], hides: 1 },
  { position: 11, source: 12, key: 6, value: 6, keep: ['batch', 'position', 'source'], hides: 0.9, batch: 2 },
  { position: 18, source: 18, key: 8, value: 8, causal: true, head: 2, group: 3 },
  { position: 1, source: 33, key: 16, value: 16, causal: 20, head: 2, group: 2, ...interleaved },
  { position: 6, source: 14, key: 8, value: 4, head: 2, group: 2, batch: 2, ...interleaved },
]

for (const machine of machines) {
  const { fma, tile } = machine
  test(`attention and its gradient, ${fma ? 'fused' : 'not fused'}, tiles of ${tile.rows}x${tile.vectors}`, () => {
    for (const sizes of cases) check(sizes, machine)
  })
}
