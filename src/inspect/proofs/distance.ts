// The distance of two values of the same axes, cell by cell.

import { addressText } from '../../tensor/address.ts'
import type { Axis } from '../../tensor/axes.ts'
import { cellPlaces } from '../cells/cellValues.ts'

/** The distance of two values. */
export interface Apart {
  /** The number of cells, and of those that differ in any bit. */
  readonly cells: number
  readonly different: number
  /** max |a − b|; 0 where all are equal. */
  readonly largest: number
  /** ‖a − b‖ / ‖a‖, over the cells that are finite. */
  readonly relative: number
  /** The number of cells that are NaN in both; left out where none is. */
  readonly nan?: number
  /** The first cell that differs, as an address with places. */
  readonly first?: string
}

/** The distance of the values at an address. */
export function apart(address: string, axes: readonly Axis[], a: ArrayLike<number>, b: ArrayLike<number>): Apart {
  let [different, largest, squares, whole, nan] = [0, 0, 0, 0, 0]
  let first: number | undefined
  for (let i = 0; i < a.length; i++) {
    if (Number.isFinite(a[i])) whole += a[i] ** 2
    if (Number.isNaN(a[i]) && Number.isNaN(b[i])) nan++
    if (Object.is(a[i], b[i])) continue
    different++
    first ??= i
    const distance = Math.abs(a[i] - b[i])
    largest = Number.isNaN(distance) ? Number.POSITIVE_INFINITY : Math.max(largest, distance)
    if (Number.isFinite(distance)) squares += distance ** 2
  }
  const relative = squares === 0 ? 0 : Math.sqrt(squares / whole)
  const place = first === undefined ? undefined : addressText({ path: address, at: cellPlaces(axes, first) })
  return {
    cells: a.length,
    different,
    largest,
    relative,
    ...(nan > 0 && { nan }),
    ...(place !== undefined && { first: place }),
  }
}
