// The loss: how surprised a model is, on average, by what is really so: the token that comes next, the class of a text.
//
//   loss = Σ −ln p(target) / number of targets        in nats; over all places that have a target
//
// e^loss is called perplexity: between so many equally likely answers the model hesitates.

import type { Ids, Logits } from '../model/stream.ts'
import { crossEntropy } from '../tensor/definitions.ts'
import type { Node, Tensor } from '../tensor/node.ts'
import { constant, less, sum } from '../tensor/primitives.ts'

/** The two halves of a mean, apart, so that means over several batches come out right. */
export interface LossSum {
  /** Σ −ln p(target), in nats. */
  readonly sum: Tensor<never>
  /** The number of places with a target. */
  readonly count: Tensor<never>
}

/** A model's answer at every place, and the target there. */
export interface Answer {
  /** Numbers along `over` before softmax, for every place. */
  readonly logits: Node
  /** For every place the right one along `over`; −1 where nothing is asked. */
  readonly targets: Node
  readonly over: 'vocab' | 'class'
}

/** The loss of logits (batch, position, vocab) for targets (batch, position); a target of −1 is none. */
export function lossSum(logits: Logits, targets: Ids): LossSum {
  return answerLoss({ logits, targets, over: 'vocab' })
}

/**
 * The loss of an answer; of one that is a loss already, itself.
 *
 * - `smoothing`: the share of the target that is given to all entries alike, right or wrong, so that the model does not
 *   grow too sure. Szegedy et al. 2015, section 7; Vaswani et al. 2017, section 5.4 (0.1).
 */
export function answerLoss(answer: Answer | LossSum, smoothing = 0): LossSum {
  if (!('logits' in answer)) return answer
  const { logits, targets, over } = answer
  const loss = crossEntropy(logits as Tensor, targets as Tensor, over, { smoothing })
  return { sum: sumOf(loss), count: sumOf(less(constant(-1), targets as Tensor)) }
}

/** Along all axes. */
export const sumOf = (x: Node): Tensor<never> =>
  sum(x as Tensor, ...x.axes.map(({ name }) => name)) as Node as Tensor<never>
