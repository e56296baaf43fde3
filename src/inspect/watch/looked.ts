// What all that watches has in common: a model that learns, and what it is looked at with.

import type { Batch } from '../../data/batch.ts'
import type { Edit } from '../../edit/edit.ts'
import type { Engine } from '../../engine/engine.ts'
import type { Objective } from '../../evaluate/objective.ts'
import type { InputValues } from '../../model/inputValues.ts'
import type { AnyModel } from '../../model/language.ts'

/** A model that learns, the example on which patterns and values are read, and the examples of losses and gradients. */
export interface Looked {
  readonly engine: Engine
  readonly model: AnyModel
  readonly objective: Objective
  readonly edits: readonly Edit[]
  readonly inputs: InputValues
  readonly batch: Batch | undefined
}

/** The examples of losses and gradients. Throws where none were given. */
export function batchOf({ batch }: Looked, score: string): Batch {
  if (batch) return batch
  throw new Error(
    `watch: ${score} is of a batch, but none was given. Give one, such as the first that it is evaluated on.`,
  )
}
