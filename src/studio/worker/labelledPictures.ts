// Labelled pictures that a person has brought: files in a folder for each class, as the lines of a material; and back.

import { type LabelledPicture, type LabelledPictures, splitPictures } from '../../data/pictures.ts'
import { pictureNames, readPicture } from '../../image/readPicture.ts'
import { pictureWord, readPictureWord } from '../place/pictureWord.ts'
import type { Material } from '../talk/recipe.ts'

/** True for the path of a picture, by its name. */
export const isOfPicture = (path: string): boolean => pictureNames.test(path.split('/').at(-1) ?? '')

/** A file with the folders that it is in: `digits/7/12.png`. */
export interface PlacedFile {
  readonly path: string
  readonly file: Blob
}

/** The most letters of all pictures together: what the browser is asked to keep. */
const most = 2e8

/** Pictures of files as a material: each belongs to the class that its folder names. Throws where a picture lies in no folder. */
export async function pictureMaterial(files: readonly PlacedFile[]): Promise<Material> {
  const pictures = files.filter(({ path }) => isOfPicture(path))
  const lines: string[] = []
  let letters = 0
  let root = ''
  for (const { path, file } of pictures.toSorted((a, b) => (a.path < b.path ? -1 : 1))) {
    const [name = '', label, ...above] = path.split('/').toReversed()
    if (label === undefined || label === '')
      throw new Error(
        `pictures: ${name} lies in no folder, which would say its class. Drop a folder with a folder of pictures for each class, or a zip of it.`,
      )
    root = above.at(-1) ?? 'pictures'
    const picture = await readPicture(new Uint8Array(await file.arrayBuffer()), path)
    const line = [label, name, pictureWord(picture)].map((each) => each.replace(/[\t\n\r]/g, ' ')).join('\t')
    letters += line.length + 1
    if (letters > most)
      throw new Error(
        `pictures: these are more than ${most / 1e6} MB, which the page does not keep. Take fewer, or smaller ones.`,
      )
    lines.push(`${line}\n`)
  }
  return { kind: 'pictures', name: root, text: lines.join('') }
}

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
