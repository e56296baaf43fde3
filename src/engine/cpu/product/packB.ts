// Packing B: its columns in panels.

import type { JoinedAxis } from '../../lower/joinedProduct.ts'
import { integers, type Local, type WasmFunction } from '../wasm/function.ts'
import type { WasmModule } from '../wasm/module.ts'
import { forPieces, pushCells, pushSteps, walk } from './pack.ts'
import type { Blocks, Panels, ProductPlan } from './plan.ts'
import { pushAt } from './stage.ts'

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
