// Addresses of cells: the address of a value with a place on each of its axes; of a step inside of a value, its number too.
//
//   blocks.2.attention.scores {head: 1, position: 16, source: 4}
//   blocks.2.attention.scores / step 1 {head: 1, position: 16, source: 4}      the product before it is scaled

import { type Address, type AxisPlaces, addressText, parseAddress, placesIn } from '../../tensor/address.ts'
import type { Axis } from '../../tensor/axes.ts'

export interface CellAddress extends Address {
  /** The number of a step inside the value at `path`, from 1 in the order of computation; the value itself if not given. */
  readonly step?: number | undefined
}

/** The address that a text says. Throws for a text that is none. */
export function parseCellAddress(text: string): CellAddress {
  const [, path, step, places = ''] = /^(.*?)\s*\/\s*step\s+(\d{1,9})\s*(\{.*)?$/su.exec(text) ?? []
  if (step === undefined) return parseAddress(text)
  return { ...parseAddress(`${path} ${places}`), step: Number(step) }
}

/** The text of an address: `parseCellAddress` gives the same address again. */
export function cellAddressText({ path, step, at }: CellAddress): string {
  return addressText({ path: step === undefined ? path : `${path} / step ${step}`, at })
}

/**
 * The places of one cell, counted from 0, on all axes in their order; where there is but one, the address need not say it.
 *
 * Throws for an axis or a place that is not there, and where more than one cell is meant.
 */
export function placesOfCellIn(axes: readonly Axis[], address: CellAddress): AxisPlaces {
  const text = cellAddressText(address)
  const given = placesIn(axes, { path: cellAddressText({ ...address, at: undefined }), at: address.at }, 'cells')
  const missing = axes.filter(({ name, size }) => given[name] === undefined && size > 1)
  if (missing.length > 0)
    throw new Error(
      `cells: ${text} is more than one cell: it says no place on ${missing.map(({ name, size }) => `"${name}" (0 to ${size - 1})`).join(', ')}. Say one on each axis.`,
    )
  return Object.fromEntries(axes.map(({ name }) => [name, given[name] ?? 0]))
}
