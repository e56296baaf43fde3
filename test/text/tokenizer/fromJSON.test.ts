// Tokenizers of every kind, held to what Python's `tokenizers` makes of awkward texts (tools/make_tokenizer_fixtures.py).

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { tokenizerFromJSON } from '../../../src/text/tokenizer/fromJSON.ts'
import { fixture, fixtureNames, texts } from './fixtures.ts'

describe("the same ids and texts as Python's", () => {
  for (const name of fixtureNames) {
    test(name, async () => {
      const { tokenizer: json, results, random } = fixture(name)
      const tokenizer = await tokenizerFromJSON(json)
      const made = texts.map((text) => {
        const plain = tokenizer.encode(text)
        return [text, [...plain], [...tokenizer.encode(text, { special: true })], tokenizer.decode(plain)]
      })
      const expected = texts.map((text, i) => {
        const [plain, whole, decoded] = results[i]
        return [text, plain, whole ?? plain, decoded ?? text]
      })
      assert.deepEqual(made, expected)
      for (const [ids, text] of random) assert.equal(tokenizer.decode(ids), text)
    })
  }
})

describe('special tokens', () => {
  test('of a template that carries no ids have those of the vocabulary', async () => {
    const bert = fixture('bert').tokenizer as Record<string, Record<string, unknown>>
    const bare = { ...bert, post_processor: { ...bert['post_processor'], special_tokens: {} } }
    const [given, looked] = await Promise.all([tokenizerFromJSON(bert), tokenizerFromJSON(bare)])
    assert.deepEqual(looked.template, given.template)
    assert.equal(looked.template.before.length, 1)
  })

  test('have the roles that their names say', async () => {
    const bert = await tokenizerFromJSON(fixture('bert').tokenizer)
    assert.deepEqual(bert.special, { pad: 0, unknown: 1, classify: 2, separator: 3, mask: 4 })
    const gpt2 = await tokenizerFromJSON(fixture('gpt2').tokenizer)
    assert.deepEqual(gpt2.special, { begin: 0, end: 0 })
    const roberta = await tokenizerFromJSON(fixture('roberta').tokenizer)
    assert.deepEqual(roberta.special, { begin: 0, pad: 1, end: 2, unknown: 3, mask: 380 })
  })

  test('have the roles that the config gives them, or takes from them', async () => {
    const config = { bos_token: null, eos_token: { content: '</tool>', lstrip: false }, pad_token: '<|endoftext|>' }
    const tokenizer = await tokenizerFromJSON(fixture('qwen2').tokenizer, config)
    assert.deepEqual(tokenizer.special, { end: tokenizer.encode('</tool>')[0], pad: 0 })
  })

  test('are left out of the text unless they are asked for', async () => {
    const bert = await tokenizerFromJSON(fixture('bert').tokenizer)
    const ids = bert.encode('the [MASK] fox', { special: true })
    assert.equal(bert.decode(ids), 'the fox')
    assert.equal(bert.decode(ids, { special: true }), '[CLS] the [MASK] fox [SEP]')
    assert.deepEqual([bert.isSpecial(4), bert.isSpecial(5), bert.isSpecial(-1)], [true, false, false])
  })
})

test('what is saved is what was read', async () => {
  const { tokenizer: json } = fixture('llama3')
  const tokenizer = await tokenizerFromJSON(json)
  assert.deepEqual(tokenizer.toJSON(), json)
  assert.equal(tokenizer.size, 400)
})

test('a long text that is one word', async () => {
  const text = 'the quick brown fox '.repeat(4000)
  for (const name of ['llama2', 'unigram_bytes']) {
    const tokenizer = await tokenizerFromJSON(fixture(name).tokenizer)
    assert.equal(tokenizer.decode(tokenizer.encode(text)), text)
  }
})

