// Reading drawings from the disk: a folder of pictures, and what says in words what they are. This needs Node.
//
//   pictures.tsv     seven-1.png⇥a bold seven        a line for each picture, where there is such a file
//   file names       bold-seven_12.png               otherwise: "bold seven"

import { join } from 'node:path'
import { withChannels } from '../image/picture.ts'
import { pictureNames } from '../image/readPicture.ts'
import { atLeastOne, checkIsAsLarge, type Drawing, type Drawings, wordsOfName } from './drawings.ts'
import { pictureIn, pictureOrReason } from './openPicture.ts'
import type { PictureFileOptions } from './pictureFiles.ts'
import { type WordedKind, wordedFiles } from './wordedFiles.ts'

export const drawingKind: WordedKind = {
  what: 'picture',
  format: 'PNG or JPEG',
  pattern: pictureNames,
  table: 'pictures.tsv',
  columns: { name: ['picture', 'file', 'name', 'file_name', 'image'], words: ['words', 'text', 'caption'] },
  wordsOf: wordsOfName,
  others: {
    pattern: /^[^.].*\.(heic|heif|webp|gif|avif|bmp|tiff?|svg|jfif|jp2|jxl|psd)$/i,
    is: 'a picture',
    advice: 'Save each as a PNG or a JPEG.',
  },
}

/**
 * Reads the pictures of a folder with their words. They are in grey where all of them are, else in colours; what shines through lies on
 * white. One that cannot be read is left out, and named.
 *
 * - `keep`: the part of each picture that is kept; all of it if not given
 * - `areAlike`: false where pictures may have different sizes
 *
 * Throws for what is no folder, where no picture with words can be read, for pictures of different sizes as soon as one is met, and for one
 * that is named but is not there.
 */
export async function readDrawings(
  folder: string,
  { keep = (picture) => picture, report, areAlike = true }: PictureFileOptions & { readonly areAlike?: boolean } = {},
): Promise<Drawings> {
  const { files, leftOut } = await wordedFiles(folder, drawingKind)
  const said = files.filter(({ words }) => words !== '')
  const drawings: Drawing[] = []
  const broken: string[] = []
  for (const [i, { name, words, read }] of said.entries()) {
    const bytes = await read()
    const picture = await pictureOrReason(async () => keep(await pictureIn(bytes, join(folder, name))))
    if (typeof picture === 'string') broken.push(picture)
    else {
      drawings.push({ name, words, picture })
      if (areAlike) checkIsAsLarge(drawings[0], drawings[drawings.length - 1], folder)
    }
    report?.(i + 1, said.length)
  }
  const all = [...leftOut, ...broken]
  const found = atLeastOne(drawings, folder, all)
  const isGrey = found.every(({ picture }) => picture.channels <= 2)
  const equallyDeep = found.map((each) => ({ ...each, picture: withChannels(each.picture, isGrey ? 1 : 3) }))
  return { drawings: equallyDeep, skipped: files.length - said.length, leftOut: all }
}
