// Explains cells of a graph whose numbers are known: which cells each was made from, and how.

import type { AxisPlaces } from '../../tensor/address.ts'
import type { Node } from '../../tensor/node.ts'
import { type CellAddress, cellAddressText, placesOfCellIn } from './cellAddress.ts'
import type { CellGraph } from './cellGraph.ts'
import { CellValues, cellAt, cellPlaces, type KnownNumbers, type NodeCell, overOf } from './cellValues.ts'
import type {
  Cell,
  CellExplanation,
  CellOf,
  CheckpointCell,
  FunctionStep,
  HowMade,
  RowLookUp,
  RowTerm,
  ShareTerm,
  StepAfter,
  SumTerm,
  TermAxis,
} from './explanation.ts'
import { type FoundNormalisation, type FoundSoftmax, operandsOf, recognised, softmaxGradient } from './recognised.ts'
import { type Spine, Spines } from './spine.ts'

/** Tells where in a checkpoint a cell of a weight stands. */
export type CheckpointOf = (path: string, at: AxisPlaces) => CheckpointCell | undefined

/** The anchor in whose formula a cell is met: steps are counted within it. */
interface Within {
  readonly anchor: Node
  readonly path: string
  readonly of: CellOf
}

export class Explainer {
  readonly #graph: CellGraph
  readonly #numbers: KnownNumbers
  readonly #values: CellValues
  readonly #spines: Spines
  readonly #checkpointOf: CheckpointOf

