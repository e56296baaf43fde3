// A product of many inner places and few cells, as the gradient of a weight is: threads share the inner places. Each packs its own and
// multiplies them, so that nothing it has packed is fetched by another; then the sums of the pieces are added up.
//
//   C = Σ over pieces of (Σ over inner places of a piece of A · B)
//
// Loaded for programs that have such a product (rare.ts).

import type { JoinedAxis } from '../../lower/joinedProduct.ts'
import type { Emitted } from '../emitted.ts'
import type { Local, WasmFunction } from '../wasm/function.ts'
import type { WasmModule } from '../wasm/module.ts'
import { type Blocks, blockSize, cutAxis, type Panels, type ProductPlan } from './plan.ts'
import { beginStage, pushAt, pushMinimum, type StageFunction } from './stage.ts'

/** A product in pieces, and what product.ts has for it. */
export interface ProductInPieces {
  readonly plan: ProductPlan
  readonly blocks: Blocks['list']
  readonly panels: Panels
  /** The number of blocks that are one piece, and of the pieces. */
  readonly perPiece: number
  readonly pieces: number
  readonly operandCount: number
  /** A row's columns in units, and the bytes of their sums. */
  readonly units: number
  readonly rowBytes: number
  readonly constants: { write(f: WasmFunction, own: Local): void }
  /** Bytes that `multiply` uses at the beginning of a thread's own scratch. */
  readonly scratch: number
  readonly packB: WasmFunction
  /** Runs `body` for all tiles, in groups that are computed at once. */
  inGroups(f: WasmFunction, body: (first: Local, end: Local) => void): void
  /** The functions of block.ts for the first block of a piece, and for those that follow it, if any do; their C is rows of sums. */
  readonly multiply: readonly WasmFunction[]
  /** The function that adds up the sums of all pieces for one row, and stores. */
  readonly finish: WasmFunction
}

/** So many pieces, however many threads there are. */
const mostPieces = 8

/** One inner axis in blocks, of which so many that follow one another are a piece; threads share the pieces. */
export function innerPieces(k: JoinedAxis): { readonly blocks: Blocks; readonly perPiece: number } {
  const perPiece = Math.ceil(k.size / mostPieces / blockSize)
  // Whole vectors of inner places, so that packing can transpose.
  const count = Math.ceil(k.size / mostPieces / perPiece / 4) * 4
  return { blocks: { loops: [k], round: 1, list: cutAxis(k, count) }, perPiece }
}

/** The plan of a product without its epilogue and outer axes, whose C has rows that are so many cells apart. */
export function sumsOf(plan: ProductPlan, rowCells: number): ProductPlan {
  const [c] = plan.others
  const along = ({ cells }: JoinedAxis, stride: number): number[] => cells.map((_, i) => (i === c ? stride : 0))
  return {
    ...plan,
    outer: [],
    row: { ...plan.row, cells: along(plan.row, rowCells) },
    column: { ...plan.column, cells: along(plan.column, 1) },
    others: [c],
    stores: [{ operand: c, value: { kind: 'product' } }],
    isPadded: true,
  }
}

/** First the sums of pieces, then for every row the sums of these. */
export function emitPieces(wasm: WasmModule, product: ProductInPieces): Emitted {
  const { plan, blocks, pieces, panels, rowBytes, operandCount, scratch } = product
  const multiplying = beginStage(wasm, operandCount)
  emitMultiplying(product, multiplying)
  const finishing = beginStage(wasm, operandCount)
  emitFinishing(product, finishing)
  return {
    stages: [
      { function: multiplying.f, units: pieces, grain: 1 },
      { function: finishing.f, units: plan.row.size, grain: 4 },
    ],
    sharedScratch: plan.row.size * pieces * rowBytes,
    ownScratch: scratch + panels.count * panels.vectors * 16 * blocks[0].count,
  }
}

/** Units: pieces. */
function emitMultiplying(product: ProductInPieces, { f, from, to, operands, shared, own }: StageFunction): void {
  const { plan, blocks, perPiece, panels, rowBytes, scratch, packB, multiply } = product
  const [k] = plan.inner
  const [{ count }] = blocks
  const [piece, firstBlock, block, endBlock, first, length, packedB, a, c] = f.locals('i32', 9)
  const emitTiles = (pass: WasmFunction): void =>
    product.inGroups(f, (tile, endTile) => {
      f.push(tile, endTile, 0, panels.count, a, packedB, length, own, c).call(pass)
    })
  f.push(own, scratch).op('i32.add').set(packedB)
  f.for(piece, from, to, 1, () => {
    pushAt(f, shared, piece, rowBytes).set(c)
    f.push(piece, perPiece).op('i32.mul').tee(firstBlock).push(perPiece).op('i32.add').set(endBlock)
    pushMinimum(f, endBlock, blocks.length).set(endBlock)
    f.for(block, firstBlock, endBlock, 1, () => {
      f.push(block, count).op('i32.mul').set(first)
      f.push(k.size, first).op('i32.sub').set(length)
      pushMinimum(f, length, count).set(length)
      f.push(0, panels.count)
      pushAt(f, operands[1], first, k.b * plan.bytesOfB)
        .push(packedB, length)
        .call(packB)
      pushAt(f, operands[0], first, k.a * plan.bytesOfA).set(a)
      if (perPiece === 1) return emitTiles(multiply[0])
      f.push(block, firstBlock).op('i32.eq')
      f.if(
        () => emitTiles(multiply[0]),
        () => emitTiles(multiply[1]),
      )
    })
  })
}

/** Units: rows. */
function emitFinishing(product: ProductInPieces, { f, from, to, operands, shared, own }: StageFunction): void {
  const { plan, pieces, units, rowBytes, constants, finish } = product
  const row = f.local('i32')
  constants.write(f, own)
  f.for(row, from, to, 1, () => {
    pushAt(f, shared, row, pieces * rowBytes).push(0, units, own)
    for (const operand of plan.others) pushAt(f, operands[operand], row, plan.row.cells[operand] * 4)
    f.call(finish)
  })
}
