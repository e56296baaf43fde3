// Matrix products against plain loops in double precision: awkward sizes, every layout, every machine, every split.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Machine } from '../../src/engine/cpu/emitted.ts'
import { emitProduct } from '../../src/engine/cpu/product/product.ts'
import { WasmModule } from '../../src/engine/cpu/wasm/module.ts'
import type { Elementwise, ProductKernel, Store, Value } from '../../src/engine/lower/kernel.ts'
import { fromBfloat16, toBfloat16 } from '../../src/engine/storage.ts'
import { plainResults } from './plain/kernel.ts'
import { offsetOf, placesOf } from './plain/places.ts'
import './rareParts.ts'

// ── Cases ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/**
 * Axes are letters: r rows, c columns, others as a case likes. An operand is named by its axes in the order in which they
 * lie in memory, the last contiguous and padded to whole vectors; an axis it lacks has stride 0.
 */
interface Case {
  readonly sizes: Readonly<Record<string, number>>
  readonly a: string
  readonly b: string
  readonly c: string
  /** The outer and the inner axes, in the kernel's order. */
  readonly outer?: string
  readonly inner: string
  /** Further operands, from number 3 on, and what is stored; by default the product itself. */
  readonly more?: readonly string[]
  readonly stores?: readonly Store[]
  /** Those of 'a' and 'b' that are kept as bfloat16. */
  readonly halves?: string
}

const product: Value = { kind: 'product' }
const load = (operand: number): Value => ({ kind: 'load', operand })
const apply = (operation: Elementwise, ...inputs: Value[]): Value => ({ kind: 'apply', operation, inputs })
const biased = apply('add', product, load(3))

/** An operand is added to the product. */
const adding = (operand: string) => ({ more: [operand], stores: [{ operand: 2, value: biased }] })

