// The likeness of pairs of words while a run learns, as a figure over its steps.

import type { Figure } from './figure.ts'

/** Pairs of words, and the cosine of their vectors at some steps. */
export interface LikenessFacts {
  readonly pairs: readonly (readonly [string, string])[]
  readonly steps: readonly number[]
  /** For every pair, at every one of the steps. */
  readonly cosines: readonly (readonly number[])[]
}

export const likenessFigure = ({ pairs, steps, cosines }: LikenessFacts): Figure => ({
  title: 'Which words come to point the same way',
  panels: [
    {
      kind: 'lines',
      unit: 'cosine of the two vectors',
      x: { name: 'step', values: steps },
      series: pairs.map(([one, other], i) => ({ label: `${one}, ${other}`, values: cosines[i] })),
    },
  ],
})
