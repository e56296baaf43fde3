// Generates the kernels that reduce the middle axes: sums and maxima down the columns, for every place on the outer axes.
//
//   for each unit (an outer place, a block of rows, a piece of the columns)
//     for each row: partial[column] += what is summed
//   for each unit (an outer place, a piece of the columns)
//     add up the blocks' partial results, and store what is made of them
//
// Rows are read from left to right, one after another, and the partial results stand in memory (in the first-level
// cache): the processor reads one contiguous stream two to three times faster than many side by side. Into how many
// blocks the rows are split depends on the shape only, so the sums do not depend on the threads. Where there is one block,
// one stage does both.

import type { ColumnsKernel } from '../../lower/kernel.ts'
import type { Emitted, Machine, Stage } from '../emitted.ts'
import { block, type CellBlock, pushMoved } from '../values/cells.ts'
import { Constants } from '../values/constants.ts'
import { emitValues, liveVectors } from '../values/emitValues.ts'
import { Scope } from '../values/scope.ts'
import type { Local } from '../wasm/function.ts'
import type { WasmModule } from '../wasm/module.ts'
import { type ColumnsPlan, cellsOfPiece, planColumns } from './columnsPlan.ts'
import { combining, widthOf } from './reductions.ts'

/** A kernel, as the functions that write its code need it. */
interface Columns extends ColumnsPlan {
  readonly kernel: ColumnsKernel
  readonly machine: Machine
}

export function emitColumns(wasm: WasmModule, kernel: ColumnsKernel, machine: Machine): Emitted {
  const columns = { ...planColumns(kernel), kernel, machine }
  const { axes, before, after, blocks, outerPlaces, pieces, length, rowsPerBlock, reductions, rowBytes } = columns
  const constants = new Constants(columns.roots)
  const begin = (): Scope => Scope.begin(wasm, { operands: kernel.operands, axes, constants, machine, cellsOfPiece })
  const isWhole = blocks === 1
  const first = begin()
  const second = isWhole ? first : begin()

  first.cells.locate([], [...before.kernelOperands, ...(isWhole ? after.kernelOperands : [])])
  first.compute(before.kernelValues, before.kernelSeeds)
  if (isWhole) {
    first.compute(after.kernelValues, after.kernelSeeds)
    emitWhole(first, columns, constants.bytes)
  } else {
    emitBlocks(first, columns)
    second.cells.locate([], after.kernelOperands)
    second.compute(after.kernelValues, after.kernelSeeds)
    emitResults(second, columns)
  }

  const stageOf = ({ f }: Scope, units: number, cellsOfUnit: number): Stage => ({
    function: f,
    units,
    grain: Math.max(1, Math.floor(cellsOfPiece / cellsOfUnit)),
  })
  const stages = [stageOf(first, outerPlaces * blocks * pieces, rowsPerBlock * length)]
  if (!isWhole) stages.push(stageOf(second, outerPlaces * pieces, blocks * length))
  return {
    stages,
    sharedScratch: isWhole ? 0 : outerPlaces * blocks * reductions.length * rowBytes,
    ownScratch: constants.bytes + (isWhole ? reductions.length * rowBytes : 0),
  }
}

/** The only stage, where the rows are one block. Partial results stand in the thread's own scratch, behind the constants. */
function emitWhole(scope: Scope, columns: Columns, constantBytes: number): void {
  const { f } = scope
  forUnits(scope, (unit) => {
    const row = f.local('i32')
    const partial = f.local('i32')
    f.push(scope.own, constantBytes).op('i32.add').set(partial)
    scope.decode(unit, 0, columns.outerAxes)
    f.push(0).set(row)
    accumulate(scope, columns, row, partial)
    finish(scope, columns, partial)
  })
}

/** The first of two stages: each block's partial results. */
function emitBlocks(scope: Scope, columns: Columns): void {
  const { f } = scope
  const { blocks, rowsPerBlock } = columns
  forUnits(scope, (unit) => {
    const row = f.local('i32')
    const partial = sharedPartial(scope, columns, unit, 1)
    f.push(unit, blocks).op('i32.rem_u').push(rowsPerBlock).op('i32.mul').set(row)
    f.push(unit, blocks).op('i32.div_u').set(unit)
    scope.decode(unit, 0, columns.outerAxes)
    accumulate(scope, columns, row, partial)
  })
}

/** The second stage: what is made of the blocks' partial results. */
function emitResults(scope: Scope, columns: Columns): void {
  forUnits(scope, (unit) => {
    const partial = sharedPartial(scope, columns, unit, columns.blocks)
    scope.decode(unit, 0, columns.outerAxes)
    finish(scope, columns, partial)
  })
}

