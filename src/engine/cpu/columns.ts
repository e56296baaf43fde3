// Generates the kernels that reduce the middle axes: sums and maxima down the columns, for every place on the outer axes.
//
//   stage 1   for each unit (an outer place, a block of rows, a piece of the columns)
//               for each row: partial[column] += what is summed
//   stage 2   for each unit (an outer place, a piece of the columns)
//               add up the blocks' partials, and store what is made of the sums
//
// Rows are read from left to right, one after another, and the partial results stand in memory (the first-level cache):
// the processor fetches one contiguous stream ahead two to three times faster than many side by side.
// Into how many blocks the rows are split depends on the shape only, so the sums do not depend on the threads. With one
// block there is one stage, in which each unit does both.

import type { ColumnsKernel, Value } from '../kernel.ts'
import { type Block, block, pushMoved } from './cells.ts'
import type { Emitted, Machine, Stage } from './emitted.ts'
import { allValues, joinAxes } from './joinedAxes.ts'
import { type Reduction, sharedValues } from './phases.ts'
import { combining, widthOf } from './rows.ts'
import { type Extent, extentsOf, Scope } from './scope.ts'
import { Constants, emitValues, liveVectors, type RandomValue } from './values.ts'
import type { Local, WasmModule } from './wasm.ts'

/** The columns are cut into pieces of this many cells: some accumulators of that length fit the first-level cache. */
const cellsOfPiece = 2048
/** There are enough units for any number of threads that is likely. */
const enoughUnits = 16
/** The rows are not split into blocks of fewer rows, or of fewer cells. */
const rowsOfBlock = 16
const cellsOfBlock = 16384

export function emitColumns(wasm: WasmModule, kernel: ColumnsKernel, machine: Machine): Emitted {
  const { operands, stores, outer } = kernel
  const roots = stores.map(({ value }) => value)
  const values = allValues(roots)
  const rank = kernel.axes.length
  const axes = joinAxes(kernel, roots, [[0, outer], [outer, rank - 1], [rank - 1, rank]]) // biome-ignore format: three sections
  const [outerAxes, reducedAxes] = axes.lengths
  const sizeOf = (begin: number, end: number) => axes.sizes.slice(begin, end).reduce((product, size) => product * size, 1)
  const outerPlaces = sizeOf(0, outerAxes)
  const rows = sizeOf(outerAxes, outerAxes + reducedAxes)
  const length = axes.sizes.at(-1) ?? 1

  const pieces = Math.ceil(length / cellsOfPiece)
  const isEnough = outerPlaces * pieces >= enoughUnits
  const most = Math.min(enoughUnits, Math.floor(rows / rowsOfBlock), Math.floor((rows * length) / cellsOfBlock))
  const blocks = isEnough ? 1 : Math.max(1, most)
  const rowsPerBlock = Math.ceil(rows / blocks)

  const reductions = values.filter((value): value is Reduction => value.kind === 'reduce')
  const inputs = reductions.map(({ input }) => input)
  const extents = extentsOf(roots, operands, axes, 'cell')
  const extent = (value: Value): Extent => extents.get(value) ?? 'kernel'
  /** What is computed for each reduced cell, and what once for each result. */
  const before = partOf(inputs)
  const after = partOf(roots)

  function partOf(ends: readonly Value[]) {
    const isBefore = ends === inputs
    const all = isBefore ? allValues(ends) : valuesAfter(ends)
    const shared = sharedValues(all, ends, extent)
    const randoms = all.filter((value): value is RandomValue => value.kind === 'random')
    const loads = all.flatMap((value) => (value.kind === 'load' ? [value] : []))
    return {
      kernelValues: shared.filter((value) => extent(value) === 'kernel'),
      kernelSeeds: randoms.filter(({ step }) => extent(step) === 'kernel'),
      kernelOperands: loads.filter((value) => extent(value) === 'kernel').map(({ operand }) => operand),
      rowValues: shared.filter((value) => extent(value) === 'row'),
      rowSeeds: randoms.filter(({ step }) => extent(step) === 'row'),
      operands: loads.filter((value) => extent(value) !== 'kernel').map(({ operand }) => operand),
    }
  }
  /** The values that come after the reductions. */
  function valuesAfter(ends: readonly Value[]): Value[] {
    const inner = new Set<Value>(allValues(inputs))
    const outside = new Set<Value>()
    const visit = (value: Value): void => {
      if (outside.has(value) || value.kind === 'reduce') return
      if (value.kind === 'apply') value.inputs.forEach(visit)
      if (value.kind === 'random') visit(value.step)
      outside.add(value)
    }
    ends.forEach(visit)
    for (const value of reductions) if (!inner.has(value)) outside.add(value)
    return [...outside]
  }
  return { stages: [], sharedScratch: 0, ownScratch: 0 }
}
