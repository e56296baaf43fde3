// Boxes of a parameter's cells: out of all of it in place, or in room of their own.

import { denseStrides } from '../tensor/axes.ts'
import type { Node } from '../tensor/node.ts'
import { type Box, called, checkParameter, type Lent } from './lent.ts'

/** Throws unless a parameter has all cells of a box. `place`: what is being done, for the error. */
export function checkBox(place: string, parameter: Node, { from, sizes }: Box): void {
  checkParameter(place, parameter)
  const { axes } = parameter
  if (from.length !== axes.length || sizes.length !== axes.length)
    throw new Error(
      `${place}: the box has ${from.length} first places and ${sizes.length} sizes, but ${called(parameter)} has ${axes.length} axes; give one for each.`,
    )
  for (const [i, { name, size }] of axes.entries()) {
    const isWithin = Number.isInteger(from[i]) && Number.isInteger(sizes[i]) && from[i] >= 0 && sizes[i] >= 1
    if (!isWithin || from[i] + sizes[i] > size)
      throw new Error(
        `${place}: ${sizes[i]} places from ${from[i]} on are asked for on axis "${name}" of ${called(parameter)}, which has the places 0..${size - 1}.`,
      )
  }
}

/** A box out of all that is lent of a parameter, in place. */
export function boxOf(whole: Lent, { from, sizes }: Box): Lent {
  const { strides } = whole
  const begin = strides.reduce((sum, stride, i) => sum + stride * from[i], 0)
  const end = strides.reduce((sum, stride, i) => sum + stride * (sizes[i] - 1), begin) + 1
  if (whole.type === 'f32') return { type: 'f32', data: whole.data.subarray(begin, end), strides }
  if (whole.type === 'f64') return { type: 'f64', data: whole.data.subarray(begin, end), strides }
  return { type: 'bf16', data: whole.data.subarray(begin, end), strides }
}

/** Room for so many cells on each axis, dense, at the beginning of a buffer that is large enough. */
export function roomIn(buffer: ArrayBuffer, type: Lent['type'], sizes: readonly number[]): Lent {
  const strides = denseStrides(sizes)
  const count = sizes.reduce((product, size) => product * size, 1)
  if (type === 'f32') return { type, data: new Float32Array(buffer, 0, count), strides }
  if (type === 'f64') return { type, data: new Float64Array(buffer, 0, count), strides }
  return { type, data: new Uint16Array(buffer, 0, count), strides }
}

/** The cells as whole numbers, where they are not wider: no bit of a NaN may change on the way. */
export function asBits({ data }: Lent): Uint32Array | Uint16Array | Float64Array {
  return data instanceof Float32Array ? new Uint32Array(data.buffer, data.byteOffset, data.length) : data
}
