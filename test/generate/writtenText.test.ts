// Text as it is written: it goes on with its prompt, and ends before what may be a special token.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { WrittenText } from '../../src/generate/writtenText.ts'
import { CharacterTokenizer } from '../../src/text/characters.ts'
import { tokenizerFromJSON } from '../../src/text/tokenizer/fromJSON.ts'

/** Words with their space before them, bytes, and special tokens; the first space of a text is taken away, as Llama 2 does. */
const words = ['<s>', '<turn>', '▁the', '▁fox', '▁now', 'es', '<0xC3>', '<0xA9>']
const spaced = {
  added_tokens: [0, 1].map((id) => ({ id, content: words[id], special: true })),
  decoder: {
    type: 'Sequence',
    decoders: [
      { type: 'Replace', pattern: { String: '▁' }, content: ' ' },
      { type: 'ByteFallback' },
      { type: 'Fuse' },
      { type: 'Strip', content: ' ', start: 1, stop: 0 },
    ],
  },
  model: { type: 'WordLevel', unk_token: '<s>', vocab: Object.fromEntries(words.map((word, id) => [word, id])) },
}
const [begin, turn, the, fox, now, es, half, other] = words.keys()

describe('written text', async () => {
  const tokenizer = await tokenizerFromJSON(spaced)
  const written = (after: readonly number[], ids: readonly number[], ...stopStrings: string[]): string[] => {
    const text = new WrittenText(tokenizer, { after, stopStrings })
    const pieces = ids.map((id) => (text.isStopped ? 'too late' : text.push(id)))
    return [...pieces, text.end(), ...(text.isStopped ? ['stopped'] : [])]
  }

  test('keeps the space of its first word', () => {
    assert.deepEqual(written([begin, the], [fox, now]), [' fox', ' now', ''])
    assert.deepEqual(written([begin], [fox, now]), ['fox', ' now', ''])
  })

  test('ends before a string that begins with a space', () => {
    assert.deepEqual(written([begin, the], [fox, now], ' '), ['', 'too late', '', 'stopped'])
    assert.deepEqual(written([the], [fox, es, now], ' n'), [' fox', 'es', '', '', 'stopped'])
    assert.deepEqual(written([the], [fox, es], ' n'), [' fox', 'es', ''])
    assert.deepEqual(written([the], [fox, the, now], 'x t'), [' fo', '', 'too late', '', 'stopped'])
  })

  test('ends before a string that begins in the prompt', () => {
    assert.deepEqual(written([the], [fox, now], 'e f'), ['', 'too late', '', 'stopped'])
  })

  test('ends before a special token, which is never shown', () => {
    assert.deepEqual(written([begin, the], [fox, turn, now], '<turn>'), [' fox', '', 'too late', '', 'stopped'])
    assert.deepEqual(written([begin, the], [fox, turn, now], 'x<turn> n'), [' fo', '', '', '', 'stopped'])
    assert.deepEqual(written([begin, the], [fox, turn, now]), [' fox', '', ' now', ''])
    // The first word has its space where a special token before it is looked at, and none where it is shown.
    assert.deepEqual(written([begin], [fox, now], 'w'), ['fox', ' no', '', 'stopped'])
    assert.deepEqual(written([begin], [fox, now], '<turn>'), ['fox', ' now', ''])
  })

  test('never breaks a character', () => {
    assert.deepEqual(written([the], [half, other, fox], 'x'), ['', '', 'é fo', '', 'stopped'])
    assert.deepEqual(written([the], [half, other], 'x'), ['', '', 'é'])
  })

  test('of single characters', () => {
    const letters = CharacterTokenizer.of('abc', { special: ['<end>'] })
    const text = new WrittenText(letters, { after: [1], stopStrings: ['<end>'] })
    assert.deepEqual(
      [text.push(1), text.push(2), text.isStopped, text.push(0), text.isStopped],
      ['a', 'b', false, '', true],
    )
  })
})
