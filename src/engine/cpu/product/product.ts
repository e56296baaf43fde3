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
//   apart      each unit is a strip of columns, or a place on the outer axes, and packs what it needs for itself
//
// Few rows do not repay packing: productRow.ts and productDots.ts read B as it lies.
//
// Goto and van de Geijn 2008, "Anatomy of high-performance matrix multiplication".

import { type JoinedAxis, joinedSize } from '../../lower/joinedProduct.ts'
import type { ProductKernel } from '../../lower/kernel.ts'
import type { Emitted, Machine, Stage } from '../emitted.ts'
import { Constants } from '../values/constants.ts'
import type { Local, Pushable, WasmFunction } from '../wasm/function.ts'
import type { WasmModule } from '../wasm/module.ts'
import { blockScratch, emitBlock, tilesAtOnce } from './block.ts'
import { canBeDots, emitDots } from './dots.ts'
import { emitPackA, emitPackB } from './pack.ts'
import { blocksOf, longest, type ProductPlan, panelsOf, planProduct, tilesOf } from './plan.ts'
import { canBeRow, emitRow } from './row.ts'
import {
  beginStage,
  emitOperands,
  emitPlaces,
  emitRuns,
  pushAt,
  pushAtPlace,
  pushMinimum,
  pushOffset,
  up,
} from './stage.ts'
import type { TileContext } from './tile.ts'

/** So many bytes of B are packed before they are used; fewer where packing A, too, drives them from the caches. */
const packedAtOnce = 4 << 20
const packedAtOnceWithA = 1 << 20
/** Work is cut into at least about so many units, so that many threads find some. */
const unitsTogether = 64
const unitsApart = 16
/** So many columns are worth reading A for them alone. */
const columnsApart = 256
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

/** A product in tiles, and the functions it calls. */
interface Tiled extends TileContext {
  readonly operandCount: number
  readonly packB: WasmFunction
  /** Packs A before any tile is computed, because threads share tiles' rows. */
  readonly packASooner: WasmFunction | undefined
  /** The function for each block. */
  readonly multiply: readonly WasmFunction[]
  /** The columns of a unit. */
  readonly unitPanels: number
}

