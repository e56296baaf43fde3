// Runs single kernels of the CPU engine, and holds them to plain loops in double precision.

import assert from 'node:assert/strict'
import type { Emitted, Machine } from '../../src/engine/cpu/emitted.ts'
import { WasmModule } from '../../src/engine/cpu/wasm/module.ts'
import type { ColumnsKernel, Elementwise, KernelOperand, RowsKernel, Value } from '../../src/engine/lower/kernel.ts'
import { fromBfloat16, toBfloat16 } from '../../src/engine/storage.ts'
import { uniform } from '../../src/tensor/random.ts'
import { plainResults } from './plain/kernel.ts'
import { placesOf } from './plain/places.ts'
import './rareParts.ts'

export const machines: readonly Machine[] = [true, false].map((fma) => ({
  fma,
  paired: fma,
  tile: { rows: 6, vectors: 2 },
}))

// ── Values, written short ──

export const load = (operand: number): Value => ({ kind: 'load', operand })
export const constant = (value: number): Value => ({ kind: 'constant', value })
export const index = (axis: number): Value => ({ kind: 'index', axis })
export const apply = (operation: Elementwise, ...inputs: readonly (Value | number)[]): Value => ({
  kind: 'apply',
  operation,
  inputs: inputs.map((input) => (typeof input === 'number' ? constant(input) : input)),
})
export const sum = (input: Value): Value => ({ kind: 'reduce', operation: 'sum', input })
export const maximum = (input: Value): Value => ({ kind: 'reduce', operation: 'maximum', input })

// ── Running ──

const maximumPages = 16384

/** A compiled kernel, to be called again and again in one memory. */
export class Kernel {
  readonly emitted: Emitted
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly #stages: readonly ((...addresses: number[]) => void)[]

  constructor(emit: (wasm: WasmModule) => Emitted, operands: number, memory: WebAssembly.Memory) {
    const wasm = new WasmModule()
    this.emitted = emit(wasm)
    this.emitted.stages.forEach((stage, i) => {
      const call = wasm.function(
        `stage${i}`,
        Array.from({ length: operands + 4 }, () => 'i32' as const),
      )
      call.push(...call.parameters).call(stage.function)
    })
    this.bytes = wasm.encode({ shared: false, maximumPages })
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(this.bytes), { host: { memory } })
    this.#stages = this.emitted.stages.map((_, i) => exports[`stage${i}`] as (...addresses: number[]) => void)
  }

  /** Runs all units, in as many parts as asked for (backwards, each with a scratch of its own). */
  run(operands: readonly number[], scratch: number, parts = 1): void {
    const own = scratch + Math.ceil(this.emitted.sharedScratch / 64) * 64
    const ownBytes = Math.ceil(this.emitted.ownScratch / 64) * 64
    for (const [i, { units, grain }] of this.emitted.stages.entries()) {
      const step = Math.ceil(units / parts / grain) * grain
      for (let part = parts - 1; part >= 0; part--) {
        const [from, to] = [part * step, Math.min(units, (part + 1) * step)]
        if (from < to) this.#stages[i](from, to, ...operands, scratch, own + part * ownBytes)
      }
    }
  }
}

export const newMemory = (pages = 64): WebAssembly.Memory =>
  new WebAssembly.Memory({ initial: pages, maximum: maximumPages })

const ownMemory = newMemory()

/**
 * Lays operands out in memory, calls the kernel, and gives the operands' cells back. Operands of equal data share their place;
 * those of `halves` lie there as bfloat16.
 */
export function runKernel(
  emit: (wasm: WasmModule) => Emitted,
  data: readonly Float32Array[],
  {
    parts = 1,
    memory = ownMemory,
    halves = new Set(),
  }: { parts?: number; memory?: WebAssembly.Memory; halves?: ReadonlySet<Float32Array> } = {},
): Float32Array[] {
  const kernel = new Kernel(emit, data.length, memory)
  const places = new Map<Float32Array, number>()
  let end = 1024
  for (const cells of data) {
    if (places.has(cells)) continue
    places.set(cells, end)
    end += Math.ceil(cells.byteLength / 64) * 64 + 64
  }
  const needed = end + kernel.emitted.sharedScratch + 128 + parts * (kernel.emitted.ownScratch + 128)
  const missing = needed - memory.buffer.byteLength
  if (missing > 0) memory.grow(Math.ceil(missing / 65536))
  for (const [cells, place] of places)
    if (halves.has(cells)) new Uint16Array(memory.buffer, place, cells.length).set(Uint16Array.from(cells, toBfloat16))
    else new Float32Array(memory.buffer, place, cells.length).set(cells)
  const addresses = data.map((cells) => places.get(cells) ?? 0)
  new Uint8Array(memory.buffer, end).fill(0xff)
  kernel.run(addresses, end, parts)
  return addresses.map((address, i) =>
    halves.has(data[i]) ? data[i] : new Float32Array(memory.buffer, address, data[i].length).slice(),
  )
}

