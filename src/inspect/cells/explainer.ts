// Explains cells of a graph whose numbers are known: which cells each was made from, and how.

import type { AxisPlaces } from '../../tensor/address.ts'
import type { Node } from '../../tensor/node.ts'
import { isSum, operandsOf } from '../stream/forms.ts'
import { type CellAddress, cellAddressText, placesOfCellIn } from './cellAddress.ts'
import type { CellGraph } from './cellGraph.ts'
import { CellValues, cellAt, cellPlaces, type KnownNumbers, type NodeCell } from './cellValues.ts'
import type {
  Cell,
  CellExplanation,
  CellOf,
  CheckpointCell,
  FunctionStep,
  HowMade,
  StepAfter,
  SumTerm,
} from './explanation.ts'
import { kindOfEnd, MetCells, type Within } from './metCells.ts'
import { recognised } from './recognised.ts'
import { RowMakings } from './rowMakings.ts'
import { type Spine, Spines } from './spine.ts'
import { axesSummed, placesShown, termPlaces } from './termAxes.ts'

/** Tells where in a checkpoint a cell of a weight stands. */
export type CheckpointOf = (path: string, at: AxisPlaces) => CheckpointCell | undefined

export class Explainer {
  readonly #graph: CellGraph
  readonly #numbers: KnownNumbers
  readonly #values: CellValues
  readonly #met: MetCells
  readonly #rows: RowMakings
  readonly #spines: Spines
  readonly #checkpointOf: CheckpointOf

  constructor(graph: CellGraph, numbers: KnownNumbers, checkpointOf: CheckpointOf) {
    this.#graph = graph
    this.#numbers = numbers
    this.#values = new CellValues(numbers)
    this.#met = new MetCells(graph, this.#values)
    this.#rows = new RowMakings(graph, this.#values, this.#met)
    this.#spines = new Spines((node) => this.#met.isNamed(node), this.#values)
    this.#checkpointOf = checkpointOf
  }

  /** The explanation of the cell at an address. Throws for an address that is not there, and for one of more than one cell. */
  explain(address: CellAddress, of: CellOf): CellExplanation {
    const node = this.#graph.nodeAt(address, of)
    const places = placesOfCellIn(node.axes, address)
    const cell = cellAt(node.axes, places)
    const { path, step } = address
    const within: Within = { anchor: this.#graph.nodeAt({ path }, of), path, of }
    const known = this.#graph.anchors.get(node)
    const isStep = step !== undefined
    const at = placesShown(node, places)
    return {
      kind: isStep ? this.#met.kindOf(node) : (known && kindOfEnd(node)) || 'value',
      address: cellAddressText({ path, step, at }),
      of,
      value: this.#values.of({ node, cell }),
      path,
      step,
      at,
      // A gradient belongs where its value is made.
      place: this.#graph.opened.names.placeOf(of === 'value' ? node : this.#graph.nodeAt({ path }, 'value')) ?? '',
      isRead: this.#numbers.has(node),
      formula: this.#graph.formulaOf(node),
      how:
        known && !isStep && (known.path !== path || known.of !== of)
          ? { kind: 'same', from: this.#met.of({ node, cell }, within), after: [] }
          : this.#how({ node, cell }, within),
    }
  }

  #how(top: NodeCell, within: Within): HowMade {
    const end = this.#endOf(top, within)
    if (end) return end
    const spine = this.#spines.of(top)
    const after = this.#after(spine, within)
    const { core } = spine
    const found = recognised(core.node)
    if (found?.kind === 'softmax') return this.#rows.softmax(core, found, within, after)
    if (found?.kind === 'norm') return this.#rows.norm(core, found, within, after)
    const shared = after.length === 0 ? this.#rows.ofShares(core, within) : undefined
    if (shared) return shared
    const { operation } = core.node
    switch (operation.kind) {
      case 'dot':
        return this.#product(core, within, after)
      case 'reduce':
      case 'scatter':
        return this.#rows.row(core, within, after)
      case 'apply':
        return this.#applied(core, within, after)
      default:
        return this.#copy(core, within, after)
    }
  }

  /** PassCells that are made of no others. */
  #endOf({ node, cell }: NodeCell, { path }: Within): HowMade | undefined {
    const { operation } = node
    switch (operation.kind) {
      case 'parameter':
        return { kind: 'weight', checkpoint: this.#checkpointOf(path, cellPlaces(node.axes, cell)) }
      case 'input':
        return { kind: 'input', name: operation.name, isId: operation.below !== undefined }
      case 'index':
        return { kind: 'place' }
      case 'random':
        return { kind: 'random' }
      case 'table':
      case 'constant':
        return { kind: 'known' }
      default:
        return undefined
    }
  }

  /** The functions behind the core. */
  #after({ steps }: Spine, within: Within): StepAfter[] {
    return steps.map(({ at, main }): StepAfter => {
      const operands = this.#values.operands(at)
      const name = at.node.operation.kind === 'apply' ? at.node.operation.function : 'add'
      const value = this.#values.inside(at)
      if (name === 'where')
        return {
          function: name,
          by: this.#met.of(operands[0], within),
          condition: this.#condition(operands[0].node, main === 2),
          value,
        }
      const by = operands.length === 2 ? this.#met.of(operands[1 - main], within) : undefined
      return { function: name, by, ...(main === 1 && { isSecond: true }), value }
    })
  }

