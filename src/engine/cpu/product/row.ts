// One row times a B whose columns lie together, as decoding one token makes them. B is read once and as it lies, since packing
// it would cost more than the product:
//
//   for each inner place k:   sums[every column] += a[k] · b[k, every column]
//
// What counts is where B comes from. From a cache, several lines are added while a sum is at hand, and threads share the
// columns. From memory, threads share the lines where these are short, and each goes along some streams of them that are far from
// one another, since a prefetcher stops at the end of every page; then the sums of parts are added up in a second stage (stream.ts).

import { type JoinedAxis, joinedSize } from '../../lower/joinedProduct.ts'
import type { Emitted, Machine } from '../emitted.ts'
import { rare } from '../rare.ts'
import { Constants } from '../values/constants.ts'
import { Registers } from '../values/registers.ts'
import { integers, type Local, type WasmFunction } from '../wasm/function.ts'
import type { WasmModule } from '../wasm/module.ts'
import { pushCells } from './pack.ts'
import { type Panels, type ProductPlan, panelsOf, streamsAtOnce } from './plan.ts'
import { beginStage, emitLoad, emitOperands, emitPlaces, emitRuns, pushAt, pushMinimum, up } from './stage.ts'
import { columnStride, emitStores } from './store.ts'
import { emitMultiplyAdd } from './tile.ts'

/** A unit of columns, in vectors: so many are read from B at once. */
const unitVectors = 8
export const unitBytes = unitVectors * 16
/** The sums of so many units stay in the second-level cache. */
const unitsAtOnce = 1024
/** So many lines of B are added at once where it comes from a cache. */
const linesAtOnce = 8
/** A B of so many bytes comes from memory, and lines of at most so many bytes are short. */
const bytesFromMemory = 1 << 20
const shortLine = 1 << 14

/** A product of one row. */
interface RowProduct {
  readonly plan: ProductPlan
  readonly k: JoinedAxis
  readonly machine: Machine
  readonly operandCount: number
  /** The units of columns. */
  readonly panels: Panels
  readonly constants: Constants
}

export function canBeRow({ row, column, inner, bytesOfA }: ProductPlan): boolean {
  // The last vector of a line may reach beyond the columns, but not beyond the line.
  const isWhole = column.size % 4 === 0 || inner[0]?.b >= Math.ceil(column.size / 4) * 4
  return row.size === 1 && column.b === 1 && inner.length === 1 && isWhole && bytesOfA === 4
}

/** True if B comes from memory, in short lines. */
function isStream({ inner: [k], bytesOfB }: ProductPlan): boolean {
  const lineBytes = k.b * bytesOfB
  return lineBytes <= shortLine && lineBytes * k.size >= bytesFromMemory
}

/** Columns in units. */
export const rowUnitsOf = (column: JoinedAxis): Panels => panelsOf(column.size, unitVectors)

export function emitRow(wasm: WasmModule, plan: ProductPlan, machine: Machine, operandCount: number): Emitted {
  const [k] = plan.inner
  const panels = rowUnitsOf(plan.column)
  const constants = new Constants(plan.stores.map((store) => store.value))
  const product: RowProduct = { plan, k, machine, operandCount, panels, constants }
  if (!isStream(plan)) return emitColumns(wasm, product)
  const finish = (parts: number): WasmFunction => emitRowFinish(wasm, product, parts)
  return rare('stream').emitStream(wasm, {
    ...product,
    unitBytes,
    addLines: emitAddLines(wasm, product, { atOnce: streamsAtOnce, isFar: true }),
    finish,
  })
}

/** Units of columns, for every place on the outer axes. */
function emitColumns(wasm: WasmModule, product: RowProduct): Emitted {
  const { plan, k, operandCount, panels, constants } = product
  const addLines = emitAddLines(wasm, product, { atOnce: linesAtOnce, isFar: false })
  const finish = emitRowFinish(wasm, product, 1)
  const stage = beginStage(wasm, operandCount)
  const { f, own } = stage
  const [sums, unit, endUnit] = f.locals('i32', 3)
  const base = up(constants.bytes)
  constants.write(f, own)
  f.push(own, base).op('i32.add').set(sums)
  emitRuns(stage, panels.count, (place, first, end) => {
    const operands = emitOperands(stage, plan, emitPlaces(f, plan.outer, place))
    f.for(unit, first, end, unitsAtOnce, () => {
      f.push(unit, unitsAtOnce).op('i32.add').set(endUnit)
      pushMinimum(f, endUnit, end).set(endUnit)
      f.push(operands[0])
      pushAt(f, operands[1], unit, unitVectors * 4 * plan.bytesOfB)
        .push(k.size, sums, unit, endUnit)
        .call(addLines)
      f.push(sums, unit, endUnit, own, ...plan.others.map((operand) => operands[operand])).call(finish)
    })
  })
  return {
    stages: [{ function: f, units: joinedSize(plan.outer) * panels.count, grain: 1 }],
    sharedScratch: 0,
    ownScratch: base + Math.min(panels.count, unitsAtOnce) * unitBytes,
  }
}

/** Runs `body` for the units [unit, end) of columns, of which the last may have fewer than the others. */
function forUnits(
  f: WasmFunction,
  { whole, rest, count }: Panels,
  unit: Local,
  end: Local,
  body: (columns: number) => void,
): void {
  const [at, endWhole] = f.locals('i32', 2)
  pushMinimum(f, end, whole).set(endWhole)
  f.for(at, unit, endWhole, 1, () => body(unitVectors * 4))
  if (rest === 0) return
  f.push(end, count).op('i32.eq')
  f.if(() => body(rest))
}