const floats: readonly Case[] = [
  // Sizes: one, primes, just over a tile, just over a block.
  ...[
    [1, 1, 1],
    [1, 5, 1],
    [7, 1, 3],
    [6, 4, 16],
    [7, 9, 17],
    [13, 257, 33],
    [37, 300, 65],
    [5, 31, 63],
    [23, 256, 8],
    [65, 515, 4],
  ].flatMap(([r, k, c]) => [
    { sizes: { r, k, c }, a: 'rk', b: 'kc', c: 'rc', inner: 'k' },
    { sizes: { r, k, c }, a: 'rk', b: 'ck', c: 'rc', inner: 'k' },
    { sizes: { r, k, c }, a: 'kr', b: 'kc', c: 'rc', inner: 'k' },
    { sizes: { r, k, c }, a: 'kr', b: 'ck', c: 'rc', inner: 'k' },
  ]),
  // Few rows.
  ...[1, 2, 3, 4, 5].flatMap((r) => [
    { sizes: { r, k: 70, c: 150 }, a: 'rk', b: 'kc', c: 'rc', inner: 'k' },
    { sizes: { r, k: 75, c: 47 }, a: 'rk', b: 'ck', c: 'rc', inner: 'k' },
    { sizes: { r, k: 33, c: 30, o: 3 }, a: 'ork', b: 'okc', c: 'orc', outer: 'o', inner: 'k' },
    { sizes: { r, k: 33, c: 31, o: 3 }, a: 'rok', b: 'cok', c: 'orc', outer: 'o', inner: 'k' },
    { sizes: { r, k: 33, c: 31, o: 3 }, a: 'rok', b: 'ck', c: 'orc', outer: 'o', inner: 'k' },
    { sizes: { r, k: 75, c: 20 }, a: 'kr', b: 'ck', c: 'rc', inner: 'k' },
  ]),
  { sizes: { r: 1, k: 601, c: 500 }, a: 'rk', b: 'kc', c: 'rc', inner: 'k' },
  { sizes: { r: 1, k: 600, c: 501, o: 2 }, a: 'ork', b: 'okc', c: 'orc', outer: 'o', inner: 'k', ...adding('c') },
  // Several inner axes: together one, in another order, too many for a block.
  { sizes: { r: 9, c: 20, j: 3, k: 8 }, a: 'rjk', b: 'jkc', c: 'rc', inner: 'jk' },
  { sizes: { r: 9, c: 21, j: 5, k: 7 }, a: 'rjk', b: 'kjc', c: 'rc', inner: 'jk' },
  { sizes: { r: 9, c: 21, j: 5, k: 7 }, a: 'jkr', b: 'cjk', c: 'rc', inner: 'kj' },
  { sizes: { r: 3, c: 18, j: 5, k: 300 }, a: 'rkj', b: 'jkc', c: 'rc', inner: 'jk' },
  { sizes: { r: 8, c: 5, i: 3, j: 40, k: 20 }, a: 'ikrj', b: 'ijkc', c: 'rc', inner: 'ijk' },
  { sizes: { r: 8, c: 5, i: 70, j: 3, k: 2 }, a: 'krij', b: 'jikc', c: 'rc', inner: 'ijk' },
  { sizes: { r: 12, c: 9 }, a: 'r', b: 'c', c: 'rc', inner: '' },
  // Outer axes: apart, merged with rows or columns, shared by A or by B.
  { sizes: { o: 3, r: 7, k: 10, c: 18 }, a: 'ork', b: 'okc', c: 'orc', outer: 'o', inner: 'k' },
  { sizes: { o: 3, r: 7, k: 10, c: 18 }, a: 'ork', b: 'kc', c: 'orc', outer: 'o', inner: 'k' },
  { sizes: { o: 3, r: 7, k: 10, c: 18 }, a: 'rk', b: 'okc', c: 'orc', outer: 'o', inner: 'k' },
  { sizes: { o: 3, r: 7, k: 10, c: 16 }, a: 'rk', b: 'koc', c: 'roc', outer: 'o', inner: 'k' },
  { sizes: { o: 4, p: 5, r: 9, k: 32, c: 11 }, a: 'oprk', b: 'opck', c: 'oprc', outer: 'op', inner: 'k' },
  { sizes: { o: 4, p: 5, r: 9, k: 32, c: 11 }, a: 'orpk', b: 'ocpk', c: 'orpc', outer: 'op', inner: 'k' },
  { sizes: { o: 4, p: 6, r: 9, k: 270, c: 11 }, a: 'pork', b: 'opkc', c: 'porc', outer: 'op', inner: 'k' },
  { sizes: { o: 2, p: 2, q: 2, r: 5, k: 3, c: 6 }, a: 'qrk', b: 'opkc', c: 'pqorc', outer: 'opq', inner: 'k' },
  { sizes: { o: 2, q: 9, r: 5, k: 13, c: 6 }, a: 'kqr', b: 'okc', c: 'qorc', outer: 'oq', inner: 'k' },
  { sizes: { o: 17, q: 3, r: 5, k: 13, c: 6 }, a: 'roqk', b: 'okc', c: 'qorc', outer: 'oq', inner: 'k' },
  // So many inner places, and so few cells, that threads share the places; of the last, pieces have several blocks.
  { sizes: { r: 14, k: 1030, c: 33 }, a: 'kr', b: 'ck', c: 'rc', inner: 'k', ...adding('c') },
  { sizes: { r: 13, k: 4300, c: 18 }, a: 'kr', b: 'kc', c: 'rc', inner: 'k', ...adding('rc') },
  // So many blocks that they are packed in groups.
  { sizes: { r: 30, k: 1100, c: 260 }, a: 'kr', b: 'kc', c: 'rc', inner: 'k', ...adding('rc') },
  // So many columns that threads work apart.
  { sizes: { r: 7, k: 10, c: 4100 }, a: 'rk', b: 'kc', c: 'rc', inner: 'k' },
  { sizes: { r: 7, k: 261, c: 4101 }, a: 'kr', b: 'ck', c: 'rc', inner: 'k' },
  // Operands that do not vary: along rows, columns, inner places.
  { sizes: { r: 9, k: 10, c: 18 }, a: 'k', b: 'kc', c: 'rc', inner: 'k' },
  { sizes: { r: 9, k: 10, c: 18 }, a: 'rk', b: 'k', c: 'rc', inner: 'k' },
  { sizes: { r: 9, k: 10, c: 18 }, a: 'r', b: 'kc', c: 'rc', inner: 'k' },
  { sizes: { r: 9, k: 10, c: 18 }, a: 'rk', b: 'c', c: 'rc', inner: 'k' },
  { sizes: { r: 2, k: 10, c: 18 }, a: 'rk', b: 'k', c: 'rc', inner: 'k' },
  // Epilogues, with one block and with several.
  ...[20, 520].flatMap((k) =>
    [2, 14].flatMap((r) => [
      { sizes: { r, k, c: 18 }, a: 'rk', b: 'kc', c: 'rc', inner: 'k', ...adding('c') },
      { sizes: { r, k, c: 18 }, a: 'rk', b: 'ck', c: 'rc', inner: 'k', ...adding('rc') },
      { sizes: { r, k, c: 18 }, a: 'rk', b: 'ck', c: 'rc', inner: 'k', ...adding('cr') },
      { sizes: { r, k, c: 18 }, a: 'kr', b: 'kc', c: 'rc', inner: 'k', ...adding('r') },
      {
        sizes: { o: 3, r, k, c: 18 },
        a: 'ork',
        b: 'kc',
        c: 'orc',
        outer: 'o',
        inner: 'k',
        more: ['rc', 'c', 'orc'],
        stores: [
          { operand: 2, value: biased },
          { operand: 5, value: apply('tanh', apply('multiply', biased, load(4))) },
        ],
      },
    ]),
  ),
  {
    sizes: { r: 14, k: 20, c: 1 },
    a: 'rk',
    b: 'k',
    c: 'r',
    inner: 'k',
    more: ['r'],
    stores: [{ operand: 2, value: apply('maximum', product, load(3)) }],
  },
]

