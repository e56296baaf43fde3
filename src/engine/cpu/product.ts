// Matrix products as WebAssembly, with sizes and strides baked in.
//
//   C[outer, row, column] = Σ over inner of A[outer, row, inner] · B[outer, inner, column]
//
// The way of a large product: the inner axes are cut into blocks. B's block is packed into panels as wide as a tile, so
// that a tile reads it line after line; A is read as it lies where its inner places follow one another, and packed where
// they do not. Then tile after tile is computed (productTile.ts). A cell is the sum of its blocks, in order, and a block is
// summed in order from zero: so its bits depend neither on threads nor on tiles.
//
// Two ways to share the work:
//   together   all threads pack blocks of B into shared scratch, then each computes tiles of rows
//   apart      each unit is a place on the outer axes, or a strip of columns, and packs what it needs for itself
//
// Few rows do not repay packing: productVector.ts reads B as it lies.
//
// Goto and van de Geijn 2008, "Anatomy of high-performance matrix multiplication".

import type { ProductKernel } from '../kernel.ts'
import type { Emitted, Machine, Stage } from './emitted.ts'
import { emitPackA, emitPackB } from './productPack.ts'
import { type Axis, blocksOf, longest, type Plan, panelsOf, planProduct, sizeOf, tilesOf } from './productPlan.ts'
import { beginStage, emitOperands, emitPlaces, emitRuns, pushAddress, pushMinimum, up } from './productStage.ts'
import { emitBlock, type Pass, type TileContext, tileScratch, tilesAtOnce } from './productTile.ts'
import { Constants } from './values.ts'
import type { Local, Pushable, WasmFunction, WasmModule } from './wasm.ts'

/** So many bytes of B are packed before they are used. */
const packedAtOnce = 4 << 20
/** Work is cut into about so many units, so that many threads find some. */
const manyUnits = 64
/** So many columns are worth reading A for them alone. */
const columnsApart = 256
/** From so many units on, threads work apart. */
const enoughApart = 16

/**
 * Nothing that a store writes may overlap what the kernel reads, not even the same cells in the same order: C holds
 * sums of blocks while the product is under way.
 */
export function emitProduct(wasm: WasmModule, kernel: ProductKernel, machine: Machine): Emitted {
  const plan = planProduct(kernel)
  return emitTiled(wasm, plan, machine, kernel.operands.length)
}

/** A product in tiles, and the functions it calls. */
interface Tiled extends TileContext {
  readonly packB: WasmFunction
  /** The function for each block. */
  readonly multiply: readonly WasmFunction[]
  readonly operandCount: number
}

function emitTiled(wasm: WasmModule, plan: Plan, machine: Machine, operandCount: number): Emitted {
  const blocks = blocksOf(plan.inner)
  const tiles = tilesOf(plan.row.size, machine.tile.rows)
  const panels = panelsOf(plan.column.size, machine.tile.vectors)
  const isAInOrder = blocks.loops.length === 1 && blocks.loops[0].a <= 1
  const packA = isAInOrder ? undefined : emitPackA(wasm, plan, blocks, tiles)
  const packB = emitPackB(wasm, plan, blocks, panels)
  const constants = new Constants(plan.stores.map((store) => store.value))
  const context: TileContext = { machine, plan, blocks, tiles, panels, packA, constants }
  const product: Tiled = { ...context, packB, multiply: emitPasses(wasm, context), operandCount }

  const strips = Math.ceil(plan.column.size / columnsApart)
  const isBShared = plan.outer.some((axis) => axis.b === 0)
  const isApart = sizeOf(plan.outer) * strips >= enoughApart && !isBShared
  return isApart ? emitApart(wasm, product, strips) : emitTogether(wasm, product)
}

/** A function for each block: for the first, for those that add to it, and for the last, after which the epilogue comes. */
function emitPasses(wasm: WasmModule, context: TileContext): WasmFunction[] {
  const { plan, blocks } = context
  const sum: Pass['stores'] = [{ operand: plan.stores[0].operand, value: { kind: 'product' } }]
  const isPlain = plan.stores.length === 1 && plan.stores[0].value.kind === 'product'
  const made = new Map<string, WasmFunction>()
  return blocks.list.map((_, i) => {
    const resumes = i > 0
    const finishes = i === blocks.list.length - 1 && !isPlain
    const key = `${resumes} ${finishes}`
    const known = made.get(key) ?? emitBlock(wasm, context, { resumes, stores: finishes ? plan.stores : sum })
    made.set(key, known)
    return known
  })
}

/** Each unit is a place on the outer axes and one of `strips` strips of columns. */
function emitApart(wasm: WasmModule, product: Tiled, strips: number): Emitted {
  const { plan, blocks, tiles, panels, packB, multiply, operandCount } = product
  const stage = beginStage(wasm, operandCount)
  const { f, own } = stage
  const perStrip = Math.ceil(panels.count / strips)
  const stripCount = Math.ceil(panels.count / perStrip)
  const [strip, panel, endPanel, packed, target] = f.locals('i32', 5)
  const base = tileScratch(product)
  product.constants.write(f, own)
  f.push(own, base).op('i32.add').set(packed)
  emitRuns(stage, stripCount, (place, first, end) => {
    const [a, b, ...others] = emitOperands(stage, plan, emitPlaces(f, plan.outer, place))
    f.for(strip, first, end, 1, () => {
      f.push(strip, perStrip).op('i32.mul').set(panel)
      f.push(panel, perStrip).op('i32.add').set(endPanel)
      pushMinimum(f, endPanel, panels.count).set(endPanel)
      for (const [i, block] of blocks.list.entries()) {
        const panelBytes = panels.vectors * 16 * block.count * blocks.round
        f.push(packed, panel, panelBytes).op('i32.mul', 'i32.sub').set(target)
        f.push(panel, endPanel)
        pushMoved(f, b, block.b).push(target, block.count).call(packB)
        inGroups(f, product, 0, tiles.count, (firstTile, endTile) => {
          f.push(firstTile, endTile, panel, endPanel)
          pushMoved(f, a, block.a).push(target, block.count, own, ...plan.others.map((operand) => others[operand - 2]))
          f.call(multiply[i])
        })
      }
    })
  })
  const packedBytes = perStrip * panels.vectors * 16 * longest(blocks)
  return {
    stages: [{ function: f, units: sizeOf(plan.outer) * stripCount, grain: 1 }],
    sharedScratch: 0,
    ownScratch: up(base + packedBytes),
  }
}

