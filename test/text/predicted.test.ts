// Characters that are predicted: all but those of the first token.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CharacterTokenizer } from '../../src/text/characters.ts'
import { charactersPredicted } from '../../src/text/predicted.ts'
import { byteAlphabet, characterOfByte } from '../../src/text/tokenizer/byteLevel.ts'
import { tokenizerFromJSON } from '../../src/text/tokenizer/fromJSON.ts'
import type { Tokenizer } from '../../src/text/tokenizer.ts'
import { fixture } from './tokenizer/fixtures.ts'

const predicted = (tokenizer: Tokenizer, text: string, isBegun = false): number =>
  charactersPredicted(tokenizer, text, { ids: tokenizer.encode(text), isBegun })

test('single characters: all but the first', () => {
  const tokenizer = CharacterTokenizer.of('ab👍', { special: ['[UNK]', '<end>'] })
  assert.equal(predicted(tokenizer, 'abba'), 3)
  assert.equal(predicted(tokenizer, '👍a'), 1)
  assert.equal(predicted(tokenizer, 'abba', true), 4)
  assert.equal(predicted(tokenizer, 'xab'), 2)
  assert.equal(predicted(tokenizer, '<end>ab'), 2)
  assert.equal(predicted(tokenizer, 'ab<end>'), 6)
})

test('longer pieces: all but what the first one holds, as it is written', async () => {
  for (const name of ['gpt2', 'llama2', 't5', 'gemma', 'unigram_bytes']) {
    const tokenizer = await tokenizerFromJSON(fixture(name).tokenizer)
    const text = 'the lowest'
    const [first] = tokenizer.encode(text)
    assert.equal(predicted(tokenizer, text), text.length - tokenizer.decode([first]).length, name)
    assert.equal(predicted(tokenizer, text, true), text.length, name)
  }
})

test('bytes: a part of a character counts as a part', async () => {
  const gpt2 = await tokenizerFromJSON(fixture('gpt2').tokenizer)
  const idOf = (byte: number) => 1 + byteAlphabet.indexOf(characterOfByte[byte])
  const ids = [...new TextEncoder().encode('👍é')].map(idOf)
  assert.equal(charactersPredicted(gpt2, '👍é', { ids, isBegun: false }), 1.75)
  assert.equal(charactersPredicted(gpt2, 'é👍', { ids: ids.slice(4), isBegun: false }), 1.5)

  const llama = await tokenizerFromJSON(fixture('unigram_bytes').tokenizer)
  const bytes = llama.encode('🗿a')
  const first = [...bytes].findIndex((id) => llama.piece(id).startsWith('<0x'))
  assert.equal(charactersPredicted(llama, '🗿a', { ids: bytes.slice(first), isBegun: false }), 1.75)
})