function forUnits(scope: Scope, emitUnit: (unit: Local) => void): void {
  const { f, from, to } = scope
  const counter = f.local('i32')
  const unit = f.local('i32')
  f.for(counter, from, to, 1, () => {
    f.push(counter).set(unit)
    scope.decodePiece(unit)
    emitUnit(unit)
  })
}

/** The address of a unit's partial results, where each unit has those of so many blocks. */
function sharedPartial(
  { f, shared, pieceStart }: Scope,
  { reductions, rowBytes }: Columns,
  unit: Local,
  blocksOfUnit: number,
): Local {
  const partial = f.local('i32')
  f.push(shared, unit, blocksOfUnit * reductions.length * rowBytes).op('i32.mul', 'i32.add')
  if (pieceStart) f.push(pieceStart, 4).op('i32.mul', 'i32.add')
  f.set(partial)
  return partial
}

/** Reduces a block of rows, from `row` on, into the partial results. */
function accumulate(scope: Scope, columns: Columns, row: Local, partial: Local): void {
  const { f } = scope
  const { rows, rowsPerBlock } = columns
  const end = f.local('i32')
  f.push(row, rowsPerBlock).op('i32.add').set(end)
  if (rows % rowsPerBlock !== 0) f.push(end, rows, end, rows).op('i32.lt_s', 'select').set(end)
  accumulateRow(scope, columns, { row, partial, isFirst: true })
  f.increase(row, 1)
  if (rowsPerBlock > 1) f.for(row, row, end, 1, () => accumulateRow(scope, columns, { row, partial, isFirst: false }))
}

function accumulateRow(
  scope: Scope,
  { before, inputs, reductions, outerAxes, reducedAxes, rowBytes, machine }: Columns,
  { row, partial, isFirst }: { row: Local; partial: Local; isFirst: boolean },
): void {
  const { f } = scope
  const place = f.local('i32')
  f.push(row).set(place)
  scope.decode(place, outerAxes, outerAxes + reducedAxes)
  scope.locate(before.operands)
  scope.compute(before.rowValues, before.rowSeeds)
  const width = widthOf(liveVectors(inputs, scope.context(one)) + 1, machine.paired)
  scope.pass(width, (at) => {
    emitValues(f, inputs, scope.context(at), (which, vector) => {
      const value = scope.registers.take()
      f.set(value)
      pushMoved(f, partial, at)
      const offset = which * rowBytes + (at.start + 4 * vector) * 4
      f.push(value)
      if (!isFirst) {
        pushMoved(f, partial, at)
        f.load('v128.load', offset).op(combining[reductions[which].operation])
      }
      f.store('v128.store', offset)
      scope.registers.give(value)
    })
  })
}

/** Stores what is made of the partial results: in every column, and once for all of them. */
function finish(scope: Scope, columns: Columns, partial: Local): void {
  const { f } = scope
  const { after, kernel } = columns
  const { stores } = kernel
  scope.locate([...after.operands, ...stores.map(({ operand }) => operand)])
  scope.compute(after.rowValues, after.rowSeeds)
  const isCellStore = ({ operand }: { operand: number }): boolean => scope.cells.stride(operand) !== 0
  const cellStores = stores.filter(isCellStore)
  const rowStores = stores.filter((store) => !isCellStore(store))
  if (cellStores.length > 0) {
    const values = cellStores.map(({ value }) => value)
    scope.pass(4, (at) => {
      withResults(scope, columns, { partial, at }, () => {
        emitValues(f, values, scope.context(at), (which, vector) =>
          scope.cells.store(cellStores[which].operand, at, vector),
        )
      })
    })
  }
  if (rowStores.length > 0) {
    const values = rowStores.map(({ value }) => value)
    withResults(scope, columns, { partial, at: one }, () => {
      emitValues(f, values, scope.context(one), (which) => scope.cells.storeOne(rowStores[which].operand))
    })
  }
}

/** Adds the blocks' partial results up, in order: within `body` they are known. */
function withResults(
  scope: Scope,
  { reductions, blocks, rowBytes }: Columns,
  { partial, at }: { partial: Local; at: CellBlock },
  body: () => void,
): void {
  const { f, registers } = scope
  const results = reductions.map(({ operation }, which) =>
    registers.takeMany(at.width).map((result, vector) => {
      for (let block = 0; block < blocks; block++) {
        pushMoved(f, partial, at)
        f.load('v128.load', (block * reductions.length + which) * rowBytes + (at.start + 4 * vector) * 4)
        if (block > 0) f.op(combining[operation])
      }
      f.set(result)
      return result
    }),
  )
  reductions.forEach((reduction, which) => {
    scope.known.set(reduction, (_, vector) => f.push(results[which][vector]))
  })
  body()
  registers.give(...results.flat())
}

const one = block(1, 0)
