// The ten digits as a pen writes them: the ways in which people do.

import type { Point, Stroke } from '../image/strokes.ts'

/** Points of a square of 20 × 20, in the order in which the pen comes to them; strokes are parted by a bar. The usual way comes first. */
const written: readonly (readonly string[])[] = [
  ['11,2 8,3 6,6 5,10 6,14 8,17 11,18 14,16 15,13 15,8 14,4 11,2', '13,4 9,2 6,6 5,11 7,16 11,18 15,14 15,8 12,3 9,3'],
  ['8,5 11,2 11,18', '10,2 10,18', '7,6 11,2 11,18 | 7,18 15,18'],
  [
    '5,5 7,3 10,2 13,3 14,6 13,9 9,13 5,17 15,17',
    '5,5 8,2 12,3 13,7 10,12 6,17 5,15 8,14 12,17 16,16',
    '5,3 12,3 14,6 12,10 6,17 16,17',
  ],
  ['5,3 9,2 13,4 13,7 9,9 13,11 14,14 12,17 8,18 5,16', '5,2 14,2 9,8 13,10 14,14 11,18 5,17'],
  ['7,2 5,10 14,10 | 12,3 12,18', '12,2 5,12 16,12 | 12,2 12,18', '6,3 6,9 13,9 | 14,2 13,10 12,18'],
  ['14,2 7,2 6,9 10,8 13,10 14,13 12,17 8,18 5,16', '7,3 6,9 11,8 14,12 12,17 5,17 | 7,3 15,2'],
  ['12,2 8,5 6,10 6,14 8,17 11,18 14,16 14,12 11,10 8,11 6,14', '10,2 6,9 5,14 8,18 12,17 13,13 9,11 6,14'],
  ['5,3 15,3 12,9 9,18', '5,3 15,3 12,9 9,18 | 8,10 15,10', '5,6 5,3 15,3 11,10 10,18'],
  [
    '10,9 7,7 7,4 10,2 13,4 13,7 10,9 6,12 6,16 10,18 14,16 14,12 10,9',
    '14,4 10,2 7,5 10,9 14,13 12,18 8,18 6,14 10,9 14,4',
  ],
  ['14,6 12,9 8,9 6,6 8,3 11,2 14,4 14,9 13,14 11,18', '13,4 9,2 6,6 9,9 13,7 13,3 13,11 13,18'],
]

const pointOf = (word: string): Point => {
  const [x, y] = word.split(',').map(Number)
  return { x: x / 20, y: y / 20 }
}

const strokesOf = (line: string): Stroke[] => line.split('|').map((stroke) => stroke.trim().split(' ').map(pointOf))

/** The ways of each digit: the strokes of each, as shares of a picture. */
export const digitWays: readonly (readonly (readonly Stroke[])[])[] = written.map((ways) => ways.map(strokesOf))

/** The strokes of each digit, in the usual way. */
export const digitStrokes: readonly (readonly Stroke[])[] = digitWays.map(([usual]) => usual)
