// From what was drawn on the pad to a picture: strokes in their colours on a picture or on the empty ground.

import type { Channels, Picture, PictureSize } from '../../../image/picture.ts'
import { centredStrokes, inkOf, type Stroke } from '../../../image/strokes.ts'
import type { PictureFacts } from '../../talk/questions.ts'

/** The red, green and blue of a pen, or of the ground; of grey all are alike. */
export type PenColour = readonly [red: number, green: number, blue: number]

export interface DrawnStroke {
  readonly points: Stroke
  readonly colour: PenColour
}

export interface Painting {
  /** The picture below the strokes; undefined for the empty ground. */
  readonly base: Picture | undefined
  readonly strokes: readonly DrawnStroke[]
  /** Of the pen, in pixels of the model. */
  readonly thickness: number
  /** True where all strokes are put to where MNIST's digits lie. */
  readonly isCentred: boolean
}

/** The ground of what a model sees. */
export const groundOf = ({ isDark }: Pick<PictureFacts, 'isDark'>): PenColour => (isDark ? [0, 0, 0] : [255, 255, 255])

/** The pen that is seen best on that ground. */
export const penOf = ({ isDark }: Pick<PictureFacts, 'isDark'>): PenColour => (isDark ? [255, 255, 255] : [0, 0, 0])

/** The pen's usual thickness, in pixels of the model: about that of MNIST's pens. */
export const usualThickness = ({ width, height }: PictureSize): number =>
  Math.round((25 / 28) * Math.min(width, height)) / 10

/** The painting as the model sees it. */
export function paintedPicture({ base, strokes, thickness, isCentred }: Painting, facts: PictureFacts): Picture {
  const lines = strokes.map(({ points }) => points)
  const placed = isCentred && base === undefined ? centredStrokes(lines, facts, thickness) : lines
  return paintedOn(base, { strokes: strokes.map((each, i) => ({ ...each, points: placed[i] })), thickness }, facts, 1)
}

/** The painting as it was drawn, each pixel of the model so many times as wide and as high. */
export const drawnPicture = (painting: Painting, facts: PictureFacts, times: number): Picture =>
  paintedOn(painting.base, painting, facts, times)

function paintedOn(
  base: Picture | undefined,
  { strokes, thickness }: Pick<Painting, 'strokes' | 'thickness'>,
  facts: PictureFacts,
  times: number,
): Picture {
  const { width: across, height: down, channels } = facts
  const [width, height] = [times * across, times * down]
  const pixels = new Uint8Array(width * height * channels)
  const ground = groundOf(facts)
  for (let i = 0; i < width * height; i++)
    for (let c = 0; c < channels; c++) {
      const [x, y] = [Math.floor((i % width) / times), Math.floor(Math.floor(i / width) / times)]
      pixels[i * channels + c] = base ? base.pixels[(y * across + x) * channels + c] : ground[c]
    }
  // Neighbours of one colour are one line: where they cross, there is no more ink than there can be.
  for (const own of runsOf(strokes)) {
    const ink = inkOf(
      own.map(({ points }) => points),
      { width, height },
      thickness * times,
    )
    const [{ colour }] = own
    for (const [i, share] of ink.entries())
      if (share > 0)
        for (let c = 0; c < channels; c++) {
          const at = i * channels + c
          pixels[at] = Math.round(pixels[at] + share * (colour[c] - pixels[at]))
        }
  }
  return { width, height, channels: channels as Channels, pixels }
}

function runsOf(strokes: readonly DrawnStroke[]): DrawnStroke[][] {
  const runs: DrawnStroke[][] = []
  for (const stroke of strokes) {
    const last = runs.at(-1)
    if (last?.[0].colour.join() === stroke.colour.join()) last.push(stroke)
    else runs.push([stroke])
  }
  return runs
}

/** The picture with nothing but the ground in a patch; patches are counted row by row. */
export function withoutPatch(picture: Picture, number: number, facts: PictureFacts): Picture {
  const { grid, patch } = facts
  const ground = groundOf(facts)
  const pixels = picture.pixels.slice()
  const { width, channels } = picture
  const [down, across] = [Math.floor(number / grid.across) * patch.down, (number % grid.across) * patch.across]
  for (let y = down; y < down + patch.down; y++)
    for (let x = across; x < across + patch.across; x++)
      for (let c = 0; c < channels; c++) pixels[(y * width + x) * channels + c] = ground[c]
  return { ...picture, pixels }
}
