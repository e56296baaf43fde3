// The cells of one look, each of which can be explained.

import { type CellAddress, parseCellAddress } from './cellAddress.ts'
import type { CellGraph } from './cellGraph.ts'
import { type CheckpointOf, Explainer } from './explainer.ts'
import type { CellExplanation, CellOf } from './explanation.ts'
import type { Snapshot } from './snapshot.ts'

/** The cells of a pass at one moment. */
export interface PassCells {
  /**
   * The explanation of a cell: how it was made, and from which cells.
   *
   * - `address`: with a place on every axis that has several; `of`: the value there, or the gradient of the loss at it
   *
   * Throws for an address that is not there, naming the nearest, and for one that means more than one cell.
   */
  explain(address: CellAddress | string, of?: CellOf): Promise<CellExplanation>
  /** The paths of all values of which cells can be explained, in the order of the forward pass; weights are among them. */
  paths(of?: CellOf): string[]
}

/** Explains cells of a graph by the numbers of a snapshot. */
export class SnapshotCells implements PassCells {
  readonly #graph: CellGraph
  readonly #snapshot: Snapshot
  readonly #checkpointOf: CheckpointOf
  #explainer: Explainer

  constructor(graph: CellGraph, snapshot: Snapshot, checkpointOf: CheckpointOf) {
    this.#graph = graph
    this.#snapshot = snapshot
    this.#checkpointOf = checkpointOf
    this.#explainer = new Explainer(graph, snapshot, checkpointOf)
  }

  async explain(address: CellAddress | string, of: CellOf = 'value'): Promise<CellExplanation> {
    const asked = typeof address === 'string' ? parseCellAddress(address) : address
    let found = this.#explainer.explain(asked, of)
    while (await this.#snapshot.fetch()) {
      // What was computed from numbers that were not there is thrown away.
      this.#explainer = new Explainer(this.#graph, this.#snapshot, this.#checkpointOf)
      found = this.#explainer.explain(asked, of)
    }
    return found
  }

  paths(of: CellOf = 'value'): string[] {
    return this.#graph.pathsOf(of)
  }
}