test('what cannot be encoded or decoded', async () => {
  const tokenizer = await tokenizerFromJSON(fixture('gpt2').tokenizer)
  assert.throws(() => tokenizer.encode('ab\ud83d'), {
    message:
      'tokenizer: character 3 of the text is half of a surrogate pair (U+D83D), which is no character. ' +
      'The text was cut inside an emoji or a rare letter; cut it between characters.',
  })
  for (const id of [-1, 400, 1.5]) {
    const message = `tokenizer: id ${id} is outside the vocabulary (0..399). The model and the tokenizer may not belong together.`
    assert.throws(() => tokenizer.decode([id]), { message })
    assert.throws(() => tokenizer.stream().push(id), { message })
  }
})

describe('refused', () => {
  const gpt2 = fixture('gpt2').tokenizer as Record<string, Record<string, unknown>>
  const withModel = (changes: object) => ({ ...gpt2, model: { ...gpt2['model'], ...changes } })
  const bert = fixture('bert').tokenizer as Record<string, Record<string, unknown>>
  const cases: [name: string, json: unknown, message: string][] = [
    ['nothing', null, 'place: expected an object {…}, but found null. The file may be damaged, or another one.'],
    [
      'no model',
      {},
      'place: model: expected an object {…}, but found nothing. The file may be damaged, or another one.',
    ],
    [
      'an unknown model',
      withModel({ type: 'Morphemes' }),
      'place: this is a Morphemes tokenizer; Cutaway runs BPE, WordPiece, Unigram and WordLevel. Take another tokenizer.',
    ],
    [
      'an unknown part',
      { ...gpt2, pre_tokenizer: { type: 'Syllables' } },
      'place: pre_tokenizer is of the type "Syllables", which cannot be run. ' +
        'Take another tokenizer, or one of another kind.',
    ],
    [
      'dropout of merges',
      withModel({ dropout: 0.1 }),
      'place: model: dropout is 0.1, which gives a text other ids each time. Only training wants that; write null to run it.',
    ],
    [
      'a merge without its piece',
      withModel({
        merges: [
          ['a', 'b'],
          ['zz', 'q'],
        ],
      }),
      'place: merge 0 ("a" and "b") needs the piece "ab", which the vocabulary lacks. The file may be damaged; save the tokenizer again.',
    ],
    [
      'a merge of three',
      withModel({ merges: ['a b c'] }),
      'place: merge 0 is "a b c", and should be two pieces. Save the tokenizer again.',
    ],
    [
      'no merges',
      withModel({ merges: 3 }),
      'place: model.merges is 3, and should be a list of pairs. Save the tokenizer again.',
    ],
    [
      'two pieces with one id',
      withModel({ vocab: { a: 0, b: 0 } }),
      'place: "a" and "b" both have the id 0. Save the tokenizer again.',
    ],
    [
      'an id that is none',
      withModel({ vocab: { a: '0' } }),
      'place: the id of "a" is "0", and should be a whole number. Save the tokenizer again.',
    ],
    [
      'an added token without an id',
      { ...gpt2, added_tokens: [{ content: '<s>' }] },
      'place: added_tokens[0]: the id is nothing and the content "<s>"; a whole number and a text are wanted. Save the tokenizer again.',
    ],
    [
      'a template with a token that is not there',
      { ...bert, post_processor: { type: 'BertProcessing', sep: ['[END]', 99999], cls: ['[CLS]', 2] } },
      'place: post_processor adds the id 99999, which the vocabulary lacks. Save the tokenizer again.',
    ],
    [
      'no unknown token',
      { ...bert, model: { ...bert['model'], unk_token: '<unk>' } },
      'place: the vocabulary lacks the unknown token "<unk>", which stands for words that word pieces cannot write. Add it to the special tokens.',
    ],
    [
      'a damaged table of replacements',
      { ...gpt2, normalizer: { type: 'Precompiled', precompiled_charsmap: 'AAAA' } },
      'place: normalizer: precompiled_charsmap: it has 3 bytes, and names a trie of 0. The file may be damaged; download it again.',
    ],
  ]
  for (const [name, json, message] of cases) {
    test(name, () => assert.rejects(tokenizerFromJSON(json, undefined, 'place'), { message }))
  }
})