  constructor(graph: CellGraph, numbers: KnownNumbers, checkpointOf: CheckpointOf) {
    this.#graph = graph
    this.#numbers = numbers
    this.#values = new CellValues(numbers)
    this.#spines = new Spines((node) => this.#isNamed(node), this.#values)
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
    const at = shownPlaces(node, places)
    return {
      kind: isStep ? this.#kindOf(node) : (known && kindOfAnchor(node)) || 'value',
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
          ? { kind: 'same', from: this.#cell({ node, cell }, within), after: [] }
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
    if (found?.kind === 'softmax') return this.#softmax(core, found, within, after)
    if (found?.kind === 'norm') return this.#norm(core, found, within, after)
    const shared = after.length === 0 ? this.#ofShares(core, within) : undefined
    if (shared) return shared
    const { operation } = core.node
    switch (operation.kind) {
      case 'dot':
        return this.#product(core, within, after)
      case 'reduce':
      case 'scatter':
        return this.#row(core, within, after)
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
          by: this.#cell(operands[0], within),
          condition: this.#condition(operands[0].node, main === 2),
          value,
        }
      const by = operands.length === 2 ? this.#cell(operands[1 - main], within) : undefined
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
      return { at: shown(at), left: this.#cell(a, within), right: this.#cell(b, within), product, carried, sum }
    })
    return { kind: 'product', over: shownOver(core.node), terms, sum, after }
  }

  /** The gradient of a softmax: what the gradients of all shares come to, each by its share; its own less that; by its own share. */
  #ofShares(core: NodeCell, within: Within): HowMade | undefined {
    const found = softmaxGradient(core.node)
    const shares = found && this.#graph.sharesOf(found.powers)
    if (!found || !shares) return undefined
    const { over, gradient } = found
    const places = cellPlaces(core.node.axes, core.cell)
    const cellOf = (node: Node, at: AxisPlaces): Cell =>
      this.#cell({ node, cell: cellAt(node.axes, { ...places, ...at }) }, within)
    let sum = 0
    const terms = this.#rowOf(shares, over, places).map(({ at }) => {
      const [left, right] = [cellOf(shares, at), cellOf(gradient, at)]
      const product = left.value * right.value
      sum += product
      return { at: shown(at), left, right, product, carried: 'right' as const, sum }
    })
    const [share, own] = [cellOf(shares, places), cellOf(gradient, places)]
    const apart = own.value - sum
    return {
      kind: 'product',
      over: overAxes(shares, over),
      terms,
      sum,
      after: [
        { function: 'subtract', by: own, isSecond: true, value: apart },
        { function: 'multiply', by: share, value: apart * share.value },
      ],
    }
  }

  #row(core: NodeCell, within: Within, after: readonly StepAfter[]): HowMade {
    const { operation, inputs } = core.node
    const isLargest = operation.kind === 'reduce' && operation.function === 'maximum'
    const from =
      operation.kind === 'scatter'
        ? this.#values.scattered(core).map(({ at, from }) => ({ at, factors: [from] }))
        : this.#values.termsOf(core)
    const terms = this.#rowTerms(from, within, isLargest)
    const over = operation.kind === 'scatter' ? inputs[1].axes.filter(isShown).map(axisOf) : shownOver(core.node)
    const sum = this.#values.inside(core)
    return { kind: 'row', function: isLargest ? 'maximum' : 'sum', over, terms, sum, after }
  }

  #rowTerms(
    from: readonly { readonly at: AxisPlaces; readonly factors: readonly NodeCell[] }[],
    within: Within,
    isLargest = false,
  ): RowTerm[] {
    let sum = isLargest ? -Infinity : 0
    return from.map(({ at, factors: [each] }) => {
      const cell = this.#cell(each, within)
      sum = isLargest ? Math.max(sum, cell.value) : sum + cell.value
      return { at: shown(at), cell, sum }
    })
  }

  #softmax(
    core: NodeCell,
    { over, input, largest, whole }: FoundSoftmax,
    within: Within,
    after: readonly StepAfter[],
  ): HowMade {
    const places = cellPlaces(core.node.axes, core.cell)
    const [most, total] = [largest, whole].map((node) => this.#values.of({ node, cell: cellAt(node.axes, places) }))
    const rows = this.#rowOf(input, over, places)
    const terms = rows.map(({ at, from }): ShareTerm => {
      const cell = this.#cell(from, within)
      const power = Math.exp(cell.value - most)
      return { at, cell, power, share: power / Math.max(total, 1e-30) }
    })
    const own = ownTerm(terms, over, places)
    return { kind: 'softmax', over: overAxes(input, over), terms, own, largest: most, whole: total, after }
  }

  #norm(core: NodeCell, found: FoundNormalisation, within: Within, after: readonly StepAfter[]): HowMade {
    const { over, input, mean, variance, epsilon, deviation } = found
    const places = cellPlaces(core.node.axes, core.cell)
    const numberAt = (node: Node): number => this.#values.of({ node, cell: cellAt(node.axes, places) })
    const rows = this.#rowOf(input, over, places)
    const terms = this.#rowTerms(
      rows.map(({ at, from }) => ({ at, factors: [from] })),
      within,
    )
    return {
      kind: 'norm',
      over: overAxes(input, over),
      terms,
      own: ownTerm(terms, over, places),
      mean: mean && numberAt(mean),
      variance: numberAt(variance),
      epsilon,
      deviation: numberAt(deviation),
      normed: this.#values.inside(core),
      after,
    }
  }

  /** The cells of a value along some of its axes, at these places on the others. */
  #rowOf(node: Node, over: readonly string[], places: AxisPlaces): { at: AxisPlaces; from: NodeCell }[] {
    const axes = overAxes(node, over)
    const count = axes.reduce((product, { size }) => product * size, 1)
    return Array.from({ length: count }, (_, i) => {
      const at = cellPlaces(axes, i)
      return { at, from: { node, cell: cellAt(node.axes, { ...places, ...at }) } }
    })
  }

  #applied(core: NodeCell, within: Within, after: readonly StepAfter[]): HowMade {
    if (operandsOf(core.node, 'where') && after.length === 0) {
      const [condition, kept, otherwise] = this.#values.operands(core)
      if (this.#values.of(condition) === 0 && otherwise.node.operation.kind === 'constant')
        return {
          kind: 'masked',
          condition: this.#condition(condition.node),
          by: this.#cell(condition, within),
          otherwise: this.#cell(otherwise, within),
          hidden: this.#cell(kept, within),
        }
    }
    const summands = this.#summands(core, 1)
    if (summands.length > 1) {
      let sum = 0
      const terms = summands.map(({ from, sign }): SumTerm => {
        const cell = this.#cell(from, within)
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
    const isSum = isMinus || operandsOf(at.node, 'add') !== undefined
    if (!isSum || (!isTop && this.#isNamed(at.node))) return [{ from: at, sign }]
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
      if (!isTop && (operation.kind !== 'apply' || this.#isNamed(at.node) || recognised(at.node))) {
        const cell = this.#cell(at, within)
        if (operation.kind !== 'constant') operands.set(key, cell)
        return cell
      }
      const known = steps.get(key)
      if (known) return known.cell
      const inputs = this.#values.operands(at).map((each) => visit(this.#spines.behind(each), false))
      const cell = this.#cell(at, within)
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
      const end = this.#endOf(core, within)
      if (end && after.length === 0) return end
      return { kind: 'same', from: this.#cell(core, within), after }
    }
    if (from.id && operation.kind === 'gather') {
      const by = this.#cell(from.id, within)
      return {
        kind: 'lookUp',
        from: this.#cell(from, within),
        lookUp: { axis: operation.axis, id: by.value, by },
        after,
      }
    }
    return { kind: 'same', from: this.#cell(from, within), after }
  }

  /** A cell as it is named where it is met: behind look-ups and renamings, with the value that it has. */
  #cell(met: NodeCell, within: Within): Cell {
    let at: NodeCell = met
    let lookUp: RowLookUp | undefined
    while (!this.#isNamed(at.node)) {
      const next = this.#values.copied(at)
      if (!next) break
      const { operation } = at.node
      if (next.id && operation.kind === 'gather') {
        const by = this.#cell(next.id, within)
        lookUp = { axis: operation.axis, id: by.value, by }
      }
      at = { node: next.node, cell: next.cell }
    }
    const { node, cell } = at
    return {
      kind: this.#kindOf(node),
      ...this.#named(at, within),
      value: this.#values.of({ node, cell }),
      ...(node.operation.kind === 'index' && { axis: node.axes[0].name }),
      ...(lookUp && { lookUp }),
    }
  }

  #named({ node, cell }: NodeCell, within: Within): Pick<Cell, 'address' | 'of'> {
    const at = shownPlaces(node, cellPlaces(node.axes, cell))
    const known = this.#graph.anchors.get(node)
    if (known) return { address: cellAddressText({ path: known.path, at }), of: known.of }
    const step = this.#graph.stepsOf(within.anchor).indexOf(node) + 1
    return { address: step > 0 ? cellAddressText({ path: within.path, step, at }) : undefined, of: within.of }
  }

  #isNamed(node: Node): boolean {
    return this.#graph.anchors.has(node)
  }

  #kindOf(node: Node): Cell['kind'] {
    return kindOfAnchor(node) ?? (this.#isNamed(node) ? 'value' : 'step')
  }
}

/** The kind of a cell that is made of no others. */
function kindOfAnchor({ operation }: Node): Cell['kind'] | undefined {
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

/** True for what says of others how much they count: weights, numbers known beforehand, shares of a softmax. */
const isWeighing = (node: Node): boolean => kindOfAnchor(node) !== undefined || recognised(node)?.kind === 'softmax'

const axisOf = ({ name, size }: TermAxis): TermAxis => ({ name, size })
const shownOver = (node: Node): TermAxis[] => overOf(node).filter(isShown).map(axisOf)

/** One example is no batch: its cells have no place there. */
const isShown = ({ name }: TermAxis): boolean => name !== 'batch'

const overAxes = ({ axes }: Node, over: readonly string[]): TermAxis[] =>
  axes.filter(({ name }) => over.includes(name)).map(axisOf)

const shown = (places: AxisPlaces): AxisPlaces =>
  Object.fromEntries(Object.entries(places).filter(([name]) => name !== 'batch'))

const shownPlaces = ({ axes }: Node, places: AxisPlaces): AxisPlaces =>
  Object.fromEntries(axes.flatMap(({ name }) => (name === 'batch' ? [] : [[name, places[name]]])))

/** The term of a row that stands at a cell's own places. */
const ownTerm = (terms: readonly { readonly at: AxisPlaces }[], over: readonly string[], places: AxisPlaces): number =>
  terms.findIndex(({ at }) => over.every((name) => at[name] === places[name]))
