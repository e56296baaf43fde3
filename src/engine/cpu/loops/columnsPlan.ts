// How a kernel down the columns is cut into units, and what of its values is computed where.

import { extentsOf, type ValueExtent } from '../../lower/extents.ts'
import { type JoinedAxes, joinAxes } from '../../lower/joinedAxes.ts'
import type { ColumnsKernel, RandomValue, Reduction, Value } from '../../lower/kernel.ts'
import { sharedValues } from '../../lower/phases.ts'
import { allValues } from '../../lower/values.ts'

/** The columns are cut into pieces of so many cells that the partial results of several reductions fit the cache. */
export const cellsOfPiece = 2048
/** So many units suffice for any number of threads that is likely. */
const enoughUnits = 16
/** A block has at least so many rows, and so many cells. */
const rowsOfBlock = 16
const cellsOfBlock = 16384

export interface ColumnsPlan {
  readonly axes: JoinedAxes
  /** The numbers of joined axes that are outer ones, and of those that are reduced; the last is that of the columns. */
  readonly outerAxes: number
  readonly reducedAxes: number
  /** The numbers of places on the outer axes, of rows on the reduced ones, and of cells in a row. */
  readonly outerPlaces: number
  readonly rows: number
  readonly length: number
  /** Into how many pieces the columns are cut, and into how many blocks the rows. */
  readonly pieces: number
  readonly blocks: number
  readonly rowsPerBlock: number
  readonly reductions: readonly Reduction[]
  /** The values that are reduced, and what is computed for each reduced cell to have them. */
  readonly inputs: readonly Value[]
  readonly before: Stretch
  /** The values that are stored, and what is computed of the reductions' results to have them. */
  readonly roots: readonly Value[]
  readonly after: Stretch
  /** Bytes of the partial results of one reduction, for one block of one outer place. */
  readonly rowBytes: number
}

/** All that is computed for a list of values: once in a kernel, and once in a row. */
interface Stretch {
  readonly kernelOperands: readonly number[]
  readonly kernelValues: readonly Value[]
  readonly kernelSeeds: readonly RandomValue[]
  readonly operands: readonly number[]
  readonly rowValues: readonly Value[]
  readonly rowSeeds: readonly RandomValue[]
}

export function planColumns(kernel: ColumnsKernel): ColumnsPlan {
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

  const reductions = allValues(roots).filter((value): value is Reduction => value.kind === 'reduce')
  const inputs = reductions.map(({ input }) => input)
  const extents = extentsOf(roots, operands, axes, 'cell')
  const results = allValues(roots, { intoReductions: false }).filter(({ kind }) => kind !== 'reduce')
  return {
    axes,
    outerAxes,
    reducedAxes,
    outerPlaces,
    rows,
    length,
    pieces,
    blocks,
    rowsPerBlock,
    reductions,
    inputs,
    before: stretchOf(allValues(inputs), inputs, extents),
    roots,
    after: stretchOf(results, roots, extents),
    rowBytes: Math.ceil((blocks > 1 ? length : Math.min(length, cellsOfPiece)) / 4) * 16,
  }
}

function stretchOf(
  values: readonly Value[],
  ends: readonly Value[],
  extents: ReadonlyMap<Value, ValueExtent>,
): Stretch {
  const extent = (value: Value): ValueExtent => extents.get(value) ?? 'kernel'
  const shared = sharedValues(values, ends, extent)
  const randoms = values.filter((value): value is RandomValue => value.kind === 'random')
  const loadsOf = (isKernel: boolean): number[] =>
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
