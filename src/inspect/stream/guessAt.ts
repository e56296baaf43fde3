// The token that a model guesses at a position.

import { checkFinite } from '../../engine/finite.ts'
import { editedPass, type Looking } from '../editedPass.ts'
import { read } from '../read.ts'
import { likeliestOf } from './likeliest.ts'
import { logitsOf } from './readout.ts'

/** The id of the token that is guessed at a position. Throws for a model that has no logits. `asker`: who asks, for messages. */
export async function guessAt(looking: Looking, position: number, asker: string): Promise<number> {
  const { address: path } = logitsOf(await editedPass(looking, asker), asker)
  const [logits] = (await read({ ...looking, addresses: [{ path, at: { position } }] })).values()
  checkFinite(`${asker}: a logit`, logits.data)
  return likeliestOf(logits.data, 1)[0]
}
