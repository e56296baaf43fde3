// A product in tiles: what the ways to share its work know of it, and the code that they have in common.

import type { Local, Pushable, WasmFunction } from '../wasm/function.ts'
import { tilesAtOnce } from './block.ts'
import { pushMinimum } from './stage.ts'
import type { TileContext } from './tile.ts'

/** A product in tiles, and the functions it calls. */
export interface Tiled extends TileContext {
  readonly operandCount: number
  readonly packB: WasmFunction
  /** Packs A before any tile is computed, because threads share tiles' rows. */
  readonly packASooner: WasmFunction | undefined
  /** The function for each block. */
  readonly multiply: readonly WasmFunction[]
  /** The columns of a unit. */
  readonly unitPanels: number
}

/** Finds the panels of a unit. */
export function emitUnitPanels(
  f: WasmFunction,
  { unitPanels, panels }: Tiled,
  unit: Local,
  panel: Local,
  endPanel: Local,
): void {
  f.push(unit, unitPanels).op('i32.mul').tee(panel).push(unitPanels).op('i32.add').set(endPanel)
  pushMinimum(f, endPanel, panels.count).set(endPanel)
}

/** Calls the function of block number `i`; on the stack are tiles, panels, and A. */
export function callBlock(
  f: WasmFunction,
  { plan, blocks, multiply }: Tiled,
  i: number,
  { packedB, own, operands }: { packedB: Local; own: Local; operands: readonly Local[] },
): void {
  f.push(packedB, blocks.list[i].count, own, ...plan.others.map((operand) => operands[operand])).call(multiply[i])
}

/** Runs `body` for tiles in groups that are computed at once. */
export function inGroups(
  f: WasmFunction,
  context: TileContext,
  first: Pushable,
  end: Pushable,
  body: (first: Local, end: Local) => void,
): void {
  const [tile, endTile, stop] = f.locals('i32', 3)
  const atOnce = tilesAtOnce(context)
  f.push(end).set(stop)
  f.for(tile, first, stop, atOnce, () => {
    f.push(tile, atOnce).op('i32.add').set(endTile)
    pushMinimum(f, endTile, stop).set(endTile)
    body(tile, endTile)
  })
}
