// What a request to read would bring, before anything is run: every value with its axes, and the bytes of all together.

import { givenOf, sizesOfValues } from '../model/inputValues.ts'
import { passOf } from '../model/pass.ts'
import { type Address, addressOf, addressText, pathsOf, placesIn } from '../tensor/address.ts'
import { type Axis, cells } from '../tensor/axes.ts'
import type { Names } from '../tensor/names.ts'
import type { Looking } from './editedPass.ts'

/** A value that would be read. */
export interface AskedValue {
  readonly address: string
  /** Its axes, without those on which the address says a place. */
  readonly axes: readonly Axis[]
  /** Its size as 32-bit floats. */
  readonly bytes: number
}

/**
 * The addresses of single values of a pass that some addresses mean, with numbers in place of stars.
 *
 * - `asker`: who asks, for messages
 *
 * Throws for an address or a place that is not there; the message names the nearest.
 */
export function addressesIn(names: Names, addresses: readonly (Address | string)[], asker: string): Address[] {
  const found = addresses
    .map(addressOf)
    .flatMap((address) => pathsOf(address, names.values.keys(), asker).map((path) => ({ ...address, path })))
  for (const address of found) placesIn(names.valueAt(address.path).axes, address, asker)
  return found
}

/** The values that addresses ask for. Throws for an address that is not there; the message names the nearest. */
export function askedValues(
  { model, inputs }: Pick<Looking, 'model' | 'inputs'>,
  addresses: readonly (Address | string)[],
): AskedValue[] {
  const { names } = passOf(model, sizesOfValues('read', model.reads, inputs), Object.keys(givenOf(inputs)))
  return addressesIn(names, addresses, 'read').map((address) => {
    const { axes } = names.valueAt(address.path)
    const left = axes.filter(({ name }) => address.at?.[name] === undefined)
    return { address: addressText(address), axes: left, bytes: 4 * cells(left) }
  })
}
