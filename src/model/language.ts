// A language model: for every position, how much each entry of the vocabulary is expected to come next.
//
// Training, prefill and single steps call the same function; they differ in what they give it.

import type { Tensor } from '../tensor/node.ts'
import type { Cache } from './cache.ts'
import type { Ids, Logits, Places } from './stream.ts'

/** What a forward pass may be given besides its ids. */
export interface Given {
  /** Keys and values of the positions before these. */
  readonly cache?: Cache
  /** The number of the training step, on which it depends what dropout hits. Without it nothing is dropped. */
  readonly step?: Tensor<never>
  /** The positions whose logits are wanted, if not all: the unembedding is then computed for them alone. */
  readonly at?: Places
}

export interface LanguageModel {
  /** `vocab`: how many different tokens there are; `context`: how many positions the model can look at. */
  readonly config: { readonly vocab: number; readonly context: number }

  /** The logits (batch, position, vocab) of ids (batch, position). */
  logits(ids: Ids, given?: Given): Logits
}
