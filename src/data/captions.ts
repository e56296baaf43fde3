// Pictures with captions, from which a model learns which belong together: ids that end with the token that ends texts, and numbers prepared
// as its folder says.

import type { Preparation } from '../image/prepare.ts'
import type { Tokenizer } from '../text/tokenizer.ts'
import type { Drawing } from './drawings.ts'
import { type Examples, lengthsOf } from './examples.ts'
import { pictureExamples } from './pictures.ts'

export interface CaptionOptions {
  readonly tokenizer: Pick<Tokenizer, 'encode'>
  /** The token that ends a text. */
  readonly end: number
  /** The most tokens of a text, with its end. */
  readonly context: number
}

/** The ids of a caption, of which the last is its end; `isCut`: it had more. */
export function captionIds(
  text: string,
  { tokenizer, end, context }: CaptionOptions,
): { readonly ids: Int32Array; readonly isCut: boolean } {
  const all = tokenizer.encode(text, { special: true })
  const ids = all[all.length - 1] === end ? all : Int32Array.of(...all, end)
  return ids.length <= context
    ? { ids, isCut: false }
    : { ids: Int32Array.of(...ids.subarray(0, context - 1), end), isCut: true }
}

/**
 * Examples of captions and pictures: `ids` (batch, position), filled up with ends, `pixels` (batch, channel, down, across) and `isReal`
 * (batch): 0 in rows that only fill up a batch.
 */
export function captionExamples(
  drawings: readonly Drawing[],
  { preparation, ...options }: CaptionOptions & { readonly preparation: Preparation },
): Examples {
  const captions = drawings.map(({ words }) => captionIds(words, options).ids)
  const pictures = pictureExamples(
    drawings.map(({ picture }) => ({ picture, label: 0 })),
    { preparation },
  )
  const { pixels } = pictures.fields
  return {
    count: drawings.length,
    fields: { ids: { axis: 'position', fill: options.end }, pixels, isReal: { holds: 'numbers', fill: 0 } },
    lengths: (example) => ({ ...lengthsOf(pictures)(example), position: captions[example].length }),
    row: (example, epoch) => ({ ids: captions[example], pixels: pictures.row(example, epoch).pixels, isReal: 1 }),
  }
}
