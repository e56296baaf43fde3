import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findLeaks } from '../../src/inspect/causality.ts'
import { usualModel } from '../../src/lab/smallChoices.ts'
import { smallModel } from '../../src/lab/smallModel.ts'

const vocab = 5

/** The pairs "position ← token" in which a position sees a later token, with one layer. */
function seen(sight: 'past' | 'next' | 'all'): string[] {
  const model = smallModel({ ...usualModel, layers: 1, model: 8, heads: 2, hidden: 0, context: 4, sight }, vocab)
  const leaks = findLeaks((ids) => model.logits({ ids }), { vocab, positions: 4 })
  return leaks.map(({ position, token }) => `${position} ← ${token}`).sort()
}

test('a model sees the past, the next token besides, or everything', () => {
  assert.deepEqual(seen('past'), [])
  assert.deepEqual(seen('next'), ['0 ← 1', '1 ← 2', '2 ← 3'])
  assert.deepEqual(seen('all'), ['0 ← 1', '0 ← 2', '0 ← 3', '1 ← 2', '1 ← 3', '2 ← 3'])
})
