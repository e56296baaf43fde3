// How texts begin: with what a tokenizer puts before them, and nothing twice or behind.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { CharacterTokenizer } from '../../src/text/characters.ts'
import { openingOf, openingOfNone } from '../../src/text/opening.ts'
import { tokenizerFromJSON } from '../../src/text/tokenizer/fromJSON.ts'

const template = (...tokens: string[]) => ({
  type: 'TemplateProcessing',
  single: tokens.map((id) => (id === 'A' ? { Sequence: { id, type_id: 0 } } : { SpecialToken: { id, type_id: 0 } })),
  pair: [],
  special_tokens: Object.fromEntries(
    tokens.filter((id) => id !== 'A').map((id) => [id, { id, ids: [id === '<s>' ? 0 : 1], tokens: [id] }]),
  ),
})
const tokenizerWith = (post: object | null, pieces = ['<s>', '</s>', 'a', 'b']) =>
  tokenizerFromJSON({
    added_tokens: [0, 1].map((id) => ({ id, content: pieces[id], special: true })),
    pre_tokenizer: { type: 'Split', pattern: { Regex: '[^x]' }, behavior: 'Isolated', invert: false },
    post_processor: post,
    model: { type: 'WordLevel', unk_token: 'a', vocab: Object.fromEntries(pieces.map((piece, id) => [piece, id])) },
  })

describe('a text begins', () => {
  test('with what its tokenizer puts before it, and without what it puts behind', async () => {
    const tokenizer = await tokenizerWith(template('<s>', 'A', '</s>'))
    assert.deepEqual([...openingOf(tokenizer, 'ab')], [0, 2, 3])
    assert.deepEqual([...openingOf(tokenizer, '')], [0])
    assert.deepEqual([...openingOf(tokenizer, 'ab', { special: false })], [2, 3])
    // One that stands in the text comes to that of the template, as in Python.
    assert.deepEqual([...openingOf(tokenizer, '<s>a')], [0, 0, 2])
    assert.deepEqual([...openingOf(tokenizer, 'a</s>')], [0, 2, 1])
  })

  test('as it stands, where its tokenizer puts nothing before it', async () => {
    for (const post of [null, template('A', '</s>')])
      assert.deepEqual([...openingOf(await tokenizerWith(post), 'ab')], [2, 3])
  })
})

describe('no text begins', () => {
  test('with what the tokenizer puts before one', async () => {
    const tokenizer = await tokenizerWith(template('<s>', 'A'))
    assert.deepEqual([...openingOfNone(tokenizer)], [0])
    assert.deepEqual([...openingOfNone(tokenizer, { begin: 3 })], [0])
  })

  test('or with what the model begins with', async () => {
    assert.deepEqual([...openingOfNone(await tokenizerWith(null), { begin: 3 })], [3])
  })

  test('or at a line end, or at least a space', async () => {
    const lines = CharacterTokenizer.of('a b\nc')
    assert.equal(lines.decode(openingOfNone(lines)), '\n')
    assert.equal(lines.decode(openingOfNone(lines, { begin: 3, special: false })), '\n')
    assert.equal(CharacterTokenizer.of('a b').decode(openingOfNone(CharacterTokenizer.of('a b'))), ' ')
    assert.deepEqual(
      [...openingOfNone(await tokenizerWith(template('<s>', 'A'), ['<s>', '</s>', 'a', 'Ċ']), { special: false })],
      [3],
    )
    assert.deepEqual([...openingOfNone(CharacterTokenizer.of('ab'))], [0])
  })
})
