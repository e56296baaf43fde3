// Stages: which patches share a program. A program that begins later computes less for each of its rows, but every program has to be
// made. Patches stand in the order of the pass, and a stage is a stretch of them:
//
//   cost of a stage = rows · work behind its first value + products behind it · what making one takes
//
// The cheapest division is found exactly, from the last value to the first.

import type { Address } from '../../tensor/address.ts'
import { cells, sizeOf } from '../../tensor/axes.ts'
import { graphOf } from '../../tensor/graph.ts'
import type { Names } from '../../tensor/names.ts'
import type { Node } from '../../tensor/node.ts'
import { type Swept, sweep } from './sweep.ts'

/** Patches that one program does, each of one address or of several. */
export interface PatchStage {
  readonly patches: readonly (readonly Address[])[]
  /** The rows of its batch. */
  readonly rows: number
}

/** Making one product takes as long as so many multiplications: on one machine 1.5 ms, while it does 60 to 200 a nanosecond. */
const usualMaking = 1e8

/**
 * The stages of patches, the first value first.
 *
 * - `names`: those of a pass over one example; `metric`: its end; `rows`: the most in one run; `making`: as above
 */
export function patchStages(
  names: Names,
  metric: (names: Names) => Node,
  {
    patches,
    rows,
    making = usualMaking,
  }: {
    readonly patches: readonly (readonly Address[])[]
    readonly rows: number
    readonly making?: number | undefined
  },
): PatchStage[] {
  const { swept, carried } = sweep(names, patches.flat())
  const { order, behind, work } = worksOf(metric(carried), swept)
  const orderOf = new Map(order.map(({ path }, i) => [path, i]))
  /** The patches that begin at each value. */
  const beginning = Map.groupBy(patches, (patch) => Math.min(...patch.map(({ path }) => orderOf.get(path) ?? 0)))
  const starts = [...beginning].toSorted(([a], [b]) => a - b).map(([, own]) => own)
  const behindStart = starts.map((own) => own.flat().flatMap(({ path }) => behind[orderOf.get(path) ?? 0]))
  /** The cheapest division of the starts from number i on: its cost, and where its first stage ends. */
  const best: { cost: number; end: number }[] = []
  best[starts.length] = { cost: 0, end: starts.length }
  for (let from = starts.length - 1; from >= 0; from--) {
    const seen = new Set<number>()
    let [multiplications, count] = [0, 0]
    for (let end = from + 1; end <= starts.length; end++) {
      count += starts[end - 1].length
      for (const product of behindStart[end - 1]) {
        if (seen.has(product)) continue
        seen.add(product)
        multiplications += work[product]
      }
      const { runs, each } = evenly(count, rows)
      const cost = runs * each * multiplications + seen.size * making + best[end].cost
      if (end === from + 1 || cost < best[from].cost) best[from] = { cost, end }
    }
  }
  const stages: PatchStage[] = []
  for (let from = 0; from < starts.length; from = best[from].end) {
    const own = starts.slice(from, best[from].end).flat()
    stages.push({ patches: own, rows: evenly(own.length, rows).each })
  }
  return stages
}

/** As few runs as the most rows allow, of rows as equal as can be. */
function evenly(count: number, most: number): { readonly runs: number; readonly each: number } {
  const runs = Math.ceil(count / most)
  return { runs, each: Math.ceil(count / runs) }
}

/** The values in the order of the pass; for each the products that hang on it, and of each product the multiplications in a row. */
function worksOf(end: Node, swept: readonly Swept[]) {
  const numbers = new Map(swept.map(({ chosen }, i) => [chosen, i]))
  const hangsOn = new Map<Node, bigint>()
  const order = new Set<Swept>()
  const behind = new Map<Swept, number[]>(swept.map((each) => [each, []]))
  const work: number[] = []
  for (const node of graphOf([end])) {
    const own = numbers.get(node)
    const on = node.inputs.reduce(
      (all, each) => all | (hangsOn.get(each) ?? 0n),
      own === undefined ? 0n : 1n << BigInt(own),
    )
    hangsOn.set(node, on)
    // A choice stands in the order where it is made, which is when its value is there.
    for (const each of node.inputs) {
      const made = numbers.get(each)
      if (made !== undefined) order.add(swept[made])
    }
    if (node.operation.kind !== 'dot' || on === 0n) continue
    for (const [i, each] of swept.entries()) if (on & (1n << BigInt(i))) behind.get(each)?.push(work.length)
    const [left] = node.inputs
    const over = node.operation.over.reduce((product, axis) => product * sizeOf(left.axes, axis), 1)
    work.push(cells(node.axes) * over)
  }
  // What no result hangs on is in no one's way.
  for (const each of swept) order.add(each)
  const ordered = [...order]
  return { order: ordered, behind: ordered.map((each) => behind.get(each) ?? []), work }
}
