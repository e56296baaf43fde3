// Streams of ids: what comes out piece by piece is what `decode` makes of all of it, and no character breaks apart.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { byteAlphabet, characterOfByte } from '../../../src/text/tokenizer/byteLevel.ts'
import { tokenizerFromJSON } from '../../../src/text/tokenizer/fromJSON.ts'
import type { Tokenizer } from '../../../src/text/tokenizer.ts'
import { fixture, fixtureNames, texts } from './fixtures.ts'

/** What comes out for each id, and at last what was held back. */
function streamed(tokenizer: Tokenizer, ids: ArrayLike<number>): string[] {
  const stream = tokenizer.stream()
  return [...Array.from(ids, (id) => stream.push(id)), stream.end()]
}

describe('a stream gives what decode gives', () => {
  for (const name of fixtureNames) {
    test(name, async () => {
      const { tokenizer: json, random } = fixture(name)
      const tokenizer = await tokenizerFromJSON(json)
      for (const [ids, text] of random) assert.equal(streamed(tokenizer, ids).join(''), text)
      for (const text of texts) {
        const ids = tokenizer.encode(text)
        const parts = streamed(tokenizer, ids)
        assert.equal(parts.join(''), tokenizer.decode(ids))
        for (const part of parts) assert.ok(part.isWellFormed())
      }
    })
  }
})

describe('text comes out as soon as it is certain', () => {
  const made = async (name: string) => tokenizerFromJSON(fixture(name).tokenizer)

  test('bytes: a character waits for its last byte', async () => {
    const tokenizer = await made('gpt2')
    const idOf = (byte: number) => 1 + byteAlphabet.indexOf(characterOfByte[byte])
    const bytes = [...new TextEncoder().encode('é👍')].map(idOf)
    assert.deepEqual(streamed(tokenizer, bytes), ['', 'é', '', '', '', '👍', ''])
    // A character that never ends is shown as what it is, at the end.
    assert.deepEqual(streamed(tokenizer, bytes.slice(0, 3)), ['', 'é', '', '\ufffd'])
    // The next character says that the one before never ended.
    assert.deepEqual(streamed(tokenizer, [bytes[2], bytes[3], bytes[0], bytes[1]]), ['', '', '\ufffd', 'é', ''])
  })

  test('word pieces: a space comes with the word that follows it', async () => {
    const tokenizer = await made('bert')
    const ids = tokenizer.encode('the lowest, a')
    assert.deepEqual(
      Array.from(ids, (id) => tokenizer.piece(id)),
      ['the', 'lowest', ',', 'a'],
    )
    assert.deepEqual(streamed(tokenizer, ids), ['the', ' lowest', ',', ' a', ''])
  })

  test('▁: no space before the first word', async () => {
    const tokenizer = await made('llama2')
    const ids = tokenizer.encode('a b')
    assert.deepEqual(streamed(tokenizer, ids), ['a', ' b', ''])
  })

  test('bytes for characters that the vocabulary lacks: only the end of their row tells whether they are a text', async () => {
    const tokenizer = await made('llama2')
    const bytes = [0xf0, 0x9f, 0x91, 0x8d].map((byte) => 3 + byte)
    assert.deepEqual(
      bytes.map((id) => tokenizer.piece(id)),
      ['<0xF0>', '<0x9F>', '<0x91>', '<0x8D>'],
    )
    const [a] = tokenizer.encode('a')
    assert.deepEqual(streamed(tokenizer, [...bytes, a]), ['', '', '', '', '👍 a', ''])
    assert.deepEqual(streamed(tokenizer, [...bytes.slice(1), a]), ['', '', '', '\ufffd\ufffd\ufffd a', ''])
  })

  test('a suffix: the last word has no space after it', async () => {
    const tokenizer = await made('bpe_suffix')
    const ids = tokenizer.encode('a b')
    assert.deepEqual(streamed(tokenizer, ids), ['', 'a ', 'b'])
  })

  test('special tokens are passed over', async () => {
    const tokenizer = await made('bert')
    assert.deepEqual(streamed(tokenizer, tokenizer.encode('a [MASK] b', { special: true })), [
      '',
      'a',
      '',
      ' b',
      '',
      '',
    ])
  })
})

describe('a stream goes on with a text', () => {
  for (const name of fixtureNames) {
    test(name, async () => {
      const tokenizer = await tokenizerFromJSON(fixture(name).tokenizer)
      for (const text of texts) {
        const ids = tokenizer.encode(text, { special: true }).subarray(0, 60)
        const whole = tokenizer.decode(ids)
        for (let cut = 1; cut < ids.length; cut++) {
          const begun = tokenizer.decode(ids.subarray(0, cut))
          // Half a character, or the space that only the next word brings back: no text goes on from there.
          if (!whole.startsWith(begun)) continue
          const stream = tokenizer.stream({ after: ids.subarray(0, cut) })
          const more = Array.from(ids.subarray(cut), (id) => stream.push(id)).join('') + stream.end()
          assert.equal(begun + more, whole)
        }
      }
    })
  }

  test('the space before its first word stays', async () => {
    for (const name of ['llama2', 't5', 'bert', 'word_level']) {
      const tokenizer = await tokenizerFromJSON(fixture(name).tokenizer)
      const [first, second] = tokenizer.encode('the the')
      assert.equal(tokenizer.stream({ after: [first] }).push(second), ' the', name)
      assert.equal(tokenizer.stream().push(second), 'the', name)
    }
  })

  test('a character that was only half there comes whole', async () => {
    const tokenizer = await tokenizerFromJSON(fixture('gpt2').tokenizer)
    const bytes = [...new TextEncoder().encode('a👍')].map((byte) => 1 + byteAlphabet.indexOf(characterOfByte[byte]))
    const stream = tokenizer.stream({ after: bytes.slice(0, 3) })
    assert.deepEqual([stream.push(bytes[3]), stream.push(bytes[4]), stream.end()], ['', '👍', ''])
  })

  test('special tokens come too, where they are asked for', async () => {
    const tokenizer = await tokenizerFromJSON(fixture('llama2').tokenizer)
    const ids = tokenizer.encode('the', { special: true })
    const stream = tokenizer.stream({ special: true })
    assert.equal(Array.from(ids, (id) => stream.push(id)).join(''), tokenizer.decode(ids, { special: true }))
  })
})
