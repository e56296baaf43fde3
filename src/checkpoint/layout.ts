// Rearranging stored numbers: the same axes in another order, and several tensors stacked into one.

import type { StoredTensor } from './safetensors.ts'

/** Axes and their sizes, in the order in which the numbers are stored: the last axis changes fastest. */
export type AxisSizes = Readonly<Record<string, number>>

/** The numbers with their axes in another order; the same array when the order is the same. */
export function reorder(data: Float32Array, sizes: AxisSizes, order: readonly string[]): Float32Array {
  const axes = Object.keys(sizes)
  if (axes.every((axis, i) => axis === order[i])) return data
  const strides: Record<string, number> = {}
  let stride = 1
  for (const axis of axes.toReversed()) {
    strides[axis] = stride
    stride *= sizes[axis]
  }
  const result = new Float32Array(data.length)
  const size = order.map((axis) => sizes[axis])
  const step = order.map((axis) => strides[axis])
  const index = order.map(() => 0)
  let from = 0
  for (let to = 0; to < result.length; to++) {
    result[to] = data[from]
    // Counts up like a mileage counter: the last axis first, and where one is full, the one before it.
    for (let i = order.length - 1; i >= 0; i--) {
      from += step[i]
      if (++index[i] < size[i]) break
      from -= step[i] * size[i]
      index[i] = 0
    }
  }
  return result
}

/** One tensor of several that differ in one dimension only, one after the other along it. */
export function stack(tensors: readonly StoredTensor[], along: number): StoredTensor {
  const shape = [...tensors[0].shape]
  shape[along] = tensors.reduce((sum, tensor) => sum + tensor.shape[along], 0)
  const data = new Float32Array(count(shape))
  const row = rowLength(shape, along)
  let offset = 0
  for (const tensor of tensors) {
    const length = rowLength(tensor.shape, along)
    for (let from = 0, to = offset; from < tensor.data.length; from += length, to += row) {
      data.set(tensor.data.subarray(from, from + length), to)
    }
    offset += length
  }
  return { shape, data }
}

/** The inverse of `stack`: the numbers of each part. */
export function unstack(
  { shape, data }: StoredTensor,
  parts: readonly (readonly number[])[],
  along: number,
): Float32Array[] {
  const row = rowLength(shape, along)
  let offset = 0
  return parts.map((part) => {
    const length = rowLength(part, along)
    const piece = new Float32Array(count(part))
    for (let to = 0, from = offset; to < piece.length; to += length, from += row) {
      piece.set(data.subarray(from, from + length), to)
    }
    offset += length
    return piece
  })
}

/** How many numbers lie together when all dimensions before `along` stand still. */
function rowLength(shape: readonly number[], along: number): number {
  return count(shape.slice(along))
}

/** How many numbers a shape holds. */
export function count(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1)
}
