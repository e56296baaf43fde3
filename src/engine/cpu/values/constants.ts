// The constants of a kernel, in memory.

import type { Value } from '../../lower/kernel.ts'
import type { Local, WasmFunction } from '../wasm/function.ts'
import { splat, type Term } from './terms.ts'
import { type Leaves, termsOf } from './termsOf.ts'

export interface ConstantReader {
  /** Pushes four equal numbers. */
  push(value: number): void
  /** Pushes the whole numbers 4 · vector + (0, 1, 2, 3). */
  pushPlaces(vector: number): void
}

/** The most vectors that any kernel computes side by side. */
export const greatestWidth = 8

/**
 * The constants that a list of values needs. They lie in memory, in the thread's own scratch, because V8 would make
 * a constant of the code anew in each turn of a loop, which takes twice as long as to load it.
 */
export class Constants {
  readonly #places = new Map<number, number>()
  readonly #hasPlaces: boolean
  /** The memory that they take, in bytes. */
  readonly bytes: number

  constructor(values: readonly Value[]) {
    const seen = new Set<Value | Term>()
    let hasPlaces = false
    const addTerm = (term: Term): void => {
      if (seen.has(term)) return
      seen.add(term)
      if (term.kind === 'constant' && !this.#places.has(bitsOf(term.value)))
        this.#places.set(bitsOf(term.value), this.#places.size)
      if (term.kind === 'operation') term.inputs.forEach(addTerm)
    }
    const addValue = (value: Value): void => {
      if (seen.has(value)) return
      seen.add(value)
      if (value.kind === 'apply') value.inputs.forEach(addValue)
      if (value.kind === 'reduce') addValue(value.input)
      if (value.kind === 'random') addValue(value.step)
      if (value.kind === 'index' || value.kind === 'random') hasPlaces = true
    }
    values.forEach(addValue)
    const reductions = [...seen].flatMap((value) => (value.kind === 'reduce' ? [value.input] : []))
    termsOf([...values, ...reductions], nothingKnown).forEach(addTerm)
    addTerm(splat(1))
    this.#hasPlaces = hasPlaces
    this.bytes = Math.ceil(this.#places.size / 4) * 16 + (hasPlaces ? greatestWidth * 16 : 0)
  }

  /** Writes them to memory: once, at the beginning of a function. */
  write(f: WasmFunction, address: Local, offset = 0): void {
    const all = [...this.#places.keys()]
    for (let i = 0; i < all.length; i += 4) {
      f.push(address)
        .i32x4(...Array.from({ length: 4 }, (_, lane) => all[i + lane] ?? 0))
        .store('v128.store', offset + i * 4)
    }
    if (!this.#hasPlaces) return
    const start = this.bytes - greatestWidth * 16
    for (let i = 0; i < greatestWidth; i++)
      f.push(address)
        .i32x4(4 * i, 4 * i + 1, 4 * i + 2, 4 * i + 3)
        .store('v128.store', offset + start + i * 16)
  }

  /** Reads them from where they were written. */
  reader(f: WasmFunction, address: Local, offset = 0): ConstantReader {
    return {
      push: (value) => {
        const place = this.#places.get(bitsOf(value))
        if (place === undefined) f.f32x4(value)
        else f.push(address).load('v128.load32_splat', offset + place * 4)
      },
      pushPlaces: (vector) => {
        f.push(address).load('v128.load', offset + this.bytes - (greatestWidth - vector) * 16)
      },
    }
  }
}

const view = new DataView(new ArrayBuffer(4))
function bitsOf(value: number): number {
  view.setFloat32(0, value)
  return view.getInt32(0)
}

const nothingKnown: Leaves = {
  load: () => {},
  product: () => {},
  index: () => {},
  cell: () => {},
  known: (value) => (value.kind === 'reduce' ? () => {} : undefined),
}
