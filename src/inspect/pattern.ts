// Attention patterns: for every head, how much each position looks at each source. A row of a pattern is a whole: its
// shares add up to 1.

import type { Edited } from '../edit/settleEdits.ts'
import type { Values } from '../engine/engine.ts'
import { checkFinite } from '../engine/finite.ts'
import type { AnyModel } from '../model/language.ts'
import { type InputValues, sizesOfValues } from '../model/reads.ts'
import { addressText } from '../tensor/address.ts'
import { type Axis, denseStrides, hasAxis, sizeOf } from '../tensor/axes.ts'
import type { Node } from '../tensor/node.ts'
import { read, readableValues } from './read.ts'

/** The pattern of one head for one text. */
export interface AttentionPattern {
  /** `blocks.0.attention.pattern` */
  readonly address: string
  /**
   * The half that attends, in models with an encoder. In the encoder the source looks at itself, in the decoder the text does,
   * and across the text looks at the source.
   */
  readonly part?: 'encoder' | 'decoder' | 'cross'
  /** The number of the attention in the model, or in that part, from 0 on, in the order in which the text goes through them. */
  readonly layer: number
  /** The number of the head; heads that share keys and values come one after the other. */
  readonly head: number
  /** The number of positions that ask, and of sources that answer. */
  readonly positions: number
  readonly sources: number
  /** Shares, (position, source) row by row. */
  readonly shares: Float32Array
}

/** `layer 0, head 2`, `cross, layer 0, head 2` */
export const titleOf = ({ part, layer, head }: Omit<AttentionPattern, 'shares'>): string =>
  `${part === undefined ? '' : `${part}, `}layer ${layer}, head ${head}`

/** True if no position looks at a later one: then those cells are left out rather than drawn as zeros. */
export function looksOnlyBack({ part, positions, sources, shares }: AttentionPattern): boolean {
  if (part === 'cross') return false
  for (let position = 0; position < positions; position++) {
    for (let source = position + 1; source < sources; source++)
      if (shares[position * sources + source] !== 0) return false
  }
  return true
}

/**
 * The attention patterns of an example, layer by layer and head by head.
 *
 * - `inputs`: the values that the model reads: `{ ids }` of a text, with `{ source }` for an encoder
 * - `layers`, `heads`: the numbers of those that are wanted; all if not given
 * - `edits`: the replacements in the model
 *
 * Throws for a layer or a head that the model does not have.
 */
export async function attentionPatterns({
  model,
  engine,
  edits,
  layers,
  heads,
  inputs,
}: Edited<AnyModel> & {
  readonly inputs: InputValues
  readonly layers?: readonly number[] | undefined
  readonly heads?: readonly number[] | undefined
}): Promise<AttentionPattern[]> {
  const readable = readableValues(model, sizesOfValues('read', model.reads, inputs))
  const values = [...readable.keys()].filter((each) => each.split('.').at(-1) === 'pattern')
  if (values.length === 0) throw new Error('pattern: the model has no value "pattern"; it seems to have no attention.')
  const groups = [...Map.groupBy(values, partOf)].sort(([a], [b]) => order.indexOf(a) - order.indexOf(b))
  checkNumbers('layer', layers, Math.max(...groups.map(([, addresses]) => addresses.length)))
  const wanted = groups.flatMap(([part, addresses]) =>
    addresses
      .map((address, layer) => ({ ...(part && { part }), address, layer }))
      .filter(({ layer }) => layers?.includes(layer) ?? true),
  )
  const chosen = wanted.flatMap(({ address, ...which }) => {
    const { axes } = readable.get(address) as Node
    const groupSize = hasAxis(axes, 'group') ? sizeOf(axes, 'group') : 1
    const count = (hasAxis(axes, 'head') ? sizeOf(axes, 'head') : 1) * groupSize
    checkNumbers('head', heads, count)
    return Array.from({ length: count }, (_, head) => {
      const all = { head: Math.floor(head / groupSize), group: head % groupSize }
      const at = Object.fromEntries(Object.entries(all).filter(([axis]) => hasAxis(axes, axis)))
      // Of all heads the whole is read; of some, they alone.
      return { ...which, head, at, asked: { path: address, ...(heads && { at }) } }
    }).filter(({ head }) => heads?.includes(head) ?? true)
  })
  const seen = await read({ model, engine, edits, inputs, addresses: chosen.map(({ asked }) => asked) })
  return chosen.map(({ at, asked, ...which }) => {
    const value = seen.get(addressText(asked)) as Values
    checkFinite(`pattern: a share of ${asked.path}`, value.data)
    return {
      address: asked.path,
      ...which,
      positions: sizeOf(value.axes, 'position'),
      sources: sizeOf(value.axes, 'source'),
      shares: plane(value, at, ['position', 'source']),
    }
  })
}

const order: readonly AttentionPattern['part'][] = [undefined, 'encoder', 'decoder', 'cross']

function partOf(address: string): AttentionPattern['part'] {
  if (address.startsWith('encoder.')) return 'encoder'
  if (address.endsWith('.cross.pattern')) return 'cross'
  return address.startsWith('decoder.') ? 'decoder' : undefined
}

/** The cells of a value along two axes, row by row, the others being held at a place (0 if not said). */
function plane(
  { axes, data }: { axes: readonly Axis[]; data: Float32Array },
  at: Readonly<Record<string, number>>,
  [rows, columns]: readonly [string, string],
): Float32Array {
  const dense = denseStrides(axes.map(({ size }) => size))
  const strides = new Map(axes.map(({ name }, i) => [name, dense[i]]))
  const start = Object.entries(at).reduce((sum, [axis, place]) => sum + place * (strides.get(axis) ?? 0), 0)
  const [height, width] = [sizeOf(axes, rows), sizeOf(axes, columns)]
  const [down, right] = [strides.get(rows) ?? 0, strides.get(columns) ?? 0]
  return Float32Array.from(
    { length: height * width },
    (_, i) => data[start + Math.floor(i / width) * down + (i % width) * right],
  )
}

function checkNumbers(name: 'layer' | 'head', numbers: readonly number[] | undefined, count: number): void {
  const wrong = numbers?.find((number) => !(Number.isInteger(number) && number >= 0 && number < count))
  if (wrong === undefined) return
  throw new Error(
    `pattern: there is no ${name} ${wrong}; the model has ${count === 1 ? `one, ${name} 0` : `${name}s 0 to ${count - 1}`}.`,
  )
}
