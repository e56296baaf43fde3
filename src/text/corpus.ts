// A corpus: the text's ids, in a part to learn from and a part to be tested on.
//
// The last tenth is held back, as in nanoGPT: a model that has learnt only by heart does badly there. The end is taken
// rather than random pieces, because neighbouring pieces of a text give each other away.

import type { Tokenizer } from './tokenizer.ts'

export interface Corpus {
  /** The ids to train on: the first part of the text. */
  readonly training: Int32Array
  /** The ids that training never sees: the last part. */
  readonly validation: Int32Array
}

/**
 * Encodes a text and splits its ids.
 *
 * - `context`: the number of tokens that the model reads at once; each part must have at least one more, the last target
 * - `share`: the part of the ids that is trained on, above 0 and below 1
 *
 * Throws when the text is empty, when one part is too short for the context, and when the tokenizer lacks a character.
 */
export function splitCorpus(
  text: string,
  tokenizer: Tokenizer,
  {
    context,
    share = 0.9,
  }: {
    context: number
    share?: number
  },
): Corpus {
  if (!Number.isSafeInteger(context) || context < 1) {
    throw new Error(`corpus: context is ${context}. Give a whole number from 1.`)
  }
  if (!(share > 0 && share < 1)) {
    throw new Error(
      `corpus: share is ${share}. Give the part of the text to train on, above 0 and below 1; 0.9 is usual.`,
    )
  }
  if (text.length === 0) {
    throw new Error('corpus: the text is empty. Give a text to learn from.')
  }
  const ids = tokenizer.encode(text)
  const cut = Math.floor(ids.length * share)
  const shorter = Math.min(cut, ids.length - cut)
  if (shorter < context + 1) {
    const part = cut < ids.length - cut ? 'training' : 'validation'
    throw new Error(
      `corpus: of ${count(ids.length)} ${shorter} ${shorter === 1 ? 'is' : 'are'} for ${part}, but a context of ${context} takes ` +
        `${context + 1} (the last target is one further). Give a text of at least ${leastLength(context, share)} tokens` +
        `${shorter > 1 ? `, or a context of at most ${shorter - 1}` : ''}.`,
    )
  }
  return { training: ids.subarray(0, cut), validation: ids.subarray(cut) }
}

/** The fewest ids of which both parts hold a context and its last target. */
function leastLength(context: number, share: number): number {
  // Training rounds down and validation up; the loop corrects what rounding in these two estimates may have cost.
  let length = Math.max(2, Math.floor(Math.max((context + 1) / share, context / (1 - share))) - 1)
  while (Math.min(Math.floor(length * share), length - Math.floor(length * share)) < context + 1) length++
  return length
}

function count(tokens: number): string {
  return tokens === 1 ? '1 token' : `${tokens} tokens`
}
