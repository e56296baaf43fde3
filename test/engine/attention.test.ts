// Attention's kernels against plain loops in float64, over awkward sizes, masks, layouts and machines.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { emitAttention } from '../../src/engine/cpu/attention/attention.ts'
import { emitExponential, emitExponentialConstants, pushLogarithm } from '../../src/engine/cpu/attention/exponential.ts'
import type { Emitted, Machine } from '../../src/engine/cpu/emitted.ts'
import { WasmModule } from '../../src/engine/cpu/wasm/module.ts'
import type { AttentionKernel } from '../../src/engine/lower/kernel.ts'
import { pairIfPossible } from './pairing.ts'
import { plainResults } from './plain/kernel.ts'
import './rareParts.ts'

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
  /** The axes of the first and last sources that a position sees, and what these are. */
  readonly first?: readonly Name[]
  readonly last?: readonly Name[]
  readonly spans?: 'random' | 'sentences' | 'window'
  /** Axes, slowest first, of query and output; and of key and value. */
  readonly order?: readonly Name[]
  readonly sourceOrder?: readonly Name[]
}
type Name = 'batch' | 'head' | 'group' | 'position' | 'source'

// biome-ignore format: a table
const tiles = [[6, 4], [6, 2], [5, 2], [4, 2], [3, 3]]
const machines: Machine[] = [true, false].flatMap((fma) =>
  tiles.map(([rows, vectors]) => ({ fma, paired: false, tile: { rows, vectors } })),
)

/** One operand: a named array that lies in memory with padded rows. */
interface Operand {
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
function array(sizes: Case, axes: readonly Name[], cells: number, next: () => number): Operand {
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

/** A kernel and its operands, in the kernel's order. */
interface Built {
  readonly kernel: AttentionKernel
  readonly operands: readonly { readonly data: Float32Array }[]
}

function build(sizes: Case, kind: AttentionKernel['kind'], seed = 1): Built {
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
  const keepAxes = sizes.keep ?? []
  const inner = keepAxes.at(-1)
  const hidden = typeof sizes.hides === 'number' ? sizes.hides : 0
  const keep = array(sizes, keepAxes.slice(0, -1), inner ? (sizes[inner] ?? 1) : 1, () =>
    (next() + 1) / 2 < hidden ? 0 : 1,
  )
  const keepStrides: Partial<Record<Name, number>> = inner ? { ...keep.strides, [inner]: 1 } : {}
  if (sizes.hides === 'first') {
    for (let s = 0; s < sizes.source; s++) keep.data[s * (keepStrides.source ?? 0)] = 0
  }
  const first = spanNumbers(sizes, sizes.first, 'first', next)
  const last = spanNumbers(sizes, sizes.last, 'last', next)
  const offset = { data: Float32Array.of(typeof sizes.causal === 'number' ? sizes.causal : 0) }
  if (typeof sizes.causal === 'number') {
    // Nobody has written yet what lies beyond the last visible source of a cache.
    for (const operand of [key, value]) hideSources(sizes, operand, sizes.position + sizes.causal)
  }
  const forwards = kind === 'attention'
  const operands = forwards
    ? [query, key, value, output, rows]
    : [query, key, value, output, rows, outputGradient, like(query), like(key), like(value)]
  const count = operands.length
  const extra: { data: Float32Array }[] = []
  if (sizes.keep) extra.push(keep)
  if (typeof sizes.causal === 'number') extra.push(offset)
  const ownNumber = (operand: { data: Float32Array } | undefined, name: 'first' | 'last') =>
    operand ? { [name]: count + extra.push(operand) - 1 } : {}
  const spans = { ...ownNumber(first, 'first'), ...ownNumber(last, 'last') }
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
      first: first?.strides[name] ?? 0,
      last: last?.strides[name] ?? 0,
    })),
    position: {
      size: sizes.position,
      query: query.strides.position ?? 0,
      output: output.strides.position ?? 0,
      logSumExp: 1,
      keep: keepStrides.position ?? 0,
      first: first?.strides.position ?? 0,
      last: last?.strides.position ?? 0,
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
      : { causal: typeof sizes.causal === 'number' ? { offset: count + extra.indexOf(offset) } : {} }),
    ...spans,
    ...(sizes.keep ? { keep: count } : {}),
  }
  return { kernel, operands: [...operands, ...extra] }
}

