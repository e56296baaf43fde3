// The character tokenizer: ids, round trips, what it saves, and what it refuses to load.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { CharacterTokenizer } from '../../src/text/characters.ts'
import { charactersFromJSON } from '../../src/text/charactersFromJSON.ts'
import { specialToJSON, specialTokens } from '../../src/text/special.ts'

/** Line ends of all kinds, quotes, combining characters, emoji of several code points, other scripts, invisibles. */
const awkward =
  '"Hi", \'you\'\n\r\n\t é e\u0301 👍🏽 👩‍👩‍👧 中文 \u00a0\u2028\ufeff\u0000 [UNK] \u{10ffff} \\ 0123456789'

function saved(text: string): Record<string, unknown> {
  return savedWith(text, [])
}

function savedWith(text: string, special: readonly string[]): Record<string, unknown> {
  return JSON.parse(JSON.stringify(CharacterTokenizer.of(text, { special })))
}

describe('encoding and decoding', () => {
  test('ids follow the order of code points', () => {
    const tokenizer = CharacterTokenizer.of('hello 👍\n')
    assert.equal(tokenizer.size, 7)
    assert.deepEqual([...tokenizer.encode('hello 👍\n')], [3, 2, 4, 4, 5, 1, 6, 0])
    assert.equal(tokenizer.piece(6), '👍')
    assert.equal(tokenizer.decode([6, 1, 3]), '👍 h')
  })

  test('decode(encode(text)) is text, with one id for each code point', () => {
    const tokenizer = CharacterTokenizer.of(awkward)
    const characters = [...awkward]
    for (let length = 0; length <= characters.length; length++) {
      const text = characters.slice(characters.length - length).join('')
      const ids = tokenizer.encode(text)
      assert.equal(ids.length, length)
      assert.equal(tokenizer.decode(ids), text)
    }
  })

  test('a million characters take milliseconds', () => {
    const text = 'To be, or not to be: that is the question.\n'.repeat(26_000)
    const tokenizer = CharacterTokenizer.of(text)
    const started = performance.now()
    const ids = tokenizer.encode(text)
    const elapsedMs = performance.now() - started
    assert.equal(ids.length, text.length)
    assert.ok(elapsedMs < 500, `${elapsedMs} ms`)
  })

  test('every unknown character is named with its first place', () => {
    const tokenizer = CharacterTokenizer.of('hello')
    assert.throws(() => tokenizer.encode('helé'), {
      message:
        'tokenizer: the vocabulary has no "é" (character 4); it knows the 4 characters of its training text. ' +
        'Leave them out, or train on a text that has them.',
    })
    assert.throws(() => tokenizer.encode('👍h\nle\u0301\u0000 \n👍\ud800'), {
      message:
        'tokenizer: the vocabulary has no "👍" (character 1), no "\\n" (character 3), no U+0301 (character 6), ' +
        'no U+0000 (character 7), no " " (character 8), no U+D800 (character 11); it knows the 4 characters of its ' +
        'training text. Leave them out, or train on a text that has them.',
    })
    const many = String.fromCodePoint(...Array.from({ length: 30 }, (_, i) => 0x4e00 + i))
    assert.throws(
      () => tokenizer.encode(many),
      /^Error: tokenizer: the vocabulary has no "一" \(character 1\), (no "." \(character \d\), ){4}no "丅" \(character 6\) and 24 more; it knows/,
    )
  })

  test('an id outside the vocabulary', () => {
    const tokenizer = CharacterTokenizer.of('hello')
    for (const id of [-1, 4, 0.5, Number.NaN]) {
      assert.throws(() => tokenizer.decode([0, id]), {
        message: `tokenizer: id ${id} is outside the vocabulary (0..3). The model and the tokenizer may not belong together.`,
      })
    }
    assert.throws(() => tokenizer.piece(50261), /^Error: tokenizer: id 50261 is outside the vocabulary \(0\.\.3\)\./)
  })

  test('a text to make a vocabulary of', () => {
    assert.throws(() => CharacterTokenizer.of(''), {
      message:
        'tokenizer: a vocabulary needs at least one character, and the text is empty. Give a text to learn from.',
    })
    assert.throws(() => CharacterTokenizer.of('👍 \ud83d!'), {
      message:
        'tokenizer: character 3 of the text is half of a surrogate pair (U+D83D), which is no character. ' +
        'The text was cut inside an emoji or a rare letter; cut it between characters.',
    })
    assert.throws(() => new CharacterTokenizer(['a', 'bc']), {
      message: 'tokenizer: "bc" is not one character. Give the characters one by one.',
    })
    assert.throws(() => new CharacterTokenizer(['a', '👍', 'b', '👍']), {
      message: 'tokenizer: the character "👍" stands twice in the vocabulary, as id 1 and as id 3. Remove one.',
    })
  })
})

