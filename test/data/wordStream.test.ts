// The words of a text: without those that the vocabulary lacks, and with the ends of paragraphs.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { wordCounts, wordStream } from '../../src/data/wordStream.ts'
import { CharacterTokenizer } from '../../src/text/characters.ts'

test('words that the vocabulary lacks are left out, and paragraphs end', () => {
  const tokenizer = CharacterTokenizer.of('abc', { special: ['[UNK]'] })
  const [a, b, c] = tokenizer.encode('abc')
  const words = wordStream('\n\nabx\n \nxx\n\n\nca', tokenizer)
  assert.deepEqual([...words], [a, b, -1, c, a, -1])
  assert.deepEqual([...wordCounts(words, tokenizer.size)].slice(-3), [2, 1, 1])
})
