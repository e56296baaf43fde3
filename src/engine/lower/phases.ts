// Orders the work on one row. Each pass over the row's cells is a phase: in phase p all reductions are computed whose
// inputs need p earlier reductions one after another, and all stores of such values.
//
//   softmax:   phase 0 the maximum   phase 1 exp(x − maximum), kept, and its sum   phase 2 exp / sum, stored
//
// Between two phases comes what is the same for the whole row. What is dear to compute and needed again is kept.

import { type Extent, extentsOf, isNarrower } from './extents.ts'
import type { JoinedAxes } from './joinedAxes.ts'
import type { Operand, RandomValue, Reduction, Store, Value } from './kernel.ts'
import type { Costs } from './target.ts'
import { allValues, inputsOf } from './values.ts'

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
  operands: readonly Operand[],
  axes: JoinedAxes,
  costs: Costs,
): Phases {
  const roots = stores.map(({ value }) => value)
  const values = allValues(roots)
  const extents = extentsOf(roots, operands, axes, 'row')
  const extent = (value: Value): Extent => extents.get(value) ?? 'kernel'
  const depths = new Map<Value, number>()
  const depth = (value: Value): number => depths.get(value) ?? 0
  for (const value of values) {
    depths.set(value, Math.max(0, ...inputsOf(value).map(depth)) + (value.kind === 'reduce' ? 1 : 0))
  }
  const count = Math.max(...values.map(depth)) + 1

  const strides = operands.map((operand) => axes.strides(operand.strides))
  const isCellStore = ({ operand }: Store): boolean => strides[operand].at(-1) !== 0
  const reductions = values.filter((value): value is Reduction => value.kind === 'reduce')
  const ofCells = reductions.filter(({ input }) => extent(input) === 'cell')
  const ofRows = reductions.filter(({ input }) => extent(input) !== 'cell')

  const storePhases = new Map(stores.filter(isCellStore).map((store) => [store, depth(store.value)]))
  let needs = findNeeds()
  while (delayStores()) needs = findNeeds()

  /** A store may overwrite what is read under the same strides: it waits for the last pass that reads so. */
  function delayStores(): boolean {
    let isDelayed = false
    for (const [store, phase] of storePhases) {
      const last = needs.read.findLastIndex((read) => [...read].some((operand) => isAlike(operand, store.operand)))
      if (last <= phase) continue
      storePhases.set(store, last)
      isDelayed = true
    }
    return isDelayed
  }
  function isAlike(a: number, b: number): boolean {
    return !operands[a].lookup && strides[a].every((stride, axis) => stride === strides[b][axis])
  }

  /** What each pass must keep for later ones, and which operands' cells it reads. */
  function findNeeds(): { kept: Value[][]; read: Set<number>[] } {
    const kept: Value[][] = Array.from({ length: count }, () => [])
    const read: Set<number>[] = []
    const firstPass = new Map<Value, number>()
    const sums = new Map<Value, number>()
    const cost = (value: Value): number => {
      if (extent(value) !== 'cell') return 0
      const sum = sums.get(value) ?? costs.of(value) + inputsOf(value).reduce((total, input) => total + cost(input), 0)
      sums.set(value, sum)
      return sum
    }
    for (let phase = 0; phase < count; phase++) {
      const readNow = new Set<number>()
      const visited = new Set<Value>(kept.flat())
      const visit = (value: Value): void => {
        if (visited.has(value) || extent(value) !== 'cell') return
        visited.add(value)
        const first = firstPass.get(value) ?? phase
        firstPass.set(value, first)
        if (first < phase && cost(value) >= costs.keeping) {
          kept[first].push(value)
          return
        }
        if (value.kind === 'load') {
          readNow.add(value.operand)
          const ids = operands[value.operand].lookup?.ids
          if (ids !== undefined) readNow.add(ids)
        }
        for (const input of inputsOf(value)) visit(input)
      }
      for (const { input } of ofCells) if (depth(input) === phase) visit(input)
      for (const [{ value }, at] of storePhases) if (at === phase) visit(value)
      read.push(readNow)
    }
    return { kept, read }
  }

  const shared = sharedValues(values, [...roots, ...ofRows.map(({ input }) => input)], extent)
  const randoms = values.filter((value): value is RandomValue => value.kind === 'random')
  return {
    kernelValues: shared.filter((value) => extent(value) === 'kernel'),
    kernelSeeds: randoms.filter(({ step }) => extent(step) === 'kernel'),
    rowStores: stores.filter((store) => !isCellStore(store)),
    phases: Array.from({ length: count }, (_, phase) => ({
      rowValues: shared.filter((value) => extent(value) === 'row' && depth(value) === phase),
      seeds: randoms.filter(({ step }) => extent(step) === 'row' && depth(step) === phase),
      reductions: ofCells.filter(({ input }) => depth(input) === phase),
      stores: [...storePhases].filter(([, at]) => at === phase).map(([store]) => store),
      kept: needs.kept[phase],
      rowReductions: ofRows.filter(({ input }) => depth(input) === phase),
    })),
  }
}

/** The values that are computed once for many cells: those that wider ones are made of directly, and such roots. */
export function sharedValues(
  values: readonly Value[],
  roots: readonly Value[],
  extent: (value: Value) => Extent,
): Value[] {
  const shared = new Set(roots.filter((value) => extent(value) !== 'cell'))
  for (const value of values)
    for (const input of inputsOf(value)) if (isNarrower(extent(input), extent(value))) shared.add(input)
  return [...shared].filter(({ kind }) => kind !== 'constant' && kind !== 'reduce')
}
