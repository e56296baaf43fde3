// The heart of a matrix product: a tile of C stays in registers while the inner places go by.
//
//   for each inner place k:   sum[row][vector] += a[row, k] · b[k, vector]
//
// V8 has about fifteen vector registers to give (the machine's tile says how many sums they hold), so a number of A is
// spread over a vector only when its row's turn comes. Where V8 pairs vectors, it finds the pairs from the stores.

import type { Store } from '../kernel.ts'
import type { Machine } from './emitted.ts'
import { pushCells, pushFirstRow, pushSteps } from './productPack.ts'
import { type Blocks, longest, type Panels, type Plan, type Tiles } from './productPlan.ts'
import { integers, pushMinimum, up } from './productStage.ts'
import { columnStride, emitStores, isHeavy } from './productStore.ts'
import { type Constants, Registers } from './values.ts'
import type { Local, WasmFunction, WasmModule } from './wasm.ts'

/** How many cells of A are gone through again for each panel of B: as many as the second-level cache keeps. */
const cellsAtOnce = 192 * 256

/** Bytes at the beginning of a thread's own scratch that the functions here use: constants, then packed tiles of A. */
export function tileScratch(context: TileContext): number {
  const { constants, tiles, blocks, packA } = context
  return up(constants.bytes) + (packA ? up(tilesAtOnce(context) * tiles.rows * longest(blocks) * 4) : 0)
}

/** How many tiles one call of a block's function should be given at most. */
export function tilesAtOnce({ tiles: { rows }, blocks }: { tiles: Tiles; blocks: Blocks }): number {
  return Math.max(1, Math.floor(cellsAtOnce / (rows * longest(blocks))))
}

/** What the functions of one product share. */
export interface TileContext {
  readonly machine: Machine
  readonly plan: Plan
  readonly blocks: Blocks
  readonly tiles: Tiles
  readonly panels: Panels
  /** Tiles read A packed, rather than as it lies. */
  readonly isPacked: boolean
  /** Packs tiles of A just before they are computed, if nobody did before. */
  readonly packA: WasmFunction | undefined
  readonly constants: Constants
}

/** Which of the inner axes' blocks a function is for. */
export interface Pass {
  /** C holds the sum of earlier blocks. */
  readonly resumes: boolean
  /** This is the last block: the epilogue follows. */
  readonly finishes: boolean
}

/** sum += a · b */
export function emitMultiplyAdd(f: WasmFunction, { fma }: Machine, a: Local, b: Local, sum: Local): void {
  if (fma) f.push(a, b, sum).op('f32x4.relaxed_madd').set(sum)
  else f.push(sum, a, b).op('f32x4.mul', 'f32x4.add').set(sum)
}

/**
 * A function (first tile, end tile, first panel, end panel, A, B, count, own scratch, every other operand) that multiplies
 * one block. A is where the block begins in row 0; B is where panel 0 begins or would begin; `count` is as in Blocks.
 */
export function emitBlock(wasm: WasmModule, context: TileContext, pass: Pass): WasmFunction {
  const { plan, blocks, tiles, panels, isPacked, packA } = context
  const width = panels.vectors * 4
  // A last panel of as many vectors differs only where its vectors may not be stored whole.
  const isLastLikeOthers = panels.rest === 0 || (panels.whole > 0 && plan.isPadded && panels.rest > width - 4)
  const heights = tiles.tall < tiles.count ? [tiles.rows, tiles.rows - 1] : [tiles.rows]
  const emitStrips = (columns: number) => heights.map((rows) => emitStrip(wasm, context, pass, rows, columns))
  const emitPanel = (columns: number) => ({
    strips: emitStrips(columns),
    finish: pass.finishes && isHeavy(plan.stores) ? emitFinish(wasm, context, columns) : undefined,
  })
  const wide = panels.whole > 0 ? emitPanel(width) : undefined
  const last = isLastLikeOthers ? wide : emitPanel(panels.rest)

  const f = wasm.function('', integers(8 + plan.others.length))
  const [first, end, firstPanel, endPanel, a, b, count, own, ...others] = f.parameters
  const [steps, tall, low, row, panel, readA] = f.locals('i32', 6)

  const pushOthers = (): void => {
    for (const [i, operand] of plan.others.entries()) {
      f.push(others[i], row, plan.row.cells[operand] * 4).op('i32.mul', 'i32.add')
      f.push(panel, width * columnStride(plan, operand) * 4).op('i32.mul', 'i32.add')
    }
  }
  const callStrip = (strip: WasmFunction, tileCount: Local): void => {
    f.push(tileCount).if(() => {
      if (isPacked) f.push(readA, row, steps).op('i32.mul').push(4)
      else f.push(a, row, plan.row.a * 4)
      f.op('i32.mul', 'i32.add')
      f.push(b, panel, steps).op('i32.mul').push(width * 4).op('i32.mul', 'i32.add')
      f.push(steps, tileCount, own)
      pushOthers()
      f.call(strip)
    })
  }
  const callPanel = ({ strips: [tallStrip, lowStrip], finish }: ReturnType<typeof emitPanel>): void => {
    pushFirstRow(f, tiles, first).set(row)
    callStrip(tallStrip, tall)
    if (lowStrip) {
      f.push(row, tall, tiles.rows).op('i32.mul', 'i32.add').set(row)
      callStrip(lowStrip, low)
    }
    if (!finish) return
    pushFirstRow(f, tiles, first).set(row)
    pushFirstRow(f, tiles, end).push(row).op('i32.sub').push(own)
    pushOthers()
    f.call(finish)
  }

  pushSteps(f, blocks, count).set(steps)
  f.push(a).set(readA)
  if (packA) {
    // Packed, the first of these tiles begins where the scratch does.
    f.push(own, up(context.constants.bytes)).op('i32.add')
    pushFirstRow(f, tiles, first).push(steps).op('i32.mul').push(4).op('i32.mul', 'i32.sub').set(readA)
    f.push(first, end, a, readA, count).call(packA)
  }
  // The first max(0, tiles.tall - first) of the tiles are tall, or all of them.
  f.push(end, first).op('i32.sub').set(low)
  f.push(tiles.tall, first).op('i32.sub').tee(tall).push(0, tall, 0).op('i32.gt_s', 'select').set(tall)
  pushMinimum(f, tall, low).set(tall)
  f.push(low, tall).op('i32.sub').set(low)
  f.for(panel, firstPanel, endPanel, 1, () => {
    if (!wide || !last || wide === last) {
      for (const only of new Set([wide, last])) if (only) callPanel(only)
      return
    }
    f.push(panel, panels.whole).op('i32.lt_s')
    f.if(
      () => callPanel(wide),
      () => callPanel(last),
    )
  })
  return f
}

