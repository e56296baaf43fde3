// Cells as they are named where they are met: behind look-ups and other names of axes, with the value that each has.

import type { Node } from '../../tensor/node.ts'
import { cellAddressText } from './cellAddress.ts'
import type { CellGraph } from './cellGraph.ts'
import { type CellValues, cellPlaces, type NodeCell } from './cellValues.ts'
import type { Cell, CellOf, RowLookUp } from './explanation.ts'
import { placesShown } from './termAxes.ts'

/** The anchor in whose formula a cell is met: steps are counted within it. */
export interface Within {
  readonly anchor: Node
  readonly path: string
  readonly of: CellOf
}

/** Names cells, and tells their numbers. */
export class MetCells {
  readonly #graph: CellGraph
  readonly #values: CellValues

  constructor(graph: CellGraph, values: CellValues) {
    this.#graph = graph
    this.#values = values
  }

  /** A cell as it is named where it is met: behind look-ups and renamings, with the value that it has. */
  of(met: NodeCell, within: Within): Cell {
    let at: NodeCell = met
    let lookUp: RowLookUp | undefined
    while (!this.isNamed(at.node)) {
      const next = this.#values.copied(at)
      if (!next) break
      const { operation } = at.node
      if (next.id && operation.kind === 'gather') {
        const by = this.of(next.id, within)
        lookUp = { axis: operation.axis, id: by.value, by }
      }
      at = { node: next.node, cell: next.cell }
    }
    const { node, cell } = at
    if (this.isPadding(at)) return { kind: 'known', address: undefined, of: within.of, value: 0 }
    return {
      kind: this.kindOf(node),
      ...this.#named(at, within),
      value: this.#values.of({ node, cell }),
      ...(node.operation.kind === 'index' && { axis: node.axes[0].name }),
      ...(node.operation.kind === 'input' && node.operation.below !== undefined && { isId: true }),
      ...(lookUp && { lookUp }),
    }
  }

  #named({ node, cell }: NodeCell, within: Within): Pick<Cell, 'address' | 'of'> {
    const at = placesShown(node, cellPlaces(node.axes, cell))
    const known = this.#graph.anchors.get(node)
    if (known) return { address: cellAddressText({ path: known.path, at }), of: known.of }
    const step = this.#graph.stepsOf(within.anchor).indexOf(node) + 1
    return { address: step > 0 ? cellAddressText({ path: within.path, step, at }) : undefined, of: within.of }
  }

  /** True for a value, a weight or an input, and for the gradient of a value. */
  isNamed(node: Node): boolean {
    return this.#graph.anchors.has(node)
  }

  /** True for a cell that stands for none of what its values are copied from: a 0 before, behind or between them. */
  isPadding(at: NodeCell): boolean {
    const isCopy = ['window', 'place', 'gather'].includes(at.node.operation.kind)
    return isCopy && !this.isNamed(at.node) && this.#values.copied(at) === undefined
  }

  /** The kind of the cells of a node. */
  kindOf(node: Node): Cell['kind'] {
    return kindOfEnd(node) ?? (this.isNamed(node) ? 'value' : 'step')
  }
}

/** The kind of a cell that is made of no others. */
export function kindOfEnd({ operation }: Node): Cell['kind'] | undefined {
  switch (operation.kind) {
    case 'parameter':
      return 'weight'
    case 'input':
      return 'input'
    case 'index':
      return 'place'
    case 'constant':
    case 'table':
      return 'known'
    case 'random':
      return 'random'
    default:
      return undefined
  }
}
