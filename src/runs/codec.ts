// The codec of a run, where it writes no text: its own, where the run begins with a model; a task's; or a new one, made of what the source
// shows.

import type { RunKind } from '../checkpoint/newConfig.ts'
import type { Codec } from '../data/codec.ts'
import { pictureCodecOf, sizeText } from '../data/pictureCodec.ts'
import type { Recordings } from '../data/recordings.ts'
import { speechCodecOf } from '../data/speechCodec.ts'
import type { PictureSize } from '../image/picture.ts'
import { small } from '../train/settings.ts'
import type { Beginning } from './beginning.ts'
import type { Choices } from './choices.ts'
import { framesInCode, spoken, usualSpeechCodes } from './recordings.ts'
import { setting, settingError } from './settingError.ts'
import type { Source } from './source.ts'

/** The most codes of a new codebook where nobody says it. */
export const usualCodes = 256

/** The most patches of a picture where nobody says how large they are. */
export const usualPatches = 64

/** The codec of a run; undefined where it writes text. Throws for pictures that a model does not draw, and where patches do not cover them. */
export function codecFor(
  as: RunKind,
  choices: Pick<Choices, 'patch' | 'codes' | 'seed'>,
  source: Source,
  beginning: Beginning,
): Codec | undefined {
  if (beginning.kind === 'stopped') return beginning.codec
  if (source.kind === 'pictures' || as === 'clip') return undefined
  if (beginning.kind === 'learnt') {
    const kind = source.kind === 'drawings' ? 'picture' : source.kind === 'recordings' ? 'speech' : undefined
    if (as === 'encoder-decoder' && kind !== undefined && beginning.codec?.kind !== kind)
      throw settingError`${setting('from')} ${beginning.name}: it does not write in a codec of kind "${kind}", and so cannot learn from ${source.kind}. Begin a new run.`
    return beginning.codec
  }
  if (as === 'encoder-decoder' && source.kind === 'recordings') return speechCodec(choices, source)
  const chosen = (['patch', 'codes'] as const).find((name) => choices[name] !== undefined)
  if (source.kind !== 'drawings') {
    if (chosen)
      throw settingError`${setting(chosen)} says how pictures or sounds become tokens, but there are none to draw or to speak. Leave it out.`
    return source.kind === 'task' ? source.task.answers?.codec : undefined
  }
  const [{ picture }] = source.drawings
  const side = choices.patch ?? usualPatch(picture)
  if (side === undefined || picture.width % side !== 0 || picture.height % side !== 0)
    throw settingError`${setting('patch')} ${side ?? ''}: pictures of ${sizeText(picture)} are not covered by such patches. Give a number that divides both sides, or pictures of another size.`
  return pictureCodecOf(
    source.drawings.map(({ picture }) => picture),
    {
      patch: { width: side, height: side },
      codes: choices.codes ?? usualCodes,
      seed: choices.seed ?? small.training.seed,
    },
  )
}

function speechCodec({ patch, codes, seed }: Pick<Choices, 'patch' | 'codes' | 'seed'>, source: Recordings): Codec {
  if (patch !== undefined)
    throw settingError`${setting('patch')} is for pictures, and these are recordings. Leave it out.`
  return speechCodecOf(source.recordings.map(spoken), {
    frames: framesInCode,
    codes: codes ?? usualSpeechCodes,
    seed: seed ?? small.training.seed,
  })
}

/** The smallest patch of which at most so many cover a picture; undefined where none divides its sides. */
function usualPatch({ width, height }: PictureSize): number | undefined {
  for (let side = 1; side <= Math.min(width, height); side++)
    if (width % side === 0 && height % side === 0 && (width / side) * (height / side) <= usualPatches) return side
  return undefined
}