function emitTiled(wasm: WasmModule, plan: ProductPlan, machine: Machine, operandCount: number): Emitted {
  const blocks = blocksOf(plan.inner)
  const tiles = tilesOf(plan.row.size, machine.tile.rows)
  const panels = panelsOf(plan.column.size, machine.tile.vectors)
  const isPacked = blocks.loops.length > 1 || blocks.loops[0].a > 1 || plan.bytesOfA < 4
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

/** Units: strips of columns, for every B. The places on the outer axes that share a B come one after another. */
function emitApart(wasm: WasmModule, product: Tiled): Emitted {
  const { plan, blocks, tiles, panels, unitPanels, packB, operandCount } = product
  const stage = beginStage(wasm, operandCount)
  const { f, own } = stage
  const [strip, panel, endPanel, b, packed, packedB, sharer] = f.locals('i32', 7)
  const strips = Math.ceil(panels.count / unitPanels)
  const axes = plan.outer.filter((axis) => axis.b !== 0)
  const sharing = plan.outer.filter((axis) => axis.b === 0)
  const strides = axes.map((axis) => axis.b * plan.bytesOfB)
  const base = blockScratch(product)
  product.constants.write(f, own)
  f.push(own, base).op('i32.add').set(packed)
  emitRuns(stage, strips, (place, first, end) => {
    const places = emitPlaces(f, axes, place)
    pushAtPlace(f, stage.operands[1], places, strides).set(b)
    f.for(strip, first, end, 1, () => {
      emitUnitPanels(f, product, strip, panel, endPanel)
      for (const [i, block] of blocks.list.entries()) {
        const panelBytes = panels.vectors * 16 * block.count * blocks.round
        f.push(packed, panel, panelBytes).op('i32.mul', 'i32.sub').set(packedB)
        f.push(panel, endPanel)
        pushOffset(f, b, block.b * plan.bytesOfB)
          .push(packedB, block.count)
          .call(packB)
        f.for(sharer, 0, joinedSize(sharing), 1, () => {
          const sharers = emitPlaces(f, sharing, sharer)
          const all = plan.outer.map((axis) => places[axes.indexOf(axis)] ?? sharers[sharing.indexOf(axis)])
          const operands = emitOperands(stage, plan, all)
          inGroups(f, product, 0, tiles.count, (tile, endTile) => {
            f.push(tile, endTile, panel, endPanel)
            pushOffset(f, operands[0], block.a * plan.bytesOfA)
            callBlock(f, product, i, { packedB, own, operands })
          })
        })
      }
    })
  })
  return {
    stages: [{ function: f, units: joinedSize(axes) * strips, grain: 1 }],
    sharedScratch: 0,
    ownScratch: base + unitPanels * panels.vectors * 16 * longest(blocks),
  }
}

/** Blocks in groups: in two stages for each group, all threads pack what they share, and then compute with it. */
function emitTogether(wasm: WasmModule, product: Tiled): Emitted {
  const { plan, blocks, panels, isPacked, packASooner } = product
  const places = joinedSize(plan.outer.filter((axis) => axis.b !== 0))
  const columns = (panels.whole * panels.vectors + Math.ceil(panels.rest / 4)) * 4
  const bytesOfB = columns * longest(blocks) * 4
  const bytesOfA = packASooner ? up(plan.row.size * longest(blocks) * 4) : 0
  const blockBytes = places * bytesOfB + bytesOfA
  const atOnce = isPacked ? packedAtOnceWithA : packedAtOnce
  const perGroup = Math.min(blocks.list.length, Math.max(1, Math.floor(atOnce / blockBytes)))
  const stages: Stage[] = []
  for (let first = 0; first < blocks.list.length; first += perGroup) {
    const group = { first, end: Math.min(first + perGroup, blocks.list.length), places, bytesOfB, blockBytes }
    stages.push(emitPackStage(wasm, product, group), emitMultiplyStage(wasm, product, group))
  }
  return { stages, sharedScratch: perGroup * blockBytes, ownScratch: blockScratch(product) }
}

/** Blocks that lie packed in shared scratch at the same time: of each, every B, and then A if threads share it. */
interface Group {
  readonly first: number
  readonly end: number
  /** The number of Bs. */
  readonly places: number
  readonly bytesOfB: number
  readonly blockBytes: number
}

/** Where A's block number `i` lies packed. */
function pushSharedA(
  f: WasmFunction,
  shared: Local,
  { first, places, bytesOfB, blockBytes }: Group,
  i: number,
): WasmFunction {
  return f.push(shared, (i - first) * blockBytes + places * bytesOfB).op('i32.add')
}

/** Units: the panels of every B, each with its share of A's tiles. */
function emitPackStage(wasm: WasmModule, product: Tiled, group: Group): Stage {
  const { plan, blocks, tiles, panels, packB, packASooner, operandCount } = product
  const stage = beginStage(wasm, operandCount)
  const { f, shared, operands } = stage
  const [a, b] = operands
  const [source, target] = f.locals('i32', 2)
  const axes = plan.outer.filter((axis) => axis.b !== 0)
  const strides = axes.map((axis) => axis.b * plan.bytesOfB)
  emitRuns(stage, panels.count, (place, panel, endPanel) => {
    pushAtPlace(f, b, emitPlaces(f, axes, place), strides).set(source)
    pushAt(f, shared, place, group.bytesOfB).set(target)
    for (let i = group.first; i < group.end; i++) {
      const block = blocks.list[i]
      f.push(panel, endPanel)
      pushOffset(f, source, block.b * plan.bytesOfB)
        .push(target, block.count)
        .call(packB)
      f.increase(target, group.blockBytes)
      if (!packASooner) continue
      for (const bound of [panel, endPanel]) f.push(bound, tiles.count).op('i32.mul').push(panels.count).op('i32.div_u')
      pushOffset(f, a, block.a * plan.bytesOfA)
      pushSharedA(f, shared, group, i).push(block.count).call(packASooner)
    }
  })
  return { function: f, units: group.places * panels.count, grain: 1 }
}

/** Units: tiles, in each part of the columns, for every place on the outer axes. */
function emitMultiplyStage(wasm: WasmModule, product: Tiled, group: Group): Stage {
  const { plan, blocks, tiles, panels, unitPanels, packASooner, operandCount } = product
  const stage = beginStage(wasm, operandCount)
  const { f, shared, own } = stage
  const [part, place, panel, endPanel, packedB] = f.locals('i32', 5)
  const parts = Math.ceil(panels.count / unitPanels)
  product.constants.write(f, own)
  emitRuns(stage, tiles.count, (run, first, end) => {
    f.push(run, parts).op('i32.div_u').set(place)
    f.push(run, parts).op('i32.rem_u').set(part)
    emitUnitPanels(f, product, part, panel, endPanel)
    const places = emitPlaces(f, plan.outer, place)
    const operands = emitOperands(stage, plan, places)
    const strides = packedStrides(plan.outer, group.bytesOfB)
    inGroups(f, product, first, end, (tile, endTile) => {
      pushAtPlace(f, shared, places, strides).set(packedB)
      for (let i = group.first; i < group.end; i++) {
        f.push(tile, endTile, panel, endPanel)
        if (packASooner) pushSharedA(f, shared, group, i)
        else pushOffset(f, operands[0], blocks.list[i].a * plan.bytesOfA)
        callBlock(f, product, i, { packedB, own, operands })
        f.increase(packedB, group.blockBytes)
      }
    })
  })
  return { function: f, units: joinedSize(plan.outer) * parts * tiles.count, grain: 1 }
}

/** Finds the panels of a unit. */
function emitUnitPanels(
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
function callBlock(
  f: WasmFunction,
  { plan, blocks, multiply }: Tiled,
  i: number,
  { packedB, own, operands }: { packedB: Local; own: Local; operands: readonly Local[] },
): void {
  f.push(packedB, blocks.list[i].count, own, ...plan.others.map((operand) => operands[operand])).call(multiply[i])
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
    pushMinimum(f, endTile, stop).set(endTile)
    body(tile, endTile)
  })
}

/** The strides of packed blocks along the outer axes: 0 where B is the same. */
function packedStrides(outer: readonly JoinedAxis[], blockBytes: number): number[] {
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
