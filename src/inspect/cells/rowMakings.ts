// Cells that are made of a row: sums, shares, normalised numbers, and the gradients of shares.

import type { AxisPlaces } from '../../tensor/address.ts'
import type { Node } from '../../tensor/node.ts'
import type { CellGraph } from './cellGraph.ts'
import { type CellValues, cellAt, cellPlaces, type NodeCell } from './cellValues.ts'
import type { Cell, HowMade, RowTerm, ShareTerm, StepAfter } from './explanation.ts'
import type { MetCells, Within } from './metCells.ts'
import { type FoundNormalisation, type FoundSoftmax, softmaxGradient } from './recognised.ts'
import { axesAmong, axesSummed, termAxes, termPlaces } from './termAxes.ts'

/** Explains cells that are made of a row. */
export class RowMakings {
  readonly #graph: CellGraph
  readonly #values: CellValues
  readonly #met: MetCells

  constructor(graph: CellGraph, values: CellValues, met: MetCells) {
    this.#graph = graph
    this.#values = values
    this.#met = met
  }

  /** The sum, or the largest, of a row. */
  row(core: NodeCell, within: Within, after: readonly StepAfter[]): HowMade {
    const { operation, inputs } = core.node
    const isLargest = operation.kind === 'reduce' && operation.function === 'maximum'
    const from =
      operation.kind === 'scatter'
        ? this.#values.scattered(core).map(({ at, from }) => ({ at, factors: [from] }))
        : this.#values.termsOf(core)
    const terms = this.#rowTerms(from, within, isLargest)
    const over = operation.kind === 'scatter' ? termAxes(inputs[1].axes) : axesSummed(core.node)
    const sum = this.#values.inside(core)
    return { kind: 'row', function: isLargest ? 'maximum' : 'sum', over, terms, sum, after }
  }

  /** A share of a row. */
  softmax(
    core: NodeCell,
    { over, input, largest, whole }: FoundSoftmax,
    within: Within,
    after: readonly StepAfter[],
  ): HowMade {
    const places = cellPlaces(core.node.axes, core.cell)
    const [most, total] = [largest, whole].map((node) => this.#values.of({ node, cell: cellAt(node.axes, places) }))
    const rows = this.#rowOf(input, over, places)
    const terms = rows.map(({ at, from }): ShareTerm => {
      const cell = this.#met.of(from, within)
      const power = Math.exp(cell.value - most)
      return { at, cell, power, share: power / Math.max(total, 1e-30) }
    })
    const own = ownTerm(terms, over, places)
    return { kind: 'softmax', over: axesAmong(input, over), terms, own, largest: most, whole: total, after }
  }

  /** A number of a row, brought to a common size. */
  norm(core: NodeCell, found: FoundNormalisation, within: Within, after: readonly StepAfter[]): HowMade {
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
      over: axesAmong(input, over),
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

  /** The gradient of a softmax: what the gradients of all shares come to, each by its share; its own less that; by its own share. */
  ofShares(core: NodeCell, within: Within): HowMade | undefined {
    const found = softmaxGradient(core.node)
    const shares = found && this.#graph.sharesOf(found.powers)
    if (!found || !shares) return undefined
    const { over, gradient } = found
    const places = cellPlaces(core.node.axes, core.cell)
    const cellOf = (node: Node, at: AxisPlaces): Cell =>
      this.#met.of({ node, cell: cellAt(node.axes, { ...places, ...at }) }, within)
    let sum = 0
    const terms = this.#rowOf(shares, over, places).map(({ at }) => {
      const [left, right] = [cellOf(shares, at), cellOf(gradient, at)]
      const product = left.value * right.value
      sum += product
      return { at: termPlaces(at), left, right, product, carried: 'right' as const, sum }
    })
    const [share, own] = [cellOf(shares, places), cellOf(gradient, places)]
    const apart = own.value - sum
    return {
      kind: 'product',
      over: axesAmong(shares, over),
      terms,
      sum,
      after: [
        { function: 'subtract', by: own, isSecond: true, value: apart },
        { function: 'multiply', by: share, value: apart * share.value },
      ],
    }
  }

  #rowTerms(
    from: readonly { readonly at: AxisPlaces; readonly factors: readonly NodeCell[] }[],
    within: Within,
    isLargest = false,
  ): RowTerm[] {
    let sum = isLargest ? -Infinity : 0
    return from.map(({ at, factors: [each] }) => {
      const cell = this.#met.of(each, within)
      sum = isLargest ? Math.max(sum, cell.value) : sum + cell.value
      return { at: termPlaces(at), cell, sum }
    })
  }

  /** The cells of a value along some of its axes, at these places on the others. */
  #rowOf(node: Node, over: readonly string[], places: AxisPlaces): { at: AxisPlaces; from: NodeCell }[] {
    const axes = axesAmong(node, over)
    const count = axes.reduce((product, { size }) => product * size, 1)
    return Array.from({ length: count }, (_, i) => {
      const at = cellPlaces(axes, i)
      return { at, from: { node, cell: cellAt(node.axes, { ...places, ...at }) } }
    })
  }
}

/** The term of a row that stands at a cell's own places. */
const ownTerm = (terms: readonly { readonly at: AxisPlaces }[], over: readonly string[], places: AxisPlaces): number =>
  terms.findIndex(({ at }) => over.every((name) => at[name] === places[name]))
