// Strokes of a pen as pixels, and where they lie: as they were drawn, or as MNIST's digits do.
//
//   ink of a pixel = min(1, max(0, thickness / 2 + 1/2 − distance of its middle from the line))
//
// MNIST's digits were fitted into a box of 20 × 20 pixels, without changing their proportions, and put into 28 × 28 so that their centre of
// mass is in the middle (LeCun, Cortes, Burges: the MNIST database).

import type { PictureSize } from './picture.ts'

/** A point of a picture: shares of its width and its height, from 0 at the left and at the top to 1. */
export interface Point {
  readonly x: number
  readonly y: number
}

/** A line that a pen drew; of one point a dot. */
export type Stroke = readonly Point[]

/**
 * The ink of each pixel, from 0 to 1, row by row.
 *
 * - `thickness`: of the pen, in pixels
 */
export function inkOf(strokes: readonly Stroke[], { width, height }: PictureSize, thickness: number): Float64Array {
  const ink = new Float64Array(width * height)
  const reach = thickness / 2 + 0.5
  for (const stroke of strokes)
    for (const [i, end] of stroke.entries()) {
      const [ax, ay] = inPixels(stroke[Math.max(0, i - 1)], width, height)
      const [bx, by] = inPixels(end, width, height)
      const [left, right] = within(Math.min(ax, bx) - reach, Math.max(ax, bx) + reach, width)
      const [top, bottom] = within(Math.min(ay, by) - reach, Math.max(ay, by) + reach, height)
      for (let y = top; y < bottom; y++)
        for (let x = left; x < right; x++) {
          const own = Math.min(1, reach - distanceToLine(x + 0.5, y + 0.5, { ax, ay, bx, by }))
          ink[y * width + x] = Math.max(ink[y * width + x], own)
        }
    }
  return ink
}

const inPixels = ({ x, y }: Point, width: number, height: number): readonly [x: number, y: number] => [
  x * width,
  y * height,
]

/** The pixels from one edge to another, as far as they are in the picture. */
const within = (from: number, to: number, size: number): readonly [from: number, to: number] => [
  Math.max(0, Math.floor(from)),
  Math.min(size, Math.ceil(to)),
]

function distanceToLine(
  x: number,
  y: number,
  { ax, ay, bx, by }: { readonly ax: number; readonly ay: number; readonly bx: number; readonly by: number },
): number {
  const [dx, dy] = [bx - ax, by - ay]
  const length = dx * dx + dy * dy
  const along = length === 0 ? 0 : Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / length))
  return Math.hypot(x - ax - along * dx, y - ay - along * dy)
}

/** The share of a picture's side that a digit of MNIST fills. */
const boxShare = 20 / 28

/** The same strokes where MNIST's digits lie: fitted into the box, their centre of mass in the middle. */
export function centredStrokes(strokes: readonly Stroke[], size: PictureSize, thickness: number): Stroke[] {
  const points = strokes.flat()
  if (points.length === 0) return []
  const { width, height } = size
  const edges = (places: readonly number[]): readonly [number, number] => [Math.min(...places), Math.max(...places)]
  const [left, right] = edges(points.map(({ x }) => x * width))
  const [top, bottom] = edges(points.map(({ y }) => y * height))
  const box = boxShare * Math.min(width, height) - thickness
  const longest = Math.max(right - left, bottom - top)
  // A dot is not made larger.
  const scale = longest === 0 ? 1 : box / longest
  const [middleX, middleY] = [(left + right) / 2, (top + bottom) / 2]
  const moved = (dx: number, dy: number): Stroke[] =>
    strokes.map((stroke) =>
      stroke.map(({ x, y }) => ({
        x: ((x * width - middleX) * scale + dx) / width,
        y: ((y * height - middleY) * scale + dy) / height,
      })),
    )
  const [massX, massY] = centreOfMass(inkOf(moved(width / 2, height / 2), size, thickness), width)
  return moved(width - massX, height - massY)
}

/** The centre of the ink, in pixels. */
function centreOfMass(ink: Float64Array, width: number): readonly [x: number, y: number] {
  let [mass, x, y] = [0, 0, 0]
  for (const [i, own] of ink.entries()) {
    mass += own
    x += own * ((i % width) + 0.5)
    y += own * (Math.floor(i / width) + 0.5)
  }
  return [x / mass, y / mass]
}
