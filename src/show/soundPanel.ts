// A sound as a panel: its log-mel frames along time, as a model reads them.

import type { PanelOf } from './figure.ts'

/** A sound that a model heard. */
export interface HeardSound {
  /** (frame, mel): the numbers that the model reads. */
  readonly frames: ArrayLike<number>
  readonly mels: number
  /** The seconds that the frames last. */
  readonly seconds: number
}

/** The panel of a sound. `letters`: the room for names beside it, as in panels of the same time. */
export function soundPanel({ frames, mels, seconds }: HeardSound, letters?: number): PanelOf<'course'> {
  const count = frames.length / mels
  // High pitches stand above.
  const values = Float64Array.from(
    { length: frames.length },
    (_, cell) => frames[(cell % count) * mels + (mels - 1 - Math.floor(cell / count))],
  )
  return {
    kind: 'course',
    title: 'The sound, as the model reads it',
    unit: 'log-mel',
    scale: 'amount',
    rows: { name: 'mel', labels: Array.from({ length: mels }, (_, i) => `${mels - 1 - i}`) },
    x: { name: 'seconds', from: 0, to: seconds },
    values,
    ...(letters !== undefined && { letters }),
  }
}
