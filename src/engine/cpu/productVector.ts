// Products with few rows, as decoding one token makes them: they read B once and as it lies, since packing it would cost
// more than the product. What counts is memory: a thread goes along one stream of it, with many loads under way.
//
//   columns of B lie together        for each inner place k:   sums[row][every column] += a[row, k] · b[k, every column]
//   inner places of B lie together   for each column:          its sum = Σ over k of a[row, every k] · b[every k, column]

import type { Emitted, Machine } from './emitted.ts'
import { type Axis, type Plan, panelsOf, sizeOf } from './productPlan.ts'
import { beginStage, emitOperands, emitPlaces, emitRuns, pushAt, pushMinimum, up } from './productStage.ts'
import { emitStores } from './productStore.ts'
import { emitMultiplyAdd } from './productTile.ts'
import { Constants, Registers } from './values.ts'
import type { Local, MemoryInstruction, WasmFunction, WasmModule } from './wasm.ts'

/** More rows than this repay packing. */
const mostRows = 4
/** A unit of columns, in vectors: so many are read from B at once. */
const unitVectors = 8
const unitBytes = unitVectors * 16
/** The sums of so many units stay in the second-level cache. */
const unitsAtOnce = 1024
/** So many inner places are added while a sum is at hand, */
const placesAtOnce = 8
/** but one alone where lines of B are short and so many bytes of it come from memory: that is the one stream it likes. */
const bytesFromMemory = 1 << 20
const shortLine = 8192
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
  const { stores, others } = plan
  const { count: units, whole, rest } = panelsOf(plan.column.size, unitVectors)
  const constants = new Constants(stores.map((store) => store.value))
  const storing = { machine, plan, stores, constants: constants.reader(f, own), registers: new Registers(f) }
  const base = up(constants.bytes)
  const isStream = k.b * 4 <= shortLine && k.size * k.b * 4 >= bytesFromMemory
  const atOnce = isStream ? 1 : placesAtOnce
  const [sums, unit, endUnit, endWhole, at, left, sum, a, b, line] = f.locals('i32', 10)
  const addresses = f.locals('i32', others.length)
  const spread = f.locals('v128', atOnce)
  const added = f.locals('v128', unitVectors)
  const read = f.local('v128')

  /** Goes through all units at hand. */
  const forUnits = (body: (columns: number) => void): void => {
    f.push(sums).set(sum)
    f.for(at, unit, endWhole, 1, () => {
      body(unitVectors * 4)
      f.increase(sum, unitBytes)
    })
    if (rest === 0) return
    f.push(endUnit, units).op('i32.eq')
    f.if(() => body(rest))
  }
  const emitAdd = (places: number): void => {
    for (let i = 0; i < places; i++) emitLoad(f, 'v128.load32_splat', a, i * k.a * 4, spread[i])
    f.push(b).set(line)
    forUnits((columns) => {
      const vectors = added.slice(0, Math.ceil(columns / 4))
      for (const [v, vector] of vectors.entries()) emitLoad(f, 'v128.load', sum, v * 16, vector)
      for (let i = 0; i < places; i++) {
        for (const [v, vector] of vectors.entries()) {
          emitLoad(f, 'v128.load', line, i * k.b * 4 + v * 16, read)
          emitMultiplyAdd(f, machine, spread[i], read, vector)
        }
      }
      for (const [v, vector] of vectors.entries()) f.push(sum, vector).store('v128.store', v * 16)
      f.increase(line, unitBytes)
    })
    f.increase(a, places * k.a * 4).increase(b, places * k.b * 4)
  }
  const emitStore = (columns: number): void => {
    const push = (_row: number, vector: number) => void f.push(sum).load('v128.load', vector * 16)
    emitStores(f, storing, { rows: 1, columns, addresses, push })
    for (const [i, operand] of others.entries()) f.increase(addresses[i], unitBytes * plan.column.cells[operand])
  }

  constants.write(f, own)
  f.push(own, base).op('i32.add').set(sums)
  emitRuns(stage, units, (place, first, end) => {
    const operands = emitOperands(stage, plan, emitPlaces(f, plan.outer, place))
    f.for(unit, first, end, unitsAtOnce, () => {
      f.push(unit, unitsAtOnce).op('i32.add').set(endUnit)
      pushMinimum(f, endUnit, end).set(endUnit)
      pushMinimum(f, endUnit, whole).set(endWhole)
      f.push(sums, 0, endUnit, unit).op('i32.sub').push(unitBytes).op('i32.mul').fill()
      f.push(operands[0]).set(a)
      pushAt(f, operands[1], unit, unitBytes).set(b)
      f.for(left, 0, Math.floor(k.size / atOnce), 1, () => emitAdd(atOnce))
      if (k.size % atOnce > 0) emitAdd(k.size % atOnce)
      for (const [i, operand] of others.entries()) {
        pushAt(f, operands[operand], unit, unitBytes * plan.column.cells[operand]).set(addresses[i])
      }
      forUnits(emitStore)
    })
  })
  return {
    stages: [{ function: f, units: sizeOf(plan.outer) * units, grain: 1 }],
    sharedScratch: 0,
    ownScratch: base + Math.min(units, unitsAtOnce) * unitBytes,
  }
}