  #condition(node: Node, isNegated = false): string {
    const { text } = this.#graph.formulaOf(node)
    return isNegated ? `not (${text})` : text
  }

  #product(core: NodeCell, within: Within, after: readonly StepAfter[]): HowMade {
    const [first, second] = core.node.inputs.map((node) => this.#spines.behind({ node, cell: 0 }).node)
    const carried: 'left' | 'right' = isWeighing(first) && !isWeighing(second) ? 'right' : 'left'
    let sum = 0
    const terms = this.#values.termsOf(core).map(({ at, factors: [a, b] }) => {
      const product = this.#values.of(a) * this.#values.of(b)
      sum += product
      return {
        at: termPlaces(at),
        left: this.#met.of(a, within),
        right: this.#met.of(b, within),
        product,
        carried,
        sum,
      }
    })
    return { kind: 'product', over: axesSummed(core.node), terms, sum, after }
  }

  #applied(core: NodeCell, within: Within, after: readonly StepAfter[]): HowMade {
    if (operandsOf(core.node, 'where') && after.length === 0) {
      const [condition, kept, otherwise] = this.#values.operands(core)
      if (this.#values.of(condition) === 0 && otherwise.node.operation.kind === 'constant')
        return {
          kind: 'masked',
          condition: this.#condition(condition.node),
          by: this.#met.of(condition, within),
          otherwise: this.#met.of(otherwise, within),
          hidden: this.#met.of(kept, within),
        }
    }
    const summands = this.#summands(core, 1)
    if (summands.length > 1) {
      let sum = 0
      const terms = summands.map(({ from, sign }): SumTerm => {
        const cell = this.#met.of(from, within)
        sum += sign * cell.value
        return { sign, cell, sum }
      })
      return { kind: 'sum', terms, sum, after }
    }
    return this.#function(core, within, after)
  }

  /** The values that are added up or taken away, as far as no sum on the way has a name. */
  #summands(at: NodeCell, sign: number, isTop = true): { from: NodeCell; sign: number }[] {
    const isMinus = operandsOf(at.node, 'subtract') !== undefined
    if (!isSum(at.node) || (!isTop && this.#met.isNamed(at.node))) return [{ from: at, sign }]
    return this.#values
      .operands(at)
      .map((each) => this.#spines.behind(each))
      .flatMap((each, i) => this.#summands(each, isMinus && i === 1 ? -sign : sign, false))
  }

  #function(core: NodeCell, within: Within, after: readonly StepAfter[]): HowMade {
    const operands = new Map<string, Cell>()
    const steps = new Map<string, FunctionStep>()
    const visit = (at: NodeCell, isTop: boolean): Cell => {
      const key = `${at.node.id} ${at.cell}`
      const { operation } = at.node
      if (!isTop && (operation.kind !== 'apply' || this.#met.isNamed(at.node) || recognised(at.node))) {
        const cell = this.#met.of(at, within)
        if (operation.kind !== 'constant') operands.set(key, cell)
        return cell
      }
      const known = steps.get(key)
      if (known) return known.cell
      const inputs = this.#values.operands(at).map((each) => visit(this.#spines.behind(each), false))
      const cell = this.#met.of(at, within)
      if (operation.kind === 'apply') steps.set(key, { function: operation.function, inputs, cell })
      return cell
    }
    visit(core, true)
    return { kind: 'function', operands: [...operands.values()], steps: [...steps.values()], after }
  }

  #copy(core: NodeCell, within: Within, after: readonly StepAfter[]): HowMade {
    const from = this.#values.copied(core)
    const { operation } = core.node
    if (from === undefined) {
      const end = this.#met.isPadding(core) ? { kind: 'known' as const } : this.#endOf(core, within)
      if (end && after.length === 0) return end
      return { kind: 'same', from: this.#met.of(core, within), after }
    }
    if (from.id && operation.kind === 'gather') {
      const by = this.#met.of(from.id, within)
      return {
        kind: 'lookUp',
        from: this.#met.of(from, within),
        lookUp: { axis: operation.axis, id: by.value, by },
        after,
      }
    }
    return { kind: 'same', from: this.#met.of(from, within), after }
  }
}

/** True for what says of others how much they count: weights, numbers known beforehand, shares of a softmax. */
const isWeighing = (node: Node): boolean => kindOfEnd(node) !== undefined || recognised(node)?.kind === 'softmax'
