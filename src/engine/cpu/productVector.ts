// Products with few rows, as decoding one token makes them: they read B once and as it lies, since packing it would cost
// more than the product. What counts is memory: a thread goes along one stream of it, with many loads under way.
//
//   columns of B lie together        for each inner place k:   sums[row][every column] += a[row, k] · b[k, every column]
//   inner places of B lie together   for each column:          its sum = Σ over k of a[row, every k] · b[every k, column]

import type { Emitted, Machine } from './emitted.ts'
import { type Axis, type Plan, sizeOf } from './productPlan.ts'
import { beginStage, emitOperands, emitPlaces, emitRuns, pushMinimum, up } from './productStage.ts'
import { emitStores } from './productStore.ts'
import { emitMultiplyAdd } from './productTile.ts'
import { Constants, Registers } from './values.ts'
import type { Local, WasmFunction, WasmModule } from './wasm.ts'

/** More rows than this repay packing. */
const mostRows = 4
/** A unit of columns, in vectors: so many are read from B at once. */
const unitVectors = 8
const unitBytes = unitVectors * 16
/** The sums of so many units stay in the first-level cache. */
const unitsAtOnce = 128
/** So many inner places are added while a sum is at hand. */
const placesAtOnce = 4
/** So many sums run side by side along the inner axis, for all rows together. */
const sumsAlongInner = 8

/** The product in whichever of the two ways suits it, if one does. */
export function emitVectorProduct(
  wasm: WasmModule,
  plan: Plan,
  machine: Machine,
  operandCount: number,
): Emitted | undefined {
  const { row, column, inner } = plan
  if (inner.length !== 1) return undefined
  const [k] = inner
  if (row.size <= mostRows && k.a === 1 && k.b === 1) return emitAlongInner(wasm, plan, k, machine, operandCount)
  // The last vector of a row may reach beyond the columns, but not beyond the row.
  const isWhole = column.size % 4 === 0 || k.b >= Math.ceil(column.size / 4) * 4
  if (row.size === 1 && column.b === 1 && isWhole) return emitAlongColumns(wasm, plan, k, machine, operandCount)
  return undefined
}

/** One row. Units: groups of `unitVectors` vectors of columns, for every place on the outer axes. */
function emitAlongColumns(wasm: WasmModule, plan: Plan, k: Axis, machine: Machine, operandCount: number): Emitted {
  const stage = beginStage(wasm, operandCount)
  const { f, own } = stage
  const { stores } = plan
  const vectors = Math.ceil(plan.column.size / 4)
  const units = Math.ceil(vectors / unitVectors)
  const wholeUnits = Math.floor(vectors / unitVectors)
  const constants = new Constants(stores.map((store) => store.value))
  const registers = new Registers(f)
  const [sums, unit, endUnit, wholeEnd, at, left] = f.locals('i32', 6)
  const [sum, a, b, line] = f.locals('i32', 4)
  const spread = f.locals('v128', placesAtOnce)
  const added = f.locals('v128', unitVectors)
  const read = f.local('v128')

  /** Goes through all units at hand. */
  const forUnits = (body: (width: number) => void): void => {
    f.push(sums).set(sum)
    f.for(at, unit, wholeEnd, 1, () => {
      body(unitVectors)
      f.increase(sum, unitBytes)
    })
    if (wholeUnits === units) return
    f.push(endUnit, units).op('i32.eq')
    f.if(() => body(vectors - wholeUnits * unitVectors))
  }
  const emitAdd = (count: number): void => {
    for (let i = 0; i < count; i++) f.push(a).load('v128.load32_splat', i * k.a * 4).set(spread[i])
    f.push(b).set(line)
    forUnits((width) => {
      for (let v = 0; v < width; v++) f.push(sum).load('v128.load', v * 16).set(added[v])
      for (let i = 0; i < count; i++) {
        for (let v = 0; v < width; v++) {
          f.push(line).load('v128.load', i * k.b * 4 + v * 16).set(read)
          emitMultiplyAdd(f, machine, spread[i], read, added[v])
        }
      }
      for (let v = 0; v < width; v++) f.push(sum, added[v]).store('v128.store', v * 16)
      f.increase(line, width * 16)
    })
    f.increase(a, count * k.a * 4).increase(b, count * k.b * 4)
  }

  constants.write(f, own)
  f.push(own, up(constants.bytes)).op('i32.add').set(sums)
  emitRuns(stage, units, (place, first, end) => {
    const operands = emitOperands(stage, plan, emitPlaces(f, plan.outer, place))
    const addresses = new Map(plan.others.map((operand) => [operand, f.local('i32')]))
    f.for(unit, first, end, unitsAtOnce, () => {
      f.push(unit, unitsAtOnce).op('i32.add').set(endUnit)
      pushMinimum(f, endUnit, end).set(endUnit)
      pushMinimum(f, endUnit, wholeUnits).set(wholeEnd)
      f.push(sums, 0, endUnit, unit).op('i32.sub').push(unitBytes).op('i32.mul').fill()
      f.push(operands[0]).set(a)
      f.push(operands[1], unit, unitBytes).op('i32.mul', 'i32.add').set(b)
      f.for(left, 0, Math.floor(k.size / placesAtOnce), 1, () => emitAdd(placesAtOnce))
      if (k.size % placesAtOnce > 0) emitAdd(k.size % placesAtOnce)
      for (const [operand, address] of addresses) {
        f.push(operands[operand], unit, unitVectors * 4 * plan.column.cells[operand] * 4).op('i32.mul', 'i32.add').set(address)
      }
      forUnits((width) => {
        const columns = width === unitVectors ? width * 4 : plan.column.size - wholeUnits * unitVectors * 4
        const context = { machine, plan, stores, constants: constants.reader(f, own), registers }
        const push = (_: number, vector: number): void => void f.push(sum).load('v128.load', vector * 16)
        emitStores(f, context, { rows: 1, columns, addresses, push })
        for (const [operand, address] of addresses) f.increase(address, unitVectors * 4 * plan.column.cells[operand] * 4)
      })
    })
  })
  return {
    stages: [{ function: f, units: sizeOf(plan.outer) * units, grain: 1 }],
    sharedScratch: 0,
    ownScratch: up(constants.bytes) + Math.min(units, unitsAtOnce) * unitBytes,
  }
}

