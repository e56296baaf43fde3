// One block of a matrix product: tiles of rows, in panels of columns, for as many inner places as a block has.
//
//   pack the tiles of A, if that is left to this function
//   for each panel
//     the strip of its tall tiles, then the strip of those with a row less
//     the epilogue, if it is a heavy one
//
// A panel of B stays in the first-level cache while the tiles go by, and the tiles of A in the second-level one while the
// panels do.

import { integers, type Local, type WasmFunction } from '../wasm/function.ts'
import type { WasmModule } from '../wasm/module.ts'
import { pushFirstRow, pushSteps } from './pack.ts'
import { longest } from './plan.ts'
import { pushAt, pushMinimum, up } from './stage.ts'
import { columnStride, isHeavyEpilogue } from './store.ts'
import { emitHeavyEpilogue, emitStrip, type InnerPass, type TileContext } from './tile.ts'

/** So many cells of A stay in the second-level cache. */
const cellsAtOnce = 192 * 256

/** The number of tiles that a block's function should be given at most. */
export function tilesAtOnce({ tiles, blocks }: Pick<TileContext, 'tiles' | 'blocks'>): number {
  return Math.max(1, Math.floor(cellsAtOnce / (tiles.rows * longest(blocks))))
}

/** Bytes that a block's function uses at the beginning of a thread's own scratch: for constants, then for packed A. */
export function blockScratch(context: TileContext): number {
  const { constants, tiles, blocks, packA } = context
  return up(constants.bytes) + (packA ? up(tilesAtOnce(context) * tiles.rows * longest(blocks) * 4) : 0)
}

/**
 * A function (first tile, end tile, first panel, end panel, A, B, count, own scratch, every other operand). A is where the
 * block begins in row 0, B is where its panel 0 begins or would begin, and `count` is as in Blocks.
 */
export function emitBlock(wasm: WasmModule, context: TileContext, pass: InnerPass): WasmFunction {
  const { plan, blocks, tiles, panels, isPacked, packA, constants } = context
  const width = panels.vectors * 4
  const wide = panels.whole > 0 ? emitPanel(wasm, context, pass, width) : undefined
  // A last panel of as many vectors differs only where its vectors may not be stored whole.
  const isLastWide = panels.rest === 0 || (panels.rest > width - 4 && plan.isPadded)
  const last = wide && isLastWide ? wide : emitPanel(wasm, context, pass, panels.rest || width)

  const f = wasm.function('', integers(8 + plan.others.length))
  const [first, end, firstPanel, endPanel, a, b, count, own, ...others] = f.parameters
  const [steps, tall, low, row, panel, panelBytes, readA] = f.locals('i32', 7)
  const addresses = f.locals('i32', others.length)

  /** Finds the others' cells at the row and the panel. */
  const emitAddresses = (): void => {
    for (const [i, operand] of plan.others.entries()) {
      pushAt(f, others[i], row, plan.row.cells[operand] * 4).set(addresses[i])
      pushAt(f, addresses[i], panel, width * columnStride(plan, operand) * 4).set(addresses[i])
    }
  }
  const callStrip = (strip: WasmFunction, tileCount: Local): void => {
    f.push(tileCount).if(() => {
      emitAddresses()
      f.push(readA, row, isPacked ? steps : plan.row.a)
        .op('i32.mul')
        .push(4)
        .op('i32.mul', 'i32.add')
      pushAt(f, b, panel, panelBytes)
        .push(steps, tileCount, own, ...addresses)
        .call(strip)
    })
  }
  const callPanel = ({ strips, finish }: Panel): void => {
    const [tallStrip, lowStrip] = strips
    pushFirstRow(f, tiles, first).set(row)
    callStrip(tallStrip, tall)
    if (lowStrip) {
      pushAt(f, row, tall, tiles.rows).set(row)
      callStrip(lowStrip, low)
    }
    if (!finish) return
    pushFirstRow(f, tiles, first).set(row)
    emitAddresses()
    pushFirstRow(f, tiles, end)
      .push(row)
      .op('i32.sub')
      .push(own, ...addresses)
      .call(finish)
  }

  pushSteps(f, blocks, count)
    .tee(steps)
    .push(width * 4)
    .op('i32.mul')
    .set(panelBytes)
  f.push(a).set(readA)
  if (packA) {
    // Packed, the first of these tiles begins where the scratch does.
    f.push(own, up(constants.bytes)).op('i32.add')
    pushFirstRow(f, tiles, first).push(steps).op('i32.mul').push(4).op('i32.mul', 'i32.sub').set(readA)
    f.push(first, end, a, readA, count).call(packA)
  }
  // Of these tiles, those before number tiles.tall are tall.
  f.push(end, first).op('i32.sub').set(low)
  f.push(tiles.tall, first).op('i32.sub').tee(tall).push(0, tall, 0).op('i32.gt_s', 'select').set(tall)
  pushMinimum(f, tall, low).set(tall)
  f.push(low, tall).op('i32.sub').set(low)
  f.for(panel, firstPanel, endPanel, 1, () => {
    if (!wide || wide === last) return callPanel(last)
    f.push(panel, panels.whole).op('i32.lt_s')
    f.if(
      () => callPanel(wide),
      () => callPanel(last),
    )
  })
  return f
}

/** The functions for panels of one width. */
interface Panel {
  /** For tall tiles, and for those with a row less if there are any. */
  readonly strips: readonly WasmFunction[]
  readonly finish: WasmFunction | undefined
}

function emitPanel(wasm: WasmModule, context: TileContext, pass: InnerPass, columns: number): Panel {
  const { tiles, plan } = context
  const heights = tiles.tall < tiles.count ? [tiles.rows, tiles.rows - 1] : [tiles.rows]
  return {
    strips: heights.map((rows) => emitStrip(wasm, context, pass, rows, columns)),
    finish: pass.finishes && isHeavyEpilogue(plan.stores) ? emitHeavyEpilogue(wasm, context, columns) : undefined,
  }
}
