// What a model writes that writes no text, and what one hears.

import type { SpokenWord } from '../../generate/spokenWords.ts'
import type { HeardWindow } from '../../show/listeningFigure.ts'
import type { ChannelSound } from '../../sound/sound.ts'

/** The codes of a model that draws or speaks. */
export type CodecFacts = PictureCodecFacts | SpeechCodecFacts

export interface PictureCodecFacts {
  readonly kind: 'picture'
  /** The rows and columns of patches. */
  readonly grid: { readonly down: number; readonly across: number }
  /** The pixels of a patch. */
  readonly patch: { readonly width: number; readonly height: number }
  /** 1: grey; 2: with opacity; 3: colours; 4: with opacity. */
  readonly channels: 1 | 2 | 3 | 4
  /** The pixels of every code, one after the other, row by row. */
  readonly codes: Uint8Array
}

export interface SpeechCodecFacts {
  readonly kind: 'speech'
  /** The seconds that a code lasts. */
  readonly secondsEach: number
  /** The frames of a code, and the mels of a frame. */
  readonly frames: number
  readonly mels: number
  /** The frames of every code, one after the other: log-mel, from 0 to 1 of what the codes reach. */
  readonly codes: Float32Array
}

/** A sound, and the same as a WAV file. */
export interface SpokenSound {
  readonly seconds: number
  readonly wav: Blob
}

/** A recording: a WAV file, or what the browser has decoded. */
export type RecordingFacts = { readonly name: string } & ({ readonly file: Blob } | ChannelSound)

/** The words that were heard in a recording. */
export interface HeardFacts {
  readonly text: string
  readonly tokens: readonly string[]
  /** With the seconds from their first moment to their last. */
  readonly words: readonly SpokenWord[]
  /** Where it looked; undefined while the text still comes, and where nothing was written. */
  readonly heard?: HeardWindow
  /** True where the recording is longer than what the model hears at once. */
  readonly isCut: boolean
}