const cases: readonly Case[] = [
  ...['', 'b', 'a'].flatMap((halves) => floats.map((each) => ({ ...each, halves }))),
  // So large that its lines are a stream from memory.
  { sizes: { r: 1, k: 1101, c: 501 }, a: 'rk', b: 'kc', c: 'rc', inner: 'k', halves: 'b', ...adding('c') },
]

// ── Kernels and data ───────────────────────────────────────────────────────────────────────────────────────────────────

/** Strides along each of `axes` of an operand that is named by its own axes. */
function stridesOf(own: string, axes: string, sizes: Case['sizes']): number[] {
  const strides = new Map<string, number>()
  let stride = 1
  for (const axis of [...own].reverse()) {
    strides.set(axis, stride)
    stride *= stride === 1 ? pad(sizes[axis]) : sizes[axis]
  }
  return [...axes].map((axis) => strides.get(axis) ?? 0)
}

const pad = (size: number): number => Math.ceil(size / 4) * 4

function kernelOf({ sizes, a, b, c, outer = '', inner, more = [], stores, halves = '' }: Case): ProductKernel {
  const axis = (letter: string) => ({
    size: sizes[letter],
    a: stridesOf(a, letter, sizes)[0],
    b: stridesOf(b, letter, sizes)[0],
    c: stridesOf(c, letter, sizes)[0],
  })
  return {
    kind: 'product',
    outer: [...outer].map(axis),
    row: axis('r'),
    column: axis('c'),
    inner: [...inner].map(axis),
    operands: [a, b, c, ...more].map((own, i) => ({
      strides: stridesOf(own, `${outer}rc`, sizes),
      ...(isHalf(halves, i) ? { type: 'bf16' } : {}),
    })),
    stores: stores ?? [{ operand: 2, value: product }],
  }
}

const isHalf = (halves: string, operand: number): boolean => halves.includes(['a', 'b'][operand] ?? '-')

/** Each operand's cells: numbers in [-1, 1), and NaN in the padding. */
function dataOf({ sizes, a, b, c, more = [], halves = '' }: Case): Float32Array[] {
  let state = 1
  return [a, b, c, ...more].map((own, operand) => {
    const axes = [...own]
    const all = axes.map((axis) => sizes[axis])
    const strides = stridesOf(own, own, sizes)
    const last = all.at(-1) ?? 1
    const cells = new Float32Array((all.reduce((product, size) => product * size, 1) / last) * pad(last)).fill(
      Number.NaN,
    )
    for (const place of placesOf(all)) {
      state = (Math.imul(state, 1664525) + 1013904223) | 0
      const value = state / 2 ** 31
      cells[offsetOf(place, strides)] = isHalf(halves, operand) ? fromBfloat16(toBfloat16(value)) : value
    }
    return cells
  })
}

// ── Running ─────────────────────────────────────────────────────────────────────────────────────────────────────────

const memory = new WebAssembly.Memory({ initial: 64, maximum: 1024 })

