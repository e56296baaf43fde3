// Every part of a tokenizer by itself, held to what Python's `tokenizers` makes of awkward texts and pieces
// (tools/make_tokenizer_part_fixtures.py).

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { decoderFrom } from '../../../src/text/tokenizer/decoders.ts'
import { tokenizerFromJSON } from '../../../src/text/tokenizer/fromJSON.ts'
import { normalizerFrom } from '../../../src/text/tokenizer/normalizers.ts'
import { preTokenizerFrom } from '../../../src/text/tokenizer/preTokenizers.ts'

const fixture = JSON.parse(readFileSync(new URL('../../fixtures/tokenizerParts.json', import.meta.url), 'utf8')) as {
  readonly texts: readonly string[]
  readonly normalizers: readonly [config: object, results: string[]][]
  readonly preTokenizers: readonly [config: object, words: string[][]][]
  readonly patterns: readonly [pattern: string, words: string[][] | null][]
  readonly pieces: readonly string[][]
  readonly decoders: readonly [config: object | null, texts: (string | null)[]][]
  readonly whole: readonly [
    json: object,
    encoded: readonly [text: string, plain: number[], whole: number[]][],
    decoded: readonly [ids: number[], text: string, special: string][],
  ][]
}
const { texts, pieces } = fixture

const wordsOf = (config: object): string[][] => {
  const { cut, spell } = preTokenizerFrom(config, 'file')
  return texts.map((text) => (text === '' ? [] : cut(text, () => true).map((word) => spell?.(word) ?? word)))
}

describe('normalizers', () => {
  for (const [config, results] of fixture.normalizers)
    test(JSON.stringify(config), () => assert.deepEqual(texts.map(normalizerFrom(config, 'file')), results))
})

describe('pre-tokenizers', () => {
  for (const [config, words] of fixture.preTokenizers)
    test(JSON.stringify(config), () => assert.deepEqual(wordsOf(config), words))
})

describe('patterns', () => {
  for (const [pattern, words] of fixture.patterns) {
    const cut = () => wordsOf({ type: 'Split', pattern: { Regex: pattern }, behavior: 'Isolated' })
    test(pattern, () => (words === null ? assert.throws(cut) : assert.deepEqual(cut(), words)))
  }
})

describe('decoders', () => {
  for (const [config, results] of fixture.decoders) {
    test(JSON.stringify(config), () => {
      const decoder = decoderFrom(config, 'file')
      for (const [i, expected] of results.entries()) {
        // Python itself fails where there is nothing to decode, or to strip.
        if (expected === null) continue
        const stage = decoder()
        const text = [...pieces[i].flatMap((piece) => stage.push(piece)), ...stage.end()].join('')
        assert.equal(text, expected, JSON.stringify(pieces[i]))
      }
    })
  }
})

describe('whole tokenizers', () => {
  for (const [json, encoded, decoded] of fixture.whole) {
    test(JSON.stringify(json).slice(0, 300), async () => {
      const tokenizer = await tokenizerFromJSON(json)
      for (const [text, plain, whole] of encoded) {
        assert.deepEqual([...tokenizer.encode(text)], plain, text)
        assert.deepEqual([...tokenizer.encode(text, { special: true })], whole, text)
      }
      for (const [ids, text, special] of decoded) {
        assert.equal(tokenizer.decode(ids), text)
        assert.equal(tokenizer.decode(ids, { special: true }), special)
      }
    })
  }
})

test('byte pairs that lack the token for what they lack', async () => {
  const tokenizer = await tokenizerFromJSON({ model: { type: 'BPE', vocab: { a: 0 }, merges: [], unk_token: '?' } })
  assert.deepEqual([...tokenizer.encode('aa')], [0, 0])
  assert.throws(() => tokenizer.encode('ab'), {
    message:
      'tokenizer: the vocabulary has no "b", nor the token "?" for what it lacks. Leave the character out, or take another tokenizer.',
  })
})
