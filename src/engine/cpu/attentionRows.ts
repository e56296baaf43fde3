// What attention does with rows as they lie in memory, four at a time: turning a block of them, and dot products of rows.

import type { Block } from './attentionBlock.ts'
import { pushMultiplyAdd } from './attentionProduct.ts'
import type { Machine } from './emitted.ts'
import type { Local, Pushable, WasmFunction, WasmModule } from './wasm.ts'

/** The lanes of a vector that belong to a row of so many cells, when it is the row's last: -1 there, 0 in the padding. */
function lastLanes(cells: number): number[] {
  return [0, 1, 2, 3].map((lane) => (lane < (cells % 4 || 4) ? -1 : 0))
}

/** Runs `body` for each group of four rows below `padded`; of the group's rows, `present` are below `count`. */
export function emitGroups(
  f: WasmFunction,
  { count, padded, tails }: { count: Local; padded: Local; tails: readonly number[] },
  body: (group: Local, present: number) => void,
): void {
  const [group, left] = f.locals('i32', 2)
  const cases = [...new Set(tails.map((tail) => tail % 4))].filter((tail) => tail > 0)
  f.for(group, 0, padded, 4, () => {
    f.push(count, group).op('i32.sub').set(left)
    f.push(left, 4).op('i32.ge_s').if(
      () => body(group, 4),
      () => {
        for (const present of cases) f.push(left, present).op('i32.eq').if(() => body(group, present))
        f.push(left, 0).op('i32.le_s').if(() => body(group, 0))
      },
    )
  })
}

/**
 * A function (rows, count, padded, target) that turns rows and scales them: target[cell, row] = rows[row, cell] · factor
 * for row < count, and 0 for the rows from there up to `padded`.
 */
export function emitTurn(
  wasm: WasmModule,
  block: Block,
  { cells, stride, size, factor }: { cells: number; stride: number; size: number; factor: number },
): WasmFunction {
  const f = wasm.function('', ['i32', 'i32', 'i32', 'i32'])
  const [rows, count, padded, target] = f.parameters
  const [from, to, vector] = f.locals('i32', 3)
  const loaded = f.locals('v128', 4)
  const halves = f.locals('v128', 4)
  const scale = f.local('v128')
  const { line } = block
  f.f32x4(factor).set(scale)
  emitGroups(f, { count, padded, tails: [size % block.positions] }, (group, present) => {
    f.push(rows, group, stride * 4).op('i32.mul', 'i32.add').set(from)
    f.push(target, group, 2).op('i32.shl', 'i32.add').set(to)
    f.for(vector, 0, Math.ceil(cells / 4), 1, () => {
      loaded.forEach((row, i) => {
        if (i < present) f.push(from).load('v128.load', i * stride * 4).push(scale).op('f32x4.mul').set(row)
        else f.f32x4(0).set(row)
      })
      emitTranspose(f, loaded, halves)
      loaded.forEach((column, i) => {
        f.push(to, column).store('v128.store', i * line)
      })
      f.increase(from, 16).increase(to, 4 * line)
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

/** Locals for `emitDots`. */
export interface DotRegisters {
  readonly sums: readonly Local[]
  readonly left: Local
  readonly right: Local
  readonly vector: Local
}

export function dotRegisters(f: WasmFunction): DotRegisters {
  return { sums: f.locals('v128', 4), left: f.local('v128'), right: f.local('v128'), vector: f.local('i32') }
}

/**
 * Up to four dot products: leaves on the stack the vector of Σ left[row, cell] · right[row, cell], 0 beyond `rows`.
 * The addresses are used up. Strides are in bytes; with a left stride of 0 the left row is shared.
 */
export function emitDots(
  f: WasmFunction,
  machine: Machine,
  { sums, left, right, vector }: DotRegisters,
  dots: { left: Local; right: Local; rows: number; cells: number; leftStride: number; rightStride: number },
): void {
  const { rows, cells, leftStride, rightStride } = dots
  for (const sum of sums) f.f32x4(0).set(sum)
  const load = (address: Pushable, offset: number, isLast: boolean) => {
    f.push(address).load('v128.load', offset)
    // What stands in the padding may be no number, and times 0 it would stay none.
    if (isLast && cells % 4 > 0) f.i32x4(...lastLanes(cells)).op('v128.and')
  }
  const steps = Math.ceil(cells / 4)
  for (let row = 0; row < rows; row++) {
    for (let step = 0; step < steps; step++) {
      load(dots.left, row * leftStride + step * 16, step === steps - 1)
      load(dots.right, row * rightStride + step * 16, step === steps - 1)
      if (machine.fma) f.push(sums[row]).op('f32x4.relaxed_madd')
      else f.op('f32x4.mul').push(sums[row]).op('f32x4.add')
      f.set(sums[row])
    }
  }
  pushSumsOfLanes(f, sums, left, right)
}

/** Pushes the vector whose lane i is the sum of the lanes of vector i. */
function pushSumsOfLanes(f: WasmFunction, [a, b, c, d]: readonly Local[], first: Local, second: Local): void {
  f.push(a, b).shuffle(0, 4, 1, 5).push(a, b).shuffle(2, 6, 3, 7).op('f32x4.add').set(first)
  f.push(c, d).shuffle(0, 4, 1, 5).push(c, d).shuffle(2, 6, 3, 7).op('f32x4.add').set(second)
  f.push(first, second).shuffle(0, 1, 4, 5).push(first, second).shuffle(2, 3, 6, 7).op('f32x4.add')
}
