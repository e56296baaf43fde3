// The numbers of single cells of a graph: as the engine has them, and those of the steps between them computed from
// these, in double precision, by what each operation means (engine/reference.ts computes whole values so).

import type { Axis } from '../../tensor/axes.ts'
import { cells, denseStrides, sizeOf } from '../../tensor/axes.ts'
import { evaluate } from '../../tensor/elementwise.ts'
import type { Node } from '../../tensor/node.ts'
import { randomKey, uniform } from '../../tensor/random.ts'

/** Numbers that an engine gave: NaN for one that has not been fetched. */
export interface KnownNumbers {
  has(node: Node): boolean
  at(node: Node, cell: number): number
}

/** A cell of a node: its number among the node's cells, row-major. */
export interface NodeCell {
  readonly node: Node
  readonly cell: number
}

export class CellValues {
  readonly #known: KnownNumbers
  readonly #made = new Map<Node, Map<number, number>>()

  constructor(known: KnownNumbers) {
    this.#known = known
  }

  /** The number of a cell. */
  of({ node, cell }: NodeCell): number {
    if (this.#known.has(node)) return this.#known.at(node, cell)
    return this.inside({ node, cell })
  }

  /** The number of a cell, made from its inputs also where it is known. */
  inside({ node, cell }: NodeCell): number {
    const { operation } = node
    if (operation.kind === 'constant') return operation.value
    if (operation.kind === 'index') return cell
    const made = this.#made.get(node) ?? new Map<number, number>()
    this.#made.set(node, made)
    const known = made.get(cell)
    if (known !== undefined) return known
    const value = this.#compute(node, cell)
    made.set(cell, value)
    return value
  }

  /** The cell of which this one is a copy, where that is all it is: under another name of an axis, or of a row that is looked up. */
  copied({ node, cell }: NodeCell): (NodeCell & { readonly id?: NodeCell }) | undefined {
    const { operation, inputs } = node
    const [x, ids] = inputs
    switch (operation.kind) {
      case 'rename':
        return { node: x, cell }
      case 'stop':
      case 'expand':
        return { node: x, cell: cellIn(node, cell, x) }
      case 'gather': {
        const id = { node: ids, cell: cellIn(node, cell, ids) }
        const last = sizeOf(x.axes, operation.axis) - 1
        const row = Math.min(last, Math.max(0, this.of(id) || 0))
        return { node: x, cell: cellIn(node, cell, x, { [operation.axis]: row }), id }
      }
      case 'window': {
        const place = cellPlaces(node.axes, cell)[operation.axis] + operation.from
        const isInside = place >= 0 && place < sizeOf(x.axes, operation.axis)
        return isInside ? { node: x, cell: cellIn(node, cell, x, { [operation.axis]: place }) } : undefined
      }
      case 'place': {
        const [target, values, start] = inputs
        const place = cellPlaces(node.axes, cell)[operation.axis] - this.of({ node: start, cell: 0 })
        const isNew = place >= 0 && place < sizeOf(values.axes, operation.axis)
        return isNew
          ? { node: values, cell: cellIn(node, cell, values, { [operation.axis]: place }) }
          : { node: target, cell: cellIn(node, cell, target) }
      }
      default:
        return undefined
    }
  }

  /** The cells that a function of single numbers is of. */
  operands({ node, cell }: NodeCell): NodeCell[] {
    return node.inputs.map((input) => ({ node: input, cell: cellIn(node, cell, input) }))
  }

  /** For every place along the axes of a sum, the cells that meet there. */
  termsOf({ node, cell }: NodeCell): { readonly at: Record<string, number>; readonly factors: NodeCell[] }[] {
    const { operation, inputs } = node
    if (operation.kind !== 'dot' && operation.kind !== 'reduce') return []
    const over = overOf(node)
    return Array.from({ length: cells(over) }, (_, i) => {
      const at = cellPlaces(over, i)
      return { at, factors: inputs.map((input) => ({ node: input, cell: cellIn(node, cell, input, at) })) }
    })
  }

  /** The cells that a scatter adds up in this one: those whose id names its row. */
  scattered({ node, cell }: NodeCell): { readonly at: Record<string, number>; readonly from: NodeCell }[] {
    const { operation, inputs } = node
    if (operation.kind !== 'scatter') return []
    const [values, ids] = inputs
    const places = cellPlaces(node.axes, cell)
    const found: { at: Record<string, number>; from: NodeCell }[] = []
    for (let i = 0; i < cells(ids.axes); i++) {
      if (this.of({ node: ids, cell: i }) !== places[operation.axis]) continue
      const at = cellPlaces(ids.axes, i)
      found.push({ at, from: { node: values, cell: cellAt(values.axes, { ...places, ...at }) } })
    }
    return found
  }

  #compute(node: Node, cell: number): number {
    const { operation, inputs } = node
    switch (operation.kind) {
      case 'table':
        return operation.values[cell]
      case 'random':
        return uniform(randomKey(operation.name, 0), this.of({ node: inputs[0], cell: 0 }), cell)
      case 'apply': {
        return evaluate(
          operation.function,
          this.operands({ node, cell }).map((each) => this.of(each)),
        )
      }
      case 'dot':
      case 'reduce': {
        const isLargest = operation.kind === 'reduce' && operation.function === 'maximum'
        let result = isLargest ? -Infinity : 0
        for (const { factors } of this.termsOf({ node, cell })) {
          const term = factors.reduce((product, factor) => product * this.of(factor), 1)
          result = isLargest ? Math.max(result, term) : result + term
        }
        return result
      }
      case 'scatter': {
        const [, , onto] = inputs
        const start = onto ? this.of({ node: onto, cell }) : 0
        return this.scattered({ node, cell }).reduce((sum, { from }) => sum + this.of(from), start)
      }
      case 'rename':
      case 'stop':
      case 'expand':
      case 'gather':
      case 'window':
      case 'place': {
        const from = this.copied({ node, cell })
        return from ? this.of(from) : 0
      }
      default:
        throw new Error(`cells: a ${operation.kind} has no number of its own here.`)
    }
  }
}

