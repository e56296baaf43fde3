// Rearranging numbers: the same cells in another order, from one array into another.
//
// An order is a nest of loops, each with its size and with how far one step of it goes in either array. Axes in another
// order, rows with padding, a part of several tensors that lie side by side: all are such nests.

import { collapse, type Loop } from '../engine/lower/collapse.ts'
import { denseStrides } from '../tensor/axes.ts'
import type { Numbers } from './numbers.ts'

/** Axes and their sizes, in the order in which the numbers are stored: the last axis changes fastest. */
export type WeightAxes = Readonly<Record<string, number>>

/** The number of numbers that a shape holds. */
export function cellCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1)
}

/** The strides of axes that lie dense, by their names. */
export function stridesByName(sizes: WeightAxes): Record<string, number> {
  const dense = denseStrides(Object.values(sizes))
  return Object.fromEntries(Object.keys(sizes).map((axis, i) => [axis, dense[i]]))
}

/** The loops without those of size 1, and with those joined that run on in both arrays. */
export function simplest(loops: readonly Loop[]): readonly Loop[] {
  return collapse(loops).loops.filter(({ size }) => size !== 1)
}

/** True where the cells lie in the same order and without gaps in both arrays. */
export function isPlain(loops: readonly Loop[]): boolean {
  return loops.length === 0 || (loops.length === 1 && loops[0].strides.every((stride) => stride === 1))
}

/**
 * Copies cells from one array into another of the same format.
 *
 * - `loops`: the strides of each are [in the source, in the target], in cells
 * - `from`, `to`: where the first cell lies in either
 */
export function rearrange(source: Numbers, target: Numbers, loops: readonly Loop[], from = 0, to = 0): void {
  // Cells of 32 bits are moved as whole numbers: no bit of a NaN may change on the way.
  const [s, t] = [cellsOf(source), cellsOf(target)]
  const [near, nearTo] = [nearest(loops, 0), nearest(loops, 1)]
  const outer = loops.filter((loop) => loop !== near && loop !== nearTo)
  forPlaces(outer, from, to, (from, to) => {
    if (near === undefined || nearTo === undefined) t[to] = s[from]
    else if (near === nearTo) copyRow(s, t, near, from, to)
    else transpose(s, t, near, nearTo, from, to)
  })
}

type Cells = Uint32Array | Uint16Array | Float64Array

function cellsOf({ data }: Numbers): Cells {
  return data instanceof Float32Array ? new Uint32Array(data.buffer, data.byteOffset, data.length) : data
}

/** The loop whose steps in the source (0) or in the target (1) are the shortest. */
function nearest(loops: readonly Loop[], array: 0 | 1): Loop | undefined {
  return loops.toSorted((a, b) => a.strides[array] - b.strides[array])[0]
}

function forPlaces(nest: readonly Loop[], from: number, to: number, visit: (from: number, to: number) => void): void {
  const [loop, ...inner] = nest
  if (loop === undefined) visit(from, to)
  else for (let i = 0; i < loop.size; i++) forPlaces(inner, from + i * loop.strides[0], to + i * loop.strides[1], visit)
}

function copyRow(s: Cells, t: Cells, { size, strides: [step, stepTo] }: Loop, from: number, to: number): void {
  if (step === 1 && stepTo === 1 && size > 16) t.set(s.subarray(from, from + size), to)
  else for (let i = 0; i < size; i++) t[to + i * stepTo] = s[from + i * step]
}

/** A square of so many cells a side stays in the processor's nearest cache, in both arrays. */
const block = 32

/** Square by square, four rows at a time: `a` is the loop with the shortest steps in the source, `b` in the target. */
function transpose(s: Cells, t: Cells, a: Loop, b: Loop, from: number, to: number): void {
  const [a1, a1To] = a.strides
  const [b1, b1To] = b.strides
  for (let aBlock = 0; aBlock < a.size; aBlock += block) {
    const aEnd = Math.min(a.size, aBlock + block)
    for (let bBlock = 0; bBlock < b.size; bBlock += block) {
      const bSize = Math.min(b.size - bBlock, block)
      let i = aBlock
      for (; i + 3 < aEnd; i += 4) {
        let read = from + i * a1 + bBlock * b1
        let write = to + i * a1To + bBlock * b1To
        for (let j = 0; j < bSize; j++) {
          t[write] = s[read]
          t[write + a1To] = s[read + a1]
          t[write + 2 * a1To] = s[read + 2 * a1]
          t[write + 3 * a1To] = s[read + 3 * a1]
          read += b1
          write += b1To
        }
      }
      const rest = { size: bSize, strides: b.strides }
      for (; i < aEnd; i++) copyRow(s, t, rest, from + i * a1 + bBlock * b1, to + i * a1To + bBlock * b1To)
    }
  }
}