/** Units: groups of four columns, for every place on the outer axes. */
function emitAlongInner(wasm: WasmModule, plan: Plan, k: Axis, machine: Machine, operandCount: number): Emitted {
  const stage = beginStage(wasm, operandCount)
  const { f, own } = stage
  const { stores, others } = plan
  const rows = plan.row.size
  const { count: units, whole, rest } = panelsOf(plan.column.size, 1)
  const width = sumsAlongInner >> Math.ceil(Math.log2(rows))
  const constants = new Constants(stores.map((store) => store.value))
  const storing = { machine, plan, stores, constants: constants.reader(f, own), registers: new Registers(f) }
  const base = up(constants.bytes)
  const [unit, a, b, left] = f.locals('i32', 4)
  const addresses = f.locals('i32', others.length)
  const sums = Array.from({ length: rows }, () => f.locals('v128', width))
  /** For each of the four columns, each row's sums added up to one vector. */
  const totals = Array.from({ length: 4 }, () => f.locals('v128', rows))
  const line = f.locals('v128', width)
  const [read, zero] = f.locals('v128', 2)

  const emitAdd = (load: 'v128.load' | 'v128.load32_zero', count: number, offset: number): void => {
    const vectors = line.slice(0, count)
    for (const [v, vector] of vectors.entries()) emitLoad(f, load, b, offset + v * 16, vector)
    for (let row = 0; row < rows; row++) {
      for (const [v, vector] of vectors.entries()) {
        emitLoad(f, load, a, row * plan.row.a * 4 + offset + v * 16, read)
        emitMultiplyAdd(f, machine, read, vector, sums[row][v])
      }
    }
  }
  /** The sums of one column, whose first cell is at b. */
  const emitColumn = (total: readonly Local[]): void => {
    for (const sum of sums.flat()) f.push(zero).set(sum)
    f.for(left, 0, Math.floor(k.size / (width * 4)), 1, () => {
      emitAdd('v128.load', width, 0)
      f.increase(a, width * 16).increase(b, width * 16)
    })
    const vectors = Math.floor((k.size % (width * 4)) / 4)
    emitAdd('v128.load', vectors, 0)
    for (let cell = 0; cell < k.size % 4; cell++) emitAdd('v128.load32_zero', 1, vectors * 16 + cell * 4)
    // By way of memory, because V8 finds what it can pair from the stores.
    for (const [i, sum] of sums.flat().entries()) f.push(own, sum).store('v128.store', base + i * 16)
    for (const [i, sum] of sums.flat().entries()) emitLoad(f, 'v128.load', own, base + i * 16, sum)
    for (const [row, vector] of total.entries()) emitTotal(f, sums[row], vector)
  }

  constants.write(f, own)
  emitRuns(stage, units, (place, first, end) => {
    const operands = emitOperands(stage, plan, emitPlaces(f, plan.outer, place))
    f.for(unit, first, end, 1, () => {
      for (const [i, total] of totals.entries()) {
        // After the last column comes the last one again; what it gives falls into the padding.
        f.push(unit, 4).op('i32.mul').push(i).op('i32.add').set(b)
        pushMinimum(f, b, plan.column.size - 1).set(b)
        pushAt(f, operands[1], b, plan.column.b * 4).set(b)
        f.push(operands[0]).set(a)
        emitColumn(total)
      }
      for (let row = 0; row < rows; row++)
        emitLaneSums(
          f,
          totals.map((total) => total[row]),
          read,
        ) // prettier-ignore
      for (const [i, operand] of others.entries()) {
        pushAt(f, operands[operand], unit, plan.column.cells[operand] * 16).set(addresses[i])
      }
      const push = (row: number) => void f.push(totals[0][row])
      const emitStore = (columns: number) => emitStores(f, storing, { rows, columns, addresses, push })
      if (rest === 0 || plan.isPadded) return emitStore(4)
      f.push(unit, whole).op('i32.lt_s')
      f.if(
        () => emitStore(4),
        () => emitStore(rest),
      )
    })
  })
  return {
    stages: [{ function: f, units: sizeOf(plan.outer) * units, grain: 4 }],
    sharedScratch: 0,
    ownScratch: base + rows * width * 16,
  }
}

function emitLoad(f: WasmFunction, load: MemoryInstruction, address: Local, offset: number, target: Local): void {
  f.push(address).load(load, offset).set(target)
}

/** total = the sum of all vectors, added up in pairs. */
function emitTotal(f: WasmFunction, vectors: readonly Local[], total: Local): void {
  let rest = vectors
  while (rest.length > 1) {
    const half = rest.length / 2
    const sums = rest.slice(0, half)
    for (const [i, sum] of sums.entries())
      f.push(sum, rest[i + half])
        .op('f32x4.add')
        .set(sum)
    rest = sums
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
