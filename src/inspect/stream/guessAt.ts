// What a model guesses at a position: the token that comes there, or the class.

import { checkFinite } from '../../engine/finite.ts'
import { editedPass, type Looking } from '../editedPass.ts'
import { likeliestOf } from './likeliest.ts'
import { valuesAt } from './parts.ts'
import { answersOf } from './readout.ts'

/** The id of the token, or of the class, that is guessed at a position; where a model reads several at once, at all together. Throws for a model that says neither. `asker`: who asks, for messages. */
export async function guessAt(looking: Looking, position: number, asker: string): Promise<number> {
  const names = await editedPass(looking, asker)
  const { node } = answersOf(names, asker)
  const [logits] = (await valuesAt({ ...looking, names, position }, new Map([['logits', node]]))).values()
  checkFinite(`${asker}: a logit`, logits.data)
  return likeliestOf(logits.data, 1)[0]
}

/** True for a classifier that reads several positions at once, so that what it says is no matter of a single one. Of a classifier it throws as `guessAt` does. */
export async function readsSeveral(looking: Looking, asker: string): Promise<boolean> {
  // All other models say something at each position: nothing is to be traced for them.
  if (looking.model.kind !== 'classifier') return false
  return answersOf(await editedPass(looking, asker), asker).isOfAll === true
}
