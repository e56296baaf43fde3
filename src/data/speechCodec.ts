// The codec of speech: a sound is cut into pieces of a few mel frames, and each piece is the id of its nearest code. Spoken again, codes are
// frames, and frames are a sound (sound/speech.ts).
//
//   sound   ↔   frames (mels numbers each)   ↔   pieces of `frames` of them   ↔   ids
//
// Of the frames at the end those that make no whole piece are left out.

import type { LogMelSettings, MelFrames } from '../sound/logMel.ts'
import { resample } from '../sound/resample.ts'
import type { Sound } from '../sound/sound.ts'
import { soundOfFrames, speechFrames, speechMel } from '../sound/speech.ts'
import type { Codebook } from './codebook.ts'
import { codebookOf } from './codebookOf.ts'

export interface SpeechLayout extends LogMelSettings {
  /** The number of frames in a piece. */
  readonly frames: number
}

/** Sounds as ids. */
export class SpeechCodec {
  readonly kind = 'speech'
  readonly codebook: Codebook
  readonly layout: SpeechLayout

  /** Throws where codes are no pieces. */
  constructor(codebook: Codebook, layout: SpeechLayout, place = 'codec') {
    const { frames, mels } = layout
    if (codebook.width !== frames * mels)
      throw new Error(
        `${place}: its codes have ${codebook.width} numbers, but ${frames} frames of ${mels} mels have ${frames * mels}. Give the codebook that belongs to it.`,
      )
    this.codebook = codebook
    this.layout = layout
  }

  /** The number of ids of a sound at any rate. */
  length({ rate, samples }: Sound): number {
    const { hop, frames } = this.layout
    const resampled = Math.ceil((samples.length * this.layout.rate) / rate)
    return Math.floor((1 + Math.floor(resampled / hop)) / frames)
  }

  /** The ids of a sound at any rate. Throws for one that is shorter than a window of samples. */
  encode(sound: Sound): Int32Array {
    return this.codebook.encode(piecesOf(sound, this.layout))
  }

  /** The frames of ids. */
  frames(ids: ArrayLike<number>): MelFrames {
    const { frames, mels } = this.layout
    return { frames: ids.length * frames, mels, data: this.codebook.decode(ids) }
  }

  /** The sound of ids; none is silence. `rounds`, `seed`: those of Griffin-Lim. */
  decode(ids: ArrayLike<number>, options: { readonly rounds?: number; readonly seed?: number } = {}): Sound {
    const { rate } = this.layout
    return ids.length === 0
      ? { rate, samples: new Float32Array() }
      : soundOfFrames(this.frames(ids), this.layout, options)
  }

  /** The seconds that one id lasts. */
  get secondsEach(): number {
    const { frames, hop, rate } = this.layout
    return (frames * hop) / rate
  }

  /** All that is to be known of it beside its codes. */
  toJSON(): { readonly kind: 'speech' } & SpeechLayout {
    return { kind: this.kind, ...this.layout }
  }
}

export interface SpeechCodecOptions {
  /** The number of frames in a piece. */
  readonly frames: number
  /** The most codes. */
  readonly codes: number
  readonly seed: number
}

/** A codec for sounds like these. Throws where there is none, and for one that is shorter than a window of samples. */
export function speechCodecOf(sounds: readonly Sound[], { frames, codes, seed }: SpeechCodecOptions): SpeechCodec {
  if (sounds.length === 0) throw new Error('codec: there is no sound. Give at least one.')
  const layout = { ...speechMel, frames }
  const pieces = sounds.map((sound) => piecesOf(sound, layout))
  const vectors = new Float32Array(pieces.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const each of pieces) {
    vectors.set(each, at)
    at += each.length
  }
  return new SpeechCodec(codebookOf(vectors, { width: frames * layout.mels, codes, seed }), layout)
}

/** The whole pieces of a sound, one after the other. */
function piecesOf(sound: Sound, layout: SpeechLayout): Float32Array {
  const { frames, mels, data } = speechFrames(resample(sound, layout.rate), layout)
  return data.subarray(0, (frames - (frames % layout.frames)) * mels)
}
