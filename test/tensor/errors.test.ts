// Shape trouble, word for word: the message says where, which operation, both shapes, and what to do.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { attention } from '../../src/tensor/attention.ts'
import { AxisError } from '../../src/tensor/axes.ts'
import { concatenate, crossEntropy, pad, slice, softmax } from '../../src/tensor/definitions.ts'
import { gradient } from '../../src/tensor/gradient.ts'
import type { Node, Tensor } from '../../src/tensor/node.ts'
import { see, trace } from '../../src/tensor/pass.ts'
import {
  add,
  constant,
  dot,
  expand,
  gather,
  index,
  input,
  parameter,
  place,
  rename,
  scatter,
  sum,
  window,
} from '../../src/tensor/primitives.ts'

const scores = input('scores', { batch: 2, head: 8, position: 16, source: 16 })

/** What TypeScript would not let through: a name that is known only when the program runs. */
const unchecked = (name: string) => name as never

const cases: readonly (readonly [what: string, build: () => unknown, message: string])[] = [
  [
    'two sizes of one axis, in a named part',
    () => {
      const attention = { weight: parameter({ source: 16, head: 12, key: 64 }) }
      trace({ blocks: [{}, {}, {}, { attention }] }, () =>
        dot(input('query', { position: 16, head: 8, key: 64 }), attention.weight, 'key'),
      )
    },
    'blocks.3.attention: dot: axis "head" is 8 in (position 16, head 8, key 64) but 12 in (source 16, head 12, key 64).\n' +
      '  Shared axes must have equal sizes; rename one if they mean different things.',
  ],
  [
    'a name with a slip of the pen',
    () => softmax(scores, unchecked('sources')),
    'softmax: no axis "sources" in (batch 2, head 8, position 16, source 16). Did you mean "source"?',
  ],
  [
    'a name like no other',
    () => sum(scores, unchecked('vocab')),
    'sum: no axis "vocab" in (batch 2, head 8, position 16, source 16).',
  ],
  [
    'a single number has no axes',
    () => softmax(sum(scores, 'batch', 'head', 'position', 'source'), unchecked('source')),
    'softmax: no axis "source" in a single number.',
  ],
  [
    'an axis that one side of a product lacks',
    () => dot(scores, parameter({ key: 64, model: 32 }), unchecked('key')),
    'dot: no axis "key" in (batch 2, head 8, position 16, source 16).',
  ],
  [
    'two sizes in a sum',
    () => add(input('x', { position: 16, model: 8 }), input('y', { model: 9 })),
    'add: axis "model" is 8 in (position 16, model 8) but 9 in (model 9).\n' +
      '  Shared axes must have equal sizes; rename one if they mean different things.',
  ],
  [
    'renaming to a name that is taken',
    () => rename(scores, 'position', 'source'),
    'rename: (batch 2, head 8, position 16, source 16) already has an axis "source".',
  ],
  [
    'a size that is none',
    () => parameter({ model: 128 / 3 }),
    `parameter: the size of axis "model" is ${128 / 3}; it must be a whole number, at least 1.`,
  ],
  [
    'an index without length',
    () => index('source', 0),
    'index: the size of axis "source" is 0; it must be a whole number, at least 1.',
  ],
  [
    'a table without the axis that ids stand for',
    () => gather(parameter({ token: 65, model: 8 }), input('ids', { position: 4 }), unchecked('vocab')),
    'gather: no axis "vocab" in (token 65, model 8).',
  ],
  [
    'a value that does not fit into the cache',
    () => place(parameter({ source: 4, key: 8 }), input('keys', { source: 5, key: 8 }), 'source', input('start', {})),
    'place: axis "source" is 4 in (source 4, key 8) but 5 in (source 5, key 8).\n' +
      '  Shared axes must have equal sizes; rename one if they mean different things.',
  ],
  [
    'repeating along axes that leave one out',
    () => expand(scores, [{ name: 'batch', size: 2 }]),
    'expand: axis "head" of (batch 2, head 8, position 16, source 16) is not in (batch 2).',
  ],
  [
    'rows that do not stand where the ids are',
    () => scatter(input('g', { model: 8 }), input('ids', { position: 4 }), { name: 'vocab', size: 9 }, []),
    'scatter: no axis "position" in (model 8).',
  ],
  [
    'a target on other positions than the logits',
    () => crossEntropy(input('logits', { position: 4, vocab: 9 }), input('target', { position: 5 }), 'vocab'),
    'crossEntropy: axis "position" is 4 in (position 4, vocab 9) but 5 in (position 5).\n' +
      '  Shared axes must have equal sizes; rename one if they mean different things.',
  ],
  [
    'queries and keys of different length',
    () =>
      attention(
        input('query', { batch: 1, position: 4, head: 2, key: 8 }),
        input('key', { batch: 1, source: 4, head: 2, key: 6 }),
        input('value', { batch: 1, source: 4, head: 2, value: 8 }),
      ),
    'dot: axis "key" is 8 in (batch 1, position 4, head 2, key 8) but 6 in (batch 1, source 4, head 2, key 6).\n' +
      '  Shared axes must have equal sizes; rename one if they mean different things.',
  ],
  [
    'a window on half a place',
    () => window(input('x', { position: 8 }), 'position', { from: 0.5, size: 3 }),
    'window: 3 places of axis "position" from 0.5 on; both must be whole numbers, and at least one place.',
  ],
  [
    'a slice beyond the end',
    () => slice(input('x', { position: 8, model: 2 }), 'position', { from: 6, to: 9 }),
    'slice: the places from 6 on and before 9 of axis "position" are not in (position 8, model 2).',
  ],
  [
    'less than no padding',
    () => pad(input('x', { position: 8 }), 'position', { before: -1 }),
    'pad: -1 places before and 0 after axis "position"; neither may be negative.',
  ],
  [
    'two that differ along another axis than the one they are put together on',
    () => concatenate(input('a', { position: 8, model: 2 }), input('b', { position: 3, model: 4 }), 'position'),
    'concatenate: axis "model" is 2 in (position 8, model 2) but 4 in (position 3, model 4).\n' +
      '  Shared axes must have equal sizes; rename one if they mean different things.',
  ],
  [
    'keys whose positions were not renamed',
    () =>
      attention(
        input('query', { position: 4, key: 8 }),
        input('key', { position: 4, key: 8 }) as Tensor as Tensor<'source' | 'key'>,
        input('value', { source: 4, value: 8 }),
      ),
    'attention: no axis "source" in (position 4, key 8).',
  ],
  [
    'values for heads that the queries do not have',
    () =>
      attention(
        input('query', { position: 4, key: 8 }),
        input('key', { source: 5, key: 8 }),
        input('value', { source: 5, head: 2, value: 8 }) as Tensor as Tensor<'source' | 'value'>,
      ),
    'attention: axis "head" of the values (source 5, head 2, value 8) is not in the queries (position 4, key 8).',
  ],
  [
    'a mask for a batch that is not there',
    () =>
      attention(
        input('query', { position: 4, key: 8 }),
        input('key', { source: 5, key: 8 }),
        input('value', { source: 5, value: 8 }),
        { keep: input('keep', { batch: 2, source: 5 }) },
      ),
    'attention: axis "batch" of the mask (batch 2, source 5) is not in the scores (position 4, source 5).',
  ],
  [
    'a mask for another number of sources',
    () =>
      attention(
        input('query', { position: 4, key: 8 }),
        input('key', { source: 5, key: 8 }),
        input('value', { source: 5, value: 8 }),
        { keep: input('keep', { source: 6 }) },
      ),
    'where: axis "source" is 6 in (source 6) but 5 in (position 4, source 5).\n' +
      '  Shared axes must have equal sizes; rename one if they mean different things.',
  ],
]