/** The axes along which a node sums. */
export function overOf({ operation, inputs: [x] }: Node): Axis[] {
  const names = operation.kind === 'dot' || operation.kind === 'reduce' ? operation.over : []
  return names.flatMap((name) => x.axes.find((axis) => axis.name === name) ?? [])
}

const stridesOf = new WeakMap<readonly Axis[], readonly number[]>()

function strides(axes: readonly Axis[]): readonly number[] {
  const known = stridesOf.get(axes) ?? denseStrides(axes.map(({ size }) => size))
  stridesOf.set(axes, known)
  return known
}

/** The place of a cell on each axis. */
export function cellPlaces(axes: readonly Axis[], cell: number): Record<string, number> {
  const own = strides(axes)
  const places: Record<string, number> = {}
  for (const [i, { name, size }] of axes.entries()) places[name] = Math.floor(cell / own[i]) % size
  return places
}

/** The number of the cell at these places; those on axes that are not there do not count. */
export function cellAt(axes: readonly Axis[], places: Readonly<Record<string, number>>): number {
  const own = strides(axes)
  let cell = 0
  for (const [i, { name }] of axes.entries()) cell += own[i] * (places[name] ?? 0)
  return cell
}

/** The cell of an input that stands at the places of a cell of its node, and at these. */
function cellIn(node: Node, cell: number, input: Node, at: Readonly<Record<string, number>> = {}): number {
  const [own, theirs] = [strides(node.axes), strides(input.axes)]
  let found = 0
  for (const [i, { name }] of input.axes.entries()) {
    const place = at[name]
    if (place !== undefined) {
      found += theirs[i] * place
      continue
    }
    const along = node.axes.findIndex((axis) => axis.name === name)
    if (along >= 0) found += theirs[i] * (Math.floor(cell / own[along]) % node.axes[along].size)
  }
  return found
}
