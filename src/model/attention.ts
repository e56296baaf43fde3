// Attention: the only place where positions exchange information.
//
//   query = x · W_Q      what a position asks          key = source · W_K      what a source offers
//   value = source · W_V what it would give            mixed = softmax(query · key / √d_k) · value
//   output = mixed · W_O the heads' answers, added up
//
// Vaswani et al. 2017, section 3.2. The formula from query, key and value to mixed stands in tensor/attention.ts; read it next.
//
// Several query heads may share one head of keys and values (`group`, Ainslie et al. 2023; with a single such head Shazeer
// 2019). A projection that is left out is the identity: attention then has one head, as wide as the stream.

import { attention, type Mask } from '../tensor/attention.ts'
import type { Node, Tensor } from '../tensor/node.ts'
import { see } from '../tensor/pass.ts'
import { rename, size } from '../tensor/primitives.ts'
import { type Dropout, noDropout } from './dropout.ts'
import type { Linear } from './linear.ts'
import { both, type Extent, sliding } from './masks.ts'
import type { Places, Stream } from './stream.ts'

/** The parts that let attention know where things stand, where the stream alone does not say it. */
export interface AttentionPositions {
  /** The stream that asks and offers, before it is projected: learnt positions on queries and keys only. */
  onto?(x: Stream, places: Places): Stream
  /** Queries and keys, turned by their places: RoPE. */
  turned?<A extends string>(x: Tensor<A | 'key'>, places: Tensor): Tensor<A | 'key'>
  /** The numbers that are added to the scores: ALiBi. */
  bias?(extent: Extent): Node
}

/** The keys and values that attention looks at. */
export interface Sources {
  readonly key: Tensor<'batch' | 'source' | 'head' | 'key'>
  readonly value: Tensor<'batch' | 'source' | 'head' | 'value'>
}

/** Remembers what attention has looked at: cache.ts. */
export interface KnownSources {
  /** The number of positions that came before. */
  readonly start: Tensor<never>
  /** Takes the keys and values of new positions, and gives those of all. */
  append(part: object, sources: Sources): Sources
}

/** An encoded source as cross-attention sees it: for each part its keys and values, and which of them count. */
export interface Memory {
  readonly keep?: Mask | undefined
  sources(part: CrossAttention): Sources
}

export type CrossAttention = Pick<Attention, 'apply' | 'sources'>

/** The things that a forward pass gives attention besides the stream. */
export interface AttentionContext {
  readonly keep?: Mask | undefined
  readonly cache?: KnownSources | undefined
  readonly places?: Places | undefined
  readonly drop?: Dropout | undefined
}

/** `Heads`: the axes of a query's heads; `head` and `group` where several of them share keys and values. */
export class Attention<Heads extends string = 'head'> {
  readonly query: Linear<'model', Heads | 'key'> | undefined
  readonly key: Linear<'model', 'head' | 'key'> | undefined
  readonly value: Linear<'model', 'head' | 'value'> | undefined
  readonly output: Linear<Heads | 'value', 'model'> | undefined
  readonly queryNorm: Norm | undefined
  readonly keyNorm: Norm | undefined
  readonly positions: AttentionPositions | undefined
  readonly #scale: number | undefined
  readonly #window: number | undefined

  /**
   * - `queryNorm`, `keyNorm`: normalise queries and keys over "key" before they meet (Qwen3)
   * - `scale`: the factor of scores; 1 / √d_k if not given
   * - `window`: the number of places that it sees, from its own backwards; all if not given
   */
  constructor(parts: {
    query?: Linear<'model', Heads | 'key'>
    key?: Linear<'model', 'head' | 'key'>
    value?: Linear<'model', 'head' | 'value'>
    output?: Linear<Heads | 'value', 'model'>
    queryNorm?: Norm | undefined
    keyNorm?: Norm | undefined
    positions?: AttentionPositions | undefined
    scale?: number | undefined
    window?: number | undefined
  }) {
    this.query = parts.query
    this.key = parts.key
    this.value = parts.value
    this.output = parts.output
    this.queryNorm = parts.queryNorm
    this.keyNorm = parts.keyNorm
    this.positions = parts.positions
    this.#scale = parts.scale
    this.#window = parts.window
  }

  /** Every position of x looks at `sources`: at x itself unless told otherwise (cross-attention). */
  apply(x: Stream, context: AttentionContext = {}, sources?: Sources): Stream {
    const { keep, cache, places, drop = noDropout } = context
    const query = this.#query(x, places)
    see(this, { query })
    const offered = sources ?? this.sources(x, places)
    const known = cache && !sources ? cache.append(this, offered) : offered
    const extent = { position: size(x, 'position'), source: size(known.key, 'source'), start: cache?.start }
    const { scores, pattern, mixed } = attention(query, known.key, known.value, {
      keep: this.#window === undefined ? keep : both(keep, sliding(extent, this.#window)),
      bias: this.positions?.bias?.(extent),
      scale: this.#scale,
      drop: drop.has('pattern') ? (shares) => drop.apply('pattern', shares, this) : undefined,
    })
    // The compiler cannot follow `Heads` through attention.
    const answers = mixed as Node as Tensor<'batch' | 'position' | Heads | 'value'>
    const output = this.output ? this.output.apply<'batch' | 'position'>(answers) : rename(mixed, 'value', 'model')
    return see(this, { scores, pattern, mixed, output: output as Node as Stream }).output
  }

  /** The keys and values of a stream: what those who look at it see. */
  sources(from: Stream, places?: Places): Sources {
    const giving = rename(from, 'position', 'source')
    const placed = this.#placed(from, places)
    const offering = placed === from ? giving : rename(placed, 'position', 'source')
    const key = this.key ? this.key.apply<'batch' | 'source'>(offering) : rename(offering, 'model', 'key')
    const value = this.value ? this.value.apply<'batch' | 'source'>(giving) : rename(giving, 'model', 'value')
    const there = places && rename(places as Tensor<'position'>, 'position', 'source')
    return see(this, { key: this.#meeting(key, this.keyNorm, there), value: value as Node }) as Sources
  }

  #query(x: Stream, places: Places | undefined): Tensor<'batch' | 'position' | 'head' | 'key'> {
    const asking = this.#placed(x, places)
    const query = this.query ? this.query.apply<'batch' | 'position'>(asking) : rename(asking, 'model', 'key')
    return this.#meeting(query, this.queryNorm, places) as Tensor<'batch' | 'position' | 'head' | 'key'>
  }

  #placed(x: Stream, places: Places | undefined): Stream {
    return places && this.positions?.onto ? this.positions.onto(x, places) : x
  }

  /** Queries or keys as they meet: normalised, then turned by their places. */
  #meeting(x: Node, norm: Norm | undefined, places: Node | undefined): Node {
    const normed = norm ? norm.apply(x as Tensor<'key'>) : x
    return places && this.positions?.turned ? this.positions.turned(normed as Tensor<'key'>, places as Tensor) : normed
  }
}

/** A norm over the numbers of a head. */
export interface Norm {
  apply<X extends string>(x: Tensor<X | 'key'>): Tensor<X | 'key'>
}