/** Units: groups of four columns, for every place on the outer axes. */
function emitAlongInner(wasm: WasmModule, plan: Plan, k: Axis, machine: Machine, operandCount: number): Emitted {
  const stage = beginStage(wasm, operandCount)
  const { f, own } = stage
  const { stores } = plan
  const rows = plan.row.size
  const units = Math.ceil(plan.column.size / 4)
  const width = sumsAlongInner >> Math.ceil(Math.log2(rows))
  const constants = new Constants(stores.map((store) => store.value))
  const stored = up(constants.bytes)
  const registers = new Registers(f)
  const [unit, a, b, left] = f.locals('i32', 4)
  const sums = Array.from({ length: rows }, () => f.locals('v128', width))
  /** For each of the four columns, each row's sums added up to one vector. */
  const columns = Array.from({ length: 4 }, () => f.locals('v128', rows))
  const read = f.locals('v128', width)
  const [other, zero] = f.locals('v128', 2)

  const emitStep = (load: 'v128.load' | 'v128.load32_zero', count: number, offset = 0): void => {
    for (let v = 0; v < count; v++) f.push(b).load(load, offset + v * 16).set(read[v])
    for (let row = 0; row < rows; row++) {
      for (let v = 0; v < count; v++) {
        f.push(a).load(load, row * plan.row.a * 4 + offset + v * 16).set(other)
        emitMultiplyAdd(f, machine, other, read[v], sums[row][v])
      }
    }
  }

  constants.write(f, own)
  emitRuns(stage, units, (place, first, end) => {
    const operands = emitOperands(stage, plan, emitPlaces(f, plan.outer, place))
    const addresses = new Map(plan.others.map((operand) => [operand, f.local('i32')]))
    f.for(unit, first, end, 1, () => {
      for (const [column, totals] of columns.entries()) {
        f.push(operands[1])
        // After the last column comes the last one again; what it gives falls into the padding.
        f.push(unit, 4).op('i32.mul').push(column).op('i32.add').set(b)
        pushMinimum(f, b, plan.column.size - 1).push(plan.column.b * 4).op('i32.mul', 'i32.add').set(b)
        f.push(operands[0]).set(a)
        for (const sum of sums.flat()) f.push(zero).set(sum)
        f.for(left, 0, Math.floor(k.size / (width * 4)), 1, () => {
          emitStep('v128.load', width)
          f.increase(a, width * 16).increase(b, width * 16)
        })
        const vectorsLeft = Math.floor((k.size % (width * 4)) / 4)
        emitStep('v128.load', vectorsLeft)
        for (let cell = 0; cell < k.size % 4; cell++) emitStep('v128.load32_zero', 1, vectorsLeft * 16 + cell * 4)
        // By way of memory, because V8 finds what it can pair from the stores.
        for (const [i, sum] of sums.flat().entries()) f.push(own, sum).store('v128.store', stored + i * 16)
        for (const [i, sum] of sums.flat().entries()) f.push(own).load('v128.load', stored + i * 16).set(sum)
        for (const [row, total] of totals.entries()) emitTotal(f, sums[row], total)
      }
      for (let row = 0; row < rows; row++) emitLaneSums(f, columns.map((totals) => totals[row]), other) // prettier-ignore
      for (const [operand, address] of addresses) {
        f.push(operands[operand], unit, 16 * plan.column.cells[operand]).op('i32.mul', 'i32.add').set(address)
      }
      const context = { machine, plan, stores, constants: constants.reader(f, own), registers }
      const push = (row: number): void => void f.push(columns[0][row])
      const emit = (count: number): void => emitStores(f, context, { rows, columns: count, addresses, push })
      const last = plan.column.size % 4
      if (plan.padded || last === 0) return emit(4)
      f.push(unit, units - 1).op('i32.lt_s')
      f.if(
        () => emit(4),
        () => emit(last),
      )
    })
  })
  return {
    stages: [{ function: f, units: sizeOf(plan.outer) * units, grain: 4 }],
    sharedScratch: 0,
    ownScratch: stored + rows * width * 16,
  }
}

/** total = the sum of all vectors, added up in pairs. */
function emitTotal(f: WasmFunction, vectors: readonly Local[], total: Local): void {
  let rest = vectors
  while (rest.length > 1) {
    const half = rest.length / 2
    for (let i = 0; i < half; i++) f.push(rest[i], rest[i + half]).op('f32x4.add').set(rest[i])
    rest = rest.slice(0, half)
  }
  f.push(rest[0]).set(total)
}

/** The first of four vectors becomes the vector of the four sums of their lanes. */
function emitLaneSums(f: WasmFunction, [a, b, c, d]: readonly Local[], pair: Local): void {
  const pushPairs = (x: Local, y: Local): void => {
    f.push(x, y).shuffle(0, 2, 4, 6).push(x, y).shuffle(1, 3, 5, 7).op('f32x4.add')
  }
  pushPairs(a, b)
  f.set(a)
  pushPairs(c, d)
  f.set(pair)
  pushPairs(a, pair)
  f.set(a)
}
