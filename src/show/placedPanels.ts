// Numbers of positions where the positions lie: those of patches over their picture, those of a sound's places beside it, on the same time.

import type { Panel } from './figure.ts'
import type { PatchedPicture } from './patchedPicture.ts'
import { type HeardSound, soundPanel } from './soundPanel.ts'

/** A number for each position. */
export interface PlacedNumbers {
  readonly title: string
  readonly values: readonly number[]
}

interface PlacedLooks {
  readonly title: string
  readonly unit: string
  /** If not given they are shares, from 0 to 1; what is more is shaded as 1 is. */
  readonly scale?: 'share' | 'amount'
}

/** The picture or the sound in which positions lie; neither of a text. */
export interface PlacedIn {
  readonly picture?: PatchedPicture | undefined
  readonly sound?: HeardSound | undefined
}

/** The numbers of positions over their picture, or beside their sound; nothing where they lie in neither. */
export function overPlaces(rows: readonly PlacedNumbers[], { picture, sound }: PlacedIn, looks: PlacedLooks): Panel[] {
  if (picture) return [overPicture(rows, picture, looks)]
  return sound ? overSound(rows, sound, looks) : []
}

/** The numbers of patches, each row of numbers over the picture by itself. What is before the patches is left out. */
export function overPicture(
  rows: readonly PlacedNumbers[],
  { grid, before, address }: PatchedPicture,
  { title, unit, scale = 'share' }: PlacedLooks,
): Panel {
  const [down, across] = [grid.down, grid.across].map((size) => Array.from({ length: size }, (_, i) => `${i}`))
  return {
    ...{ kind: 'multiples', title, unit, scale, under: address },
    grids: rows.map((row) => ({
      title: row.title,
      rows: { name: 'down', labels: down },
      columns: { name: 'across', labels: across },
      values: row.values.slice(before),
    })),
  }
}

/** The numbers of a sound's places along its time, and the sound below. */
export function overSound(
  rows: readonly PlacedNumbers[],
  sound: HeardSound,
  { title, unit, scale = 'share' }: PlacedLooks,
): Panel[] {
  const labels = rows.map((row) => row.title)
  const letters = Math.max(...labels.map((label) => label.length))
  return [
    {
      ...{ kind: 'course', title, unit, scale, letters },
      rows: { name: 'of', labels },
      x: { name: 'seconds', from: 0, to: sound.seconds },
      values: rows.flatMap((row) => row.values),
    },
    soundPanel(sound, letters),
  ]
}
