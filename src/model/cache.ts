// The cache: keys and values of the positions that have been computed, so that the next token costs one position only.
//
// It is an argument of the same forward pass that trains. Attention hands its new keys and values to it and gets all of them
// back; the updates, run with the program, put them in their place. Positions begin at `start`, an input of the program.
//
// What cross-attention looks at never grows: it is kept once (`keep`), and later programs recall it.

import type { Node, Tensor } from '../tensor/node.ts'
import { pathHere } from '../tensor/pass.ts'
import { gather, parameter, place } from '../tensor/primitives.ts'
import type { CrossAttention, KnownSources, Memory, Sources } from './attention.ts'
import type { Mask } from './masks.ts'

export class Cache implements KnownSources {
  /** The number of positions that were computed before this run. */
  readonly start: Tensor<never>
  readonly #capacity: number
  readonly #rows: Tensor<'batch'> | undefined
  /** For every attention what is kept of it, each time that a forward pass applies it: once, unless parts of a model are shared. */
  readonly #kept: Map<object, Sources[]>
  readonly #applied = new Applied()
  /** The values to be kept after a run: for every part of the cache its new values. */
  readonly updates = new Map<Node, Node>()

  /**
   * - `shared`: a cache of an earlier graph, whose memory this one goes on with (prefill, then single steps)
   * - `rows`: for every row of the cache, which row of what is kept it looks at, if not each at its own
   */
  constructor({
    capacity,
    start,
    shared,
    rows,
  }: {
    capacity: number
    start: Tensor<never>
    shared?: Cache | undefined
    rows?: Tensor<'batch'> | undefined
  }) {
    this.#capacity = capacity
    this.start = start
    this.#rows = rows
    this.#kept = shared ? shared.#kept : new Map()
  }

  get capacity(): number {
    return this.#capacity
  }

  /** All keys and values that are kept, in the order in which a forward pass comes to them. */
  get kept(): readonly Sources[] {
    return [...this.#kept.values()].flat()
  }

  /** Keys and values of all positions so far, the new ones among them, for one attention part. */
  append(part: object, { key, value }: Sources): Sources {
    const kept = this.#keptOf(part, { key, value }, this.#capacity)
    const all = {
      key: place(kept.key, key, 'source', this.start),
      value: place(kept.value, value, 'source', this.start),
    }
    this.updates.set(kept.key, all.key)
    this.updates.set(kept.value, all.value)
    return all
  }

  /** Keeps what a cross-attention looks at, for programs that recall it. */
  keep(part: object, offered: Sources): void {
    const rows = this.#rows
    const key = rows ? (gather(offered.key, rows, 'batch') as Sources['key']) : offered.key
    const value = rows ? (gather(offered.value, rows, 'batch') as Sources['value']) : offered.value
    const kept = this.#keptOf(part, { key, value })
    this.updates.set(kept.key, key)
    this.updates.set(kept.value, value)
  }

  /** The memory that was kept; `keep`: which of its sources count. */
  recalled(keep?: Mask): Memory {
    const recalled = new Applied()
    return {
      keep,
      sources: (part: CrossAttention): Sources => {
        const kept = this.#kept.get(part)?.[recalled.next(part)]
        if (!kept) throw new Error(`cache: nothing was kept for ${pathHere(part)}. Encode the source first.`)
        return kept
      },
    }
  }

  #keptOf(part: object, like: Sources, capacity?: number): Sources {
    const all = this.#kept.get(part) ?? []
    this.#kept.set(part, all)
    const time = this.#applied.next(part)
    all[time] ??= {
      key: empty(like.key, capacity) as Sources['key'],
      value: empty(like.value, capacity) as Sources['value'],
    }
    return all[time]
  }
}

/** The number of times that each part has been applied so far. */
class Applied {
  readonly #times = new Map<object, number>()

  /** The number of this time, from 0 on. */
  next(part: object): number {
    const times = this.#times.get(part) ?? 0
    this.#times.set(part, times + 1)
    return times
  }
}

/** Room for values like these, along `source` for as many as the capacity says. */
function empty(like: Node, capacity: number | undefined): Node {
  const sizes = like.axes.map(({ name, size }) => [name, name === 'source' ? (capacity ?? size) : size])
  return parameter(Object.fromEntries(sizes), 'zeros')
}
