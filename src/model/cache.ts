// The cache: keys and values of the positions that have been computed, so that the next token costs one position only.
//
// It is an argument of the same forward pass that trains. Attention hands its new keys and values to it and gets all of them
// back; the updates, run with the program, put them in their place. Positions begin at `start`, an input of the program.

import { pathOf } from '../tensor/names.ts'
import type { Node, Tensor } from '../tensor/node.ts'
import { parameter, place } from '../tensor/primitives.ts'

type Keys = Tensor<'batch' | 'source' | 'head' | 'key'>
type Values = Tensor<'batch' | 'source' | 'head' | 'value'>

export class Cache {
  /** How many positions have been computed before this run. */
  readonly start: Tensor<never>
  readonly #capacity: number
  readonly #kept: Map<string, { key: Keys; value: Values }>
  /** What has to be kept after a run: for every part of the cache its new values. */
  readonly updates = new Map<Node, Node>()

  /** `shared`: a cache of an earlier graph, whose memory this one goes on with (prefill, then single steps). */
  constructor({ capacity, start, shared }: { capacity: number; start: Tensor<never>; shared?: Cache }) {
    this.#capacity = capacity
    this.start = start
    this.#kept = shared ? shared.#kept : new Map()
  }

  get capacity(): number {
    return this.#capacity
  }

  /** Keys and values of all positions so far, the new ones among them, for one attention part. */
  append(part: object, { key, value }: { key: Keys; value: Values }): { key: Keys; value: Values } {
    const at = pathOf(part)
    const kept = this.#kept.get(at) ?? { key: this.#empty(key) as Keys, value: this.#empty(value) as Values }
    this.#kept.set(at, kept)
    const all = {
      key: place(kept.key, key, 'source', this.start),
      value: place(kept.value, value, 'source', this.start),
    }
    this.updates.set(kept.key, all.key)
    this.updates.set(kept.value, all.value)
    return all
  }

  #empty(like: Node): Node {
    const sizes = like.axes.map(({ name, size: length }) => [name, name === 'source' ? this.#capacity : length])
    return parameter(Object.fromEntries(sizes), 'zeros')
  }
}
