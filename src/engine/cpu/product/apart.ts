// Work shared apart: each unit packs the columns of B that it needs, for itself.

import { joinedSize } from '../../lower/joinedProduct.ts'
import type { Emitted } from '../emitted.ts'
import type { WasmModule } from '../wasm/module.ts'
import { blockScratch } from './block.ts'
import { longest } from './plan.ts'
import { beginStage, emitOperands, emitPlaces, emitRuns, pushAtPlace, pushOffset } from './stage.ts'
import { callBlock, emitUnitPanels, inGroups, type Tiled } from './tiled.ts'

/** Units: strips of columns, for every B. The places on the outer axes that share a B come one after another. */
export function emitApart(wasm: WasmModule, product: Tiled): Emitted {
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
