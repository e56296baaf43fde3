// Digits as many hands would write them, made on the spot: each is a way of writing it, slanted, turned, stretched and wobbled a little, drawn
// with a thinner or a thicker pen, and put to where MNIST's digits lie. There is no end of them, and nobody has to fetch any.

import type { Picture } from '../image/picture.ts'
import { centredStrokes, inkOf, type Point, type Stroke } from '../image/strokes.ts'
import { uniforms } from '../text/random.ts'
import { digitWays } from './digitStrokes.ts'
import type { LabelledPicture, LabelledPictures } from './pictures.ts'

const side = 28

/** So many to learn from, and so many others. */
const counts = { training: 6000, validation: 1000 }

/** Written digits to learn from, and others; equal counts give equal pictures. */
export function writtenDigits({ training, validation } = counts): LabelledPictures {
  const part = (stream: number, count: number): LabelledPicture[] =>
    Array.from({ length: count }, (_, i) => ({
      name: `${i}`,
      picture: writtenDigit(i % 10, uniforms(0, stream, i)),
      label: i % 10,
    }))
  return {
    training: part(0, training),
    validation: part(1, validation),
    labels: Array.from({ length: 10 }, (_, digit) => `${digit}`),
  }
}

/** A digit by somebody's hand; `share`: gives shares from 0 to 1. */
function writtenDigit(digit: number, share: () => number): Picture {
  const between = (least: number, most: number): number => least + (most - least) * share()
  const ways = digitWays[digit]
  const strokes = ways[Math.floor(share() * ways.length)]
  const [turn, slant] = [between(-0.25, 0.25), between(-0.45, 0.25)]
  const [wide, high] = [between(0.6, 1.15), between(0.85, 1.15)]
  // A slow wobble along the way of the pen: neighbours are moved alike.
  const [deep, quick, begun] = [between(0, 0.035), between(2, 6), between(0, 7)]
  const hand = strokes.map((stroke): Stroke => {
    const shifted = { x: between(-0.025, 0.025), y: between(-0.025, 0.025) }
    return rounded(stroke.map(({ x, y }) => ({ x: x + between(-0.035, 0.035), y: y + between(-0.035, 0.035) }))).map(
      (point) => {
        const [x, y] = [(point.x - 0.5) * wide + shifted.x, (point.y - 0.5) * high + shifted.y]
        const waved = deep * Math.sin(begun + quick * (x + 2 * y))
        const [across, down] = [x + slant * -y + waved, y + waved * 0.5]
        return {
          x: 0.5 + across * Math.cos(turn) - down * Math.sin(turn),
          y: 0.5 + across * Math.sin(turn) + down * Math.cos(turn),
        }
      },
    )
  })
  const thickness = between(1.6, 3.6)
  const size = { width: side, height: side }
  const ink = inkOf(centredStrokes(hand, size, thickness), size, thickness)
  return { ...size, channels: 1, pixels: Uint8Array.from(ink, (own) => Math.round(255 * own)) }
}

/** The points of a smooth line through those of a stroke (Catmull and Rom 1974), as a hand draws it. */
function rounded(stroke: Stroke): Stroke {
  const between = 4
  const at = (i: number): Point => stroke[Math.min(stroke.length - 1, Math.max(0, i))]
  const curve = (a: number, b: number, c: number, d: number, t: number): number =>
    b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)))
  const points = stroke.slice(1).flatMap((_, i) => {
    const [a, b, c, d] = [at(i - 1), at(i), at(i + 1), at(i + 2)]
    return Array.from({ length: between }, (_, k) => ({
      x: curve(a.x, b.x, c.x, d.x, k / between),
      y: curve(a.y, b.y, c.y, d.y, k / between),
    }))
  })
  return [...points, at(stroke.length - 1)]
}
