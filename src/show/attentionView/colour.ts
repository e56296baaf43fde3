// The colours of weights. Sign is hue, size is lightness, and zero is the page, in light and in dark; masked is not zero, it is hatched.
//
// Both ramps are straight lines in OKLab, so that equal steps look equal, to people who see few colours too.

import type { AttentionQuantity } from './data.ts'
import { isSeen, largest } from './pooling.ts'

/** The strength of an amount a, which is a share of the most: a, √a, 1 + log₁₀ a / 4, or a of the most of its own row. */
export type AttentionScale = 'linear' | 'sqrt' | 'log' | 'row'

export const attentionScales: readonly AttentionScale[] = ['sqrt', 'linear', 'log', 'row']

/** The powers of ten that a logarithmic scale has. */
export const decades = 4

/** From zero to the most, and from minus the most to the most: five stops each. */
const ramps = {
  light: {
    sequential: [0xf8fafd, 0xbbc7df, 0x8196c0, 0x4a66a0, 0x183680],
    diverging: [0xa84e13, 0xd3a289, 0xf7f7f4, 0x93b1d9, 0x2e6cb8],
  },
  dark: {
    sequential: [0x16181d, 0x354851, 0x567f8b, 0x7ab9ca, 0x9ff8ff],
    diverging: [0xfba95b, 0x815e40, 0x181b1e, 0x426c85, 0x6cc9fd],
  },
} as const

/** True for weights that can be below zero. */
export const isSigned = (quantity: AttentionQuantity): boolean => quantity === 'scores' || quantity === 'gradient'

/** A colour: red, green and blue, from 0 to 255. */
export type Colour = readonly [red: number, green: number, blue: number]

/** The colours of strengths: from 0 to 1, or from -1 to 1 where weights are signed. */
export function rampOf(quantity: AttentionQuantity, isDark: boolean): (strength: number) => Colour {
  const stops = ramps[isDark ? 'dark' : 'light'][isSigned(quantity) ? 'diverging' : 'sequential']
  return (strength) => {
    const place = isSigned(quantity) ? 2 + 2 * strength : 4 * Math.abs(strength)
    const before = Math.max(0, Math.min(3, Math.floor(place)))
    const channel = (shift: number): number => {
      const from = (stops[before] >> shift) & 255
      return Math.round(from + (place - before) * (((stops[before + 1] >> shift) & 255) - from))
    }
    return [channel(16), channel(8), channel(0)]
  }
}

/** The strength of a number beside the most: from -1 to 1. */
export function strengthOn(scale: AttentionScale, value: number, most: number): number {
  const share = most > 0 ? Math.min(1, Math.abs(value) / most) : 0
  const strength =
    scale === 'sqrt' ? Math.sqrt(share) : scale === 'log' ? Math.max(0, 1 + Math.log10(share) / decades) : share
  return Math.sign(value) * strength
}

/** The number of a strength: what strengthOn makes it of. */
export function valueOfStrength(scale: AttentionScale, strength: number, most: number): number {
  return most * (scale === 'sqrt' ? strength ** 2 : scale === 'log' ? 10 ** (decades * (strength - 1)) : strength)
}

/**
 * The colour of every number by its upper 16 bits (a bfloat16): a look-up for each cell, whatever the scale. As pixels of canvases in
 * the order of the machine, red in the lowest byte; transparent where a cell is masked.
 */
export type ColourTable = Uint32Array

export function colourTable(
  quantity: AttentionQuantity,
  { scale, most, isDark }: { readonly scale: AttentionScale; readonly most: number; readonly isDark: boolean },
): ColourTable {
  const ramp = rampOf(quantity, isDark)
  // From -1 to 1 in steps that no eye tells apart.
  const colours = Uint32Array.from({ length: 2049 }, (_, i) => {
    const [red, green, blue] = ramp((i - 1024) / 1024)
    return (255 << 24) | (blue << 16) | (green << 8) | red
  })
  const table = new Uint32Array(1 << 16)
  const number = new Float32Array(1)
  const bits = new Uint32Array(number.buffer)
  for (let upper = 0; upper < table.length; upper++) {
    // The middle of all numbers that share these bits.
    bits[0] = upper * 65_536 + 32_768
    if (isSeen(number[0])) table[upper] = colours[Math.round(1024 + 1024 * strengthOn(scale, number[0], most))]
  }
  return table
}

/** The largest amount of each row. */
export const mostOfRows = (values: Float32Array, columns: number): Float32Array =>
  Float32Array.from({ length: values.length / columns }, (_, row) =>
    largest([values.subarray(row * columns, (row + 1) * columns)]),
  )

/** Cells as a canvas with a pixel for each. `rowMost`: the most of each row, where each has a scale of its own; of these cells if not given. */
export function canvasOf(
  values: Float32Array,
  columns: number,
  { table, scale }: { readonly table: ColourTable; readonly scale: AttentionScale },
  rowMost = scale === 'row' ? mostOfRows(values, columns) : undefined,
): HTMLCanvasElement {
  const own = rowMost ? values.map((value, i) => value / (rowMost[Math.floor(i / columns)] || 1)) : values
  const bits = new Uint32Array(own.buffer, own.byteOffset, own.length)
  const pixels = new Uint32Array(own.length)
  for (let i = 0; i < bits.length; i++) pixels[i] = table[bits[i] >>> 16]
  const canvas = document.createElement('canvas')
  canvas.width = columns
  canvas.height = pixels.length / columns
  canvas.getContext('2d')?.putImageData(new ImageData(new Uint8ClampedArray(pixels.buffer), columns), 0, 0)
  return canvas
}
