// Products of few rows with a B whose inner places lie together, as the unembedding of one token is where it shares the
// embedding's table: every cell is a dot product of two lines, and B is read once, line after line, as it lies. A thread
// reads at several places in turns: a prefetcher stops at the end of every page, and then the others are under way.
//
//   sums[row][i] += a[row, k + i] · b[k + i, column]   for vectors i side by side; then all sums of a row are added up

import { joinedSize } from '../../lower/joinedProduct.ts'
import type { Emitted, Machine } from '../emitted.ts'
import { Constants } from '../values/constants.ts'
import { Registers } from '../values/registers.ts'
import type { Local, WasmFunction } from '../wasm/function.ts'
import type { WasmModule } from '../wasm/module.ts'
import { pushCells } from './pack.ts'
import { type ProductPlan, panelsOf, streamsAtOnce } from './plan.ts'
import { beginStage, emitLoad, emitOperands, emitPlaces, emitRuns, pushAt, pushMinimum, up } from './stage.ts'
import { emitStores } from './store.ts'
import { emitMultiplyAdd } from './tile.ts'

/** More rows than this repay packing. */
const mostRows = 4
/** So many sums run side by side, for all rows together. */
const sumsAtOnce = 8

export function canBeDots({ row, inner, bytesOfA }: ProductPlan): boolean {
  return row.size <= mostRows && inner.length === 1 && inner[0].a === 1 && inner[0].b === 1 && bytesOfA === 4
}

/** The variables of a kernel, and where its sums stand in the thread's own scratch. */
interface Dots {
  readonly f: WasmFunction
  readonly machine: Machine
  readonly plan: ProductPlan
  readonly own: Local
  /** Where the cells that come next stand, of A's first row and of the column of B. */
  readonly a: Local
  readonly b: Local
  /** Where the sums of the column belong. */
  readonly total: Local
  /** Counts. */
  readonly left: Local
  /** For each row so many vectors of sums, added up side by side. */
  readonly sums: readonly (readonly Local[])[]
  readonly width: number
  /** The vectors of a line that all rows are multiplied by, once they are read. */
  readonly line: readonly Local[]
  readonly read: Local
  readonly zero: Local
  /** The sums of a column, and behind them for each of four columns of each stream a vector for each row. */
  readonly sumsAt: number
  readonly totalsAt: number
}

/** Units: groups of four columns, for every place on the outer axes. */
export function emitDots(wasm: WasmModule, plan: ProductPlan, machine: Machine, operandCount: number): Emitted {
  const stage = beginStage(wasm, operandCount)
  const { f, own } = stage
  const { stores, others, bytesOfB } = plan
  const rows = plan.row.size
  const { count: units, whole, rest } = panelsOf(plan.column.size, 1)
  const width = sumsAtOnce >> Math.ceil(Math.log2(rows))
  const constants = new Constants(stores.map((store) => store.value))
  const storing = { machine, plan, stores, constants: constants.reader(f, own), registers: new Registers(f) }
  const sumsAt = up(constants.bytes)
  const totalsAt = sumsAt + rows * width * 16
  const columnBytes = rows * 16
  const [turn, a, b, total, left] = f.locals('i32', 5)
  const addresses = f.locals('i32', others.length)
  const sums = Array.from({ length: rows }, () => f.locals('v128', width))
  const line = f.locals('v128', width)
  const totals = f.locals('v128', 4)
  const [read, zero] = f.locals('v128', 2)
  const dots: Dots = { f, machine, plan, own, a, b, total, left, sums, width, line, read, zero, sumsAt, totalsAt }

  /** Pushes the four columns' sums for a row. */
  const push = (row: number): void => {
    for (const [i, vector] of totals.entries())
      emitLoad(f, 'v128.load', total, totalsAt + i * columnBytes + row * 16, vector)
    emitLaneSums(f, totals, read)
    f.push(totals[0])
  }
  const emitStore = (columns: number): void => emitStores(f, storing, { rows, columns, addresses, push })

  constants.write(f, own)
  emitRuns(stage, units, (place, first, end) => {
    const operands = emitOperands(stage, plan, emitPlaces(f, plan.outer, place))
    const { at, endOfStream, stream, unit, ifUnit } = unitStreams(f, first, end)
    f.for(at, first, endOfStream, 1, () => {
      // One loop for all columns, not many pieces of code: processors recognise a stream by the instruction that reads it.
      f.for(turn, 0, 4 * streamsAtOnce, 1, () => {
        f.push(turn, streamsAtOnce - 1)
          .op('i32.and')
          .set(stream)
        ifUnit(() => {
          // After the last column comes the last one again; what it gives falls into the padding.
          f.push(turn, streamsAtOnce).op('i32.div_u').set(b)
          f.push(own, b, columnBytes).op('i32.mul', 'i32.add')
          f.push(stream, 4 * columnBytes)
            .op('i32.mul', 'i32.add')
            .set(total)
          f.push(unit, 4).op('i32.mul').push(b).op('i32.add').set(b)
          pushMinimum(f, b, plan.column.size - 1).set(b)
          pushAt(f, operands[1], b, plan.column.b * bytesOfB).set(b)
          f.push(operands[0]).set(a)
          emitColumn(dots)
        })
      })
      f.push(own).set(total)
      f.for(stream, 0, streamsAtOnce, 1, () => {
        ifUnit(() => {
          for (const [i, operand] of others.entries()) {
            pushAt(f, operands[operand], unit, plan.column.cells[operand] * 16).set(addresses[i])
          }
          if (rest === 0 || plan.isPadded) return emitStore(4)
          f.push(unit, whole).op('i32.lt_s')
          f.if(
            () => emitStore(4),
            () => emitStore(rest),
          )
        })
        f.increase(total, 4 * columnBytes)
      })
    })
  })
  return {
    stages: [{ function: f, units: joinedSize(plan.outer) * units, grain: 4 }],
    sharedScratch: 0,
    ownScratch: totalsAt + 4 * streamsAtOnce * columnBytes,
  }
}

