// Pictures of one size on one sheet, row by row, with a line between them; and pictures with larger pixels.

import type { Picture } from './picture.ts'
import { resized } from './resize.ts'

/** The grey of the lines between pictures. */
const line = 128

/** A sheet of pictures of one size, so many in each row; the places behind the last are grey. Throws where there is none. */
export function sheetOf(pictures: readonly Picture[], across: number): Picture {
  const [first] = pictures
  if (first === undefined) throw new Error('sheet: there is no picture. Give at least one.')
  const { channels } = first
  const columns = Math.min(across, pictures.length)
  const rows = Math.ceil(pictures.length / columns)
  const width = columns * (first.width + 1) - 1
  const height = rows * (first.height + 1) - 1
  const pixels = new Uint8Array(width * height * channels).fill(line)
  for (const [i, picture] of pictures.entries()) {
    const left = (i % columns) * (first.width + 1)
    const top = Math.floor(i / columns) * (first.height + 1)
    for (let y = 0; y < picture.height; y++)
      pixels.set(
        picture.pixels.subarray(y * picture.width * channels, (y + 1) * picture.width * channels),
        ((top + y) * width + left) * channels,
      )
  }
  return { width, height, channels, pixels }
}

/** The picture with pixels so many times as large. Throws where that is too large. */
export const enlarged = (picture: Picture, times: number): Picture =>
  times === 1 ? picture : resized(picture, { width: picture.width * times, height: picture.height * times }, 'nearest')
