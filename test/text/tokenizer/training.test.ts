// Training: the vocabularies of Python's trainer, files that are read as they were written, and what is refused.

import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { specialTokens } from '../../../src/text/special.ts'
import { tokenizerFromJSON } from '../../../src/text/tokenizer/fromJSON.ts'
import { trainBytePairs } from '../../../src/text/tokenizer/trainBytePairs.ts'
import { trainWordPieces } from '../../../src/text/tokenizer/trainWordPieces.ts'
import { fixture, texts, training } from './fixtures.ts'

interface SavedModel {
  readonly model: { readonly vocab: Record<string, number>; readonly merges: [string, string][] }
}

const saved = (tokenizer: { toJSON(): object }) => JSON.parse(JSON.stringify(tokenizer)) as SavedModel
const twice = [...training, ...training]

describe('byte pairs', () => {
  const special = specialTokens.decoder
  const tokenizer = trainBytePairs(twice, { vocab: 400, special })

  test("are those of Python's trainer, one by one", () => {
    const { model } = fixture('gpt2').tokenizer as unknown as SavedModel
    assert.deepEqual(saved(tokenizer).model.merges, model.merges)
    assert.deepEqual(saved(tokenizer).model.vocab, model.vocab)
  })

  test('write every text', () => {
    for (const text of texts) assert.equal(tokenizer.decode(tokenizer.encode(text), { special: true }), text)
    assert.equal(tokenizer.size, 400)
    assert.deepEqual(tokenizer.special, { begin: 0, end: 0 })
  })

  test('the same text gives the same file, which is read as it was written', async () => {
    const again = trainBytePairs(twice, { vocab: 400, special })
    assert.equal(JSON.stringify(again), JSON.stringify(tokenizer))
    const loaded = await tokenizerFromJSON(saved(tokenizer))
    for (const text of texts) assert.deepEqual(loaded.encode(text), tokenizer.encode(text))
    assert.deepEqual(loaded.special, tokenizer.special)
  })

  test('end when every word is one piece', () => {
    const small = trainBytePairs('ab ab', { vocab: 1000 })
    assert.equal(small.size, 256 + 2)
    assert.deepEqual(saved(small).model.merges, [
      ['a', 'b'],
      ['Ġ', 'ab'],
    ])
  })

  test('of equal counts the pair of lower ids comes first; runs of one character merge from the left', () => {
    assert.deepEqual(saved(trainBytePairs('ba ba', { vocab: 257 })).model.merges, [['b', 'a']])
    assert.deepEqual(saved(trainBytePairs(['ba', 'ab', 'ca'], { vocab: 257 })).model.merges, [['a', 'b']])
    const run = trainBytePairs('aaaaa', { vocab: 257 })
    assert.deepEqual(
      [...run.encode('aaaaa')].map((id) => run.piece(id)),
      ['aa', 'aa', 'a'],
    )
  })

  test('nothing is learnt from special tokens in the text', () => {
    const plain = trainBytePairs(['<|endoftext|>'.repeat(9), 'ab ab ab'], { vocab: 259, special })
    assert.deepEqual(saved(plain).model.merges, [
      ['a', 'b'],
      ['Ġ', 'ab'],
    ])
  })

  test('a template for an encoder-decoder', () => {
    const marian = trainBytePairs('ab', { vocab: 260, special: specialTokens['encoder-decoder'] })
    assert.deepEqual([...marian.encode('ab', { special: true })].slice(-1), [0])
    assert.equal(marian.decode(marian.encode('ab', { special: true })), 'ab')
    assert.deepEqual(marian.special, { end: 0, unknown: 1, pad: 2 })
  })

  test('refused', () => {
    assert.throws(() => trainBytePairs('ab', { vocab: 100, special }), {
      message:
        'tokenizer: a vocabulary of 100 has no room for the 256 bytes that byte pairs begin with and 1 special tokens. ' +
        'Ask for a whole number from 257.',
    })
    assert.throws(() => trainBytePairs('', { vocab: 300 }), {
      message: 'tokenizer: the text to learn from has no words. Give a text that has some.',
    })
    assert.throws(() => trainBytePairs('a\ud800', { vocab: 300 }), /half of a surrogate pair/)
  })
})

