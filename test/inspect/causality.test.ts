// No position sees ahead: in our GPT-2, and not in the mistake that study notes like to make, which the check has to find.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { checkCausality, findLeaks } from '../../src/inspect/causality.ts'
import { TokenEmbedding } from '../../src/model/embedding.ts'
import { GPT2 } from '../../src/model/gpt2.ts'
import { causal } from '../../src/model/masks.ts'
import type { Ids } from '../../src/model/stream.ts'
import { softmax } from '../../src/tensor/definitions.ts'
import type { Tensor } from '../../src/tensor/node.ts'
import {
  add,
  dot,
  equal,
  index,
  lessEqual,
  maximum,
  multiply,
  parameter,
  rename,
  where,
} from '../../src/tensor/primitives.ts'

const vocab = 5
const positions = 6
const sizes = { model: 4, key: 3 }

type Scores = Tensor<'batch' | 'position' | 'source'>

/** One head of attention between an embedding and an unembedding, with a pattern that is made as the caller says. */
class OneHead {
  readonly embedding = new TokenEmbedding({ vocab, model: sizes.model })
  readonly query = parameter(sizes)
  readonly key = parameter(sizes)
  readonly #pattern: (scores: Scores) => Scores

  constructor(pattern: (scores: Scores) => Scores) {
    this.#pattern = pattern
  }

  logits(ids: Ids) {
    const stream = this.embedding.apply(ids)
    const source = rename(stream, 'position', 'source')
    const scores = dot(dot(stream, this.query, 'model'), dot(source, this.key, 'model'), 'key')
    const mixed = dot(this.#pattern(scores), source, 'source')
    return dot(add(stream, mixed), this.embedding.token, 'model')
  }
}

const masked = (keep: Tensor<'position' | 'source'>, scores: Scores): Scores => where(keep, scores, -Infinity)

/** Where a position may look, as it should be: at itself and at what came before. */
const past = causal({ position: positions })

/** The other triangle. */
const future = lessEqual(index('position', positions), index('source', positions))

const check = (pattern: (scores: Scores) => Scores) => () =>
  checkCausality((ids) => new OneHead(pattern).logits(ids), { vocab, positions })

describe('causality', () => {
  test('holds in GPT-2', () => {
    const model = new GPT2({ vocab, context: positions, layer: 2, head: 2, model: 8 })
    checkCausality((ids) => model.logits({ ids }), { vocab, positions })
  })

  test(
    'holds in the formula',
    check((scores) => softmax(masked(past, scores), 'source')),
  )

  test('is broken by the slip of study notes: the lower triangle masked, and softmax over the queries', () => {
    assert.throws(
      check((scores) => softmax(masked(future, scores), 'position')),
      {
        message:
          'causality: what is made for position 0 changes when the token at position 1 does. 14 more of 15 such pairs do the same.\n' +
          '  A position may look at itself and at those before it: keep source ≤ position, and let softmax run over "source".',
      },
    )
  })

  test('is broken by softmax over the queries alone, though the mask is right', () => {
    // A source divides its attention among all positions that look at it: later ones change what earlier ones get.
    assert.throws(
      check((scores) => softmax(masked(past, scores), 'position')),
      /position 0 changes when the token at position 1 does/,
    )
  })

  test('is broken by the wrong triangle alone, and by none', () => {
    assert.throws(
      check((scores) => softmax(masked(future, scores), 'source')),
      /^Error: causality: what is made for position 0/,
    )
    assert.throws(
      check((scores) => softmax(scores, 'source')),
      /^Error: causality: what is made for position 0/,
    )
  })

  test('names the one pair that leaks', () => {
    const twoSeesFive = multiply(equal(index('position', positions), 2), equal(index('source', positions), 5))
    assert.throws(
      check((scores) => softmax(masked(maximum(past, twoSeesFive), scores), 'source')),
      {
        message:
          'causality: what is made for position 2 changes when the token at position 5 does.\n' +
          '  A position may look at itself and at those before it: keep source ≤ position, and let softmax run over "source".',
      },
    )
  })

  test('finds every pair', () => {
    const build = (ids: Ids) => new OneHead((scores) => softmax(scores, 'source')).logits(ids)
    assert.deepEqual(findLeaks(build, { vocab, positions: 3 }), [
      { position: 0, token: 1 },
      { position: 0, token: 2 },
      { position: 1, token: 2 },
    ])
  })
})