/** The numbers of the first or last sources, with whatever may come: broken ones, ones far outside, and spans of nothing. */
function spanNumbers(
  sizes: Case,
  axes: readonly Name[] | undefined,
  which: 'first' | 'last',
  next: () => number,
): Operand | undefined {
  if (!axes) return undefined
  const inner = axes.at(-1)
  let count = 0
  const made = array(sizes, axes.slice(0, -1), inner ? (sizes[inner] ?? 1) : 1, () => {
    const position = count++ % sizes.position
    if (sizes.spans === 'sentences') return 7 * Math.floor(position / 7) + (which === 'first' ? 0 : 6)
    if (sizes.spans === 'window') return which === 'first' ? position - 5.5 : position + 2.5
    const around = sizes.source * (which === 'first' ? 0.3 : 0.7)
    return around + next() * sizes.source * 0.8
  })
  return { ...made, strides: inner ? { ...made.strides, [inner]: 1 } : {} }
}

/** NaN for all sources from `first` on. */
function hideSources(sizes: Case, { data, strides }: Operand, first: number): void {
  const stride = strides.source ?? 0
  data.forEach((_, i) => {
    if (stride > 0 && Math.floor(i / stride) % sizes.source >= first) data[i] = NaN
  })
}

function like({ data, strides, cells }: Operand): Operand {
  return { data: new Float32Array(data.length).fill(NaN), strides, cells }
}

/** Operands begin here: addresses near 0 are left out, so that a wrong one is noticed. */
const lowest = 4096

/** Compiles a kernel and runs it, handing out its units as threads would take them. */
class Runner {
  readonly #memory: WebAssembly.Memory
  readonly #stages: { run: (...parameters: number[]) => void; units: number }[]
  readonly #emitted: Emitted

