// Spoken digits: 3,000 recordings by six men, 8,000 samples a second (Jakobovski, "free-spoken-digit-dataset", CC BY-SA 4.0). Each file says by
// its name what is in it: 7_jackson_3.wav is a seven, said by Jackson, the fourth of fifty.
//
// They are in ../shared/data/spoken-digits; or get them with
//   git clone https://github.com/Jakobovski/free-spoken-digit-dataset
// and name the folder `recordings` in it.

import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { mono, readWav, resample, whisperMel } from '../src/media.ts'

export interface SpokenDigit {
  readonly digit: number
  readonly speaker: string
  readonly take: number
  /** At the rate that models hear. */
  readonly samples: Float32Array
}

export const digitWords = 'zero one two three four five six seven eight nine'.split(' ')

/** All recordings of a folder, or those in ../shared; undefined where there are none. */
export async function spokenDigits(folder?: string): Promise<readonly SpokenDigit[] | undefined> {
  const packed = fileURLToPath(new URL('../../shared/data/spoken-digits/recordings.tar.gz', import.meta.url))
  if (folder === undefined && !existsSync(packed)) return undefined
  const files = folder === undefined ? unpacked(gunzipSync(await readFile(packed))) : await filesIn(folder)
  const digits = files.flatMap(({ name, bytes }): SpokenDigit[] => {
    const [, digit, speaker = '', take] = /(\d)_(\w+)_(\d+)\.wav$/.exec(name) ?? []
    if (digit === undefined) return []
    const { samples } = resample(mono(readWav(bytes, name)), whisperMel.rate)
    return [{ digit: Number(digit), speaker, take: Number(take), samples }]
  })
  return digits.length > 0 ? digits : undefined
}

interface NamedBytes {
  readonly name: string
  readonly bytes: Uint8Array
}

const filesIn = async (folder: string): Promise<readonly NamedBytes[]> =>
  Promise.all(
    (await readdir(folder)).sort().map(async (name) => ({ name, bytes: await readFile(`${folder}/${name}`) })),
  )

/** The files of a tar archive: blocks of 512 bytes, a head with name and size (octal) before each file. */
function unpacked(archive: Uint8Array): NamedBytes[] {
  const text = (from: number, length: number): string =>
    String.fromCharCode(...archive.subarray(from, from + length)).replace(/\0.*$/s, '')
  const files: NamedBytes[] = []
  for (let at = 0; at < archive.length && archive[at] !== 0; ) {
    const size = Number.parseInt(text(at + 124, 12), 8)
    files.push({ name: text(at, 100), bytes: archive.subarray(at + 512, at + 512 + size) })
    at += 512 + Math.ceil(size / 512) * 512
  }
  return files.sort((a, b) => (a.name < b.name ? -1 : 1))
}
