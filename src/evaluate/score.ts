// How many answers are right. Loaded for objectives that score it.

import type { Node, Tensor } from '../tensor/node.ts'
import {
  constant,
  equal,
  index,
  less,
  lessEqual,
  max,
  multiply,
  size,
  subtract,
  sum,
  where,
} from '../tensor/primitives.ts'
import { type Answer, sumOf } from './loss.ts'

/** The counts of right answers. */
export interface Score {
  /** The number of places that are right: no other entry is more likely than the target. */
  readonly right: Tensor<never>
  /** The number of rows of the batch that are right at all of their places. */
  readonly exact: Tensor<never>
  /** The number of rows that have any place. */
  readonly rows: Tensor<never>
}

export function answerScore({ logits, targets, over }: Answer): Score {
  const [says, target] = [logits as Tensor, targets as Tensor]
  const isTarget = equal(index(over as string, size(says, over)), target)
  const chosen = sum(where(isTarget, says, 0), over)
  const isAsked = less(constant(-1), target) as Tensor
  const isRight = multiply(isAsked, lessEqual(max(says, over), chosen)) as Tensor
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