describe('word pieces', () => {
  const tokenizer = trainWordPieces(twice, { vocab: 500 })

  test("are nearly those of Python's trainer, which breaks ties as it comes", () => {
    const { model } = fixture('bert').tokenizer as unknown as SavedModel
    const ours = Object.keys(saved(tokenizer).model.vocab)
    const shared = ours.filter((piece) => Object.hasOwn(model.vocab, piece))
    assert.equal(ours.length, 500)
    assert.ok(shared.length >= 450, `${shared.length} of 500`)
  })

  test('the longest piece that fits; a word that cannot be written is unknown', () => {
    const small = trainWordPieces('low low lower lower slow', { vocab: 26 })
    const pieces = (text: string) => Array.from(small.encode(text), (id) => small.piece(id))
    assert.deepEqual(pieces('Lower slower lowx'), ['lower', 'slow', '##er', '[UNK]'])
    assert.deepEqual([...small.encode('', { special: true })], [2, 3])
  })

  test('case and accents are kept where they are asked for', () => {
    const cased = trainWordPieces('Ab ab É é', { vocab: 40, lowercase: false })
    assert.equal(cased.decode(cased.encode('É ab Ab')), 'É ab Ab')
    const lower = trainWordPieces('Ab ab É é', { vocab: 40 })
    assert.equal(lower.decode(lower.encode('É ab Ab')), 'e ab ab')
  })

  test('the same text gives the same file, which is read as it was written', async () => {
    assert.equal(JSON.stringify(trainWordPieces(twice, { vocab: 500 })), JSON.stringify(tokenizer))
    const loaded = await tokenizerFromJSON(saved(tokenizer))
    for (const text of texts) {
      assert.deepEqual(loaded.encode(text, { special: true }), tokenizer.encode(text, { special: true }))
      assert.equal(loaded.decode(loaded.encode(text)), tokenizer.decode(tokenizer.encode(text)))
    }
    assert.deepEqual(loaded.special, tokenizer.special)
  })

  test('refused', () => {
    assert.throws(() => trainWordPieces('ab', { vocab: 7 }), {
      message:
        'tokenizer: a vocabulary of 7 has no room for the 3 characters, at the beginning of words and inside them, and ' +
        '5 special tokens. Ask for a whole number from 8.',
    })
    assert.throws(() => trainWordPieces('ab', { vocab: 70, special: ['[PAD]'] }), {
      message:
        'tokenizer: the vocabulary lacks the unknown token "[UNK]", which stands for words that word pieces cannot write. ' +
        'Add it to the special tokens.',
    })
  })
})

const shakespeare = new URL('../../../../shared/data/tinyshakespeare.txt', import.meta.url)
const absent = existsSync(shakespeare) ? false : 'the text is not there'

test('4,096 byte pairs of a megabyte take seconds, and so does encoding it', { skip: absent }, () => {
  const text = readFileSync(shakespeare, 'utf8')
  // The processor's time, which does not grow where other programs run too.
  const elapsedMs = (): number => process.cpuUsage().user / 1000
  const begun = elapsedMs()
  const tokenizer = trainBytePairs(text, { vocab: 4096 })
  const trained = elapsedMs()
  const ids = tokenizer.encode(text)
  const encoded = elapsedMs()
  assert.equal(tokenizer.size, 4096)
  // As Python's trainer and tokenizer have it.
  assert.equal(ids.length, 344_092)
  assert.equal(tokenizer.decode(ids), text)
  assert.ok(trained - begun < 3000, `training: ${trained - begun} ms`)
  assert.ok(encoded - trained < 1000, `encoding: ${encoded - trained} ms`)
})
