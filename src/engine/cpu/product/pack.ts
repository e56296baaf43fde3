// Packing for matrix products: one block of an operand is copied into the order in which the tiles read it.
//
//   B in panels   panel j begins at j · (a whole panel's columns) · steps, and its inner place k at k · (its own columns)
//   A in tiles    the tile whose first row is r begins at r · steps, and its inner place k at k · (its rows)
//
// `steps` is the number of inner places in the block. Panels end in whole vectors; columns beyond the last are zero.

import type { JoinedAxis } from '../../lower/joinedProduct.ts'
import { widenFour, widenLane } from '../values/bfloat16.ts'
import { integers, type Local, type WasmFunction } from '../wasm/function.ts'
import type { WasmModule } from '../wasm/module.ts'
import type { Blocks, Panels, ProductPlan, Tiles } from './plan.ts'
import { pushAt, pushMinimum } from './stage.ts'

/** So many inner places are packed for all panels or tiles in turn: they are then read on and on, as prefetchers like it. */
const placesAtOnce = 8

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

/** Pushes a vector of `cells` cells that lie `stride` cells apart; the lanes beyond are zero. The offset is in bytes. */
export function pushCells(
  f: WasmFunction,
  address: Local,
  cells: number,
  stride: number,
  { offset = 0, cellBytes = 4 } = {},
): void {
  if (cellBytes === 2) {
    if (stride === 1 && cells === 4) return void widenFour(f.push(address), offset)
    for (let lane = 0; lane < cells; lane++) f.push(address)
    f.f32x4(0)
    for (let lane = 0; lane < cells; lane++) widenLane(f, lane, offset + lane * stride * 2)
    return
  }
  if (stride === 1 && cells === 4) {
    f.push(address).load('v128.load', offset)
    return
  }
  const begun = stride === 1 && cells > 1 ? 2 : 1
  // Each lane that is loaded by itself takes its address from below the vector.
  for (let lane = begun; lane < cells; lane++) f.push(address)
  f.push(address).load(begun === 2 ? 'v128.load64_zero' : 'v128.load32_zero', offset)
  for (let lane = begun; lane < cells; lane++) f.laneMemory('v128.load32_lane', lane, offset + lane * stride * 4)
}

/**
 * A function (first panel, end panel, source, target, count) that packs panels of one block of B:
 * `source` is column 0 of the block's first place, `target` is where panel 0 begins or would begin.
 */
export function emitPackB(wasm: WasmModule, plan: ProductPlan, blocks: Blocks, panels: Panels): WasmFunction {
  const f = wasm.function('', integers(5))
  const [first, end, source, target, count] = f.parameters
  const [panel, from, to, panelBytes] = f.locals('i32', 4)
  const { whole, rest } = panels
  const width = panels.vectors * 4
  const stride = plan.column.b
  const cellBytes = plan.bytesOfB
  const forPanels = (body: (columns: number) => void): void => {
    f.for(panel, first, end, 1, () => {
      pushAt(f, source, panel, width * stride * cellBytes).set(from)
      pushAt(f, target, panel, panelBytes).set(to)
      if (rest === 0) return body(width)
      if (whole === 0) return body(rest)
      f.push(panel, whole).op('i32.lt_s')
      f.if(
        () => body(width),
        () => body(rest),
      )
    })
  }
  pushSteps(f, blocks, count).push(width * 4)
  f.op('i32.mul').set(panelBytes)
  if (blocks.loops.length === 1 && blocks.loops[0].b === 1 && stride !== 1) {
    forPanels((columns) => emitTurnedPanel(f, { stride, cellBytes, columns, from, to, count }))
    return f
  }
  const strideOf = (axis: JoinedAxis) => axis.b
  const registers = f.locals('v128', panels.vectors)
  forPieces(f, blocks, count, (begun, rounds) => {
    forPanels((columns) => {
      const vectors = registers.slice(0, Math.ceil(columns / 4))
      const line = vectors.length * 16
      pushAt(f, from, begun, blocks.loops[0].b * cellBytes).set(from)
      pushAt(f, to, begun, blocks.round * line).set(to)
      walk(f, { blocks, strideOf, cellBytes, rounds, from, to, line }, (fromOffset, toOffset) => {
        for (const [i, vector] of vectors.entries()) {
          const offset = fromOffset + i * 4 * stride * cellBytes
          pushCells(f, from, Math.min(4, columns - i * 4), stride, { offset, cellBytes })
          f.set(vector)
        }
        for (const [i, vector] of vectors.entries()) f.push(to, vector).store('v128.store', toOffset + i * 16)
      })
    })
  })
  return f
}

