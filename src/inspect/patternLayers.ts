// The layers of a model that have attention patterns, those of them that are wanted, and how many bytes their patterns take.

import { cells, hasAxis, sizeOf } from '../tensor/axes.ts'
import type { Names } from '../tensor/names.ts'
import type { Node } from '../tensor/node.ts'

/**
 * The half that attends, in models with an encoder. In the encoder the source looks at itself, in the decoder the text does, and
 * across the text looks at the source.
 */
export type AttendingPart = 'encoder' | 'decoder' | 'cross'

/** The patterns of one layer: where they are, and which heads are wanted. */
export interface PatternLayer {
  readonly part?: AttendingPart
  /** The number of the attention in the model, or in that part, from 0 on, in the order in which the text goes through them. */
  readonly layer: number
  /** `blocks.0.attention.pattern` */
  readonly address: string
  /** The numbers of the heads; heads that share keys and values come one after the other. */
  readonly heads: readonly number[]
  /** The patterns of all its heads. */
  readonly node: Node
}

/** Bytes of patterns, known before anything runs. */
export interface PatternBytes {
  /** Of the queries and keys of all layers, which are held from the first layer to the last. */
  readonly kept: number
  /** Of the patterns of one layer, the largest. */
  readonly layer: number
  /** Of all patterns that are wanted, for who keeps them. */
  readonly all: number
}

/** The layers and heads that are wanted; all where they are not given. */
export interface WantedHeads {
  readonly layers?: readonly number[] | undefined
  readonly heads?: readonly number[] | undefined
}

/** The layers of a pass that are wanted. Throws for a layer or a head that the model does not have, and for a model without attention. */
export function patternLayers({ values }: Names, { layers, heads }: WantedHeads): PatternLayer[] {
  const addresses = [...values.keys()].filter((each) => each.split('.').at(-1) === 'pattern')
  if (addresses.length === 0)
    throw new Error('pattern: the model has no value "pattern"; it seems to have no attention.')
  const groups = [...Map.groupBy(addresses, partOf)].sort(([a], [b]) => order.indexOf(a) - order.indexOf(b))
  checkNumbers('layer', layers, Math.max(...groups.map(([, own]) => own.length)))
  return groups.flatMap(([part, own]) =>
    own.flatMap((address, layer) => {
      if (!(layers?.includes(layer) ?? true)) return []
      const node = values.get(address) as Node
      const count = headCount(node)
      checkNumbers('head', heads, count)
      const wanted = Array.from({ length: count }, (_, head) => head).filter((head) => heads?.includes(head) ?? true)
      return { ...(part && { part }), layer, address, heads: wanted, node }
    }),
  )
}

const headCount = ({ axes }: Node): number =>
  ['head', 'group'].reduce((count, name) => count * (hasAxis(axes, name) ? sizeOf(axes, name) : 1), 1)

const order: readonly (AttendingPart | undefined)[] = [undefined, 'encoder', 'decoder', 'cross']

function partOf(address: string): AttendingPart | undefined {
  if (address.startsWith('encoder.')) return 'encoder'
  if (address.endsWith('.cross.pattern')) return 'cross'
  return address.startsWith('decoder.') ? 'decoder' : undefined
}

/** Throws for a number of a layer or a head that is not among so many. */
export function checkNumbers(name: 'layer' | 'head', numbers: readonly number[] | undefined, count: number): void {
  const wrong = numbers?.find((number) => !(Number.isInteger(number) && number >= 0 && number < count))
  if (wrong === undefined) return
  throw new Error(
    `pattern: there is no ${name} ${wrong}; the model has ${count === 1 ? `one, ${name} 0` : `${name}s 0 to ${count - 1}`}.`,
  )
}

/** The values at which attention is cut off from the rest of the model: its queries and keys, as far as the model names them. */
export function cutsOf(names: Names, address: string): Map<string, Node> {
  const part = address.slice(0, -'pattern'.length)
  return new Map(
    [`${part}query`, `${part}key`].flatMap((name) => {
      const node = names.values.get(name)
      return node && !isGiven(node) ? [[name, node] as const] : []
    }),
  )
}

const isGiven = ({ operation: { kind } }: Node): boolean => kind === 'input' || kind === 'parameter'

/** The bytes of the patterns of layers of a pass. */
export function patternBytesOf(names: Names, layers: readonly PatternLayer[]): PatternBytes {
  const ends = new Set(layers.flatMap(({ address }) => [...cutsOf(names, address).values()]))
  const bytes = layers.map(({ node }) => 4 * cells(node.axes))
  const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0)
  return {
    kept: sum([...ends].map(({ axes }) => 4 * cells(axes))),
    layer: Math.max(0, ...bytes),
    all: sum(layers.map(({ node, heads }, i) => (bytes[i] / headCount(node)) * heads.length)),
  }
}
