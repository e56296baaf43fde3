// Tokens that stand beside a tokenizer.json and not in it. What is expected is what Python's transformers 5.24 makes of the files.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { tokenizerFromJSON } from '../../../src/text/tokenizer/fromJSON.ts'
import { configBeside } from '../../../src/text/tokenizer/tokensBeside.ts'

const token = (content: string, options: object = {}) => ({
  content,
  single_word: false,
  lstrip: false,
  rstrip: false,
  normalized: false,
  special: true,
  ...options,
})

/** Pieces: ? 0, a 1, b 2, <s> 3; of these <s> is an added token. */
const json = {
  added_tokens: [{ id: 3, ...token('<s>') }],
  normalizer: { type: 'Lowercase' },
  pre_tokenizer: { type: 'WhitespaceSplit' },
  model: { type: 'WordLevel', unk_token: '?', vocab: { '?': 0, a: 1, b: 2, '<s>': 3 } },
}
const load = (config?: object, map?: object, added?: object, most?: number) =>
  tokenizerFromJSON(json, configBeside([config, map, added]), 'file', most)

describe('tokenizer_config.json', () => {
  test('declares tokens: their ids are counted on, whatever stands there', async () => {
    const tokenizer = await load({
      eos_token: '<END>',
      added_tokens_decoder: {
        3: token('<s>'),
        20: token('<note>', { special: false, lstrip: true }),
        9: token('<END>', { special: false }),
      },
    })
    assert.deepEqual([...tokenizer.encode('a <note>b<END> <end>')], [1, 5, 2, 4, 0])
    assert.equal(tokenizer.decode([1, 5, 4, 2]), 'a <note> b')
    assert.deepEqual(tokenizer.special, { begin: 3, end: 4 })
    assert.equal(tokenizer.size, 6)
  })

  test('names tokens: those that nothing lists are special ones from then on', async () => {
    const config = { pad_token: '[PAD]', unk_token: '?', image_token: '<img>', additional_special_tokens: ['[A]', 'b'] }
    const tokenizer = await load(config)
    assert.deepEqual([...tokenizer.encode('a[PAD]<img>?[A]bb')], [1, 4, 5, 0, 6, 2, 2])
    assert.equal(tokenizer.decode([1, 4, 0, 2, 5, 6, 1]), 'a a')
    assert.deepEqual(tokenizer.special, { begin: 3, unknown: 0, pad: 4 })
  })

  test('names tokens for which the model has no room: they stay text', async () => {
    const tokenizer = await load({ pad_token: '[PAD]' }, undefined, undefined, 4)
    assert.equal(tokenizer.size, 4)
    assert.deepEqual(tokenizer.special, { begin: 3 })
  })

  test('what is saved lists them all', async () => {
    const tokenizer = await load({ pad_token: '[PAD]', added_tokens_decoder: { 4: token('<x>', { rstrip: true }) } })
    const { added_tokens } = tokenizer.toJSON() as { added_tokens: object[] }
    assert.deepEqual(added_tokens, [
      { id: 3, ...token('<s>') },
      { id: 4, ...token('<x>', { rstrip: true }) },
      { id: 5, ...token('[PAD]') },
    ])
    assert.equal((await load({ bos_token: '<s>' })).toJSON(), json)
  })

  test('special tokens may be text', async () => {
    const tokenizer = await load({
      split_special_tokens: true,
      added_tokens_decoder: { 4: token('b', { special: false }) },
    })
    assert.deepEqual([...tokenizer.encode('a <s> ab')], [1, 3, 1, 2])
    assert.deepEqual([...tokenizer.encode('a<s>')], [0])
  })
})

describe('older files', () => {
  test('special_tokens_map.json counts, unless the config declares tokens', async () => {
    const map = { eos_token: { ...token('</s>'), normalized: true }, bos_token: 'a' }
    assert.deepEqual((await load({ bos_token: 'b' }, map)).special, { begin: 1, end: 4 })
    const declared = { bos_token: 'b', added_tokens_decoder: { 3: token('<s>') } }
    assert.deepEqual((await load(declared, map)).special, { begin: 2 })
  })

  test('added_tokens.json', async () => {
    const tokenizer = await load({ eos_token: '<y>' }, {}, { '<Y>': 8, '<y>': 6 })
    // The one without a role is looked for in the normalized text, where it is the same; it came later.
    assert.deepEqual([...tokenizer.encode('a<y>b')], [1, 4, 2])
    assert.equal(tokenizer.size, 6)
  })
})

describe('the spaces before punctuation', () => {
  const config = { clean_up_tokenization_spaces: true }
  const decoded = async (model: object, text: string) => {
    const tokenizer = await tokenizerFromJSON({ model, pre_tokenizer: { type: 'WhitespaceSplit' } }, config)
    const ids = tokenizer.encode(text)
    const stream = tokenizer.stream()
    assert.equal(Array.from(ids, (id) => stream.push(id)).join('') + stream.end(), tokenizer.decode(ids))
    return tokenizer.decode(ids)
  }

  test('go where the config says so', async () => {
    const words = ['?', 'a', "'", 'b', ',', '!', "n't", "'s", 'do', 'not', '.']
    const model = { type: 'WordLevel', unk_token: '?', vocab: Object.fromEntries(words.map((word, i) => [word, i])) }
    assert.equal(await decoded(model, "a , b ! do not a n't ' 's ' b . ?"), "a, b! do not an't''s'b.?")
  })

  test('but not those of byte pairs', async () => {
    const model = { type: 'BPE', vocab: { a: 0, '.': 1, b: 2 }, merges: [] }
    assert.equal(await decoded(model, 'a . b'), 'a . b')
  })
})