interface TurnedPanel {
  /** Between two columns of B, in cells. */
  readonly stride: number
  readonly cellBytes: number
  readonly columns: number
  readonly from: Local
  readonly to: Local
  readonly count: Local
}

/** Where inner places lie together and columns apart: squares of 4 × 4 cells are turned over. */
function emitTurnedPanel(f: WasmFunction, { stride, cellBytes, columns, from, to, count }: TurnedPanel): void {
  const [group, k, endOfSquares, source, target] = f.locals('i32', 5)
  const square = f.locals('v128', 4)
  const halves = f.locals('v128', 4)
  const line = Math.ceil(columns / 4) * 16
  const emitGroup = (present: number): void => {
    pushAt(f, from, group, 4 * stride * cellBytes).set(source)
    pushAt(f, to, group, 16).set(target)
    f.for(k, 0, endOfSquares, 4, () => {
      for (const [column, vector] of square.entries()) {
        if (column < present) pushCells(f, source, 4, 1, { offset: column * stride * cellBytes, cellBytes })
        else f.f32x4(0)
        f.set(vector)
      }
      emitTurn(f, square, halves)
      for (const [place, vector] of square.entries()) f.push(target, vector).store('v128.store', place * line)
      f.increase(source, 4 * cellBytes).increase(target, 4 * line)
    })
    f.for(k, endOfSquares, count, 1, () => {
      f.push(target)
      pushCells(f, source, present, stride, { cellBytes })
      f.store('v128.store').increase(source, cellBytes).increase(target, line)
    })
  }
  f.push(count, -4).op('i32.and').set(endOfSquares)
  f.for(group, 0, Math.floor(columns / 4), 1, () => emitGroup(4))
  if (columns % 4 === 0) return
  f.push(Math.floor(columns / 4)).set(group)
  emitGroup(columns % 4)
}

/** Exchanges rows and columns of the 4 × 4 cells in four vectors. */
function emitTurn(f: WasmFunction, [a, b, c, d]: readonly Local[], [low, lower, high, higher]: readonly Local[]): void {
  f.push(a, b).shuffle(0, 4, 1, 5).set(low)
  f.push(c, d).shuffle(0, 4, 1, 5).set(lower)
  f.push(a, b).shuffle(2, 6, 3, 7).set(high)
  f.push(c, d).shuffle(2, 6, 3, 7).set(higher)
  f.push(low, lower).shuffle(0, 1, 4, 5).set(a)
  f.push(low, lower).shuffle(2, 3, 6, 7).set(b)
  f.push(high, higher).shuffle(0, 1, 4, 5).set(c)
  f.push(high, higher).shuffle(2, 3, 6, 7).set(d)
}

/** A function (first tile, end tile, source, target, count) that packs tiles of one block of A. */
export function emitPackA(wasm: WasmModule, plan: ProductPlan, blocks: Blocks, tiles: Tiles): WasmFunction {
  const f = wasm.function('', integers(5))
  const [first, end, source, target, count] = f.parameters
  const [steps, tile, row, from, to] = f.locals('i32', 5)
  const stride = plan.row.a
  const strideOf = (axis: JoinedAxis) => axis.a
  const cellBytes = plan.bytesOfA
  const emitTile = (rows: number, begun: Local, rounds: Local): void => {
    pushAt(f, to, begun, blocks.round * rows * 4).set(to)
    walk(f, { blocks, strideOf, cellBytes, rounds, from, to, line: rows * 4 }, (fromOffset, toOffset) => {
      let done = 0
      while (done < rows) {
        const most = stride === 1 ? rows - done : 1
        const move = { from, fromOffset: fromOffset + done * stride * cellBytes, to, toOffset: toOffset + done * 4 }
        done += emitMove(f, most, cellBytes, move)
      }
    })
  }
  pushSteps(f, blocks, count).set(steps)
  forPieces(f, blocks, count, (begun, rounds) => {
    f.for(tile, first, end, 1, () => {
      pushFirstRow(f, tiles, tile).set(row)
      pushAt(f, source, row, stride * cellBytes).set(from)
      pushAt(f, from, begun, blocks.loops[0].a * cellBytes).set(from)
      f.push(target, row, steps).op('i32.mul').push(4).op('i32.mul', 'i32.add').set(to)
      if (tiles.tall === tiles.count) return emitTile(tiles.rows, begun, rounds)
      f.push(tile, tiles.tall).op('i32.lt_s')
      f.if(
        () => emitTile(tiles.rows, begun, rounds),
        () => emitTile(tiles.rows - 1, begun, rounds),
      )
    })
  })
  return f
}

