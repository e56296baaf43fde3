// A codec: what a run writes in, where that is no text. As a tokenizer is between a text and ids, a codec is between a picture and ids.
//
//   tokenizer   text ↔ ids       what a run reads; and writes, where it writes texts
//   codec       picture ↔ ids    what a run writes, where it has one
//
// Both are kept in the run's folder (checkpoint/codecFiles.ts). The ids of a codec are those of its codebook, and one more behind them,
// which begins and ends what is written.

import { ConfigFields } from '../text/configFields.ts'
import type { Codebook } from './codebook.ts'
import { PictureCodec } from './pictureCodec.ts'

export type Codec = PictureCodec

/** The id that begins what is written, and ends it. */
export const edgeOf = ({ codebook }: Codec): number => codebook.size

/** The number of different ids that a model writes. */
export const vocabOf = (codec: Codec): number => edgeOf(codec) + 1

/** A codec by what `toJSON` told of it, and its codes. - `place`: the file's name, for errors */
export function codecFromJSON(json: unknown, codebook: Codebook, place: string): Codec {
  const fields = new ConfigFields(json, place)
  const kind = fields.get('kind')
  if (kind !== 'picture')
    throw fields.wrong(`kind is ${JSON.stringify(kind)}. Cutaway reads codecs of kind "picture"; take one of these.`)
  const sizeOf = (of: ConfigFields) => ({ width: of.whole('width', { most }), height: of.whole('height', { most }) })
  const channels = fields.whole('channels', { most: 4 })
  const patch = sizeOf(new ConfigFields(fields.get('patch') ?? {}, `${place}: patch`))
  return new PictureCodec(codebook, { ...sizeOf(fields), channels: channels as 1 | 2 | 3 | 4, patch }, place)
}

/** The longest side of a picture. */
const most = 65_535
