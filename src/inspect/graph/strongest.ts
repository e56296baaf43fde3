// The strongest weights of each position, and how much the others weigh.

/** The edges that are kept. */
export interface KeptEdges {
  /** The greatest number of edges that end at one position, in one head. */
  readonly most?: number | undefined
  /** The smallest weight. */
  readonly least?: number | undefined
}

/** The number of edges that were kept, and what the others weigh. */
export interface KeptWeights {
  readonly kept: number
  readonly leftOut: number
  /** The part of all weight that those have which were left out, from 0 to 1. */
  readonly shareLeftOut: number
}

/**
 * The cells of the strongest weights, row by row with as many columns, in each row the strongest first, and of equal ones the first. A
 * weight of 0 is no edge.
 *
 * Throws for a weight below 0 or that is no finite number; `named` says whose it is.
 */
export function strongest(
  weights: ArrayLike<number>,
  columns: number,
  { most = Infinity, least = 0 }: KeptEdges,
  named: (cell: number) => string,
): KeptWeights & { readonly cells: readonly number[] } {
  checkKept({ most, least })
  const cells: number[] = []
  let [all, edges, kept] = [0, 0, 0]
  for (let start = 0; start < weights.length; start += columns) {
    const row: number[] = []
    for (let cell = start; cell < start + columns; cell++) {
      const weight = weights[cell]
      checkWeight(weight, () => named(cell))
      if (weight === 0) continue
      all += weight
      edges++
      if (weight >= least) row.push(cell)
    }
    row.sort((a, b) => weights[b] - weights[a] || a - b)
    for (const cell of row.slice(0, most)) {
      cells.push(cell)
      kept += weights[cell]
    }
  }
  const leftOut = edges - cells.length
  return { cells, kept: cells.length, leftOut, shareLeftOut: leftOut === 0 ? 0 : Math.max(0, 1 - kept / all) }
}

function checkWeight(weight: number, named: () => string): void {
  if (weight >= 0 && weight < Infinity) return
  throw new Error(
    `graph: the weight of ${named()} is ${weight}; it must be a finite number from 0 on. Look where it comes from with "check".`,
  )
}

function checkKept({ most, least }: { readonly most: number; readonly least: number }): void {
  if (most !== Infinity && !(Number.isInteger(most) && most >= 1))
    throw new Error(`graph: at most ${most} edges of each position were asked for. Ask for a whole number from 1 on.`)
  if (!(least >= 0 && least < Infinity))
    throw new Error(`graph: edges of a weight from ${least} on were asked for. Give a finite number from 0 on.`)
}
