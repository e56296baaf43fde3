// Products of few rows with a B whose inner places lie together, as the unembedding of one token is where it shares the
// embedding's table: every cell is a dot product of two lines, and B is read once, line after line, as it lies.
//
//   sums[row][i] += a[row, k + i] · b[k + i, column]   for vectors i side by side; then all sums of a row are added up

import type { Emitted, Machine } from './emitted.ts'
import { type Plan, panelsOf, sizeOf } from './productPlan.ts'
import { beginStage, emitLoad, emitOperands, emitPlaces, emitRuns, pushAt, pushMinimum, up } from './productStage.ts'
import { emitStores } from './productStore.ts'
import { emitMultiplyAdd } from './productTile.ts'
import { Constants, Registers } from './values.ts'
import type { Local, WasmFunction, WasmModule } from './wasm.ts'

/** More rows than this repay packing. */
const mostRows = 4
/** So many sums run side by side, for all rows together. */
const sumsAtOnce = 8

export function canBeDots({ row, inner }: Plan): boolean {
  return row.size <= mostRows && inner.length === 1 && inner[0].a === 1 && inner[0].b === 1
}

/** Units: groups of four columns, for every place on the outer axes. */
export function emitDots(wasm: WasmModule, plan: Plan, machine: Machine, operandCount: number): Emitted {
  const [k] = plan.inner
  const stage = beginStage(wasm, operandCount)
  const { f, own } = stage
  const { stores, others } = plan
  const rows = plan.row.size
  const { count: units, whole, rest } = panelsOf(plan.column.size, 1)
  const width = sumsAtOnce >> Math.ceil(Math.log2(rows))
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
      for (let row = 0; row < rows; row++) {
        const ofRow = totals.map((total) => total[row])
        emitLaneSums(f, ofRow, read)
      }
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