interface Move {
  readonly from: Local
  readonly fromOffset: number
  readonly to: Local
  readonly toOffset: number
}

/** Copies as many cells as one instruction can, at most `most`; gives back how many. */
function emitMove(f: WasmFunction, most: number, cellBytes: number, { from, fromOffset, to, toOffset }: Move): number {
  f.push(to, from)
  if (cellBytes === 2) {
    if (most >= 4) widenFour(f, fromOffset).store('v128.store', toOffset)
    else f.load('i32.load16_u', fromOffset).push(16).op('i32.shl').store('i32.store', toOffset)
    return most >= 4 ? 4 : 1
  }
  if (most >= 4) f.load('v128.load', fromOffset).store('v128.store', toOffset)
  else if (most >= 2) f.load('i64.load', fromOffset).store('i64.store', toOffset)
  else f.load('f32.load', fromOffset).store('f32.store', toOffset)
  return most >= 4 ? 4 : most >= 2 ? 2 : 1
}

/** Runs `body` for a block in pieces of its first loop: from `begun` on, `rounds` rounds. */
function forPieces(
  f: WasmFunction,
  { round }: Blocks,
  count: Local,
  body: (begun: Local, rounds: Local) => void,
): void {
  const [begun, rounds] = f.locals('i32', 2)
  const atOnce = Math.max(1, Math.floor(placesAtOnce / round))
  f.for(begun, 0, count, atOnce, () => {
    f.push(count, begun).op('i32.sub').set(rounds)
    pushMinimum(f, rounds, atOnce).set(rounds)
    body(begun, rounds)
  })
}

/** The way from an operand as it lies to where it is packed, for some rounds of a block's first loop. */
interface Way {
  readonly blocks: Blocks
  readonly strideOf: (axis: JoinedAxis) => number
  /** Of a cell of the operand. */
  readonly cellBytes: number
  readonly rounds: Local
  readonly from: Local
  readonly to: Local
  /** Bytes that one inner place takes where it is packed. */
  readonly line: number
}

/** Runs `body` at every inner place on the way, in order, with offsets in bytes from where `from` and `to` then are. */
function walk(f: WasmFunction, way: Way, body: (fromOffset: number, toOffset: number) => void): void {
  const { blocks, strideOf, cellBytes, rounds, from, to, line } = way
  const { loops } = blocks
  const walkLoop = (depth: number): void => {
    const left = f.local('i32')
    const axis = loops[depth]
    const next = loops[depth + 1]
    const covered = next ? next.size * strideOf(next) : 0
    f.push(depth === 0 ? rounds : axis.size).set(left)
    f.loop(() => {
      if (next) walkLoop(depth + 1)
      else body(0, 0)
      f.increase(from, (strideOf(axis) - covered) * cellBytes).increase(to, next ? 0 : line)
      f.push(left, 1).op('i32.sub').tee(left).branchIf(0)
    })
  }
  const walkWholePiece = (): void => {
    for (let i = 0; i < placesAtOnce; i++) body(i * strideOf(loops[0]) * cellBytes, i * line)
  }
  if (loops.length > 1) {
    walkLoop(0)
  } else {
    // The fewer instructions a line takes, the more lines are on their way from memory at once.
    f.push(rounds, placesAtOnce).op('i32.eq')
    f.if(walkWholePiece, () => walkLoop(0))
  }
}
