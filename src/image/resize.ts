// Resizing as Pillow 13 does it (Resample.c): each new pixel is a weighted mean of old ones, along rows and along columns, with bytes in
// between. Made smaller, the filter grows with the scale, so that every old pixel counts: antialiasing.
//
//   centre = (i + ½) · scale     weight of old pixel x = filter((x + ½ − centre) / max(scale, 1)), divided by their sum

import { checkPictureSize, type Picture, type PictureSize } from './picture.ts'

/** Ways to weigh neighbours; nearest takes one of them. Bicubic also sharpens (a = −½, Keys 1981). */
export const resampleFilters = ['nearest', 'box', 'bilinear', 'hamming', 'bicubic', 'lanczos'] as const

export type ResampleFilter = (typeof resampleFilters)[number]

/** The reach of each, and its weight at a distance. */
const filters = {
  box: { support: 0.5, weight: (x: number) => (x > -0.5 && x <= 0.5 ? 1 : 0) },
  hamming: {
    support: 1,
    weight: (x: number) => (Math.abs(x) < 1 ? sinc(x) * (0.54 + 0.46 * Math.cos(Math.PI * x)) : 0),
  },
  lanczos: { support: 3, weight: (x: number) => (x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0) },
  bilinear: { support: 1, weight: (x: number) => Math.max(0, 1 - Math.abs(x)) },
  bicubic: { support: 2, weight: (x: number) => keysCubic(Math.abs(x), -0.5) },
} as const

const sinc = (x: number): number => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x))

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
  // Pillow begins with the rows where more than twice as many of them go as of columns; found by trying.
  const [rows, columns] = [picture.height - height, picture.width - width]
  if (rows > 0 && rows > 2 * columns) return toWidth(toHeight(picture, height, filter), width, filter)
  return toHeight(toWidth(picture, width, filter), height, filter)
}

type Weighing = keyof typeof filters

function toWidth({ pixels, channels, ...from }: Picture, width: number, filter: Weighing): Picture {
  const { height } = from
  if (width === from.width) return { width, height, channels, pixels }
  const lines = { count: height, step: channels, lineFrom: from.width * channels, lineTo: width * channels, channels }
  return { width, height, channels, pixels: resampled(pixels, { from: from.width, to: width, ...lines }, filter) }
}

function toHeight({ pixels, channels, ...from }: Picture, height: number, filter: Weighing): Picture {
  const { width } = from
  if (height === from.height) return { width, height, channels, pixels }
  const lines = { count: width, step: width * channels, lineFrom: channels, lineTo: channels, channels }
  return { width, height, channels, pixels: resampled(pixels, { from: from.height, to: height, ...lines }, filter) }
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
  filter: Weighing,
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
  filter: Weighing,
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