/** Blocks in groups: in two stages for each group, all threads pack its B, and then compute with it. */
function emitTogether(wasm: WasmModule, product: Tiled): Emitted {
  const { plan, blocks, panels } = product
  const places = sizeOf(plan.outer.filter((axis) => axis.b !== 0))
  const columns = (panels.whole * panels.vectors + Math.ceil(panels.rest / 4)) * 4
  const blockBytes = columns * longest(blocks) * 4
  const perGroup = Math.max(1, Math.floor(packedAtOnce / (places * blockBytes)))
  const stages: Stage[] = []
  for (let first = 0; first < blocks.list.length; first += perGroup) {
    const group = { first, end: Math.min(first + perGroup, blocks.list.length), places, blockBytes }
    stages.push(emitPackStage(wasm, product, group), emitMultiplyStage(wasm, product, group))
  }
  const held = Math.min(perGroup, blocks.list.length)
  return { stages, sharedScratch: up(held * places * blockBytes), ownScratch: tileScratch(product) }
}

interface Group {
  readonly first: number
  readonly end: number
  /** How many different Bs there are. */
  readonly places: number
  /** What one block of one B takes when it is packed. */
  readonly blockBytes: number
}

/** Units: the panels of every B. */
function emitPackStage(wasm: WasmModule, product: Tiled, { first, end, places, blockBytes }: Group): Stage {
  const { plan, blocks, panels, packB, operandCount } = product
  const stage = beginStage(wasm, operandCount)
  const { f, shared, operands } = stage
  const [base, target] = f.locals('i32', 2)
  const axes = plan.outer.filter((axis) => axis.b !== 0)
  emitRuns(stage, panels.count, (place, firstPanel, endPanel) => {
    const strides = axes.map((axis) => axis.b * 4)
    pushAddress(f, operands[1], emitPlaces(f, axes, place), strides).set(base)
    f.push(shared, place, blockBytes).op('i32.mul', 'i32.add').set(target)
    for (const block of blocks.list.slice(first, end)) {
      f.push(firstPanel, endPanel)
      pushMoved(f, base, block.b).push(target, block.count).call(packB)
      f.increase(target, places * blockBytes)
    }
  })
  return { function: f, units: places * panels.count, grain: 1 }
}

/** Units: tiles of rows, in `parts` parts of the columns, for every place. */
function emitMultiplyStage(wasm: WasmModule, product: Tiled, { first, end, places, blockBytes }: Group): Stage {
  const { plan, blocks, tiles, panels, multiply, operandCount } = product
  const stage = beginStage(wasm, operandCount)
  const { f, shared, own } = stage
  const [place, panel, endPanel, packed] = f.locals('i32', 4)
  const outer = sizeOf(plan.outer)
  const perPart = Math.ceil(panels.count / Math.min(panels.count, Math.ceil(manyUnits / (outer * tiles.count))))
  const parts = Math.ceil(panels.count / perPart)
  product.constants.write(f, own)
  emitRuns(stage, tiles.count, (run, firstTile, endTile) => {
    f.push(run, parts).op('i32.div_u').set(place)
    f.push(run, parts).op('i32.rem_u').push(perPart).op('i32.mul').set(panel)
    f.push(panel, perPart).op('i32.add').set(endPanel)
    pushMinimum(f, endPanel, panels.count).set(endPanel)
    const at = emitPlaces(f, plan.outer, place)
    const [a, , ...others] = emitOperands(stage, plan, at)
    inGroups(f, product, firstTile, endTile, (firstOfGroup, endOfGroup) => {
      pushAddress(f, shared, at, packedStrides(plan.outer, blockBytes)).set(packed)
      for (const [i, block] of blocks.list.slice(first, end).entries()) {
        f.push(firstOfGroup, endOfGroup, panel, endPanel)
        pushMoved(f, a, block.a).push(packed, block.count, own, ...plan.others.map((operand) => others[operand - 2]))
        f.call(multiply[first + i])
        f.increase(packed, places * blockBytes)
      }
    })
  })
  return { function: f, units: outer * parts * tiles.count, grain: 1 }
}

/** Runs `body` for tiles in groups that are computed at once. */
function inGroups(
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
    f.push(endTile, stop, endTile, stop).op('i32.lt_s', 'select').set(endTile)
    body(tile, endTile)
  })
}

/** The strides of packed blocks along the outer axes: 0 where B is the same. */
function packedStrides(outer: readonly Axis[], blockBytes: number): number[] {
  let stride = blockBytes
  return outer
    .toReversed()
    .map((axis) => {
      if (axis.b === 0) return 0
      const mine = stride
      stride *= axis.size
      return mine
    })
    .toReversed()
}

/** Pushes an address moved by so many cells. */
function pushMoved(f: WasmFunction, address: Local, cells: number): WasmFunction {
  return cells === 0 ? f.push(address) : f.push(address, cells * 4).op('i32.add')
}