/**
 * The units from the first to the end in streams of equal lengths, far from one another: while `at` counts from the first unit to
 * `endOfStream`, `ifUnit` finds the unit of the stream whose number is in `stream`, and runs its body if there is one.
 */
function unitStreams(f: WasmFunction, first: Local, end: Local) {
  const [at, length, endOfStream, stream, unit] = f.locals('i32', 5)
  f.push(end, first)
    .op('i32.sub')
    .push(streamsAtOnce - 1)
    .op('i32.add')
    .push(streamsAtOnce)
    .op('i32.div_u')
    .set(length)
  f.push(first, length).op('i32.add').set(endOfStream)
  const ifUnit = (body: () => void): void => {
    f.push(stream, length).op('i32.mul').push(at).op('i32.add').tee(unit)
    f.push(end).op('i32.lt_s')
    f.if(body)
  }
  return { at, endOfStream, stream, unit, ifUnit }
}

/** Puts the sums of one column, whose first cell is at b, where `total` says. */
function emitColumn(dots: Dots): void {
  const { f, plan, own, a, b, total, left, sums, width, read, zero, sumsAt, totalsAt } = dots
  const [{ size }] = plan.inner
  for (const sum of sums.flat()) f.push(zero).set(sum)
  f.for(left, 0, Math.floor(size / (width * 4)), 1, () => {
    emitAdd(dots, { count: width, offset: 0, cells: 4 })
    f.increase(a, width * 16).increase(b, width * 4 * plan.bytesOfB)
  })
  const vectors = Math.floor((size % (width * 4)) / 4)
  emitAdd(dots, { count: vectors, offset: 0, cells: 4 })
  for (let cell = 0; cell < size % 4; cell++) emitAdd(dots, { count: 1, offset: vectors * 4 + cell, cells: 1 })
  // By way of memory, because V8 finds what it can pair from the stores.
  for (const [i, sum] of sums.flat().entries()) f.push(own, sum).store('v128.store', sumsAt + i * 16)
  for (const [i, sum] of sums.flat().entries()) emitLoad(f, 'v128.load', own, sumsAt + i * 16, sum)
  for (const [row, sumsOfRow] of sums.entries()) {
    emitTotal(f, sumsOfRow, read)
    f.push(total, read).store('v128.store', totalsAt + row * 16)
  }
}

/** Adds `count` vectors of products to the sums of every row: those of the cells from `offset` on, of so many a vector. */
function emitAdd(
  { f, machine, plan, a, b, sums, line, read }: Dots,
  { count, offset, cells }: { count: number; offset: number; cells: 1 | 4 },
): void {
  const { bytesOfB } = plan
  const rows = sums.length
  const loadA = (row: number, v: number, target: Local): void => {
    const load = cells === 4 ? 'v128.load' : 'v128.load32_zero'
    emitLoad(f, load, a, (row * plan.row.a + offset + v * 4) * 4, target)
  }
  const loadB = (v: number, target: Local): void => {
    pushCells(f, b, cells, 1, { offset: (offset + v * 4) * bytesOfB, cellBytes: bytesOfB })
    f.set(target)
  }
  const vectors = line.slice(0, count)
  // What comes from memory is added as it arrives, where it is used but once.
  for (const [v, vector] of vectors.entries()) rows === 1 ? loadA(0, v, vector) : loadB(v, vector)
  for (let row = 0; row < rows; row++) {
    for (const [v, vector] of vectors.entries()) {
      if (rows === 1) loadB(v, read)
      else loadA(row, v, read)
      emitMultiplyAdd(f, machine, read, vector, sums[row][v])
    }
  }
}

/** total = the sum of all vectors, added up in pairs. */
function emitTotal(f: WasmFunction, vectors: readonly Local[], total: Local): void {
  let rest = vectors
  while (rest.length > 1) {
    const half = rest.length / 2
    const sums = rest.slice(0, half)
    for (const [i, sum] of sums.entries()) {
      const other = rest[i + half]
      f.push(sum, other).op('f32x4.add').set(sum)
    }
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