/**
 * A function (A, B, lines, sums, first unit, end unit) that sets sums of columns to Σ over lines of a[line] · b[line]. A and B
 * are where the first line begins, B at the first unit.
 *
 * `isFar`: the lines that are added at once are as far from one another as can be, and else neighbours.
 */
function emitAddLines(
  wasm: WasmModule,
  { plan, k, machine, panels }: RowProduct,
  { atOnce, isFar }: { readonly atOnce: number; readonly isFar: boolean },
): WasmFunction {
  const cellBytes = plan.bytesOfB
  const [bytesOfA, bytesOfB] = [k.a * 4, k.b * cellBytes]
  const f = wasm.function('', integers(6))
  const [a, b, lines, sums, unit, end] = f.parameters
  const [sum, number, at, times] = f.locals('i32', 4)
  const places = f.locals('i32', isFar ? atOnce : 1)
  const spread = f.locals('v128', atOnce)
  const added = f.locals('v128', unitVectors)
  const read = f.local('v128')
  /** Moves an address on from one of the lines that are added at once to the next. */
  const emitNext = (address: Local, bytes: number): void => {
    if (isFar) pushAt(f, address, times, bytes).set(address)
    else f.increase(address, bytes)
  }
  const emitAdd = (count: number): void => {
    f.push(a).set(number).push(b).set(places[0]).push(sums).set(sum)
    for (let i = 0; i < count; i++) {
      emitLoad(f, 'v128.load32_splat', number, 0, spread[i])
      if (i + 1 < count) emitNext(number, bytesOfA)
    }
    for (let i = 1; isFar && i < count; i++) pushAt(f, places[i - 1], times, bytesOfB).set(places[i])
    forUnits(f, panels, unit, end, (columns) => {
      const vectors = added.slice(0, Math.ceil(columns / 4))
      for (const [v, vector] of vectors.entries()) emitLoad(f, 'v128.load', sum, v * 16, vector)
      for (let i = 0; i < count; i++) {
        const [place, offset] = isFar ? [places[i], 0] : [places[0], i * bytesOfB]
        for (const [v, vector] of vectors.entries()) {
          pushCells(f, place, 4, 1, { offset: offset + v * 4 * cellBytes, cellBytes })
          f.set(read)
          emitMultiplyAdd(f, machine, spread[i], read, vector)
        }
      }
      for (const [v, vector] of vectors.entries()) f.push(sum, vector).store('v128.store', v * 16)
      for (const place of places.slice(0, count)) f.increase(place, unitVectors * 4 * cellBytes)
      f.increase(sum, unitBytes)
    })
    f.increase(a, (isFar ? 1 : count) * bytesOfA).increase(b, (isFar ? 1 : count) * bytesOfB)
  }
  f.push(sums, 0, end, unit).op('i32.sub').push(unitBytes).op('i32.mul').fill()
  f.push(lines, atOnce).op('i32.div_u').set(times)
  f.for(at, 0, times, 1, () => emitAdd(atOnce))
  if (isFar) {
    pushAt(f, a, times, (atOnce - 1) * bytesOfA).set(a)
    pushAt(f, b, times, (atOnce - 1) * bytesOfB).set(b)
  }
  f.push(lines, atOnce).op('i32.rem_u').set(times)
  f.for(at, 0, times, 1, () => emitAdd(1))
  return f
}

/**
 * A function (sums, first unit, end unit, own scratch, every other operand) that adds up the sums of all parts, computes the
 * epilogue and stores. The sums are those of the first unit; the others are where a row begins.
 */
export function emitRowFinish(
  wasm: WasmModule,
  { plan, machine, panels, constants }: Pick<RowProduct, 'plan' | 'machine' | 'panels' | 'constants'>,
  parts: number,
): WasmFunction {
  const { stores, others } = plan
  const f = wasm.function('', integers(4 + others.length))
  const [sums, unit, end, own, ...addresses] = f.parameters
  const [at, sum] = f.locals('i32', 2)
  const totals = f.locals('v128', unitVectors)
  const storing = { machine, plan, stores, constants: constants.reader(f, own), registers: new Registers(f) }
  const strides = others.map((operand) => unitBytes * columnStride(plan, operand))
  for (const [i, address] of addresses.entries()) pushAt(f, address, unit, strides[i]).set(address)
  forUnits(f, panels, unit, end, (columns) => {
    const vectors = totals.slice(0, Math.ceil(columns / 4))
    for (const [v, vector] of vectors.entries()) emitLoad(f, 'v128.load', sums, v * 16, vector)
    f.push(sums).set(sum)
    f.for(at, 1, parts, 1, () => {
      f.increase(sum, panels.count * unitBytes)
      for (const [v, vector] of vectors.entries()) {
        f.push(vector, sum).load('v128.load', v * 16)
        f.op('f32x4.add').set(vector)
      }
    })
    const push = (_row: number, vector: number) => void f.push(totals[vector])
    emitStores(f, storing, { rows: 1, columns, addresses, push })
    f.increase(sums, unitBytes)
    for (const [i, address] of addresses.entries()) f.increase(address, strides[i])
  })
  return f
}
