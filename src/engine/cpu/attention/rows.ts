// What attention does with rows as they lie in memory: turning a block of them, and dot products of rows.
//
// Rows are taken four at a time, a vector of four cells from each.

import type { Machine } from '../emitted.ts'
import { integers, type Local, type WasmFunction } from '../wasm/function.ts'
import type { WasmModule } from '../wasm/module.ts'
import type { BlockRows, PositionBlock } from './block.ts'
import { advance, pushVector, set, setDifference, setVectors } from './code.ts'

/**
 * Runs `body` for each group of four rows below `padded`, with how many of the four are `present`: below `count`.
 * Blocks are cut from `size` rows.
 */
export function forGroups(
  f: WasmFunction,
  block: PositionBlock,
  size: number,
  { count, padded }: BlockRows,
  body: (group: Local, present: number) => void,
): void {
  const [group, left] = f.locals('i32', 2)
  const rest = (size % block.positions) % 4
  f.for(group, 0, padded, 4, () => {
    setDifference(f, left, count, group)
    f.push(left, 4).op('i32.ge_s')
    f.if(() => body(group, 4))
    if (rest > 0) {
      f.push(left, rest).op('i32.eq')
      f.if(() => body(group, rest))
    }
    f.push(left, 0).op('i32.le_s')
    f.if(() => body(group, 0))
  })
}

/**
 * A function (rows, count, padded, target) that turns rows of `cells` cells and scales them: target[cell, row] =
 * rows[row, cell] · factor for row < count, and 0 for the rows from there up to `padded`. What comes from the padding
 * of the rows stands after the last cell.
 */
export function emitTurn(
  wasm: WasmModule,
  block: PositionBlock,
  { cells, stride, size, factor }: { cells: number; stride: number; size: number; factor: number },
): WasmFunction {
  const f = wasm.function('', integers(4))
  const [rows, count, padded, target] = f.parameters
  const [from, to, cell] = f.locals('i32', 3)
  const vectors = f.locals('v128', 4)
  const halves = f.locals('v128', 4)
  const scale = f.local('v128')
  f.f32x4(factor).set(scale)
  forGroups(f, block, size, { count, padded }, (group, present) => {
    set(f, from, rows)
    advance(f, from, group, stride * 4)
    set(f, to, target)
    advance(f, to, group, 4)
    f.for(cell, 0, cells, 4, () => {
      vectors.forEach((row, i) => {
        if (i < present)
          pushVector(f, from, 0, i * stride * 4)
            .push(scale)
            .op('f32x4.mul')
        else f.f32x4(0)
        f.set(row)
      })
      emitTranspose(f, vectors, halves)
      vectors.forEach((column, i) => {
        f.push(to, column).store('v128.store', i * block.line)
      })
      f.increase(from, 16).increase(to, 4 * block.line)
    })
  })
  return f
}

/** Exchanges rows and columns of the 4 × 4 cells in four vectors. */
function emitTranspose(f: WasmFunction, vectors: readonly Local[], halves: readonly Local[]): void {
  const [a, b, c, d] = vectors
  f.push(a, b).shuffle(0, 4, 1, 5).set(halves[0])
  f.push(c, d).shuffle(0, 4, 1, 5).set(halves[1])
  f.push(a, b).shuffle(2, 6, 3, 7).set(halves[2])
  f.push(c, d).shuffle(2, 6, 3, 7).set(halves[3])
  f.push(halves[0], halves[1]).shuffle(0, 1, 4, 5).set(a)
  f.push(halves[0], halves[1]).shuffle(2, 3, 6, 7).set(b)
  f.push(halves[2], halves[3]).shuffle(0, 1, 4, 5).set(c)
  f.push(halves[2], halves[3]).shuffle(2, 3, 6, 7).set(d)
}

export interface Dots {
  /** The addresses of the first row on each side, and from there the bytes to the next: 0 if all share one row. */
  readonly left: Local
  readonly right: Local
  readonly leftStride: number
  readonly rightStride: number
  /** At most four. */
  readonly rows: number
  readonly cells: number
}

/** Pushes a vector of dot products, lane `row` being Σ over cell of left[row, cell] · right[row, cell], or 0. */
export function pushDots(f: WasmFunction, machine: Machine, sums: readonly Local[], dots: Dots): void {
  const { left, right, leftStride, rightStride, rows, cells } = dots
  const load = (address: Local, bytes: number, present: number) => {
    pushVector(f, address, 0, bytes)
    if (present >= 4) return
    // What stands in the padding may be no number, and times 0 it would stay none.
    const lanes = [0, 1, 2, 3].map((lane) => (lane < present ? -1 : 0))
    f.i32x4(...lanes).op('v128.and')
  }
  setVectors(f, sums, 0)
  // Row by row: memory is quickest when it is read in the order in which it lies.
  for (let row = 0; row < rows; row++) {
    for (let cell = 0; cell < cells; cell += 4) {
      load(left, row * leftStride + cell * 4, cells - cell)
      load(right, row * rightStride + cell * 4, cells - cell)
      if (machine.fma) f.push(sums[row]).op('f32x4.relaxed_madd')
      else f.op('f32x4.mul').push(sums[row]).op('f32x4.add')
      f.set(sums[row])
    }
  }
  pushSumsOfLanes(f, sums)
}

/** Pushes the vector whose lane i is the sum of the lanes of vector i. The first and third are used up. */
function pushSumsOfLanes(f: WasmFunction, [a, b, c, d]: readonly Local[]): void {
  f.push(a, b).shuffle(0, 4, 1, 5).push(a, b).shuffle(2, 6, 3, 7).op('f32x4.add').set(a)
  f.push(c, d).shuffle(0, 4, 1, 5).push(c, d).shuffle(2, 6, 3, 7).op('f32x4.add').set(c)
  f.push(a, c).shuffle(0, 1, 4, 5).push(a, c).shuffle(2, 3, 6, 7).op('f32x4.add')
}
