// What a value is: its address, its formula, and its axes with where each size comes from.

import { addressText, parseAddress, placesIn } from '../../tensor/address.ts'
import { Node } from '../../tensor/node.ts'
import type { Pass } from '../../tensor/pass.ts'
import { type Formula, formulaOf } from './formula.ts'
import { openPass } from './opened.ts'
import { originsOf } from './origins.ts'
import { type GivenReasons, reasonsIn } from './reasons.ts'

export interface Description {
  readonly address: string | undefined
  /** The part of the model in which it is made. */
  readonly place: string
  readonly formula: Formula
  readonly axes: readonly { readonly name: string; readonly size: number; readonly reason: string }[]
}

/**
 * Describes a value of a pass, by its node or by its address; at places it lacks their axes.
 *
 * - `reasons`: reasons for sizes, which the caller knows and the model does not:
 *   `{ vocab: '65 different characters in the text' }`
 *
 * Throws for an address that is not there; the message names the nearest.
 */
export function describeValue(
  pass: Pass<readonly Node[]>,
  value: Node | string,
  reasons: GivenReasons = {},
): Description {
  const opened = openPass(pass)
  const asked = typeof value === 'string' ? parseAddress(value) : undefined
  const node = value instanceof Node ? opened.of(value) : opened.names.valueAt(asked?.path ?? '')
  const at = asked ? placesIn(node.axes, asked) : {}
  const [sayReason, origins] = [reasonsIn(opened, reasons), originsOf(opened)]
  return {
    address: asked ? addressText(asked) : opened.addressOf(node),
    place: opened.names.placeOf(node) ?? '',
    formula: formulaOf(node, opened),
    axes: node.axes
      .filter(({ name }) => at[name] === undefined)
      .map(({ name, size }) => ({ name, size, reason: sayReason(origins(node, name)) })),
  }
}
