// Labelled pictures that a person has brought: files in a folder for each class, as the lines of a material; and back.

import { firstLeftOut, someOf, toldLeftOut } from '../../data/leftOut.ts'
import { type LabelledPicture, type LabelledPictures, splitPictures } from '../../data/pictures.ts'
import { pictureNames, readPicture } from '../../image/readPicture.ts'
import { fresh } from '../../runs/beginning.ts'
import { keptPicture } from '../../runs/pictures.ts'
import { pictureWord, readPictureWord } from '../place/pictureWord.ts'
import { messageOf } from '../talk/messageOf.ts'
import type { ReadFiles } from '../talk/plans.ts'
import type { Waiting } from './instrument.ts'

/** True for the path of a picture, by its name. */
export const isOfPicture = (path: string): boolean => pictureNames.test(path.split('/').at(-1) ?? '')

/** A file with the folders that it is in: `digits/7/12.png`. */
export interface PlacedFile {
  readonly path: string
  readonly file: Blob
}

/** The most letters of all pictures together: what the browser is asked to keep. */
const most = 2e8

/**
 * Pictures of files as a material: each belongs to the class that its folder names, and is made as small as a run keeps it. One that
 * cannot be read is left out.
 *
 * Throws where none can be, and where all lie in no folder.
 */
export async function pictureMaterial(files: readonly PlacedFile[], waiting?: Waiting): Promise<ReadFiles> {
  const { pictures, leftOut } = picturesAmong(files)
  const lines: string[] = []
  const broken: string[] = []
  let letters = 0
  for (const [done, { path, file }] of pictures.entries()) {
    waiting?.signal?.throwIfAborted()
    waiting?.report?.(done, pictures.length)
    const [name = '', label = ''] = path.split('/').toReversed()
    const word = await keptWord(file, path).catch((error) => {
      broken.push(messageOf(error))
      return undefined
    })
    if (word === undefined) continue
    const line = [label, name, word].map((each) => each.replace(/[\t\n\r]/g, ' ')).join('\t')
    letters += line.length + 1
    if (letters > most)
      throw new Error(
        `pictures: these are more than ${most / 1e6} MB, as small as they are kept, which the page does not keep. Take fewer.`,
      )
    lines.push(`${line}\n`)
  }
  if (lines.length === 0)
    throw new Error(`pictures: there is none that can be read. Choose others.${firstLeftOut(broken)}`)
  return {
    material: { kind: 'pictures', name: rootOf(pictures[0].path), text: lines.join('') },
    leftOut: [...leftOut, ...toldLeftOut(broken, 'pictures')],
  }
}

/** The picture of a file as a word, as small as a new run keeps it. */
async function keptWord(file: Blob, path: string): Promise<string> {
  const picture = await readPicture(new Uint8Array(await file.arrayBuffer()), path)
  return pictureWord(keptPicture(picture, fresh))
}

/** The folder that has the folders of the classes. */
const rootOf = (path: string): string => path.split('/').at(-3) ?? 'pictures'

/** The pictures that lie in folders of classes, by their paths, and sentences about whatever else there is. Throws where all lie in none. */
function picturesAmong(files: readonly PlacedFile[]): { readonly pictures: PlacedFile[]; readonly leftOut: string[] } {
  const paths = files.map(({ path }) => path).filter(isOfPicture)
  const folders = [...new Set(paths.map(folderOf))]
  const isLoose = (path: string): boolean => folderOf(path) === '' || isAboveAll(folderOf(path), folders)
  const loose = paths.filter(isLoose)
  if (loose.length === paths.length)
    throw new Error(
      `pictures: ${loose[0]} lies in no folder, which would say its class. Drop a folder with a folder of pictures for each class, or a zip of it.`,
    )
  const others = files.map(({ path }) => path).filter((path) => !isOfPicture(path))
  return {
    pictures: files
      .filter(({ path }) => isOfPicture(path) && !isLoose(path))
      .toSorted((a, b) => (a.path < b.path ? -1 : 1)),
    leftOut: [
      ...(others.length === 0 ? [] : [`what is no PNG or JPEG by its name is left out: ${someOf(others)}.`]),
      ...(loose.length === 0 ? [] : [`what lies in no folder of a class is left out: ${someOf(loose)}.`]),
    ],
  }
}

const folderOf = (path: string): string => path.split('/').slice(0, -1).join('/')

/** True for the folder that all others lie in: its own pictures belong to no class. */
const isAboveAll = (folder: string, folders: readonly string[]): boolean =>
  folders.length > 1 && folders.every((each) => each === folder || each.startsWith(`${folder}/`))

/** The pictures of a material's lines. Throws for a line that has none, and as `splitPictures` does. `place`: for messages. */
export function labelledPictures(text: string, place: string): LabelledPictures {
  const rows = text.split('\n').filter((line) => line !== '')
  const labels: string[] = []
  const pictures = rows.map((row, i): LabelledPicture => {
    const [label = '', name = '', word = ''] = row.split('\t')
    if (!labels.includes(label)) labels.push(label)
    try {
      return { name: `${label}/${name}`, picture: readPictureWord(word), label: labels.indexOf(label) }
    } catch (error) {
      throw new Error(`${place}: line ${i + 1}: ${(error as Error).message}. Choose the pictures again.`, {
        cause: error,
      })
    }
  })
  return splitPictures(pictures, labels, place)
}
