// The loss of a language model: how surprised it is, on average, by the token that really comes next.
//
//   loss = Σ −ln p(target) / number of targets        in nats; over all positions that have a target
//
// e^loss is called perplexity: between so many equally likely tokens the model hesitates.

import type { Ids, Logits } from '../model/stream.ts'
import { crossEntropy } from '../tensor/definitions.ts'
import type { Tensor } from '../tensor/node.ts'
import { constant, less, sum } from '../tensor/primitives.ts'

/** The two halves of a mean, apart, so that means over several batches come out right. */
export interface LossSum {
  /** Σ −ln p(target), in nats. */
  readonly sum: Tensor<never>
  /** How many positions have a target. */
  readonly count: Tensor<never>
}

/** The loss of logits (batch, position, vocab) for targets (batch, position); a target of −1 is none. */
export function lossSum(logits: Logits, targets: Ids): LossSum {
  return {
    sum: sum(crossEntropy(logits, targets, 'vocab'), 'batch', 'position'),
    count: sum(less(constant(-1), targets), 'batch', 'position'),
  }
}
