// What a model heard, as a figure: its letters at the side, over time where it looked while it wrote each, and the way through them; below,
// on the same time, the sound as the model reads it.

import type { Figure } from './figure.ts'
import { type HeardSound, soundPanel } from './soundPanel.ts'
import { visible } from './visible.ts'

/** A window of sound, what was written of it, and how both go together. */
export interface HeardWindow extends HeardSound {
  /** The texts of the tokens that were written. */
  readonly tokens: readonly string[]
  /** (token, source): how much the heads look at each place, beside what they do for other tokens. */
  readonly looks: ArrayLike<number>
  readonly path: { readonly rows: ArrayLike<number>; readonly columns: ArrayLike<number> }
  /** The heads that looked, each as "layer.head". */
  readonly heads: readonly string[]
}

export function listeningFigure(heard: HeardWindow): Figure {
  const { tokens, looks, path, seconds, frames, mels, heads } = heard
  const time = { name: 'seconds', from: 0, to: seconds }
  const letters = Math.min(24, Math.max(...tokens.map((token) => visible(token).length)))
  return {
    title: 'Listening: where each token looks in the sound',
    notes: [
      `The looks are the mean of ${heads.length === 1 ? 'head' : 'heads'} ${heads.join(', ')} (layer.head): attention across, standardised over the tokens, with the median of neighbouring places. The line is the way by which each token has its time.`,
    ],
    panels: [
      {
        kind: 'course',
        title: 'Attention across, and the way',
        unit: 'standard deviations',
        scale: 'amount',
        rows: { name: 'token', labels: tokens.map(visible) },
        x: time,
        values: Float64Array.from(looks, (look) => Math.max(0, look)),
        path,
        letters,
      },
      soundPanel({ frames, mels, seconds }, letters),
    ],
  }
}
