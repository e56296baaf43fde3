// Resizing as Pillow does it (Resample.c): each new pixel is a weighted mean of old ones, first along rows, then along columns, with
// bytes in between. Made smaller, the filter grows with the scale, so that every old pixel counts: antialiasing.
//
//   centre = (i + ½) · scale     weight of old pixel x = filter((x + ½ − centre) / max(scale, 1)), divided by their sum

import { checkPictureSize, type Picture, type PictureSize } from './picture.ts'

/** Ways to weigh neighbours: by a box, a triangle, or a cubic that also sharpens (a = −½, Keys 1981). */
export const resampleFilters = ['nearest', 'bilinear', 'bicubic'] as const

export type ResampleFilter = (typeof resampleFilters)[number]

const filters = {
  bilinear: { support: 1, weight: (x: number) => Math.max(0, 1 - Math.abs(x)) },
  bicubic: { support: 2, weight: (x: number) => keysCubic(Math.abs(x), -0.5) },
} as const

/** Keys' cubic: 1 at 0, 0 at 1 and 2. */
export function keysCubic(x: number, a: number): number {
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1
  if (x < 2) return (((x - 5) * x + 8) * x - 4) * a
  return 0
}

/** Weights are whole numbers of 2⁻²² there, and sums are rounded to bytes. */
const precision = 22

/** The picture in another size; bit for bit as Pillow's `resize`. Throws for a size that is too large, or nothing. */
export function resized(
  picture: Picture,
  { width, height }: PictureSize,
  filter: ResampleFilter = 'bilinear',
): Picture {
  checkPictureSize('resize', width, height)
  if (filter === 'nearest') return nearestPixels(picture, { width, height })
  const { channels } = picture
  const along = { count: picture.height, from: picture.width, to: width, step: channels, channels }
  const rows =
    width === picture.width
      ? picture.pixels
      : resampled(picture.pixels, { ...along, lineFrom: picture.width * channels, lineTo: width * channels }, filter)
  if (height === picture.height) return { width, height, channels, pixels: rows }
  const down = { count: width, from: picture.height, to: height, step: width * channels, channels }
  return { width, height, channels, pixels: resampled(rows, { ...down, lineFrom: channels, lineTo: channels }, filter) }
}

function nearestPixels({ pixels, channels, ...from }: Picture, { width, height }: PictureSize): Picture {
  const chosen = new Uint8Array(width * height * channels)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const row = Math.floor(((y + 0.5) * from.height) / height)
      const at = (row * from.width + Math.floor(((x + 0.5) * from.width) / width)) * channels
      for (let c = 0; c < channels; c++) chosen[(y * width + x) * channels + c] = pixels[at + c]
    }
  return { width, height, channels, pixels: chosen }
}

/** Lines of pixels: how many, how long each was and shall be, and the distances of pixels and of lines. */
interface Lines {
  readonly count: number
  readonly from: number
  readonly to: number
  readonly step: number
  readonly lineFrom: number
  readonly lineTo: number
  readonly channels: number
}

function resampled(
  pixels: Uint8Array,
  { count, from, to, step, lineFrom, lineTo, channels }: Lines,
  filter: keyof typeof filters,
): Uint8Array {
  const made = new Uint8Array((pixels.length / from) * to)
  for (const [i, { first, weights }] of filterWeights(from, to, filter).entries()) {
    const whole = weights.map((weight) => Math.trunc(weight * 2 ** precision + (weight < 0 ? -0.5 : 0.5)))
    for (let line = 0; line < count; line++)
      for (let c = 0; c < channels; c++) {
        const at = line * lineFrom + first * step + c
        let sum = 2 ** (precision - 1)
        for (let k = 0; k < whole.length; k++) sum += pixels[at + k * step] * whole[k]
        made[line * lineTo + i * step + c] = Math.min(255, Math.max(0, sum >> precision))
      }
  }
  return made
}

/** The old pixels that each new one is made of, and their weights, whose sum is 1. */
function filterWeights(
  from: number,
  to: number,
  filter: keyof typeof filters,
): { readonly first: number; readonly weights: readonly number[] }[] {
  const { support, weight } = filters[filter]
  const scale = from / to
  const stretch = Math.max(scale, 1)
  const reach = support * stretch
  return Array.from({ length: to }, (_, i) => {
    const centre = (i + 0.5) * scale
    const first = Math.max(0, Math.trunc(centre - reach + 0.5))
    const last = Math.min(from, Math.trunc(centre + reach + 0.5))
    // One over the stretch is a factor, as there: the last bits are the same.
    const raw = Array.from({ length: last - first }, (_, k) => weight((k + first - centre + 0.5) * (1 / stretch)))
    const sum = raw.reduce((total, each) => total + each, 0)
    return { first, weights: raw.map((each) => each / sum) }
  })
}
