// Cases of attention: masks that the engine knows to be runs of sources, others, and what only the opened formula can do.

import { attention, type Mask } from '../../src/tensor/attention.ts'
import { dropout } from '../../src/tensor/definitions.ts'
import type { Node, Tensor } from '../../src/tensor/node.ts'
import * as p from '../../src/tensor/primitives.ts'
import { type Case, withGradients } from './case.ts'

const attentionCase = (name: string, { causal, source }: { causal: boolean; source?: number }): Case => ({
  name,
  build: ({ a, b, c }) => {
    const sources = source ?? b
    const query = p.input('query', { batch: 2, position: b, head: a, key: c })
    const key = p.input('key', { batch: 2, source: sources, head: a, key: c })
    const value = p.input('value', { batch: 2, source: sources, head: a, value: c + 1 })
    const keep = causal ? p.lessEqual(p.index('source', sources), p.index('position', b)) : undefined
    return withGradients(attention(query, key, value, { keep }).mixed, query, key, value)
  },
})

/** Attention with masks that the engine knows to be runs of sources, and with some that only look like it. */
const maskCases: readonly Case[] = Object.entries<(sizes: { position: number; source: number }) => Mask>({
  'padding on the right': ({ source }) => p.less(p.index('source', source), lengths('length')),
  'padding on the left': ({ source }) => p.lessEqual(lengths('padding'), p.index('source', source)),
  'padding on both sides, in broken numbers': ({ source }) =>
    p.multiply(
      p.less(p.add(lengths('padding'), 0.3), p.index('source', source)),
      p.lessEqual(p.index('source', source), p.add(lengths('length'), 0.6)),
    ),
  'causal, padded on the left': ({ position, source }) =>
    p.multiply(
      p.lessEqual(p.index('source', source), p.index('position', position)),
      p.lessEqual(lengths('padding'), p.index('source', source)),
    ),
  'causal from a start, padded on the left': ({ position, source }) =>
    p.multiply(
      p.lessEqual(lengths('padding'), p.index('source', source)),
      p.lessEqual(p.index('source', source), p.add(p.index('position', position), p.input('start', {}))),
    ),
  'a sliding window': ({ position, source }) =>
    p.multiply(
      p.lessEqual(p.index('source', source), p.index('position', position)),
      p.less(p.subtract(p.index('position', position), 3), p.index('source', source)),
    ),
  'packed sentences': ({ position, source }) => {
    const sentence = p.floor(p.multiply(p.index('position', position), 1 / 3))
    return p.multiply(
      p.lessEqual(p.multiply(sentence, 3), p.index('source', source)),
      p.less(p.index('source', source), p.add(p.multiply(sentence, 3), 3)),
    )
  },
  'the same source as position, or nothing': ({ position, source }) =>
    p.multiply(
      p.equal(p.add(p.index('position', position), 2), p.index('source', source)),
      p.less(p.index('source', source), lengths('length')),
    ),
  'the first two sources': ({ source }) => p.less(p.index('source', source), p.constant(2)),
  'no source': ({ source }) => p.lessEqual(p.index('source', source), p.constant(-1)),
  'a run of sources and others': ({ position, source }) => {
    const [at, from] = [p.index('position', position), p.index('source', source)]
    return p.multiply(p.less(from, lengths('length')), p.lessEqual(p.abs(p.subtract(from, at)), 2))
  },
  'one for each head': ({ position, source }) =>
    p.less(p.input('keep', { batch: 2, head: 2, position, source }) as Tensor, p.constant(0.3)) as Node as Mask,
}).map(([name, mask]) => ({
  name: `attention, ${name}`,
  build: ({ b, c }) => {
    const source = b + 2
    const query = p.input('query', { batch: 2, position: b, head: 2, key: c })
    const key = p.input('key', { batch: 2, source, head: 2, key: c })
    const value = p.input('value', { batch: 2, source, head: 2, value: c })
    return withGradients(attention(query, key, value, { keep: mask({ position: b, source }) }).mixed, query, key, value)
  },
}))

/** A number of positions for each row of the batch. */
const lengths = (name: string): Tensor<'batch'> => p.input(name, { batch: 2 }, { below: 5 })

export const attentionCases: readonly Case[] = [
  attentionCase('attention', { causal: true }),
  attentionCase('attention, all sources', { causal: false, source: 5 }),
  {
    name: 'attention with a mask from memory',
    build: ({ a, b, c }) => {
      const query = p.input('query', { batch: 2, position: b, head: a, key: c })
      const key = p.input('key', { batch: 2, source: 5, head: a, key: c })
      const value = p.input('value', { batch: 2, source: 5, head: a, value: c })
      const far = p.lessEqual(p.abs(p.subtract(p.index('source', 5), p.index('position', b))), 2)
      return withGradients(attention(query, key, value, { keep: far }).mixed, query, key, value)
    },
  },
  ...maskCases,
  {
    name: 'attention with a bias and a scale of its own',
    build: ({ a, b, c }) => {
      const query = p.input('query', { batch: 2, position: b, head: a, key: c })
      const key = p.input('key', { batch: 2, source: 5, head: a, key: c })
      const value = p.input('value', { batch: 2, source: 5, head: a, value: c })
      const bias = p.input('bias', { head: a, position: b, source: 5 })
      const keep = p.lessEqual(p.index('source', 5), p.add(p.index('position', b), 1))
      return withGradients(attention(query, key, value, { keep, bias, scale: 0.4 }).mixed, query, key, value, bias)
    },
  },
  {
    name: 'attention with dropout in the pattern',
    build: ({ a, b, c }) => {
      const query = p.input('query', { batch: 2, position: b, head: a, key: c })
      const key = p.input('key', { batch: 2, source: b, head: a, key: c })
      const value = p.input('value', { batch: 2, source: b, head: a, value: c })
      const keep = p.lessEqual(p.index('source', b), p.index('position', b))
      const step = p.input('step', {})
      const { mixed } = attention(query, key, value, {
        keep,
        drop: (pattern) => dropout(pattern, { rate: 0.3, name: 'pattern', step }),
      })
      return withGradients(mixed, query, key, value)
    },
  },
  {
    name: 'attention of groups, without a batch, with a scale of its own',
    build: ({ a, b, c }) => {
      const query = p.input('query', { position: b, head: a, group: 3, key: c })
      const key = p.input('key', { source: 7, head: a, key: c })
      const value = p.input('value', { source: 7, head: a, value: c })
      return withGradients(attention(query, key, value, { scale: 0.6 }).mixed, query, key, value)
    },
  },
  {
    name: 'attention with an offset',
    build: ({ a, b, c }) => {
      const query = p.input('query', { batch: 2, position: b, head: a, key: c })
      const key = p.input('key', { batch: 2, source: b + 6, head: a, key: c })
      const value = p.input('value', { batch: 2, source: b + 6, head: a, value: c })
      const keep = p.lessEqual(p.index('source', b + 6), p.add(p.index('position', b), p.input('start', {})))
      return { outputs: { y: attention(query, key, value, { keep }).mixed } }
    },
  },
]
