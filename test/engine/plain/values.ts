// The values of kernels as functions of the place that is worked on.

import type { KernelOperand, Value } from '../../../src/engine/lower/kernel.ts'
import { elementwise } from '../../../src/tensor/elementwise.ts'
import { uniform } from '../../../src/tensor/random.ts'
import { type Cells, offsetOf } from './places.ts'

/** A place, and what is known there: whoever changes anything of it counts on. */
export class Around {
  readonly place: number[]
  readonly operands: readonly KernelOperand[]
  cells: readonly Cells[] = []
  /** The product's cell here. */
  product = 0
  readonly reduced = new Map<Value, number>()
  count = 0
  readonly #values = new Map<Value, () => number>()

  constructor(operands: readonly KernelOperand[], axes: number) {
    this.operands = operands
    this.place = Array.from({ length: axes }, () => 0)
  }

  /** Where an operand lies here, in cells. */
  address(operand: number): number {
    const { strides, lookup } = this.operands[operand]
    const row = offsetOf(this.place, strides)
    if (!lookup) return row
    const id = Math.trunc(this.cells[lookup.ids][this.address(lookup.ids)])
    return row + Math.min(lookup.size - 1, Math.max(0, id || 0)) * lookup.stride
  }

  /** A function that gives the value here: each value is computed once for a count. */
  of(value: Value): () => number {
    const known = this.#values.get(value)
    if (known) return known
    const compute = this.#function(value)
    let counted = -1
    let result = 0
    const get = (): number => {
      if (counted !== this.count) {
        result = compute()
        counted = this.count
      }
      return result
    }
    this.#values.set(value, get)
    return get
  }

  #function(value: Value): () => number {
    switch (value.kind) {
      case 'load':
        return () => this.cells[value.operand][this.address(value.operand)]
      case 'constant':
        return () => value.value
      case 'index':
        return () => this.place[value.axis]
      case 'random': {
        const step = this.of(value.step)
        return () => uniform(value.key, step(), offsetOf(this.place, value.strides))
      }
      case 'apply': {
        const apply: (...values: number[]) => number = elementwise[value.operation]
        const [a, b, c] = value.inputs.map((input) => this.of(input))
        if (!b) return () => apply(a())
        return c ? () => apply(a(), b(), c()) : () => apply(a(), b())
      }
      case 'reduce':
        return () => this.reduced.get(value) ?? Number.NaN
      case 'product':
        return () => this.product
    }
  }
}
