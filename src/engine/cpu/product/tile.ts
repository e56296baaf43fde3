// The heart of a matrix product: a tile of C stays in registers while the inner places go by.
//
//   for each inner place k:   sum[row][vector] += a[row, k] · b[k, vector]
//
// V8 has about fifteen vector registers to give (the machine's tile says how many sums they hold), so a number of A is
// spread over a vector only when its row's turn comes. Where V8 pairs vectors, it finds the pairs from the stores.

import type { Store } from '../../lower/kernel.ts'
import type { Machine } from '../emitted.ts'
import type { Constants } from '../values/constants.ts'
import { Registers } from '../values/registers.ts'
import { integers, type Local, type WasmFunction } from '../wasm/function.ts'
import type { WasmModule } from '../wasm/module.ts'
import { pushCells } from './pack.ts'
import type { Blocks, Panels, ProductPlan, Tiles } from './plan.ts'
import { emitLoad } from './stage.ts'
import { emitStores, isHeavyEpilogue } from './store.ts'

/** All that the functions of one product share. */
export interface TileContext {
  readonly machine: Machine
  readonly plan: ProductPlan
  readonly blocks: Blocks
  readonly tiles: Tiles
  readonly panels: Panels
  /** Tiles read A packed, rather than as it lies. */
  readonly isPacked: boolean
  /** Packs tiles of A just before they are computed, if nobody did before. */
  readonly packA: WasmFunction | undefined
  /** They stand at the beginning of a thread's own scratch. */
  readonly constants: Constants
}

/** The blocks of the inner axes that a function is for. */
export interface InnerPass {
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
 * A function (A, panel of B, steps, tiles, own scratch, every other operand) that computes tiles of one panel, one
 * below the other. Each address is that of the first tile's first cell.
 */
export function emitStrip(
  wasm: WasmModule,
  context: TileContext,
  pass: InnerPass,
  rows: number,
  columns: number,
): WasmFunction {
  const { machine, plan, blocks, isPacked } = context
  const f = wasm.function('', integers(5 + plan.others.length))
  const [a, b, steps, tiles, own, ...addresses] = f.parameters
  const [placeOfA, placeOfB, left] = f.locals('i32', 3)
  const vectors = Math.ceil(columns / 4)
  const sums = Array.from({ length: rows }, () => f.locals('v128', vectors))
  const line = f.locals('v128', vectors)
  const [spread, zero] = f.locals('v128', 2)
  const [rowStride, innerStride] = isPacked ? [1, rows] : [plan.row.a, blocks.loops[0].a]

  const c = plan.stores[0].operand
  const sumOnly: readonly Store[] = [{ operand: c, value: { kind: 'product' } }]
  const stores = pass.finishes && !isHeavyEpilogue(plan.stores) ? plan.stores : sumOnly
  const constants = context.constants.reader(f, own)
  const storing = { machine, plan, stores, constants, registers: new Registers(f) }
  const push = (row: number, vector: number): void => {
    f.push(sums[row][vector])
    if (!pass.resumes) return
    const lanes = plan.isPadded ? 4 : Math.min(4, columns - vector * 4)
    pushCells(f, addresses[0], lanes, 1, { offset: (row * plan.row.cells[c] + vector * 4) * 4 })
    f.op('f32x4.add')
  }

  f.loop(() => {
    for (const sum of sums.flat()) f.push(zero).set(sum)
    f.push(a).set(placeOfA).push(b).set(placeOfB).push(steps).set(left)
    f.loop(() => {
      for (const [i, vector] of line.entries()) emitLoad(f, 'v128.load', placeOfB, i * 16, vector)
      for (const [row, sumsOfRow] of sums.entries()) {
        emitLoad(f, 'v128.load32_splat', placeOfA, row * rowStride * 4, spread)
        for (const [i, sum] of sumsOfRow.entries()) emitMultiplyAdd(f, machine, spread, line[i], sum)
      }
      f.increase(placeOfA, innerStride * 4).increase(placeOfB, vectors * 16)
      f.push(left, 1).op('i32.sub').tee(left).branchIf(0)
    })
    emitStores(f, storing, { rows, columns, addresses, push })
    f.push(a, isPacked ? steps : plan.row.a, rows * 4)
    f.op('i32.mul', 'i32.add').set(a)
    for (const [i, operand] of plan.others.entries()) f.increase(addresses[i], rows * plan.row.cells[operand] * 4)
    f.push(tiles, 1).op('i32.sub').tee(tiles).branchIf(0)
  })
  return f
}

/** A function (rows, own scratch, every other operand) that computes a heavy epilogue for one panel, whose sums are in C. */
export function emitHeavyEpilogue(wasm: WasmModule, context: TileContext, columns: number): WasmFunction {
  const { machine, plan } = context
  const f = wasm.function('', integers(2 + plan.others.length))
  const [rows, own, ...addresses] = f.parameters
  const constants = context.constants.reader(f, own)
  const storing = { machine, plan, stores: plan.stores, constants, registers: new Registers(f) }
  const push = (_row: number, vector: number): void => {
    f.push(addresses[0]).load('v128.load', vector * 16)
  }
  f.loop(() => {
    emitStores(f, storing, { rows: 1, columns, addresses, push })
    for (const [i, operand] of plan.others.entries()) f.increase(addresses[i], plan.row.cells[operand] * 4)
    f.push(rows, 1).op('i32.sub').tee(rows).branchIf(0)
  })
  return f
}
