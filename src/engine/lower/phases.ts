// Orders the work on one row. Each pass over the row's cells is a phase: in phase p all reductions are computed whose
// inputs need p earlier reductions one after another, and all stores of such values.
//
//   softmax:   phase 0 the maximum   phase 1 exp(x − maximum), kept, and its sum   phase 2 exp / sum, stored
//
// Between two phases comes what is the same for the whole row. What is dear to compute and needed again is kept.

import { extentsOf, isNarrower, type ValueExtent } from './extents.ts'
import type { JoinedAxes } from './joinedAxes.ts'
import type { KernelOperand, RandomValue, Reduction, Store, Value } from './kernel.ts'
import type { Costs } from './target.ts'
import { allValues, depthsOf, inputsOf } from './values.ts'

export interface Phase {
  /** Computed before the pass, once for the row. */
  readonly rowValues: readonly Value[]
  readonly seeds: readonly RandomValue[]
  /** Done in the pass. */
  readonly reductions: readonly Reduction[]
  readonly stores: readonly Store[]
  /** Computed in this pass and needed in a later one. */
  readonly kept: readonly Value[]
  /** Reductions of what is the same for all cells, which need no pass. */
  readonly rowReductions: readonly Reduction[]
}

export interface Phases {
  /** Computed once for the whole kernel. */
  readonly kernelValues: readonly Value[]
  readonly kernelSeeds: readonly RandomValue[]
  readonly phases: readonly Phase[]
  /** Written once a row, at its end. */
  readonly rowStores: readonly Store[]
}

export function planPhases(
  stores: readonly Store[],
  operands: readonly KernelOperand[],
  axes: JoinedAxes,
  costs: Costs,
): Phases {
  const passes = new Passes(stores, operands, axes, costs)
  const { values, extent, depth } = passes
  const { needs, storePhases } = passes.plan()
  const reductions = values.filter((value) => value.kind === 'reduce')
  const ofRows = reductions.filter(({ input }) => extent(input) !== 'cell')
  const shared = sharedValues(
    values,
    [...stores.map(({ value }) => value), ...ofRows.map(({ input }) => input)],
    extent,
  )
  const randoms = values.filter((value) => value.kind === 'random')
  return {
    kernelValues: shared.filter((value) => extent(value) === 'kernel'),
    kernelSeeds: randoms.filter(({ step }) => extent(step) === 'kernel'),
    rowStores: stores.filter((store) => !storePhases.has(store)),
    phases: needs.map(({ kept }, phase) => ({
      rowValues: shared.filter((value) => extent(value) === 'row' && depth(value) === phase),
      seeds: randoms.filter(({ step }) => extent(step) === 'row' && depth(step) === phase),
      reductions: passes.reductions.filter(({ input }) => depth(input) === phase),
      stores: stores.filter((store) => storePhases.get(store) === phase),
      kept,
      rowReductions: ofRows.filter(({ input }) => depth(input) === phase),
    })),
  }
}

/** The values that a pass keeps for later ones, and the operands whose cells it reads. */
interface Needs {
  readonly kept: Value[]
  readonly read: Set<number>
}

/** The passes over one row. */
class Passes {
  readonly values: readonly Value[]
  /** Those of cells, each of which takes part in a pass. */
  readonly reductions: readonly Reduction[]
  readonly #stores: readonly Store[]
  readonly #operands: readonly KernelOperand[]
  readonly #strides: readonly (readonly number[])[]
  readonly #costs: Costs
  readonly #extents: ReadonlyMap<Value, ValueExtent>
  readonly #depths: ReadonlyMap<Value, number>
  readonly #sums = new Map<Value, number>()

  constructor(stores: readonly Store[], operands: readonly KernelOperand[], axes: JoinedAxes, costs: Costs) {
    const roots = stores.map(({ value }) => value)
    this.values = allValues(roots)
    this.#extents = extentsOf(roots, operands, axes, 'row')
    this.#depths = depthsOf(roots)
    this.#strides = operands.map((operand) => axes.strides(operand.strides))
    this.#stores = stores.filter(({ operand }) => this.#strides[operand].at(-1) !== 0)
    this.#operands = operands
    this.#costs = costs
    this.reductions = this.values
      .filter((value) => value.kind === 'reduce')
      .filter(({ input }) => this.extent(input) === 'cell')
  }

  readonly extent = (value: Value): ValueExtent => this.#extents.get(value) ?? 'kernel'
  readonly depth = (value: Value): number => this.#depths.get(value) ?? 0

  /** The pass in which each store of cells is made, and what all passes need. */
  plan(): { storePhases: ReadonlyMap<Store, number>; needs: readonly Needs[] } {
    const storePhases = new Map(this.#stores.map((store) => [store, this.depth(store.value)]))
    let needs = this.#needs(storePhases)
    while (this.#delay(storePhases, needs)) needs = this.#needs(storePhases)
    return { storePhases, needs }
  }

  /** A store may overwrite what is read under the same strides: it waits for the last pass that reads so. */
  #delay(storePhases: Map<Store, number>, needs: readonly Needs[]): boolean {
    let isDelayed = false
    for (const [store, phase] of storePhases) {
      const last = needs.findLastIndex(({ read }) => [...read].some((operand) => this.#isAlike(operand, store.operand)))
      if (last <= phase) continue
      storePhases.set(store, last)
      isDelayed = true
    }
    return isDelayed
  }

  #isAlike(a: number, b: number): boolean {
    const strides = this.#strides
    return !this.#operands[a].lookup && strides[a].every((stride, axis) => stride === strides[b][axis])
  }

  #needs(storePhases: ReadonlyMap<Store, number>): Needs[] {
    const count = Math.max(...this.#depths.values()) + 1
    const needs: Needs[] = Array.from({ length: count }, () => ({ kept: [], read: new Set() }))
    const firstPass = new Map<Value, number>()
    for (let phase = 0; phase < count; phase++) {
      const { read } = needs[phase]
      const visited = new Set<Value>(needs.flatMap(({ kept }) => kept))
      const visit = (value: Value): void => {
        if (visited.has(value) || this.extent(value) !== 'cell') return
        visited.add(value)
        const first = firstPass.get(value) ?? phase
        firstPass.set(value, first)
        if (first < phase && this.#cost(value) >= this.#costs.keeping) {
          needs[first].kept.push(value)
          return
        }
        if (value.kind === 'load') {
          read.add(value.operand)
          const ids = this.#operands[value.operand].lookup?.ids
          if (ids !== undefined) read.add(ids)
        }
        for (const input of inputsOf(value)) visit(input)
      }
      for (const { input } of this.reductions) if (this.depth(input) === phase) visit(input)
      for (const [{ value }, at] of storePhases) if (at === phase) visit(value)
    }
    return needs
  }

  /** The cost of computing a value of a cell anew. */
  #cost(value: Value): number {
    if (this.extent(value) !== 'cell') return 0
    const known = this.#sums.get(value)
    if (known !== undefined) return known
    const sum = inputsOf(value).reduce((total, input) => total + this.#cost(input), this.#costs.of(value))
    this.#sums.set(value, sum)
    return sum
  }
}

/** The values that are computed once for many cells: those that wider ones are made of directly, and such roots. */
export function sharedValues(
  values: readonly Value[],
  roots: readonly Value[],
  extent: (value: Value) => ValueExtent,
): Value[] {
  const shared = new Set(roots.filter((value) => extent(value) !== 'cell'))
  for (const value of values)
    for (const input of inputsOf(value)) if (isNarrower(extent(input), extent(value))) shared.add(input)
  return [...shared].filter(({ kind }) => kind !== 'constant' && kind !== 'reduce')
}
