// Where a number comes from: from a cell to one of those that it was made from, and on from there, until a token's id, a place, a weight or
// a number known beforehand is reached.
//
//   logits → norm.output → blocks.1.output → blocks.1.mlp.output → … → embedding.token {vocab: 47, model: 3}, the row of the id 47

import type { CellAddress } from './cellAddress.ts'
import type { PassCells } from './cells.ts'
import type { Cell, CellExplanation, CellOf } from './explanation.ts'
import { type CellSource, isEnd, sourcesOf } from './sources.ts'

/** A step of a walk: a cell, and the one of its sources with which the walk goes on. */
export interface WalkStep {
  readonly explanation: CellExplanation
  readonly source: CellSource
}

export interface CellWalk {
  readonly steps: readonly WalkStep[]
  /** The last cell: made of no others, unless the walk was not to go so far. */
  readonly end: Cell
  /** True where the last cell is 0 because nothing is added up in it: the gradient of a row of which the text has no token. */
  readonly isNothing: boolean
}

export interface WalkSettings {
  readonly of?: CellOf | undefined
  /** The most steps; as many as it takes if not given. */
  readonly most?: number | undefined
  /** Says with which source a walk goes on: the first if not given, which is the largest. */
  readonly choose?: ((sources: readonly CellSource[], cell: CellExplanation) => CellSource) | undefined
}

/**
 * The walk from a cell to what it comes from in the end.
 *
 * Throws for an address that is not there, and for one that means more than one cell.
 */
export async function whereFrom(
  cells: PassCells,
  address: CellAddress | string,
  { of = 'value', most = Infinity, choose = ([first]) => first }: WalkSettings = {},
): Promise<CellWalk> {
  const steps: WalkStep[] = []
  let explanation = await cells.explain(address, of)
  let end: Cell = explanation
  let isNothing = false
  while (!isEnd(end) && steps.length < most) {
    const sources = sourcesOf(explanation)
    isNothing = sources.length === 0
    if (isNothing) break
    const source = choose(sources, explanation)
    steps.push({ explanation, source })
    end = source.cell
    if (isEnd(end) || end.address === undefined) break
    explanation = await cells.explain(end.address, end.of)
  }
  return { steps, end, isNothing }
}
