// Packing for matrix products: one block of an operand is copied into the order in which the tiles read it.
//
//   B in panels   panel j begins at j · (a whole panel's columns) · steps, and its inner place k at k · (its own columns)
//   A in tiles    the tile whose first row is r begins at r · steps, and its inner place k at k · (its rows)
//
// `steps` is the number of inner places in the block. Panels end in whole vectors; columns beyond the last are zero.

import type { Axis, Blocks, Plan, Tiles } from './productPlan.ts'
import type { Local, WasmFunction, WasmModule } from './wasm.ts'

/** Pushes the number of inner places in a block whose first loop runs `count` times. */
export function pushSteps(f: WasmFunction, { round }: Blocks, count: Local): WasmFunction {
  return round === 1 ? f.push(count) : f.push(count, round).op('i32.mul')
}

/** Pushes the first row of a tile. */
export function pushFirstRow(f: WasmFunction, { rows, count, tall }: Tiles, tile: Local): WasmFunction {
  f.push(tile, rows).op('i32.mul')
  if (tall === count) return f
  // Tiles past the tall ones have a row less.
  return f.push(tile, tall).op('i32.sub').push(0, tile, tall).op('i32.gt_s', 'select', 'i32.sub')
}

/** Runs `body` at every inner place of a block, in order, while `address` goes along with the given strides. */
function walk(
  f: WasmFunction,
  { loops }: Blocks,
  count: Local,
  address: Local,
  strideOf: (axis: Axis) => number,
  body: () => void,
): void {
  const level = (depth: number): void => {
    const counter = f.local('i32')
    const axis = loops[depth]
    const next = loops[depth + 1]
    f.push(depth === 0 ? count : axis.size).set(counter)
    f.loop(() => {
      if (next) level(depth + 1)
      else body()
      const covered = next ? next.size * strideOf(next) : 0
      f.increase(address, (strideOf(axis) - covered) * 4)
      f.push(counter, 1).op('i32.sub').tee(counter).branchIf(0)
    })
  }
  level(0)
}

/** Pushes a vector of `cells` cells that lie `stride` cells apart; the lanes beyond are zero. */
function pushCells(f: WasmFunction, address: Local, cells: number, stride: number, offset = 0): void {
  if (cells === 0) {
    f.f32x4(0)
  } else if (stride === 1 && cells === 4) {
    f.push(address).load('v128.load', offset)
  } else {
    const begun = stride === 1 ? Math.min(2, cells) : 1
    // Each lane that is loaded by itself takes an address from below the vector.
    for (let lane = begun; lane < cells; lane++) f.push(address)
    f.push(address).load(begun === 2 ? 'v128.load64_zero' : 'v128.load32_zero', offset)
    for (let lane = begun; lane < cells; lane++) f.laneMemory('v128.load32_lane', lane, offset + lane * stride * 4)
  }
}

/**
 * A function (first panel, end panel, source, target, count) that packs panels of one block of B:
 * `source` is column 0 of the block's first place, `target` is where panel 0 begins or would begin.
 */
export function emitPackB(wasm: WasmModule, plan: Plan, blocks: Blocks, vectors: number): WasmFunction {
  const f = wasm.function('', ['i32', 'i32', 'i32', 'i32', 'i32'])
  const [first, end, source, target, count] = f.parameters
  const [panel, from, to, size] = f.locals('i32', 4)
  const stride = plan.column.b
  const width = vectors * 4
  const whole = Math.floor(plan.column.size / width)
  const rest = plan.column.size - whole * width
  const turns = blocks.loops.length === 1 && blocks.loops[0].b === 1 && stride !== 1
  const emitPanel = (columns: number): void => {
    f.push(source, panel, width * stride * 4).op('i32.mul', 'i32.add').set(from)
    f.push(target, panel, size).op('i32.mul', 'i32.add').set(to)
    if (turns) emitTurnedPanel(f, { stride, columns, from, to, count })
    else emitCopiedPanel(f, blocks, { stride, columns, from, to, count })
  }
  pushSteps(f, blocks, count).push(width * 4).op('i32.mul').set(size)
  f.for(panel, first, end, 1, () => {
    if (rest === 0) return emitPanel(width)
    if (whole === 0) return emitPanel(rest)
    f.push(panel, whole).op('i32.lt_s')
    f.if(
      () => emitPanel(width),
      () => emitPanel(rest),
    )
  })
  return f
}

interface Panel {
  /** Between two columns of B, in cells. */
  readonly stride: number
  readonly columns: number
  readonly from: Local
  readonly to: Local
  readonly count: Local
}

function emitCopiedPanel(f: WasmFunction, blocks: Blocks, { stride, columns, from, to, count }: Panel): void {
  const line = f.locals('v128', Math.ceil(columns / 4))
  const strideOf = (axis: Axis) => axis.b
  walk(f, blocks, count, from, strideOf, () => {
    for (const [vector, register] of line.entries()) {
      pushCells(f, from, Math.min(4, columns - vector * 4), stride, vector * 4 * stride * 4)
      f.set(register)
    }
    for (const [vector, register] of line.entries()) f.push(to, register).store('v128.store', vector * 16)
    f.increase(to, line.length * 16)
  })
}

/** Where inner places lie together and columns apart: squares of 4 × 4 cells are turned over. */
function emitTurnedPanel(f: WasmFunction, { stride, columns, from, to, count }: Panel): void {
  const [group, k, source, target] = f.locals('i32', 4)
  const square = f.locals('v128', 4)
  const halves = f.locals('v128', 4)
  const line = Math.ceil(columns / 4) * 16
  const emitGroup = (present: number): void => {
    f.push(from, group, 4 * stride * 4).op('i32.mul', 'i32.add').set(source)
    f.push(to, group, 16).op('i32.mul', 'i32.add').set(target)
    f.push(count).set(k)
    f.block(() =>
      f.loop(() => {
        f.push(k, 4).op('i32.lt_s').branchIf(1)
        for (const [column, register] of square.entries()) {
          if (column < present) f.push(source).load('v128.load', column * stride * 4).set(register)
          else f.f32x4(0).set(register)
        }
        emitTurn(f, square, halves)
        for (const [place, register] of square.entries()) f.push(target, register).store('v128.store', place * line)
        f.increase(source, 16).increase(target, 4 * line).increase(k, -4).branch(0)
      }),
    )
    f.for(k, k, 0, -1, () => {})
  }
}
