// Attention laid over a picture: a small picture for each head, whose patches are the more coloured, the more they are looked at.

import type { PictureAttention } from '../inspect/heads/pictureAttention.ts'
import type { Figure, SmallGrid } from './figure.ts'

/** A figure of where a position looks. `under`: the picture as the address of an image. */
export function overlayFigure({ position, grid, heads, rollout }: PictureAttention, under: string): Figure {
  const before = rollout.before.length
  const patch = position - before
  const who =
    position === 0
      ? 'the class token'
      : patch < 0
        ? `position ${position}, a token before the patches`
        : `the patch in row ${Math.floor(patch / grid.across)}, column ${patch % grid.across}`
  const places = (name: string, count: number) => ({ name, labels: Array.from({ length: count }, (_, i) => `${i}`) })
  const [rows, columns] = [places('down', grid.down), places('across', grid.across)]
  const ofHeads: SmallGrid[] = heads.map(({ layer, head, patches }) => ({
    title: `layer ${layer}, head ${head}`,
    group: `layer ${layer}`,
    rows,
    columns,
    values: patches,
  }))
  return {
    title: `Where ${who} looks`,
    notes: [
      `Shares of attention on the patches of the picture; what is missing from 1 is on ${before === 1 ? 'the class token' : `the ${before} tokens before them`}.`,
    ],
    panels: [
      { kind: 'multiples', unit: 'share of attention', scale: 'amount', under, grids: ofHeads },
      {
        kind: 'multiples',
        title: 'Through all layers: rollout (mean of the heads, half of every position being what it was)',
        unit: 'share',
        scale: 'amount',
        under,
        grids: [{ title: 'rollout', rows, columns, values: rollout.patches }],
      },
    ],
  }
}
