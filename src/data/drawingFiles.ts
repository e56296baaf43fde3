// Reading drawings from the disk: a folder of pictures, and what says in words what they are. This needs Node.
//
//   pictures.tsv     seven-1.png⇥a bold seven        a line for each picture, where there is such a file
//   file names       bold-seven_12.png               otherwise: "bold seven"

import { join } from 'node:path'
import { withChannels } from '../image/picture.ts'
import { pictureNames } from '../image/readPicture.ts'
import { atLeastOne, type Drawing, type Drawings, equallyLarge, wordsOfName } from './drawings.ts'
import { pictureIn } from './openPicture.ts'
import type { PictureFileOptions } from './pictureFiles.ts'
import { type WordedKind, wordedFiles } from './wordedFiles.ts'

const pictures: WordedKind = {
  what: 'picture',
  format: 'PNG or JPEG',
  pattern: pictureNames,
  table: 'pictures.tsv',
  columns: { name: ['picture', 'file', 'name', 'file_name', 'image'], words: ['words', 'text', 'caption'] },
  wordsOf: wordsOfName,
}

/**
 * Reads the pictures of a folder with their words. They are in grey where all of them are, else in colours; what shines through lies on
 * white.
 *
 * - `keep`: the part of each picture that is kept; all of it if not given
 * - `areAlike`: false where pictures may have different sizes
 *
 * Throws for what is no folder, for pictures of different sizes, and for one that is named but is not there.
 */
export async function readDrawings(
  folder: string,
  { keep = (picture) => picture, areAlike = true }: PictureFileOptions & { readonly areAlike?: boolean } = {},
): Promise<Drawings> {
  const files = await wordedFiles(folder, pictures)
  const said = files.filter(({ words }) => words !== '')
  const drawings: Drawing[] = []
  for (const { name, words, read } of said)
    drawings.push({ name, words, picture: keep(await pictureIn(await read(), join(folder, name))) })
  const isGrey = drawings.every(({ picture }) => picture.channels <= 2)
  const equallyDeep = drawings.map((each) => ({ ...each, picture: withChannels(each.picture, isGrey ? 1 : 3) }))
  const checked = areAlike ? equallyLarge : atLeastOne
  return { drawings: checked(equallyDeep, folder), skipped: files.length - said.length }
}
