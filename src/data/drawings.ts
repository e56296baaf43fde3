// Drawings: pictures with the words that say what is to be seen, from which a model learns to draw what words say.

import type { Picture } from '../image/picture.ts'
import { firstLeftOut } from './leftOut.ts'

export interface Drawing {
  /** The name of the picture: its file. */
  readonly name: string
  readonly words: string
  readonly picture: Picture
}

export interface Drawings {
  /** At least one; all of one size, where they are to be drawn. */
  readonly drawings: readonly Drawing[]
  /** The number of pictures that were left out, because nothing says what they are. */
  readonly skipped: number
  /** A sentence about each that cannot be read, and about files of other formats: its name, and why. */
  readonly leftOut?: readonly string[]
}

/** The same drawings. Throws where there is none. `leftOut`: sentences about what was left out before. */
export function atLeastOne(
  drawings: readonly Drawing[],
  place: string,
  leftOut: readonly string[] = [],
): readonly Drawing[] {
  if (drawings.length > 0) return drawings
  throw new Error(
    `${place}: there is no picture with words in it. Name a folder of PNG or JPEG files, with words as their names or in a pictures.tsv.${firstLeftOut(leftOut)}`,
  )
}

/** Throws for a drawing of another size than the first of a folder. */
export function checkIsAsLarge(first: Drawing, other: Drawing, place: string): void {
  const { width, height } = first.picture
  if (other.picture.width !== width || other.picture.height !== height)
    throw new Error(
      `${place}: ${first.name} is ${width} × ${height} pixels, but ${other.name} is ${other.picture.width} × ${other.picture.height}. Make all pictures equally large.`,
    )
}

/** The words that a file's name says: `bold-seven_12.png` is "bold seven". */
export function wordsOfName(name: string): string {
  return name
    .replace(/^.*[\\/]/, '')
    .replace(/\.[^.]*$/, '')
    .replace(/[-_\s]+/g, ' ')
    .replace(/(?<=\S) ?\(?\d+\)?$/, '')
    .trim()
}
