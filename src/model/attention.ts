// Attention: the only place where positions exchange information.
//
//   query = x · W_Q      what a position asks          key = source · W_K      what a source offers
//   value = source · W_V what it would give            mixed = softmax(query · key / √d_k) · value
//   output = mixed · W_O the heads' answers, added up
//
// Vaswani et al. 2017, section 3.2. The formula from query, key and value to mixed stands in tensor/attention.ts; read it next.

import { attention } from '../tensor/attention.ts'
import { see } from '../tensor/names.ts'
import { rename } from '../tensor/primitives.ts'
import type { Cache } from './cache.ts'
import type { Linear } from './linear.ts'
import type { Mask, Stream } from './stream.ts'

export class Attention {
  readonly query: Linear<'model', 'head' | 'key'>
  readonly key: Linear<'model', 'head' | 'key'>
  readonly value: Linear<'model', 'head' | 'value'>
  readonly output: Linear<'head' | 'value', 'model'>

  constructor(parts: {
    query: Attention['query']
    key: Attention['key']
    value: Attention['value']
    output: Attention['output']
  }) {
    this.query = parts.query
    this.key = parts.key
    this.value = parts.value
    this.output = parts.output
  }

  /** Every position of x looks at the sources `from`: at x itself unless told otherwise (cross-attention). */
  apply(x: Stream, { keep, from = x, cache }: { keep?: Mask; from?: Stream; cache?: Cache } = {}): Stream {
    const source = rename(from, 'position', 'source')
    const query = this.query.apply<'batch' | 'position'>(x)
    const key = this.key.apply<'batch' | 'source'>(source)
    const value = this.value.apply<'batch' | 'source'>(source)
    see(this, { query, key, value })
    const known = cache ? cache.append(this, { key, value }) : { key, value }
    const mixed = attention(query, known.key, known.value, { keep })
    const output = this.output.apply<'batch' | 'position'>(mixed)
    return see(this, { mixed, output }).output
  }
}