/**
 * A function (A, panel of B, steps, tiles, own scratch, every other operand) that computes tiles of one panel, one
 * below the other. Each address is that of the first tile's first cell.
 */
function emitStrip(wasm: WasmModule, context: TileContext, pass: Pass, rows: number, columns: number): WasmFunction {
  const { machine, plan, isPacked } = context
  const { resumes, finishes } = pass
  const c = plan.stores[0].operand
  const stores: readonly Store[] = finishes && !isHeavy(plan.stores) ? plan.stores : [{ operand: c, value: { kind: 'product' } }]
  const f = wasm.function('', integers(5 + plan.others.length))
  const [a, b, steps, tiles, own, ...others] = f.parameters
  const addresses = new Map(plan.others.map((operand, i) => [operand, others[i]]))
  const [placeOfA, placeOfB, left] = f.locals('i32', 3)
  const registers = new Registers(f)
  const constants = context.constants.reader(f, own)
  const vectors = Math.ceil(columns / 4)
  const sums = Array.from({ length: rows }, () => f.locals('v128', vectors))
  const line = f.locals('v128', vectors)
  const [spread, zero] = f.locals('v128', 2)
  const [rowStride, innerStride] = isPacked ? [1, rows] : [plan.row.a, context.blocks.loops[0].a]

  const present = (vector: number) => (plan.isPadded ? 4 : Math.min(4, columns - vector * 4))
  const pushSum = (row: number, vector: number): void => {
    f.push(sums[row][vector])
    if (!resumes) return
    pushCells(f, others[plan.others.indexOf(c)], present(vector), 1, (row * plan.row.cells[c] + vector * 4) * 4)
    f.op('f32x4.add')
  }

  f.loop(() => {
    for (const sum of sums.flat()) f.push(zero).set(sum)
    f.push(a).set(placeOfA).push(b).set(placeOfB).push(steps).set(left)
    f.loop(() => {
      for (const [vector, register] of line.entries()) f.push(placeOfB).load('v128.load', vector * 16).set(register)
      for (const [row, rowSums] of sums.entries()) {
        f.push(placeOfA).load('v128.load32_splat', row * rowStride * 4).set(spread)
        for (const [vector, sum] of rowSums.entries()) emitMultiplyAdd(f, machine, spread, line[vector], sum)
      }
      f.increase(placeOfA, innerStride * 4).increase(placeOfB, vectors * 16)
      f.push(left, 1).op('i32.sub').tee(left).branchIf(0)
    })
    emitStores(f, { machine, plan, stores, constants, registers }, { rows, columns, addresses, push: pushSum })
    if (isPacked) f.push(a, steps, rows * 4).op('i32.mul', 'i32.add').set(a)
    else f.increase(a, rows * plan.row.a * 4)
    for (const [operand, address] of addresses) f.increase(address, rows * plan.row.cells[operand] * 4)
    f.push(tiles, 1).op('i32.sub').tee(tiles).branchIf(0)
  })
  return f
}

/** A function (rows, own scratch, every other operand) that computes an epilogue from sums that stand in C, in one panel. */
function emitFinish(wasm: WasmModule, context: TileContext, columns: number): WasmFunction {
  const { machine, plan } = context
  const { stores } = plan
  const f = wasm.function('', integers(2 + plan.others.length))
  const [rows, own, ...others] = f.parameters
  const addresses = new Map(plan.others.map((operand, i) => [operand, others[i]]))
  const registers = new Registers(f)
  const constants = context.constants.reader(f, own)
  const push = (_row: number, vector: number): void => {
    f.push(others[0]).load('v128.load', vector * 16)
  }
  f.loop(() => {
    emitStores(f, { machine, plan, stores, constants, registers }, { rows: 1, columns, addresses, push })
    for (const [operand, address] of addresses) f.increase(address, plan.row.cells[operand] * 4)
    f.push(rows, 1).op('i32.sub').tee(rows).branchIf(0)
  })
  return f
}