/** Runs every stage in as many parts as asked for, the last part first, each with a scratch of its own full of NaN. */
function run(kernel: ProductKernel, machine: Machine, data: readonly Float32Array[], parts: number): Float32Array[] {
  const wasm = new WasmModule()
  const { stages, sharedScratch, ownScratch } = emitProduct(wasm, kernel, machine)
  for (const [i, stage] of stages.entries()) {
    const exported = wasm.function(
      `stage ${i}`,
      Array.from({ length: data.length + 4 }, () => 'i32' as const),
    )
    exported.push(...exported.parameters).call(stage.function)
  }
  const bytes = wasm.encode({ shared: false, maximumPages: 1024 })
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { host: { memory } })

  let end = 64
  const place = (size: number): number => {
    const address = end
    end += Math.ceil(size / 64) * 64
    return address
  }
  const addresses = data.map(({ byteLength }) => place(byteLength))
  const shared = place(sharedScratch)
  const own = Array.from({ length: parts }, () => place(ownScratch))
  memory.grow(Math.max(0, Math.ceil((end - memory.buffer.byteLength) / 65536)))
  new Uint8Array(memory.buffer, shared, end - shared).fill(0xff)
  for (const [i, cells] of data.entries())
    if (kernel.operands[i].type === 'bf16')
      new Uint16Array(memory.buffer, addresses[i], cells.length).set(Uint16Array.from(cells, toBfloat16))
    else new Float32Array(memory.buffer, addresses[i], cells.length).set(cells)
  for (const [i, { units, grain }] of stages.entries()) {
    const step = Math.ceil(units / parts / grain) * grain
    const stage = exports[`stage ${i}`] as (...parameters: number[]) => void
    for (let part = parts - 1; part >= 0; part--) {
      const to = Math.min(units, (part + 1) * step)
      if (part * step < to) stage(part * step, to, ...addresses, shared, own[part])
    }
  }
  return data.map((cells, i) => new Float32Array(memory.buffer, addresses[i], cells.length).slice())
}

// ── Tests ───────────────────────────────────────────────────────────────────────────────────────────────────────────

const tiles = [
  [6, 4],
  [6, 2],
  [5, 2],
  [4, 2],
]
const machines: readonly Machine[] = [true, false].flatMap((fma) =>
  tiles.map(([rows, vectors]) => ({ fma, paired: vectors === 4, tile: { rows, vectors } })),
)

const titleOf = ({ sizes, a, b, c, more = [], halves = '' }: Case): string =>
  `${c} = ${a} · ${b}${more.map((own) => `, ${own}`).join('')} where ${Object.entries(sizes)
    .map(([axis, size]) => `${axis} ${size}`)
    .join(', ')}${halves && `, ${halves} bf16`}`

test('products are right, and the same bits however they are split and tiled', () => {
  for (const each of cases) {
    const kernel = kernelOf(each)
    const data = dataOf(each)
    const right = plainResults(kernel, data)
    const written = [...new Set(kernel.stores.map(({ operand }) => operand))]
    const places = placesOf([...kernel.outer, kernel.row, kernel.column].map(({ size }) => size))
    const cellsOf = (results: readonly Float32Array[]): Float32Array[] =>
      written.map((operand) =>
        Float32Array.from(places, (place) => results[operand][offsetOf(place, kernel.operands[operand].strides)]),
      )
    const rightCells = cellsOf(right)
    const inner = kernel.inner.reduce((product, { size }) => product * size, 1)
    const first = new Map<boolean, Float32Array[]>()
    // What types change does not depend on the tile.
    for (const machine of each.halves ? [machines[0], machines[machines.length - 1]] : machines) {
      const title = `${titleOf(each)} on ${JSON.stringify(machine)}`
      for (const parts of machine.tile.vectors === 4 ? [1, 2, 5] : [3]) {
        const results = run(kernel, machine, data, parts)
        const cells = cellsOf(results)
        cells.forEach((numbers, i) => {
          const worst = numbers.findIndex(
            (value, at) => !(Math.abs(value - rightCells[i][at]) <= 1e-6 * Math.sqrt(inner) + 3e-6),
          )
          if (worst >= 0)
            assert.fail(
              `${title}, ${parts} parts: ${numbers[worst]} instead of ${rightCells[i][worst]} at ${places[worst]}`,
            )
        })
        const same = first.get(machine.fma) ?? cells
        first.set(machine.fma, same)
        assert.deepEqual(cells, same, `${title}, ${parts} parts: other bits`)
      }
    }
  }
})