// ── Cases ──

export interface Case<K = RowsKernel | ColumnsKernel> {
  readonly kernel: K
  /** What the cells of an operand are drawn from; numbers between -2 and 2 where nothing is said. */
  readonly draw?: Readonly<Record<number, (i: number) => number>>
  /** Operands that share their memory: the first stands for the others. */
  readonly same?: readonly (readonly number[])[]
  /** The allowed error, as a share of the result or of 1. */
  readonly tolerance?: number
}

/** The cells of operands: random where the kernel may look, NaN everywhere else, and in the padding. */
export function dataOf({ kernel, draw = {}, same = [] }: Case): { data: Float32Array[]; cells: Set<number>[] } {
  const cells = kernel.operands.map(({ strides, lookup }) => {
    const axes = [...kernel.axes, ...(lookup ? [lookup.size] : [])]
    const places = placesOf(axes)
    const all = [...strides, ...(lookup ? [lookup.stride] : [])]
    return new Set(places.map((place) => place.reduce((total, coordinate, axis) => total + coordinate * all[axis], 0)))
  })
  const data = cells.map((own, operand) => {
    const made = new Float32Array(
      Math.ceil(([...own].reduce((most, cell) => Math.max(most, cell), 0) + 1) / 4) * 4,
    ).fill(Number.NaN)
    const random = (i: number): number => uniform(operand, 7, i) * 4 - 2
    for (const cell of own) made[cell] = (draw[operand] ?? random)(cell)
    return made
  })
  for (const [first, ...others] of same) for (const other of others) data[other] = data[first]
  return { data, cells }
}

type Emit<K extends RowsKernel | ColumnsKernel> = (wasm: WasmModule, kernel: K, machine: Machine) => Emitted

/**
 * Holds a generated kernel to plain loops in every arithmetic; and to itself, however its units are shared out. Then once more
 * with all that it only reads as bfloat16.
 */
export function check<K extends RowsKernel | ColumnsKernel>(name: string, tested: Case<K>, emit: Emit<K>): void {
  const made = dataOf(tested)
  checkOn(name, tested, made, new Set(), emit)
  const written = new Set(tested.kernel.stores.map(({ operand }) => made.data[operand]))
  const rounded = new Map(
    made.data.map((cells) => [
      cells,
      written.has(cells) ? cells : cells.map((value) => fromBfloat16(toBfloat16(value))),
    ]),
  )
  const data = made.data.map((cells) => rounded.get(cells) ?? cells)
  const operands = tested.kernel.operands.map(
    (operand, i): KernelOperand => (written.has(made.data[i]) ? operand : { ...operand, type: 'bf16' }),
  )
  const halves = new Set(data.filter((cells) => !written.has(cells)))
  const kernel: K = { ...tested.kernel, operands }
  checkOn(`${name}, bf16`, { ...tested, kernel }, { ...made, data }, halves, emit)
}

function checkOn<K extends RowsKernel | ColumnsKernel>(
  name: string,
  tested: Case<K>,
  { data, cells }: ReturnType<typeof dataOf>,
  halves: ReadonlySet<Float32Array>,
  emit: Emit<K>,
): void {
  const { kernel, tolerance = 1e-5 } = tested
  const wanted = plainResults(kernel, data)
  for (const machine of machines) {
    const label = `${name}, ${machine.fma ? 'fused' : 'mul + add'}`
    const run = (parts: number) => runKernel((wasm) => emit(wasm, kernel, machine), data, { parts, halves })
    const results = run(1)
    for (const { operand } of kernel.stores) {
      const isPadded = kernel.operands[operand].strides.at(-1) === 1
      results[operand].forEach((result, cell) => {
        const want = wanted[operand][cell]
        if (cells[operand].has(cell)) {
          const isRight =
            result === want ||
            Object.is(result, want) ||
            Math.abs(result - want) <= tolerance * Math.max(1, Math.abs(want))
          if (!isRight) assert.fail(`${label}: operand ${operand}, cell ${cell} is ${result}, not ${want}`)
        } else if (!Object.is(result, data[operand][cell])) {
          const isPadding = isPadded && [1, 2, 3].some((before) => cells[operand].has(cell - before))
          if (!isPadding)
            assert.fail(`${label}: operand ${operand}, cell ${cell} was written, though it is none of the kernel's`)
        }
      })
    }
    for (const parts of [2, 5]) {
      const again = run(parts)
      for (const { operand } of kernel.stores) {
        for (const cell of cells[operand]) {
          const [whole, shared] = [results[operand][cell], again[operand][cell]]
          if (!Object.is(whole, shared))
            assert.fail(`${label}: operand ${operand}, cell ${cell} is ${whole} in one part and ${shared} in ${parts}`)
        }
      }
    }
  }
}
