// From texts to what objectives learn from: ids with the special tokens that each kind of model expects.
//
//   text          windows between [CLS] and [SEP], in which tokens will be hidden
//   pairs         source </s>, target; begin and end of the target are added when batches are made
//   labelled      [CLS] text [SEP], or [CLS] text [SEP] second text [SEP] with the kinds 0 and 1; and the number of the class
//
// Special tokens that a tokenizer lacks are left out: a vocabulary of characters alone has neither [CLS] nor [SEP].

import type { Tokenizer } from '../text/tokenizer.ts'
import type { Labelled } from './labelled.ts'
import type { LabelledText } from './labelledTexts.ts'
import type { Pair } from './pairs.ts'
import type { TextPair } from './textPairs.ts'

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
      `examples: a context of ${context} has no room for a token between ${before.length + after.length} special ones. Give a longer one.`,
    )
  return Array.from({ length: Math.ceil(ids.length / width) }, (_, i) =>
    Int32Array.from([...before, ...ids.subarray(i * width, (i + 1) * width), ...after]),
  )
}

/** Pairs as ids, without those of which one side, with its end, is longer than the context. */
export function pairsOfTexts(pairs: readonly TextPair[], tokenizer: Tokenizer, context: number): Fitting<Pair> {
  return pairsWithin(
    pairs.map(({ source, target }) => ({
      source: tokenizer.encode(source, { special: true }),
      target: tokenizer.encode(target),
    })),
    context,
  )
}

/** The pairs of which both sides, with the end of the target, are within the context. */
export function pairsWithin(encoded: readonly Pair[], context: number): Fitting<Pair> {
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
  let tooLong = 0
  const examples = texts.map(({ text, second, label }) => {
    const number = labels.indexOf(label)
    if (number < 0)
      throw new Error(
        `labels: "${label}" is none of those that the model knows: ${labels.join(', ')}. Correct it, or train a model that learns it.`,
      )
    const { isCut, ...encoded } = encodeTexts(tokenizer, text, second, { context, kinds })
    if (isCut) tooLong++
    return { ...encoded, label: number }
  })
  return { examples, tooLong }
}

/** A text, or two, as a classifier reads them. */
export interface EncodedTexts {
  readonly ids: Int32Array
  /** Of each token, which of two texts it belongs to; where there are two, and the model tells them apart. */
  readonly kinds?: Int32Array
  /** The end of a text had to be left out. */
  readonly isCut: boolean
}

/**
 * One text, or two that are compared: `[CLS] text [SEP]`, `[CLS] text [SEP] second [SEP]`.
 *
 * Where they are longer than the context, the longer one is cut until both are as long, then both are (as transformers'
 * `longest_first`).
 */
export function encodeTexts(
  tokenizer: Tokenizer,
  text: string,
  second: string | undefined,
  { context, kinds }: { readonly context: number; readonly kinds: number },
): EncodedTexts {
  const { before, after } = around(tokenizer)
  const first = tokenizer.encode(text)
  const other = second === undefined ? undefined : tokenizer.encode(second)
  const added = before.length + after.length * (other === undefined ? 1 : 2)
  const room = Math.max(0, context - added)
  const [one, two] = roomForBoth(room, first.length, other?.length ?? 0)
  const whole = [...before, ...first.subarray(0, one), ...after]
  const ids = Int32Array.from(other === undefined ? whole : [...whole, ...other.subarray(0, two), ...after])
  return {
    ids,
    isCut: one < first.length || two < (other?.length ?? 0),
    ...(other !== undefined &&
      kinds > 1 &&
      tokenizer.tellsTextsApart !== false && { kinds: ids.map((_, i) => (i < whole.length ? 0 : 1)) }),
  }
}

/** The lengths at which two texts fit. */
function roomForBoth(room: number, first: number, second: number): readonly [number, number] {
  if (first + second <= room) return [first, second]
  const half = Math.floor(room / 2)
  const shorter = Math.min(first, second)
  const [few, many] = shorter <= half ? [shorter, room - shorter] : [half, room - half]
  return first > second ? [many, few] : [few, many]
}

/** The tokens that the tokenizer puts before and after a text. */
function around(tokenizer: Tokenizer): { before: readonly number[]; after: readonly number[] } {
  const { template } = tokenizer
  if (template.before.length > 0 && template.after.length > 0) return template
  const { classify, separator } = tokenizer.special
  return { before: classify === undefined ? [] : [classify], after: separator === undefined ? [] : [separator] }
}
