// Where the reference engine keeps its parameters: as doubles, in which what is asked for as f32 loses nothing, or as the bits of
// bfloat16.

import { cells, denseStrides } from '../tensor/axes.ts'
import type { Node } from '../tensor/node.ts'
import { wasClosed } from './engine.ts'
import type { HostMemory } from './hostMemory.ts'
import type { Lent } from './lent.ts'
import { checkKept, fromBfloat16, type StorageType } from './storage.ts'

type Kept = Float64Array | Uint16Array

export class ReferenceMemory implements HostMemory {
  readonly moves = false
  #kept: WeakMap<Node, Kept> | undefined = new WeakMap()

  of(parameter: Node): Lent {
    const strides = denseStrides(parameter.axes.map(({ size }) => size))
    const data = this.#lasting(parameter)
    return data instanceof Float64Array ? { type: 'f64', data, strides } : { type: 'bf16', data, strides }
  }

  keep(parameter: Node, type: StorageType): void {
    const known = this.#find(parameter)
    checkKept(parameter, known && (known instanceof Uint16Array ? 'bf16' : 'f32'), type)
    if (type === 'bf16' && !known) this.#hold(parameter, new Uint16Array(cells(parameter.axes)))
    else this.#lasting(parameter)
  }

  forget(parameter: Node): void {
    this.#kept?.delete(parameter)
  }

  /** True for a parameter that is kept as bfloat16. */
  isHalf(parameter: Node): boolean {
    return this.#find(parameter) instanceof Uint16Array
  }

  /** The numbers to compute with. */
  values(parameter: Node): Float64Array {
    const numbers = this.#lasting(parameter)
    return numbers instanceof Float64Array ? numbers : Float64Array.from(numbers, fromBfloat16)
  }

  /** Puts others in their place. */
  update(parameter: Node, values: Float64Array): void {
    this.#hold(parameter, values)
  }

  close(): void {
    this.#kept = undefined
  }

  #lasting(parameter: Node): Kept {
    return this.#find(parameter) ?? this.#hold(parameter, new Float64Array(cells(parameter.axes)))
  }

  #find(parameter: Node): Kept | undefined {
    if (!this.#kept) throw wasClosed()
    return this.#kept.get(parameter)
  }

  #hold(parameter: Node, made: Kept): Kept {
    this.#kept?.set(parameter, made)
    return made
  }
}
