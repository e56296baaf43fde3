// Packing for matrix products: one block of an operand is copied into the order in which the tiles read it. Here stands what both
// operands have in common: where things lie, and the way through them.
//
//   B in panels   (packB.ts) panel j begins at j · (a whole panel's columns) · steps, and its inner place k at k · (its own columns)
//   A in tiles    (packA.ts) the tile whose first row is r begins at r · steps, and its inner place k at k · (its rows)
//
// `steps` is the number of inner places in the block. Panels end in whole vectors; columns beyond the last are zero.

import type { JoinedAxis } from '../../lower/joinedProduct.ts'
import { rare } from '../rare.ts'
import type { Local, WasmFunction } from '../wasm/function.ts'
import type { Blocks, Tiles } from './plan.ts'
import { pushMinimum } from './stage.ts'

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
    rare('bfloat16').widen(f, { lanes: cells, stride, offset, pushAddress: () => f.push(address) })
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

/** Runs `body` for a block in pieces of its first loop: from `begun` on, `rounds` rounds. */
export function forPieces(
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
export function walk(f: WasmFunction, way: Way, body: (fromOffset: number, toOffset: number) => void): void {
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
