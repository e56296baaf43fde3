// A picture on a canvas, and shares of its patches laid over it.

import type { Picture } from '../../../image/picture.ts'
import { strengthOn } from '../../../show/attentionView/colour.ts'
import type { PictureFacts } from '../../talk/questions.ts'

/** Puts a picture on a canvas, a pixel on each of its own. */
export function paint(canvas: HTMLCanvasElement, picture: Picture): void {
  const { width, height } = picture
  if (canvas.width !== width) canvas.width = width
  if (canvas.height !== height) canvas.height = height
  const context = canvas.getContext('2d')
  if (context) context.putImageData(imageOf(context, picture), 0, 0)
}

/** The pixels of a picture for a canvas, without its opacity. */
export function imageOf(context: CanvasRenderingContext2D, { width, height, channels, pixels }: Picture): ImageData {
  const image = context.createImageData(width, height)
  for (let i = 0; i < width * height; i++) {
    const [red, green, blue] = channels < 3 ? [0, 0, 0] : [0, 1, 2]
    image.data[4 * i] = pixels[i * channels + red]
    image.data[4 * i + 1] = pixels[i * channels + green]
    image.data[4 * i + 2] = pixels[i * channels + blue]
    image.data[4 * i + 3] = 255
  }
  return image
}

/** The most of the picture that a share covers. */
const mostCover = 0.85

/** The colour of a whole share, on dark pictures and on light ones. */
const coverColour = (isDark: boolean): string => (isDark ? '#9ff8ff' : '#183680')

/** The part of a patch that a share covers: its root, as in all patterns. */
export const coverOf = (share: number): number => mostCover * strengthOn('sqrt', share, 1)

/** Lays the shares of patches over what a canvas shows. */
export function cover(
  canvas: HTMLCanvasElement,
  shares: readonly number[],
  { grid, patch, isDark }: Pick<PictureFacts, 'grid' | 'patch' | 'isDark'>,
): void {
  const context = canvas.getContext('2d')
  if (!context) return
  context.fillStyle = coverColour(isDark)
  for (const [i, share] of shares.entries()) {
    context.globalAlpha = coverOf(share)
    context.fillRect(
      (i % grid.across) * patch.across,
      Math.floor(i / grid.across) * patch.down,
      patch.across,
      patch.down,
    )
  }
  context.globalAlpha = 1
}
