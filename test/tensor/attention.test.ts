// What lies inside attention: the same nodes whoever asks, whether an engine has a kernel for the whole of it or not.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { reference } from '../../src/engine/reference.ts'
import { attention } from '../../src/tensor/attention.ts'
import { crossEntropy, dropout } from '../../src/tensor/definitions.ts'
import type { Tensor } from '../../src/tensor/node.ts'
import { constant, index, input, lessEqual, parameter } from '../../src/tensor/primitives.ts'
import { numbers } from './numbers.ts'

const engine = reference()

function given<A extends string>(sizes: Record<A, number>): Tensor<A> {
  const node = parameter(sizes)
  engine.set(node, numbers(node.axes, { from: -1, to: 1, key: node.id }))
  return node
}

const query = given({ position: 3, head: 2, key: 4 })
const key = given({ source: 3, head: 2, key: 4 })
const value = given({ source: 3, head: 2, value: 5 })
const keep = lessEqual(index('source', 3), index('position', 3))
const bias = given({ head: 2, position: 3, source: 3 })
const drop = <A extends string>(pattern: Tensor<A>): Tensor<A> =>
  dropout(pattern, { rate: 0.5, name: 'pattern', step: constant(1) })

describe('inside attention are scores and pattern', () => {
  const cases = {
    'with a kernel': attention(query, key, value, { keep }),
    'with a bias': attention(query, key, value, { keep, bias }),
    'with dropout, before it': attention(query, key, value, { keep, drop }),
  }
  for (const [what, { pattern }] of Object.entries(cases))
    test(what, () => {
      const cells = engine.run64({ outputs: { pattern } }, {}).get(pattern) ?? []
      assert.equal(pattern.axes.at(-1)?.name, 'source')
      for (let row = 0; row < cells.length; row += 3)
        assert.ok(Math.abs(cells[row] + cells[row + 1] + cells[row + 2] - 1) < 1e-12, `row ${row / 3} is no whole`)
    })
})

test('label smoothing is a share', () => {
  const [logits, target] = [input('logits', { position: 2, vocab: 3 }), input('target', { position: 2 })]
  assert.throws(() => crossEntropy(logits, target, 'vocab', { smoothing: 1.5 }), {
    message: 'crossEntropy: label smoothing is 1.5; it must be from 0 to 1.',
  })
})
