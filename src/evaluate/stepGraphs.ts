// The programs by which a training run takes its steps, as graphs. AdamW's are the usual ones (train/trainingGraphs.ts); an objective may
// bring others.

import type { NamedGraph } from '../engine/engine.ts'
import type { Node } from '../tensor/node.ts'

/** The settings on which the programs of steps depend. */
export interface StepSettings {
  readonly beta1: number
  readonly decay: number
  readonly clip: number
  /** The number of batches that make one step. */
  readonly accumulate: number
  readonly seed: number
}

/** The programs of a training run. Each makes `loss` and `gradientNorm`, and reads the number `rate`. */
export interface StepGraphs {
  readonly weights: ReadonlyMap<string, Node>
  /** The running means of each weight, by path; none where steps have none. */
  readonly moments: ReadonlyMap<string, { readonly first: Node; readonly second: Node }>
  /** The nodes that last from step to step besides the weights. */
  readonly states: readonly Node[]
  /** A whole step with a batch of this shape. */
  apply(shape: Readonly<Record<string, number>>): NamedGraph
  /** Adds up what several batches say, from run to run. */
  accumulate(shape: Readonly<Record<string, number>>): NamedGraph
  /** Takes the step for which batches have been added up. */
  finish(): NamedGraph
}
