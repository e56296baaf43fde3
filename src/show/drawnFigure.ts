// Words over the picture that they draw: for every head that looks at the words, the picture once for each word, shaded where the patch
// that was drawn there looked at that word.

import { type AttentionPattern, titleOf } from '../inspect/pattern.ts'
import type { Figure, SmallGrid } from './figure.ts'
import { visible } from './visible.ts'

/** A picture that was drawn patch by patch, row by row. */
export interface DrawnPicture {
  /** The number of patches in a row, and of rows. */
  readonly across: number
  readonly down: number
  /** The address of its PNG: `data:image/png;base64,…`. */
  readonly address: string
}

/**
 * The figure of patterns of cross-attention.
 *
 * - `patterns`: shares (patch, word), the patches in the order in which they are drawn; of other kinds of attention none is shown
 * - `words`: the tokens that are looked at
 */
export function drawnFigure(
  patterns: readonly AttentionPattern[],
  { words, picture }: { readonly words: readonly string[]; readonly picture: DrawnPicture },
): Figure {
  const { across, down, address } = picture
  const sides = {
    rows: { name: '', labels: Array.from({ length: down }, () => '') },
    columns: { name: '', labels: Array.from({ length: across }, () => '') },
  }
  const grid = (title: string, share: (patch: number) => number): SmallGrid => ({
    title,
    ...sides,
    values: Float32Array.from({ length: across * down }, (_, patch) => share(patch)),
  })
  const drawn = { kind: 'multiples', unit: 'share of attention', scale: 'share', under: address } as const
  return {
    title: 'Words over the picture that they draw',
    notes: ['A picture is shaded where the patch that was drawn there looked at the word over it.'],
    panels: [
      { ...drawn, title: 'what was drawn', grids: [grid('the picture', () => Number.NaN)] },
      ...patterns
        .filter(({ part }) => part === 'cross')
        .map((pattern) => ({
          ...drawn,
          title: titleOf(pattern),
          grids: words.map((word, i) =>
            grid(visible(word), (patch) => pattern.shares[patch * pattern.sources + i] ?? Number.NaN),
          ),
        })),
    ],
  }
}
