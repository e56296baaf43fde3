// Work shared together: all threads pack blocks of B, and of A where they share it, into one scratch, and then compute with it.

import { type JoinedAxis, joinedSize } from '../../lower/joinedProduct.ts'
import type { Emitted, Stage } from '../emitted.ts'
import type { Local, WasmFunction } from '../wasm/function.ts'
import type { WasmModule } from '../wasm/module.ts'
import { blockScratch } from './block.ts'
import { longest } from './plan.ts'
import { beginStage, emitOperands, emitPlaces, emitRuns, pushAt, pushAtPlace, pushOffset, up } from './stage.ts'
import { callBlock, emitUnitPanels, inGroups, type Tiled } from './tiled.ts'

/** So many bytes of B are packed before they are used; fewer where packing A, too, drives them from the caches. */
const packedAtOnce = 4 << 20
const packedAtOnceWithA = 1 << 20

/** Blocks in groups: in two stages for each group, all threads pack what they share, and then compute with it. */
export function emitTogether(wasm: WasmModule, product: Tiled): Emitted {
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
