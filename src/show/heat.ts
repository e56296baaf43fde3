// Numbers as colours, for canvases: sign is hue, size is lightness, zero is the page. Masked is not zero: it has no colour, so that what lies
// below, a hatching, is seen.

import { type Colour, rampOf, strengthOn } from './attentionView/colour.ts'
import { isSeen, largest } from './attentionView/pooling.ts'

/** The numbers that a picture's colours reach to. */
export interface HeatRange {
  /** The number of the strongest colour; what is signed reaches to its negative too. */
  readonly most: number
  /** True where numbers are shares, of which none is below zero; their colours go by the square root. */
  readonly isShare: boolean
}

/** The range of numbers: shares reach to 1, all else to what is farthest from zero. */
export const heatRange = (data: ArrayLike<number>, isShare: boolean): HeatRange => ({
  most: isShare ? 1 : largest([data]),
  isShare,
})

/** The colour of a number; undefined for what is masked. */
export function heatColour({ most, isShare }: HeatRange, isDark: boolean): (value: number) => Colour | undefined {
  const ramp = rampOf(isShare ? 'pattern' : 'scores', isDark)
  const scale = isShare ? 'sqrt' : 'linear'
  return (value) => (isSeen(value) ? ramp(strengthOn(scale, value, most)) : undefined)
}

/**
 * The pixels of a matrix, one for each cell: red, green, blue and how far they cover, which is not at all where a cell is masked.
 *
 * - `valueAt`: the number in a row and a column
 */
export function heatPixels(
  { rows, columns }: { readonly rows: number; readonly columns: number },
  valueAt: (row: number, column: number) => number,
  colourOf: (value: number) => Colour | undefined,
): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint8ClampedArray(4 * rows * columns)
  for (let row = 0, at = 0; row < rows; row++)
    for (let column = 0; column < columns; column++, at += 4) {
      const colour = colourOf(valueAt(row, column))
      if (!colour) continue
      pixels.set(colour, at)
      pixels[at + 3] = 255
    }
  return pixels
}