describe('special tokens', () => {
  const encoder = CharacterTokenizer.of('abc', { special: specialTokens.encoder })

  test('have the first ids, and roles by their names', () => {
    assert.equal(encoder.size, 8)
    assert.deepEqual(encoder.special, { pad: 0, unknown: 1, mask: 4, separator: 3, classify: 2 })
    assert.deepEqual(
      Array.from({ length: 8 }, (_, id) => [encoder.piece(id), encoder.isSpecial(id)]),
      ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', 'a', 'b', 'c'].map((piece, id) => [piece, id < 5]),
    )
    assert.deepEqual(CharacterTokenizer.of('ab').special, {})
    const marian = CharacterTokenizer.of('ab', { special: specialTokens['encoder-decoder'] })
    assert.deepEqual(marian.special, { end: 0, pad: 2, unknown: 1 })
    const decoder = CharacterTokenizer.of('ab', { special: specialTokens.decoder })
    assert.deepEqual(decoder.special, { begin: 0, end: 0 })
  })

  test('a special token in a text is one id; a template is added when asked for', () => {
    assert.deepEqual([...encoder.encode('a[MASK]c')], [5, 4, 7])
    assert.deepEqual([...encoder.encode('a[MASK]c', { special: true })], [2, 5, 4, 7, 3])
    assert.deepEqual([...encoder.encode('', { special: true })], [2, 3])
    const marian = CharacterTokenizer.of('ab', { special: specialTokens['encoder-decoder'] })
    assert.deepEqual([...marian.encode('ab', { special: true })], [3, 4, 0])
    const decoder = CharacterTokenizer.of('ab', { special: specialTokens.decoder })
    assert.deepEqual([...decoder.encode('a<|endoftext|>b', { special: true })], [1, 0, 2])
    const longest = CharacterTokenizer.of('>-', { special: ['<a>', '<a>->'] })
    assert.deepEqual([...longest.encode('<a>-><a>->-<a>')], [1, 1, 2, 0])
  })

  test('what the vocabulary lacks is the unknown token, if there is one', () => {
    assert.deepEqual([...encoder.encode('a👍é[MASK]')], [5, 1, 1, 4])
    assert.throws(() => encoder.encode('a\ud800'), /no U\+D800 \(character 2\); it knows the 3 characters/)
  })

  test('decoding leaves them out, unless they are asked for', () => {
    const ids = encoder.encode('a[MASK]c', { special: true })
    assert.equal(encoder.decode(ids), 'ac')
    assert.equal(encoder.decode(ids, { special: true }), '[CLS]a[MASK]c[SEP]')
    const stream = encoder.stream()
    assert.deepEqual([...ids].map((id) => stream.push(id)).concat(stream.end()), ['', 'a', '', 'c', '', ''])
  })

  test('are saved and loaded', () => {
    for (const special of Object.values(specialTokens)) {
      const tokenizer = CharacterTokenizer.of('abc', { special })
      const loaded = charactersFromJSON(savedWith('abc', special))
      const text = `ab${special.join('')}c`
      assert.deepEqual(loaded.toJSON(), tokenizer.toJSON())
      assert.deepEqual(loaded.encode(text, { special: true }), tokenizer.encode(text, { special: true }))
    }
  })

  test('that cannot be', () => {
    assert.throws(() => CharacterTokenizer.of('ab', { special: ['[PAD]', '[PAD]'] }), {
      message: 'tokenizer: the special token "[PAD]" stands twice. Remove one.',
    })
    assert.throws(() => CharacterTokenizer.of('ab', { special: [''] }), {
      message: 'tokenizer: "" cannot be a special token. Give it a name, such as "[PAD]".',
    })
    assert.throws(() => CharacterTokenizer.of('ab', { special: ['a'] }), {
      message: 'tokenizer: "a" is a character of the text and a special token. Give the special token a longer name.',
    })
  })
})

