// Matrix products as WebAssembly, with sizes and strides baked in.
//
//   C[outer, row, column] = Σ over inner of A[outer, row, inner] · B[outer, inner, column]
//
// The way of a large product: the inner axes are cut into blocks. B's block is packed into panels as wide as a tile, so
// that a tile reads it line after line; A is read as it lies where its inner places follow one another, and packed where
// they do not. Then tile after tile is computed (tile.ts). A cell is the sum of its blocks, in order, and a block is
// summed in order from zero: so its bits depend neither on threads nor on tiles.
//
// Three ways to share the work:
//   together.ts   all threads pack blocks of B into shared scratch, then each computes tiles of rows
//   apart.ts      each unit is a strip of columns, or a place on the outer axes, and packs what it needs for itself
//   pieces.ts     each unit is a piece of the inner axis: for few cells, each the sum of many products
//
// Few rows do not repay packing: row.ts and dots.ts read B as it lies.
//
// Goto and van de Geijn 2008, "Anatomy of high-performance matrix multiplication".

import { joinedSize } from '../../lower/joinedProduct.ts'
import type { ProductKernel } from '../../lower/kernel.ts'
import type { Emitted, Machine } from '../emitted.ts'
import { rare } from '../rare.ts'
import { Constants } from '../values/constants.ts'
import type { WasmFunction } from '../wasm/function.ts'
import type { WasmModule } from '../wasm/module.ts'
import { emitApart } from './apart.ts'
import { blockScratch, emitBlock } from './block.ts'
import { canBeDots, emitDots } from './dots.ts'
import { emitPackA } from './packA.ts'
import { emitPackB } from './packB.ts'
import { blocksOf, type ProductPlan, panelsOf, planProduct, tilesOf } from './plan.ts'
import { canBeRow, emitRow, emitRowFinish, rowUnitsOf, unitBytes } from './row.ts'
import type { TileContext } from './tile.ts'
import { inGroups, type Tiled } from './tiled.ts'
import { emitTogether } from './together.ts'

/** Work is cut into at least about so many units, so that many threads find some. */
const unitsTogether = 64
const unitsApart = 16
/** So many columns are worth reading A for them alone. */
const columnsApart = 256
/** So many inner places are worth sharing, where the sums of a piece take at most so many bytes. */
const placesInPieces = 512
const sumsOfPiece = 1 << 19
/** So few rows of A stay in the second-level cache, and are read again for any number of columns. */
const smallRows = 512

/**
 * Nothing that a store writes may overlap what the kernel reads, not even the same cells in the same order: C holds
 * sums of blocks while the product is under way.
 */
export function emitProduct(wasm: WasmModule, kernel: ProductKernel, machine: Machine): Emitted {
  const plan = planProduct(kernel)
  const emit = canBeDots(plan) ? emitDots : canBeRow(plan) ? emitRow : emitTiled
  return emit(wasm, plan, machine, kernel.operands.length)
}

function emitTiled(wasm: WasmModule, plan: ProductPlan, machine: Machine, operandCount: number): Emitted {
  const blocks = blocksOf(plan.inner)
  const tiles = tilesOf(plan.row.size, machine.tile.rows)
  const panels = panelsOf(plan.column.size, machine.tile.vectors)
  const isPacked = blocks.loops.length > 1 || blocks.loops[0].a > 1 || plan.bytesOfA < 4
  if (isPacked && isLong(plan)) return emitInPieces(wasm, { plan, machine, tiles, panels }, operandCount)
  const places = joinedSize(plan.outer)
  const placesOfB = joinedSize(plan.outer.filter((axis) => axis.b !== 0))

  const isSmallA = plan.row.size <= smallRows && !isPacked
  const strips = Math.max(Math.ceil(plan.column.size / columnsApart), isSmallA ? Math.ceil(unitsApart / placesOfB) : 1)
  const isApart = placesOfB * Math.min(strips, panels.count) >= unitsApart
  const parts = isApart ? strips : Math.ceil(unitsTogether / (places * tiles.count))
  const unitPanels = Math.ceil(panels.count / Math.min(parts, panels.count))

  const packA = isPacked ? emitPackA(wasm, plan, blocks, tiles) : undefined
  const isSooner = !isApart && places === 1 && unitPanels < panels.count
  const constants = new Constants(plan.stores.map((store) => store.value))
  const context: TileContext = {
    ...{ machine, plan, blocks, tiles, panels, isPacked, constants },
    packA: isSooner ? undefined : packA,
  }
  const product: Tiled = {
    ...context,
    operandCount,
    packB: emitPackB(wasm, plan, blocks, panels),
    packASooner: isSooner ? packA : undefined,
    multiply: emitPasses(wasm, context),
    unitPanels,
  }
  return isApart ? emitApart(wasm, product) : emitTogether(wasm, product)
}

/** True for few cells, each the sum of many products along one axis. */
function isLong({ outer, row, column, inner }: ProductPlan): boolean {
  const isOneLoop = outer.length === 0 && inner.length === 1
  return isOneLoop && inner[0].size >= placesInPieces && row.size * rowUnitsOf(column).count * unitBytes <= sumsOfPiece
}

function emitInPieces(
  wasm: WasmModule,
  { plan, machine, tiles, panels }: Pick<TileContext, 'plan' | 'machine' | 'tiles' | 'panels'>,
  operandCount: number,
): Emitted {
  const { innerPieces, sumsOf, emitPieces } = rare('pieces')
  const units = rowUnitsOf(plan.column)
  const rowBytes = units.count * unitBytes
  const { blocks, perPiece } = innerPieces(plan.inner[0])
  const pieces = Math.ceil(blocks.list.length / perPiece)
  const constants = new Constants(plan.stores.map((store) => store.value))
  const sums = sumsOf(plan, (pieces * rowBytes) / 4)
  const packA = emitPackA(wasm, sums, blocks, tiles)
  const context: TileContext = { machine, plan: sums, blocks, tiles, panels, isPacked: true, packA, constants }
  return emitPieces(wasm, {
    ...{ plan, blocks: blocks.list, panels, perPiece, pieces, operandCount, rowBytes, constants },
    inGroups: (f, body) => inGroups(f, context, 0, tiles.count, body),
    units: units.count,
    scratch: blockScratch(context),
    packB: emitPackB(wasm, sums, blocks, panels),
    multiply: (perPiece === 1 ? [false] : [false, true]).map((resumes) =>
      emitBlock(wasm, context, { resumes, finishes: false }),
    ),
    finish: emitRowFinish(wasm, { plan, machine, panels: units, constants }, pieces),
  })
}

/** A function for each block: blocks of the same kind share one. */
function emitPasses(wasm: WasmModule, context: TileContext): WasmFunction[] {
  const { stores } = context.plan
  const { length } = context.blocks.list
  const isPlain = stores.length === 1 && stores[0].value.kind === 'product'
  const made = new Map<string, WasmFunction>()
  return context.blocks.list.map((_, i) => {
    const pass = { resumes: i > 0, finishes: i === length - 1 && !isPlain }
    const key = JSON.stringify(pass)
    const known = made.get(key) ?? emitBlock(wasm, context, pass)
    made.set(key, known)
    return known
  })
}
