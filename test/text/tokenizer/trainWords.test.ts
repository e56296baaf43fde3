// Vocabularies of whole words: the frequent ones in order, as tokenizer.json says them.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { tokenizerFromJSON } from '../../../src/text/tokenizer/fromJSON.ts'
import { trainWords } from '../../../src/text/tokenizer/trainWords.ts'

const text = "The cat's mat. The cat sat; the mat, 12 mats! [x] cat\n"

describe('a vocabulary of words', () => {
  test('has the frequent words, the most frequent first, and reads nothing else', async () => {
    const tokenizer = trainWords(text, { minCount: 2 })
    const pieces = Array.from({ length: tokenizer.size }, (_, id) => tokenizer.piece(id))
    assert.deepEqual(pieces, ['[UNK]', 'the', 'mat', 'cat'])
    assert.deepEqual([...tokenizer.encode('A CAT on the Mat, 7')], [0, 3, 0, 1, 2])
    assert.equal(tokenizer.decode([1, 3]), 'the cat')
    const again = await tokenizerFromJSON(JSON.parse(JSON.stringify(tokenizer.toJSON())), {}, 'saved')
    assert.deepEqual([...again.encode(text)], [...tokenizer.encode(text)])
    assert.ok(again.isSpecial(0) && again.special.unknown === 0)
    assert.equal(trainWords(text, { minCount: 1, vocab: 3 }).size, 3)
    assert.ok([...trainWords("it's don’t", { minCount: 1 }).encode("don’t it's")].join() === '2,1')
  })

  const refusals: readonly [name: string, text: string, options: Parameters<typeof trainWords>[1], message: string][] =
    [
      [
        'no word is frequent enough',
        text,
        { minCount: 9 },
        'tokenizer: no word of the text stands there 9 times. Give a longer text, or ask for fewer times: 2 leaves two words.',
      ],
      [
        'one word alone is',
        text,
        { minCount: 3 },
        'tokenizer: only one word of the text stands there 3 times. Give a longer text, or ask for fewer times: 2 leaves two words.',
      ],
      [
        'there is one word',
        'no no NO',
        {},
        'tokenizer: the text has only one word, which stands beside no other. Give a longer text.',
      ],
      ['there is none', '1, 2!', {}, 'tokenizer: the text to learn from has no words. Give a text that has some.'],
      [
        'there is no room',
        text,
        { vocab: 2 },
        'tokenizer: a vocabulary of 2 has no room for two words and [UNK]. Give at least 3.',
      ],
      [
        'counts are none',
        text,
        { minCount: 0 },
        'tokenizer: the least count of a word is 0; it must be a whole number, at least 1.',
      ],
    ]
  for (const [name, given, options, message] of refusals)
    test(`is refused where ${name}`, () => {
      assert.throws(() => trainWords(given, options), { message })
    })
})
