// How many answers are right. Loaded for objectives that score it.

import type { Node, Tensor } from '../tensor/node.ts'
import {
  constant,
  equal,
  index,
  less,
  max,
  multiply,
  negate,
  size,
  subtract,
  sum,
  where,
} from '../tensor/primitives.ts'
import { type Answer, sumOf } from './loss.ts'

/** The counts of right answers. */
export interface Score {
  /** The number of places that are right: the target is the entry that greedy writing and classifying take. */
  readonly right: Tensor<never>
  /** The number of rows of the batch that are right at all of their places. */
  readonly exact: Tensor<never>
  /** The number of rows that have any place. */
  readonly rows: Tensor<never>
}

/** The lowest id of those whose logit is the largest, which is the one that greedy writing and classifying take; none where they are not numbers. */
function firstOfLargest(logits: Tensor, over: string): Tensor {
  const ids = index(over, size(logits, over))
  return negate(max(where(equal(logits, max(logits, over)), negate(ids), -Infinity), over) as Node as Tensor)
}

export function answerScore({ logits, targets, over }: Answer): Score {
  const [says, target] = [logits as Tensor, targets as Tensor]
  const isAsked = less(constant(-1), target) as Tensor
  const isRight = multiply(isAsked, equal(firstOfLargest(says, over), target)) as Tensor
  const along = target.axes.map(({ name }) => name).filter((name) => name !== 'batch')
  const asked = sum(isAsked, ...along)
  const missed = sum(subtract(isAsked, isRight) as Tensor, ...along)
  const hasAny = less(constant(0), asked)
  return {
    right: sumOf(isRight),
    exact: sumOf(multiply(hasAny, equal(missed, 0)) as Node),
    rows: sumOf(hasAny),
  }
}
