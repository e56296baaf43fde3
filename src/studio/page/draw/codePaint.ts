// Codes of a model that draws, as pixels: a picture on a canvas, and all codes below one another on one sheet.

import { codesOf } from '../../talk/codeLetters.ts'
import type { PictureCodecFacts } from '../../talk/questions.ts'
import { imageOf } from '../picture/paint.ts'

/** Puts a picture on a canvas, a pixel on each of its own; where nothing is drawn yet, nothing is seen. */
export function paintCodes(canvas: HTMLCanvasElement, drawn: string, facts: PictureCodecFacts): void {
  const { grid, patch } = facts
  canvas.width = grid.across * patch.width
  canvas.height = grid.down * patch.height
  const context = canvas.getContext('2d')
  if (!context) return
  for (const [place, code] of codesOf(drawn)
    .slice(0, grid.across * grid.down)
    .entries()) {
    const pixels = pixelsOf(context, code, facts)
    context.putImageData(pixels, (place % grid.across) * patch.width, Math.floor(place / grid.across) * patch.height)
  }
}

const sheets = new WeakMap<PictureCodecFacts, string>()

/** The address of a picture with all codes, one below the other. */
export function sheetOfCodes(facts: PictureCodecFacts): string {
  const known = sheets.get(facts)
  if (known !== undefined) return known
  const { patch } = facts
  const count = codeCount(facts)
  const canvas = document.createElement('canvas')
  canvas.width = patch.width
  canvas.height = patch.height * count
  const context = canvas.getContext('2d')
  if (context)
    for (let code = 0; code < count; code++)
      context.putImageData(pixelsOf(context, code, facts), 0, code * patch.height)
  const address = canvas.toDataURL()
  sheets.set(facts, address)
  return address
}

/** The number of codes. */
export const codeCount = ({ codes, patch, channels }: PictureCodecFacts): number =>
  codes.length / (patch.width * patch.height * channels)

function pixelsOf(
  context: CanvasRenderingContext2D,
  code: number,
  { patch, channels, codes }: PictureCodecFacts,
): ImageData {
  const count = patch.width * patch.height * channels
  const pixels = codes.subarray(code * count, (code + 1) * count)
  const image = imageOf(context, { ...patch, channels, pixels })
  if (channels % 2 === 0)
    for (let i = 0; i < count / channels; i++) image.data[4 * i + 3] = pixels[(i + 1) * channels - 1] ?? 0
  return image
}
