// A picture in a terminal: two pixels in each character, the upper one as its ink (▀) and the lower one as its ground; without colours
// shades of blocks.

import type { Picture } from '../image/picture.ts'

/** The lines of a picture; `hasColours`: with escape sequences for 24 bits of colour. */
export function pictureText({ width, height, channels, pixels }: Picture, hasColours: boolean): string[] {
  const rgb = (x: number, y: number): readonly number[] => {
    const at = (Math.min(y, height - 1) * width + x) * channels
    return channels < 3 ? [pixels[at], pixels[at], pixels[at]] : [pixels[at], pixels[at + 1], pixels[at + 2]]
  }
  return Array.from({ length: Math.ceil(height / 2) }, (_, line) => {
    const cells = Array.from({ length: width }, (_, x) => {
      const [above, below] = [rgb(x, 2 * line), rgb(x, 2 * line + 1)]
      if (hasColours) return `\u001b[38;2;${above.join(';')};48;2;${below.join(';')}m▀`
      return shades[Math.round(((luma(above) + luma(below)) / 2 / 255) * (shades.length - 1))]
    })
    return hasColours ? `${cells.join('')}\u001b[0m` : cells.join('')
  })
}

const shades = [' ', '░', '▒', '▓', '█']

/** The brightness of a colour (ITU-R 601). */
const luma = ([red, green, blue]: readonly number[]): number => 0.299 * red + 0.587 * green + 0.114 * blue
