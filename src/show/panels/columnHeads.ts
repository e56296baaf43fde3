// The names above the columns of a grid, where there is less room than they take: a name is cut, one of two halves in both of them; of
// columns that are narrower than letters are high not every name stands there.

import type { Labels } from '../figure.ts'
import { lengthOf } from '../lines.ts'
import { cut, readable } from '../visible.ts'

/** The name of each column, of at most so many characters. */
export function columnHeads({ labels, halves }: Labels, most: number): string[] {
  return labels.map((label, i) => {
    const pair = halves?.[i]
    return pair ? bothHalves(pair.map(readable), most) : cut(readable(label), most)
  })
}

/** Two halves as `own|other`: the room that one of them does not need the other has. */
function bothHalves([own, other]: readonly string[], most: number): string {
  const room = most - 1
  const first = cut(own, Math.max(Math.floor(room / 2), room - lengthOf(other)))
  return `${first}|${cut(other, room - lengthOf(first))}`
}

/**
 * True for each column whose name is shown, where only one in `every` columns next to one another has room: names of two halves come
 * first, since they say where two texts differ.
 */
export function shownHeads({ labels, halves }: Labels, every: number): boolean[] {
  const shown = labels.map(() => false)
  const isFree = (i: number): boolean => !shown.slice(Math.max(0, i - every + 1), i + every).includes(true)
  for (const i of labels.keys()) if (halves?.[i] && isFree(i)) shown[i] = true
  for (const i of labels.keys()) if (isFree(i)) shown[i] = true
  return shown
}
