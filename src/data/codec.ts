// A codec: what a run writes in, where that is no text. As a tokenizer is between a text and ids, a codec is between a picture or a sound
// and ids.
//
//   tokenizer   text ↔ ids       what a run reads; and writes, where it writes texts
//   codec       picture ↔ ids    what a run writes, where it has one
//               sound ↔ ids
//
// Both are kept in the run's folder (checkpoint/codecFiles.ts). The ids of a codec are those of its codebook, and one more behind them,
// which begins and ends what is written.

import { ConfigFields } from '../text/configFields.ts'
import type { Codebook } from './codebook.ts'
import { PictureCodec, type PictureLayout } from './pictureCodec.ts'
import { SpeechCodec, type SpeechLayout } from './speechCodec.ts'

export type Codec = PictureCodec | SpeechCodec

/** The id that begins what is written, and ends it. */
export const edgeOf = ({ codebook }: Codec): number => codebook.size

/** The number of different ids that a model writes. */
export const vocabOf = (codec: Codec): number => edgeOf(codec) + 1

/** A codec by what `toJSON` told of it, and its codes. - `place`: the file's name, for errors */
export function codecFromJSON(json: unknown, codebook: Codebook, place: string): Codec {
  const fields = new ConfigFields(json, place)
  const kind = fields.get('kind')
  if (kind === 'picture') return new PictureCodec(codebook, pictureLayout(fields, place), place)
  if (kind === 'speech') return new SpeechCodec(codebook, speechLayout(fields), place)
  throw fields.wrong(
    `kind is ${JSON.stringify(kind)}. Cutaway reads codecs of kind "picture" and "speech"; take one of these.`,
  )
}

function pictureLayout(fields: ConfigFields, place: string): PictureLayout {
  const sizeOf = (of: ConfigFields) => ({ width: of.whole('width', { most }), height: of.whole('height', { most }) })
  const channels = fields.whole('channels', { most: 4 })
  const patch = sizeOf(new ConfigFields(fields.get('patch') ?? {}, `${place}: patch`))
  return { ...sizeOf(fields), channels: channels as 1 | 2 | 3 | 4, patch }
}

function speechLayout(fields: ConfigFields): SpeechLayout {
  const size = (name: string): number => fields.whole(name, { most: 1_000_000 })
  const [rate, window, hop, mels, highest] = ['rate', 'window', 'hop', 'mels', 'highest'].map(size)
  if (rate < 2 * highest)
    throw fields.wrong(
      `rate is ${rate}, but the filters reach ${highest} Hz (highest), which takes ${2 * highest} samples a second. Restore the file.`,
    )
  if (hop > window)
    throw fields.wrong(
      `hop is ${hop}, but a window has ${window} samples, so that some would be in none. Restore the file.`,
    )
  return { rate, window, hop, mels, highest, frames: size('frames') }
}

/** The longest side of a picture. */
const most = 65_535
