// A forward pass over one example to look into, with its edits done: the names of all values as they are then. What reads several
// values that belong together, or takes the graph apart, begins here.

import { type Edited, settled } from '../edit/edit.ts'
import { checkAddresses, editing } from '../edit/editedModel.ts'
import { settleEdits } from '../edit/settleEdits.ts'
import { givenOf, type InputValues, sizesOfValues } from '../model/inputValues.ts'
import type { AnyModel } from '../model/language.ts'
import { passOf } from '../model/pass.ts'
import type { AxisSizes } from '../model/reads.ts'
import type { Names } from '../tensor/names.ts'
import { checkHidden } from './hiddenEdits.ts'

/** A model over one example: what every instrument is given. */
export interface Looking extends Edited<AnyModel> {
  /** The values that the model reads: `{ ids }` of a text, with `{ source }` for an encoder, or whatever it declares. */
  readonly inputs: InputValues
}

/**
 * The names of the values in a pass over one example, each as it is with all edits done.
 *
 * - `asker`: who asks, for messages; `rows`: the number of rows of the batch, of one example each; 1 if not given
 *
 * Throws for inputs that the model does not read, and for edits at addresses that are not there.
 */
export async function editedPass({ inputs, ...edited }: Looking, asker: string, rows = 1): Promise<Names> {
  const sizes = sizesOfValues(asker, edited.model.reads, inputs)
  return editedNames({ ...edited, asker, sizes: { ...sizes, batch: rows }, optional: Object.keys(givenOf(inputs)) })
}

/**
 * The same over any number of examples of one size.
 *
 * - `sizes`: those of the axes: `{ batch: 4, position: 12 }`; `optional`: what the examples bring that the model does without too
 */
export async function editedNames({
  model,
  engine,
  edits = [],
  sizes,
  optional = [],
  asker = 'edits',
}: Edited<AnyModel> & {
  readonly sizes: AxisSizes
  readonly optional?: readonly string[]
  readonly asker?: string
}): Promise<Names> {
  const { names } = passOf(model, sizes, optional)
  checkAddresses(names.values, edits)
  return namesWithEdits(names, { model, engine, edits }, asker)
}

/** The names of a pass as they are with all edits done, which are at addresses that it has. Throws for one that never takes effect. */
export async function namesWithEdits(
  names: Names,
  { model, engine, edits = [] }: Edited<AnyModel>,
  asker: string,
): Promise<Names> {
  await checkHidden({ names, engine, edits }, asker)
  const list = settled(await settleEdits({ model, engine, edits }))
  const rewriting = editing(names.values, list, { isWhole: true })
  return names.carried((node) => rewriting.of(node))
}
