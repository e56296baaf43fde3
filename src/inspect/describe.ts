// What a value is: its address, its formula, and its axes with where each size comes from.

import { unknownAddress } from '../tensor/names.ts'
import type { Node } from '../tensor/node.ts'
import { type Formula, formulaOf } from './formula.ts'
import { namesOf } from './naming.ts'
import { openGraph } from './opened.ts'
import { originsOf } from './origins.ts'
import { type GivenReasons, reasonFor } from './reasons.ts'

export interface Description {
  readonly address: string | undefined
  /** The part of the model in which it is made. */
  readonly place: string
  readonly formula: Formula
  readonly axes: readonly { readonly name: string; readonly size: number; readonly reason: string }[]
}

/**
 * Describes a value of the graph that leads to `ends`, by its node or by its address.
 *
 * - `reasons`: what the caller knows of sizes and the model does not: `{ vocab: '65 different characters in the text' }`
 *
 * Throws for an address that is not there; the message names the nearest.
 */
export function describeValue(ends: readonly Node[], value: Node | string, reasons: GivenReasons = {}): Description {
  const graph = openGraph(ends)
  const node = typeof value === 'string' ? find(value, graph.addresses, graph.nodes) : graph.resolve(value)
  const [nameOf, origins] = [namesOf(graph), originsOf(ends, graph)]
  return {
    address: graph.addresses.get(node) ?? node.path,
    place: node.place ?? '',
    formula: formulaOf(node, graph),
    axes: node.axes.map(({ name, size }) => ({ name, size, reason: reasonFor(origins(node, name), nameOf, reasons) })),
  }
}

function find(address: string, addresses: ReadonlyMap<Node, string>, nodes: readonly Node[]): Node {
  // The first of that name: values that are computed once more going backward stand later.
  const found = nodes.find((node) => (addresses.get(node) ?? node.path) === address)
  if (found) return found
  throw unknownAddress(address, [...addresses.values()])
}
