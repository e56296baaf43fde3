import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Draws } from '../../src/data/draws.ts'
import {
  beforeArticle,
  firstNoun,
  kinds,
  length,
  nounOf,
  nouns,
  sentence,
  sentences,
  vocab,
} from '../../src/lab/agreement.ts'

const numbers = Array.from({ length: nouns }, (_, i) => i)

test('neither who nor where says anything of the noun by itself', () => {
  for (const one of numbers) {
    assert.deepEqual(numbers.map((where) => nounOf(one, where)).sort(), numbers)
    assert.deepEqual(numbers.map((who) => nounOf(who, one)).sort(), numbers)
  }
})

test('the article agrees with the noun', () => {
  const draws = new Draws(1)
  for (const where of numbers) {
    const text = sentence({ who: 2, where }, draws)
    assert.equal(text.length, length + 1)
    assert.equal(text[length], firstNoun + nounOf(2, where))
    assert.equal(text[beforeArticle + 1] - (1 + 2 * nouns), nounOf(2, where) % kinds)
  }
})

test('batches ask for every next token, and are equal for equal seeds and steps', () => {
  const { at } = sentences({ batch: 3, seed: 5 })
  const { ids, targets } = at(7).inputs
  assert.deepEqual([...ids.slice(1, length)], [...targets.slice(0, length - 1)])
  assert.deepEqual(at(7), at(7))
  assert.notDeepEqual(at(7), at(8))
  assert.ok(Math.max(...ids, ...targets) < vocab)
})
