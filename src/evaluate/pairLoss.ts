// The loss of skip-gram over a piece of text: all pairs of words beside each other, each told from other words.
//
// Every word of a piece is scored against all words around it and against words that are drawn by chance once for the piece: few matrix
// products in place of many small ones. Which of the words around are beside it says `before` and `after`; the words drawn count as if
// each pair had drawn `negative` of them, of which they are a larger sample. Ji et al. 2016, "Parallelizing word2vec in shared and
// distributed memory", section III (there the piece is one window).
//
//   loss = Σ over pairs (w, c) of softplus(−u_c · v_w)  +  negative / drawn · Σ over drawn k of softplus(u_k · v_w)          −log σ(x) = softplus(−x)

import type { SkipGram } from '../model/skipGram.ts'
import { softplus } from '../tensor/definitions.ts'
import type { Tensor } from '../tensor/node.ts'
import {
  add,
  constant,
  equal,
  index,
  less,
  lessEqual,
  multiply,
  negate,
  size,
  subtract,
  sum,
  where,
} from '../tensor/primitives.ts'
import type { LossSum } from './loss.ts'
import type { Objective } from './objective.ts'

/** The words of a piece of text that are learnt from at once, and the words drawn for it. */
export interface PieceSizes {
  readonly position: number
  readonly drawn: number
}

type Cell = 'batch' | 'position' | 'other'

/**
 * The words beside each word of pieces of text, told from others. The loss is for each pair.
 *
 * A batch brings `ids` (batch, position); `others` (batch, other): the words from `window` before the piece to `window` behind it, then
 * the words drawn; `before` and `after` (batch, position): how many words on either side are beside a word.
 */
export function wordsBeside(model: SkipGram, { position, drawn }: PieceSizes): Objective {
  const { vocab, window = 5 } = model.config
  const perWord = { axes: { position } }
  return {
    model,
    inputs: {
      ids: { ...perWord, below: vocab },
      others: { axes: { other: position + 2 * window + drawn }, below: vocab },
      before: perWord,
      after: perWord,
    },
    answer(inputs, _, edited: SkipGram = model) {
      const { ids, before, after } = inputs as Record<string, Tensor<'batch' | 'position'>>
      const scores = edited.scores({ ids, others: inputs.others as Tensor<'batch' | 'other'> })
      return pairLoss(scores, { before, after, window, negative: model.config.negative ?? 5, drawn })
    },
  }
}

function pairLoss(
  scores: Tensor<Cell>,
  {
    before,
    after,
    window,
    negative,
    drawn,
  }: {
    readonly before: Tensor<'batch' | 'position'>
    readonly after: Tensor<'batch' | 'position'>
    readonly window: number
    readonly negative: number
    readonly drawn: number
  },
): LossSum {
  const place = index('other', size(scores, 'other'))
  const isAround = less(place, size(scores, 'other') - drawn)
  const offset = subtract(place, add(index('position', size(scores, 'position')), window))
  const isBeside = multiply(lessEqual(negate(before), offset), lessEqual(offset, after))
  const pairs = add(before, after)
  const isOther = subtract(constant(1), equal(offset, 0))
  const weight = where(isAround, multiply(isBeside, isOther), multiply(pairs, negative / drawn))
  const surprise = softplus(where(isAround, negate(scores), scores))
  return {
    sum: sum(multiply(weight, surprise), 'batch', 'position', 'other'),
    count: sum(pairs, 'batch', 'position'),
  }
}