describe('an AxisError', () => {
  for (const [what, build, message] of cases)
    test(what, () => {
      assert.throws(build, (error) => {
        assert.ok(error instanceof AxisError)
        assert.equal(String(error), `AxisError: ${message}`)
        return true
      })
    })
})

describe('other errors of graphs', () => {
  test('a loss that is not one number', () => {
    const weight = parameter({ model: 3 })
    assert.throws(() => gradient(weight as Node as Tensor<never>, [weight]), {
      message: 'gradient: the loss must be a single number, but has the axes (model 3). Sum it up, or take its mean.',
    })
  })

  test('a weight that the loss does not depend on', () => {
    const part = { used: parameter({ model: 3 }), left: parameter({ model: 3 }) }
    assert.throws(() => trace({ part }, () => gradient(sum(part.used, 'model'), [part.left])), {
      message: 'gradient: the loss does not depend on part.left.',
    })
  })

  test('an address that is not there', () => {
    const part = {}
    const { names } = trace({ attention: part }, () => see(part, { pattern: softmax(scores, 'source') }))
    assert.throws(() => names.valueAt('attention.patern'), {
      message: 'address: there is no value "attention.patern". Did you mean "attention.pattern"?',
    })
  })
})

test('a constant that is no place of a table is refused', () => {
  for (const place of [-1, 65])
    assert.throws(() => gather(parameter({ token: 65, model: 8 }), constant(place), 'token'), {
      message: `gather: there is no place ${place} along "token", which has 65, from 0.`,
    })
})
