// Which masks are known to be runs of sources: those need no matrix, and nothing outside the runs is visited.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { target } from '../../../src/engine/cpu/target.ts'
import { lower } from '../../../src/engine/lower/lower.ts'
import { attention, type Mask } from '../../../src/tensor/attention.ts'
import type { Tensor } from '../../../src/tensor/node.ts'
import * as p from '../../../src/tensor/primitives.ts'

const sizes = { batch: 2, position: 6, source: 9, head: 2, key: 4, value: 4 }
const source = p.index('source', sizes.source)
const position = p.index('position', sizes.position)
const start: Tensor<never> = p.input('start', {})
const lengths: Tensor<'batch'> = p.input('lengths', { batch: sizes.batch })
const both = (a: Mask, b: Mask): Mask => p.multiply(a as Tensor<'source'>, b as Tensor<'source'>) as Mask
const causal = p.lessEqual(source, position)

/** What the kernel of attention is given in place of a mask, each with its axes. */
function given(keep: Mask): Record<string, string> {
  const { batch, position, source, head, key, value } = sizes
  const { mixed } = attention(
    p.input('query', { batch, position, head, key }),
    p.input('key', { batch, source, head, key }),
    p.input('value', { batch, source, head, value }),
    { keep },
  )
  const { waves } = lower({ outputs: { mixed } }, target)
  const call = waves.flat().find(({ kernel }) => kernel.kind === 'attention')
  if (call?.kernel.kind !== 'attention') return assert.fail('there is no attention')
  const { causal, first, last, keep: read } = call.kernel
  const axes = (operand: number) => call.operands[operand].axes.map(({ name }) => name).join(' ')
  const found = { first, last, offset: causal?.offset, keep: read }
  return {
    ...(causal && { causal: '' }),
    ...Object.fromEntries(Object.entries(found).flatMap(([name, at]) => (at === undefined ? [] : [[name, axes(at)]]))),
  }
}

describe('a mask is known to be', () => {
  const cases: [what: string, mask: Mask, given: Record<string, string>][] = [
    ['causal', causal, { causal: '' }],
    ['causal after a start', p.lessEqual(source, p.add(position, start)), { causal: '', offset: '' }],
    [
      'causal, with sources by another name',
      p.lessEqual(p.rename(p.index('from', 9), 'from', 'source'), position),
      { causal: '' },
    ],
    ['padded on the right', p.less(source, lengths), { last: 'batch' }],
    ['padded on the left', p.lessEqual(lengths, source), { first: 'batch' }],
    [
      'causal and padded on the left',
      both(p.lessEqual(lengths, source), p.lessEqual(source, p.add(position, start))),
      { causal: '', first: 'batch', offset: '' },
    ],
    ['a sliding window', both(causal, p.less(p.subtract(position, 3), source)), { causal: '', first: 'position' }],
    [
      'a window to both sides',
      both(p.lessEqual(source, p.add(position, 2)), p.lessEqual(position, source)),
      { causal: '', offset: '', first: 'position' },
    ],
    [
      'runs from memory',
      both(
        p.lessEqual(p.input('first', { batch: 2, position: 6 }), source),
        p.lessEqual(source, p.input('last', { position: 6 })),
      ),
      { first: 'batch position', last: 'position' },
    ],
    ['one source', p.equal(source, position), { first: 'position', last: 'position' }],
    ['a matrix', p.input('mask', { position: 6, source: 9 }), { keep: 'position source' }],
    [
      'causal, and a matrix besides',
      both(both(p.input('mask', { batch: 2, source: 9 }), causal), p.input('other', { source: 9 })),
      { causal: '', keep: 'batch source' },
    ],
    [
      'not: places are compared with what has sources itself',
      p.less(source, p.input('limit', { source: 9 })),
      { keep: 'source' },
    ],
  ]
  for (const [what, mask, expected] of cases) test(what, () => assert.deepEqual(given(mask), expected))
})
