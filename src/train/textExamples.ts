// From texts to what objectives learn from: ids with the special tokens that each kind of model expects.
//
//   text          windows between [CLS] and [SEP], in which tokens will be hidden
//   pairs         source </s>, target; begin and end of the target are added when batches are made
//   labelled      [CLS] text [SEP], or [CLS] text [SEP] second text [SEP] with the kinds 0 and 1; and the number of the class
//
// What a model's tokenizer has no token for is left out: a vocabulary of characters alone has neither [CLS] nor [SEP].

import type { Labelled } from '../data/labelled.ts'
import type { LabelledText } from '../data/labelledTexts.ts'
import type { Pair } from '../data/pairs.ts'
import type { TextPair } from '../data/textPairs.ts'
import type { Tokenizer } from '../text/tokenizer.ts'

/** Examples, and how many of the texts were too long. */
export interface Fitting<T> {
  readonly examples: readonly T[]
  readonly tooLong: number
}

/** The ids of a text in pieces that fit a context, each between the special tokens that the tokenizer puts around a text. */
export function textWindows(ids: Int32Array, tokenizer: Tokenizer, context: number): Int32Array[] {
  const { before, after } = around(tokenizer)
  const width = context - before.length - after.length
  if (width < 1)
    throw new Error(
      `train: a context of ${context} has no room for a token between ${before.length + after.length} special ones. Give a longer one.`,
    )
  return Array.from({ length: Math.ceil(ids.length / width) }, (_, i) =>
    Int32Array.from([...before, ...ids.subarray(i * width, (i + 1) * width), ...after]),
  )
}

/** Pairs as ids, without those of which one side, with its end, is longer than the context. */
export function pairsOfTexts(pairs: readonly TextPair[], tokenizer: Tokenizer, context: number): Fitting<Pair> {
  const encoded = pairs.map(({ source, target }) => ({
    source: tokenizer.encode(source, { special: true }),
    target: tokenizer.encode(target),
  }))
  const examples = encoded.filter(
    ({ source, target }) => source.length > 0 && source.length <= context && target.length + 1 <= context,
  )
  return { examples, tooLong: encoded.length - examples.length }
}

/** Labelled texts as ids; those that are longer than the context are cut. Throws for a label that is none of `labels`. */
export function labelledOfTexts(
  texts: readonly LabelledText[],
  tokenizer: Tokenizer,
  { labels, context, kinds }: { labels: readonly string[]; context: number; kinds: number },
): Fitting<Labelled> {
  const { before, after } = around(tokenizer)
  let tooLong = 0
  const examples = texts.map(({ text, second, label }) => {
    const number = labels.indexOf(label)
    if (number < 0)
      throw new Error(
        `labels: "${label}" is none of those that the model knows: ${labels.join(', ')}. Correct it, or train a model that learns it.`,
      )
    const first = [...before, ...tokenizer.encode(text), ...after]
    const other = second === undefined ? [] : [...tokenizer.encode(second), ...after]
    if (first.length + other.length > context) tooLong++
    // Of two texts the longer one is cut, and both keep their end.
    const room = context - Math.min(other.length, Math.floor(context / 2))
    const [one, two] = [cut(first, room, after), cut(other, context - Math.min(first.length, room), after)]
    const ids = Int32Array.from([...one, ...two])
    const hasKinds = second !== undefined && kinds > 1
    return { ids, label: number, ...(hasKinds && { kinds: ids.map((_, i) => (i < one.length ? 0 : 1)) }) }
  })
  return { examples, tooLong }
}

function cut(ids: readonly number[], length: number, end: readonly number[]): readonly number[] {
  return ids.length <= length ? ids : [...ids.slice(0, length - end.length), ...end]
}

/** What the tokenizer puts before and after a text. */
function around(tokenizer: Tokenizer): { before: readonly number[]; after: readonly number[] } {
  const { classify, separator } = tokenizer.special
  return { before: classify === undefined ? [] : [classify], after: separator === undefined ? [] : [separator] }
}
