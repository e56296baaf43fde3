// What a request to read would bring, before anything is run: every value with its axes, and the bytes of all together.

import { passOf } from '../model/pass.ts'
import { givenOf, sizesOfValues } from '../model/reads.ts'
import { type Address, addressOf, addressText, pathsOf, placesIn } from '../tensor/address.ts'
import { type Axis, cells } from '../tensor/axes.ts'
import type { Looking } from './editedPass.ts'

/** A value that would be read. */
export interface AskedValue {
  readonly address: string
  /** Its axes, without those on which the address says a place. */
  readonly axes: readonly Axis[]
  /** Its size as 32-bit floats. */
  readonly bytes: number
}

/** The values that addresses ask for. Throws for an address that is not there; the message names the nearest. */
export function askedValues(
  { model, inputs }: Pick<Looking, 'model' | 'inputs'>,
  addresses: readonly (Address | string)[],
): AskedValue[] {
  const { names } = passOf(model, sizesOfValues('read', model.reads, inputs), Object.keys(givenOf(inputs)))
  return addresses.map(addressOf).flatMap((address) =>
    pathsOf(address, names.values.keys(), 'read').map((path) => {
      const { axes } = names.valueAt(path)
      const at = placesIn(axes, address, 'read')
      const left = axes.filter(({ name }) => at[name] === undefined)
      return { address: addressText({ ...address, path }), axes: left, bytes: 4 * cells(left) }
    }),
  )
}
