// What everybody who runs a model does about its edits. All else about edits is loaded where there are any: most runs have none.

import type { AnyModel } from '../model/language.ts'
import type { Edit, Edited } from './edit.ts'
import type { Reached } from './reached.ts'

const all = () => import('./onDemand.ts')

/** The model with edits, whatever they are; the model itself where there are none. */
export async function withEdits<M extends AnyModel>({ model, engine, edits = [] }: Edited<M>): Promise<M> {
  if (edits.length === 0) return model
  const { editedModel, settleEdits } = await all()
  return editedModel(model, await settleEdits({ model, engine, edits }))
}

/** The model with edits of which what another run had has been read; the model itself where there are none. */
export async function withSettled<M extends AnyModel>(model: M, edits: readonly Edit[]): Promise<M> {
  if (edits.length === 0) return model
  const { editedModel } = await all()
  return editedModel(model, edits)
}

/** Throws for an edit at a place that no run came to, as `checkReached` says. */
export async function expectReached(
  edits: readonly Edit[],
  model: object,
  reached: Reached,
  asker: string,
): Promise<void> {
  if (edits.length === 0) return
  const { checkReached } = await all()
  checkReached(edits, model, reached, asker)
}