  constructor({ kernel, operands }: Built, machine: Machine) {
    const wasm = new WasmModule()
    this.#emitted = emitAttention(wasm, kernel, machine)
    this.#emitted.stages.forEach((stage, i) => {
      const types = stage.function.parameters.map(({ type }) => type)
      const entry = wasm.function(`stage${i}`, types)
      entry.push(...entry.parameters).call(stage.function)
    })
    const bytes = operands.reduce((sum, { data }) => sum + data.byteLength + 64, this.#emitted.ownScratch)
    const pages = Math.ceil((bytes + lowest) / 65536)
    this.#memory = new WebAssembly.Memory({ initial: pages, maximum: pages })
    const module = new WebAssembly.Module(wasm.encode({ shared: false, maximumPages: pages }))
    const { exports } = new WebAssembly.Instance(module, { host: { memory: this.#memory } })
    this.#stages = this.#emitted.stages.map(({ units }, i) => ({
      run: exports[`stage${i}`] as (...parameters: number[]) => void,
      units,
    }))
  }

  /**
   * Runs the kernel on copies of the operands, and gives back what then stands in them. Units come all at once, or the
   * last first and so many at a time.
   */
  run(operands: Built['operands'], unitsAtOnce = Infinity): Float32Array[] {
    let end = lowest
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
      for (const from of starts.reverse()) {
        // Scratch holds whatever somebody left there.
        new Float32Array(this.#memory.buffer, own, this.#emitted.ownScratch / 4).fill(NaN)
        run(from, Math.min(units, from + unitsAtOnce), ...addresses, 0, own)
      }
    }
    return operands.map(({ data }, i) => new Float32Array(this.#memory.buffer, addresses[i], data.length).slice())
  }
}

/** What the kernel is to write into each of its operands, in float64. */
const expected = ({ kernel, operands }: Pick<Built, 'kernel' | 'operands'>): Float64Array[] =>
  plainResults(
    kernel,
    operands.map(({ data }) => Float64Array.from(data)),
  )

function sum(count: number, term: (i: number) => number): number {
  let total = 0
  for (let i = 0; i < count; i++) total += term(i)
  return total
}

/** Compares an operand with the definition, without its padding. */
function compare(actual: Float32Array, wanted: Float64Array, cells: number, name: string): void {
  const row = padded(cells)
  for (let i = 0; i < actual.length; i++) {
    if (i % row >= cells) continue
    const isNear = actual[i] === wanted[i] || Math.abs(actual[i] - wanted[i]) < 3e-6 * (1 + Math.abs(wanted[i]))
    if (!isNear) assert.fail(`${name}: cell ${i} is ${actual[i]}, not ${wanted[i]}`)
  }
}

/** Runs both kernels of a case, compares them with the definition, and the bits for two ways of splitting the units. */
function check(sizes: Case, machine: Machine): void {
  const { fma, tile } = machine
  const label = `in ${JSON.stringify(sizes)}, ${fma ? 'fused' : 'not fused'}, ${tile.rows}x${tile.vectors}`
  const forward = build(sizes, 'attention')
  const runner = new Runner(forward, machine)
  const results = runner.run(forward.operands)
  const wanted = expected(forward)
  compare(results[3], wanted[3], sizes.value, `output ${label}`)
  compare(results[4], wanted[4], sizes.position, `logSumExp ${label}`)
  assert.deepEqual(runner.run(forward.operands, 1), results, `bits ${label}`)

  const gradient = build(sizes, 'attentionGradient')
  for (const operand of [3, 4]) gradient.operands[operand].data.set(results[operand])
  const gradientRunner = new Runner(gradient, machine)
  const gradients = gradientRunner.run(gradient.operands)
  const wantedGradients = expected(gradient)
  compare(gradients[6], wantedGradients[6], sizes.key, `dQ ${label}`)
  compare(gradients[7], wantedGradients[7], sizes.key, `dK ${label}`)
  compare(gradients[8], wantedGradients[8], sizes.value, `dV ${label}`)
  assert.deepEqual(gradientRunner.run(gradient.operands, 1), gradients, `bits of the gradient ${label}`)
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
  { position: 9, source: 19, key: 6, value: 6, last: ['batch'], batch: 4 },
  { position: 70, source: 70, key: 6, value: 6, first: ['batch'], last: ['batch'], batch: 3, head: 2, ...interleaved },
  { position: 39, source: 39, key: 5, value: 8, causal: true, first: ['batch'], batch: 4 },
  { position: 21, source: 40, key: 5, value: 8, causal: 17, first: ['batch'], last: [], batch: 4 },
  { position: 21, source: 40, key: 5, value: 8, first: ['position'], keep: ['batch', 'source'], hides: 0.3, batch: 2 },
  { position: 43, source: 31, key: 9, value: 5, first: ['batch', 'position'], last: ['position'], batch: 3 },
  { position: 43, source: 31, key: 9, value: 5, last: ['position', 'batch'], batch: 3, causal: 3 },
  { position: 65, source: 65, key: 8, value: 12, first: ['position'], last: ['position'], spans: 'sentences', head: 2 },
  { position: 90, source: 90, key: 8, value: 12, first: ['position'], spans: 'window', causal: true },
  { position: 150, source: 290, key: 4, value: 4, first: ['head', 'position'], last: ['position'], head: 2 },
  { position: 3, source: 19, key: 6, value: 6, first: ['position'], last: ['batch'], batch: 4 },
  { position: 1, source: 19, key: 6, value: 6, first: ['batch'], causal: 11, batch: 4, head: 3, group: 2 },
  { position: 4, source: 3, key: 6, value: 6, first: ['batch'], last: ['batch', 'position'], batch: 6 },
  { position: 1, source: 33, key: 16, value: 16, causal: 20, head: 2, group: 2, ...interleaved },
  { position: 6, source: 14, key: 8, value: 4, head: 2, group: 2, batch: 2, ...interleaved },
  { position: 7, source: 10, key: 4, value: 4, batch: 3, head: 2, sourceOrder: ['source', 'head'] },
]

for (const machine of machines) {
  const { fma, tile } = machine
  test(`attention and its gradient, ${fma ? 'fused' : 'not fused'}, tiles of ${tile.rows}x${tile.vectors}`, () => {
    for (const sizes of cases) check(sizes, machine)
  })
}

test('the gradient agrees with finite differences', () => {
  const sizes: Case = { position: 6, source: 6, key: 3, value: 2, head: 2, causal: true }
  const gradient = build(sizes, 'attentionGradient')
  const { kernel, operands } = gradient
  const forward = new Runner(build(sizes, 'attention'), machines[0]).run(operands.slice(0, 5))
  for (const operand of [3, 4]) operands[operand].data.set(forward[operand])
  const results = new Runner(gradient, machines[0]).run(operands)
  /** Σ output · dO, a function of which the kernel gives the gradient, in float64. */
  const loss = () => {
    const output = expected({ kernel: { ...kernel, kind: 'attention' }, operands })[3]
    return sum(output.length, (i) => (i % 4 < sizes.value ? output[i] * operands[5].data[i] : 0))
  }
  for (const operand of [0, 1, 2]) {
    const { data } = operands[operand]
    for (const i of [0, 1, 4, 21, 40]) {
      const before = data[i]
      const step = 2 ** -10
      data[i] = before + step
      const after = loss()
      const wide = data[i]
      data[i] = before - step
      const slope = (after - loss()) / (wide - data[i])
      data[i] = before
      assert.ok(Math.abs(results[6 + operand][i] - slope) < 1e-4, `operand ${operand}, cell ${i}: ${slope}`)
    }
  }
})

test('optimised code with paired vectors gives the same bits', () => {
  pairIfPossible()
  const sizes: Case = { position: 67, source: 67, key: 16, value: 32, causal: true, keep: ['source'], hides: 0.1 }
  for (const kind of ['attention', 'attentionGradient'] as const) {
    const built = build(sizes, kind)
    if (kind === 'attentionGradient') for (const operand of [3, 4]) built.operands[operand].data.fill(0.5)
    const runner = new Runner(built, machines[0])
    const first = runner.run(built.operands)
    for (let i = 0; i < 300; i++) runner.run(built.operands)
    assert.deepEqual(runner.run(built.operands), first)
  }
})

test('powers of two and logarithms are as exact as their comments say', () => {
  for (const fma of [true, false]) {
    const machine: Machine = { fma, paired: false, tile: { rows: 1, vectors: 1 } }
    const wasm = new WasmModule()
    const power = wasm.function('power', ['i32'])
    const [x, n, sum] = power.locals('v128', 3)
    const constants = emitExponentialConstants(power)
    power.push(power.parameters[0]).load('v128.load').set(x)
    emitExponential(power, machine, constants, [x], { n: [n], power: [sum] })
    power.push(power.parameters[0], x).store('v128.store')
    const logarithm = wasm.function('logarithm', ['i32'])
    const [y, m, s, square] = logarithm.locals('v128', 4)
    logarithm.push(logarithm.parameters[0]).load('v128.load').set(y)
    logarithm.push(logarithm.parameters[0])
    pushLogarithm(logarithm, y, { n: m, s, square })
    logarithm.store('v128.store')

    const memory = new WebAssembly.Memory({ initial: 1, maximum: 1 })
    const module = new WebAssembly.Module(wasm.encode({ shared: false, maximumPages: 1 }))
    const { exports } = new WebAssembly.Instance(module, { host: { memory } })
    const cell = new Float32Array(memory.buffer, 64, 4)
    const of = (name: 'power' | 'logarithm', value: number) => {
      cell.fill(value)
      const run = exports[name] as (address: number) => void
      run(64)
      return cell[0]
    }
    let error = 0
    for (let value = -126; value < 1; value += 0.00217) {
      const exact = 2 ** Math.fround(value)
      error = Math.max(error, Math.abs(of('power', value) / exact - 1))
    }
    assert.ok(error < 1.1e-7, `power: ${error}`)
    for (const value of [-126.6, -130, -1e9, -3.4e38, -Infinity]) assert.equal(of('power', value), 0)
    assert.equal(of('power', 0), 1)
    for (let value = 1e-3; value < 1e6; value *= 1.00173) {
      const exact = Math.log(Math.fround(value))
      const difference = Math.abs(of('logarithm', value) - exact)
      assert.ok(difference < 1.2e-7 * Math.max(1, Math.abs(exact)), `logarithm of ${value}: ${difference}`)
    }
  }
})
