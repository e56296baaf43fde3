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

import { type Extent, extentsOf } from '../../lower/extents.ts'
import { joinAxes } from '../../lower/joinedAxes.ts'
import type { ColumnsKernel, RandomValue, Reduction, Value } from '../../lower/kernel.ts'
import { sharedValues } from '../../lower/phases.ts'
import { allValues } from '../../lower/values.ts'
import { type Block, block, pushMoved } from '../wasm/cells.ts'
import type { Emitted, Machine } from '../wasm/emitted.ts'
import { Scope } from '../wasm/scope.ts'
import { Constants, emitValues, liveVectors } from '../wasm/values.ts'
import type { Local, WasmModule } from '../wasm/wasm.ts'
import { combining, widthOf } from './rows.ts'

/** The columns are cut into pieces of so many cells that the partial results of several reductions fit the cache. */
const cellsOfPiece = 2048
/** So many units suffice for any number of threads that is likely. */
const enoughUnits = 16
/** A block has at least so many rows, and so many cells. */
const rowsOfBlock = 16
const cellsOfBlock = 16384

export function emitColumns(wasm: WasmModule, kernel: ColumnsKernel, machine: Machine): Emitted {
  const { operands, stores, outer } = kernel
  const roots = stores.map(({ value }) => value)
  const rank = kernel.axes.length
  const sections = [
    [0, outer],
    [outer, rank - 1],
    [rank - 1, rank],
  ] as const
  const axes = joinAxes(kernel, roots, sections)
  const [outerAxes, reducedAxes] = axes.lengths
  const places = (begin: number, end: number): number =>
    axes.sizes.slice(begin, end).reduce((product, size) => product * size, 1)
  const outerPlaces = places(0, outerAxes)
  const rows = places(outerAxes, outerAxes + reducedAxes)
  const length = axes.sizes.at(-1) ?? 1
  const pieces = Math.ceil(length / cellsOfPiece)

  const wanted = outerPlaces * pieces >= enoughUnits ? 1 : enoughUnits
  const rowsPerBlock = Math.max(Math.ceil(rows / wanted), rowsOfBlock, Math.ceil(cellsOfBlock / length))
  const blocks = Math.ceil(rows / rowsPerBlock)

  // What is computed for each reduced cell, and what for each result.
  const reductions = allValues(roots).filter((value): value is Reduction => value.kind === 'reduce')
  const inputs = reductions.map(({ input }) => input)
  const extents = extentsOf(roots, operands, axes, 'cell')
  const before = partOf(allValues(inputs), inputs)
  const after = partOf(
    allValues(roots, { intoReductions: false }).filter(({ kind }) => kind !== 'reduce'),
    roots,
  )

  function partOf(values: readonly Value[], ends: readonly Value[]) {
    const extent = (value: Value): Extent => extents.get(value) ?? 'kernel'
    const shared = sharedValues(values, ends, extent)
    const randoms = values.filter((value): value is RandomValue => value.kind === 'random')
    const loadsOf = (isKernel: boolean) =>
      values.flatMap((value) =>
        value.kind === 'load' && (extent(value) === 'kernel') === isKernel ? [value.operand] : [],
      )
    return {
      kernelOperands: loadsOf(true),
      kernelValues: shared.filter((value) => extent(value) === 'kernel'),
      kernelSeeds: randoms.filter(({ step }) => extent(step) === 'kernel'),
      operands: loadsOf(false),
      rowValues: shared.filter((value) => extent(value) === 'row'),
      rowSeeds: randoms.filter(({ step }) => extent(step) !== 'kernel'),
    }
  }

  const constants = new Constants(roots)
  const rowBytes = Math.ceil((blocks > 1 ? length : Math.min(length, cellsOfPiece)) / 4) * 16
  const begin = (): Scope => Scope.begin(wasm, { operands, axes, constants, machine, cellsOfPiece })
  const first = begin()
  const second = blocks > 1 ? begin() : first

  // Stage 1, and with one block all of it.
  first.cells.locate([], [...before.kernelOperands, ...(first === second ? after.kernelOperands : [])])
  first.compute(before.kernelValues, before.kernelSeeds)
  if (first === second) first.compute(after.kernelValues, after.kernelSeeds)
  eachUnit(first, (unit) => {
    const { f } = first
    const row = f.local('i32')
    if (blocks === 1) {
      const partial = f.local('i32')
      f.push(first.own, constants.bytes).op('i32.add').set(partial)
      first.decode(unit, 0, outerAxes)
      f.push(0).set(row)
      accumulate(first, row, partial)
      finish(first, partial)
    } else {
      const partial = sharedPartial(first, unit, 1)
      f.push(unit, blocks).op('i32.rem_u').push(rowsPerBlock).op('i32.mul').set(row)
      f.push(unit, blocks).op('i32.div_u').set(unit)
      first.decode(unit, 0, outerAxes)
      accumulate(first, row, partial)
    }
  })

  // Stage 2.
  if (first !== second) {
    second.cells.locate([], after.kernelOperands)
    second.compute(after.kernelValues, after.kernelSeeds)
    eachUnit(second, (unit) => {
      const partial = sharedPartial(second, unit, blocks)
      second.decode(unit, 0, outerAxes)
      finish(second, partial)
    })
  }

  function eachUnit(scope: Scope, emitUnit: (unit: Local) => void): void {
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
  function sharedPartial({ f, shared, pieceStart }: Scope, unit: Local, blocksOfUnit: number): Local {
    const partial = f.local('i32')
    f.push(shared, unit, blocksOfUnit * reductions.length * rowBytes).op('i32.mul', 'i32.add')
    if (pieceStart) f.push(pieceStart, 4).op('i32.mul', 'i32.add')
    f.set(partial)
    return partial
  }

  /** Reduces a block of rows, from `row` on, into the partial results. */
  function accumulate(scope: Scope, row: Local, partial: Local): void {
    const { f } = scope
    const end = f.local('i32')
    f.push(row, rowsPerBlock).op('i32.add').set(end)
    if (rows % rowsPerBlock !== 0) f.push(end, rows, end, rows).op('i32.lt_s', 'select').set(end)
    emitRow(true)
    f.increase(row, 1)
    if (rowsPerBlock > 1) f.for(row, row, end, 1, () => emitRow(false))

    function emitRow(isFirst: boolean): void {
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
  }

  /** Adds the blocks' partial results up, in order, and stores what is made of them. */
  function finish(scope: Scope, partial: Local): void {
    const { f, registers } = scope
    scope.locate([...after.operands, ...stores.map(({ operand }) => operand)])
    scope.compute(after.rowValues, after.rowSeeds)
    const isCellStore = ({ operand }: { operand: number }): boolean => scope.cells.stride(operand) !== 0
    const cellStores = stores.filter(isCellStore)
    const rowStores = stores.filter((store) => !isCellStore(store))
    if (cellStores.length > 0) {
      scope.pass(4, (at) => {
        withResults(at, () => {
          emitValues(
            f,
            cellStores.map(({ value }) => value),
            scope.context(at),
            (which, vector) => scope.cells.store(cellStores[which].operand, at, vector),
          )
        })
      })
    }
    if (rowStores.length > 0) {
      withResults(one, () => {
        emitValues(
          f,
          rowStores.map(({ value }) => value),
          scope.context(one),
          (which) => scope.cells.storeOne(rowStores[which].operand),
        )
      })
    }

    function withResults(at: Block, body: () => void): void {
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
  }

  const stageOf = ({ f }: Scope, units: number, cellsOfUnit: number) => ({
    function: f,
    units,
    grain: Math.max(1, Math.floor(cellsOfPiece / cellsOfUnit)),
  })
  const stages = [stageOf(first, outerPlaces * blocks * pieces, rowsPerBlock * length)]
  if (first !== second) stages.push(stageOf(second, outerPlaces * pieces, blocks * length))
  return {
    stages,
    sharedScratch: blocks > 1 ? outerPlaces * blocks * reductions.length * rowBytes : 0,
    ownScratch: constants.bytes + (blocks > 1 ? 0 : reductions.length * rowBytes),
  }
}

const one = block(1, 0)