describe('tokenizer.json', () => {
  test('a loaded tokenizer is the saved one', () => {
    const tokenizer = CharacterTokenizer.of(awkward)
    const loaded = charactersFromJSON(saved(awkward))
    assert.equal(loaded.size, tokenizer.size)
    assert.deepEqual(loaded.encode(awkward), tokenizer.encode(awkward))
    assert.equal(loaded.decode(loaded.encode(awkward)), awkward)
  })

  test('what is saved, to the letter', () => {
    assert.deepEqual(saved('ba1'), {
      version: '1.0',
      truncation: null,
      padding: null,
      added_tokens: [],
      normalizer: null,
      pre_tokenizer: { type: 'Split', pattern: { Regex: '[\\s\\S]' }, behavior: 'Isolated', invert: false },
      post_processor: null,
      decoder: { type: 'Fuse' },
      model: { type: 'WordLevel', vocab: { 1: 0, a: 1, b: 2 }, unk_token: '[UNK]' },
    })
  })

  test('what Python saved again loads too: its template adds nothing', () => {
    const single = [{ Sequence: { id: 'A', type_id: 0 } }]
    const json = {
      ...saved('ab'),
      post_processor: { type: 'TemplateProcessing', single, pair: single, special_tokens: {} },
    }
    assert.equal(charactersFromJSON(json).size, 2)
  })

  const model = (vocab: unknown) => ({ ...saved('ab'), model: { type: 'WordLevel', vocab, unk_token: '[UNK]' } })
  const cases: [name: string, json: unknown, message: string][] = [
    ['null', null, 'tokenizer.json: expected an object {…}, but found null. The file may be damaged, or another one.'],
    [
      'a list',
      [1],
      'tokenizer.json: expected an object {…}, but found a list of 1. The file may be damaged, or another one.',
    ],
    [
      'an empty object',
      {},
      'tokenizer.json: model: expected an object {…}, but found nothing. The file may be damaged, or another one.',
    ],
    [
      'byte pairs',
      { model: { type: 'BPE', vocab: { a: 0, b: 1, ab: 2 }, merges: ['a b'] } },
      'tokenizer.json: this is a BPE tokenizer with 3 pieces and not one of characters. ' +
        'Read it with tokenizerFromJSON, which reads every kind.',
    ],
    [
      'no kind',
      { model: {} },
      'tokenizer.json: this is a nameless tokenizer and not one of characters. ' +
        'Read it with tokenizerFromJSON, which reads every kind.',
    ],
    [
      'no vocabulary',
      model(undefined),
      'tokenizer.json: model.vocab: expected an object {…}, but found nothing. The file may be damaged, or another one.',
    ],
    [
      'words',
      model({ a: 0, word: 1 }),
      'tokenizer.json: the piece "word" is not one character, as in a tokenizer of characters. ' +
        'Read it with tokenizerFromJSON, which reads every kind.',
    ],
    [
      'an id that is too large',
      model({ a: 0, b: 2 }),
      'tokenizer.json: the id of "b" is 2, but the ids of 2 pieces are the whole numbers 0..1. Save the tokenizer again.',
    ],
    [
      'an id that is no number',
      model({ a: 0, b: '1' }),
      'tokenizer.json: the id of "b" is "1", but the ids of 2 pieces are the whole numbers 0..1. Save the tokenizer again.',
    ],
    [
      'an id that is given twice',
      model({ a: 0, b: 0 }),
      'tokenizer.json: "a" and "b" both have the id 0. Save the tokenizer again.',
    ],
    [
      'an empty vocabulary',
      model({}),
      'tokenizer: a vocabulary needs at least one character, and the text is empty. Give a text to learn from.',
    ],
    [
      'lower case',
      { ...saved('ab'), normalizer: { type: 'Lowercase' } },
      'tokenizer.json: normalizer is {"type":"Lowercase"}, but a character tokenizer has null. Take a tokenizer that Cutaway saved.',
    ],
    [
      'special tokens without a template',
      { ...savedWith('ab', specialTokens.encoder), post_processor: null },
      'tokenizer.json: post_processor is null, but a character tokenizer has {"type":"TemplateProcessing","single":' +
        '[{"SpecialToken":{"id":"[CLS]","type_id":0}},{"Sequence":{"id":"A","type_id":0}},{"SpecialToken":{"id":"[SEP]","type_id":0}}],' +
        '"pair":[{"SpecialToken":{"id":"[CLS]","type_id":0}},{"Sequence":{"id":"A","type_id":0}},{"SpecialToken":{"id":"[SEP]","type_id":0}},' +
        '{"Sequence":{"id":"B","type_id":1}},{"SpecialToken":{"id":"[SEP]","type_id":1}}],"special_tokens":' +
        '{"[CLS]":{"id":"[CLS]","ids":[2],"tokens":["[CLS]"]},"[SEP]":{"id":"[SEP]","ids":[3],"tokens":["[SEP]"]}}}. ' +
        'Take a tokenizer that Cutaway saved.',
    ],
    [
      'a special token that is not in the vocabulary',
      { ...saved('ab'), added_tokens: specialToJSON(['<|endoftext|>']) },
      'tokenizer.json: the special token "<|endoftext|>" is not the piece with the id 0, which is "a". Save the tokenizer again.',
    ],
    [
      'words between spaces',
      { ...saved('ab'), pre_tokenizer: { type: 'Whitespace' } },
      'tokenizer.json: pre_tokenizer is {"type":"Whitespace"}, but a character tokenizer has ' +
        '{"type":"Split","pattern":{"Regex":"[\\\\s\\\\S]"},"behavior":"Isolated","invert":false}. Take a tokenizer that Cutaway saved.',
    ],
  ]
  for (const [name, json, message] of cases) {
    test(`refused: ${name}`, () => assert.throws(() => charactersFromJSON(json), { message }))
  }
})
