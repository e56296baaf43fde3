// The split of a text into what is trained on and what is held back.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CharacterTokenizer } from '../../src/text/characters.ts'
import { splitCorpus } from '../../src/text/corpus.ts'

const text = 'The quick brown fox jumps over the lazy dog. '.repeat(10)
const tokenizer = CharacterTokenizer.of(text)

test('the first nine tenths train, the last tenth validates', () => {
  const { training, validation } = splitCorpus(text, tokenizer, { context: 16 })
  assert.equal(training.length, 405)
  assert.equal(validation.length, 45)
  assert.equal(tokenizer.decode(training) + tokenizer.decode(validation), text)
  assert.equal(splitCorpus(text, tokenizer, { context: 16, share: 0.5 }).training.length, 225)
})

test('the text must hold a context and its last target in both parts', () => {
  assert.equal(splitCorpus(text, tokenizer, { context: 44 }).validation.length, 45)
  assert.throws(() => splitCorpus(text, tokenizer, { context: 45 }), {
    message:
      'corpus: of 450 tokens 45 are for validation, but a context of 45 takes 46 (the last target is one further). ' +
      'Give a text of at least 451 tokens, or a context of at most 44.',
  })
  assert.throws(() => splitCorpus(text, tokenizer, { context: 64, share: 0.1 }), {
    message:
      'corpus: of 450 tokens 45 are for training, but a context of 64 takes 65 (the last target is one further). ' +
      'Give a text of at least 650 tokens, or a context of at most 44.',
  })
  assert.throws(() => splitCorpus('T', tokenizer, { context: 1 }), {
    message:
      'corpus: of 1 token 0 are for training, but a context of 1 takes 2 (the last target is one further). ' +
      'Give a text of at least 11 tokens.',
  })
})

test('the length that the message asks for is the shortest that will do', () => {
  for (const context of [1, 2, 7, 8, 31, 64]) {
    for (const share of [0.9, 0.5, 0.25, 0.95]) {
      const long = text.repeat(20)
      const split = (length: number) => splitCorpus(long.slice(0, length), tokenizer, { context, share })
      let least = 0
      try {
        split(1)
      } catch (error) {
        least = Number(/at least (\d+)/.exec(String(error))?.[1])
      }
      split(least)
      assert.throws(() => split(least - 1), /^Error: corpus: /)
    }
  }
})

test('what cannot be', () => {
  assert.throws(() => splitCorpus('', tokenizer, { context: 8 }), {
    message: 'corpus: the text is empty. Give a text to learn from.',
  })
  assert.throws(() => splitCorpus(text, tokenizer, { context: 2.5 }), {
    message: 'corpus: context is 2.5. Give a whole number from 1.',
  })
  assert.throws(() => splitCorpus(text, tokenizer, { context: 8, share: 1 }), {
    message: 'corpus: share is 1. Give the part of the text to train on, above 0 and below 1; 0.9 is usual.',
  })
  assert.throws(
    () => splitCorpus(`${text}é`, tokenizer, { context: 8 }),
    /^Error: tokenizer: the vocabulary has no "é" \(character 451\)/,
  )
})
