// Packing A: its rows in tiles.

import type { JoinedAxis } from '../../lower/joinedProduct.ts'
import { rare } from '../rare.ts'
import { integers, type Local, type WasmFunction } from '../wasm/function.ts'
import type { WasmModule } from '../wasm/module.ts'
import { forPieces, pushFirstRow, pushSteps, walk } from './pack.ts'
import type { Blocks, ProductPlan, Tiles } from './plan.ts'
import { pushAt } from './stage.ts'

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
    if (most >= 4) rare('bfloat16').widenFour(f, fromOffset).store('v128.store', toOffset)
    else f.load('i32.load16_u', fromOffset).push(16).op('i32.shl').store('i32.store', toOffset)
    return most >= 4 ? 4 : 1
  }
  if (most >= 4) f.load('v128.load', fromOffset).store('v128.store', toOffset)
  else if (most >= 2) f.load('i64.load', fromOffset).store('i64.store', toOffset)
  else f.load('f32.load', fromOffset).store('f32.store', toOffset)
  return most >= 4 ? 4 : most >= 2 ? 2 : 1
}
