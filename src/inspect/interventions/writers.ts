// What writes into the stream: every head, by what it mixes before W_O, and every MLP, by what it gives.
//
//   blocks.3.attention.mixed {head: 1}             a head; {head: 1, group: 0} where query heads share keys and values
//   blocks.3.attention.mixed                       attention of one head without an axis for it
//   blocks.3.mlp.output                            an MLP

import type { Address } from '../../tensor/address.ts'
import { type Axis, sizeOf } from '../../tensor/axes.ts'
import type { Names } from '../../tensor/names.ts'

/** A head or an MLP. */
export interface StreamWriter {
  readonly address: Address
  /** attention, cross or mlp */
  readonly part: string
  /** The number of the block. */
  readonly layer: number
  /** The number of the head; heads that share keys and values come one after the other. */
  readonly head?: number
}

/** All heads and MLPs of a pass, in the order of the stream. */
export function writersOf(names: Names): StreamWriter[] {
  return [...names.values].flatMap(([path, { axes }]): StreamWriter[] => {
    const [, layer, part, value] = /(?:^|\.)(\d+)\.(\w+)\.(mixed|output)$/.exec(path) ?? []
    if (layer === undefined) return []
    const block = { part, layer: Number(layer) }
    if (value === 'output') return part === 'mlp' ? [{ ...block, address: { path } }] : []
    return headPlaces(axes).map((at, head) => ({ ...block, head, address: at ? { path, at } : { path } }))
  })
}

/** The places of each head on the axes of its values; undefined for the one head that has no axis. */
export function headPlaces(axes: readonly Axis[]): (Readonly<Record<string, number>> | undefined)[] {
  const own = axes.filter(({ name }) => name === 'head' || name === 'group')
  if (own.length === 0) return [undefined]
  const count = (name: string): number[] =>
    own.some((axis) => axis.name === name) ? Array.from({ length: sizeOf(axes, name) }, (_, i) => i) : [0]
  return count('head').flatMap((head) =>
    count('group').map((group) => (own.length === 1 ? { [own[0].name]: head + group } : { head, group })),
  )
}
