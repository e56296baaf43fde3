// Words by their ids: of lists and of tokenizers, with and without a space before them.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { firstWords, idsOfAnyCase, listedWords, spacedOther, tokenizerWords } from '../../src/text/lexicon.ts'
import { scoredPairs } from '../../src/text/scoredPairs.ts'
import { tokenizerFromJSON } from '../../src/text/tokenizer/fromJSON.ts'

/** Pairs of characters in a row: "dog" with and without a space before it, "cat" only with one. */
const vocabulary = ['d', 'o', 'g', 'c', 'a', 't', ' ', 'do', 'dog', ' c', ' ca', ' cat', ' dog', 'D', 'Do', 'Dog']
const merges = [
  ['d', 'o'],
  ['do', 'g'],
  ['D', 'o'],
  ['Do', 'g'],
  [' ', 'dog'],
  [' ', 'c'],
  [' c', 'a'],
  [' ca', 't'],
]
const spaced = tokenizerWords(
  await tokenizerFromJSON({
    model: { type: 'BPE', vocab: Object.fromEntries(vocabulary.map((piece, id) => [piece, id])), merges },
  }),
)

describe('the words of a tokenizer', () => {
  test('are looked up as they stand, with their space or without', () => {
    assert.deepEqual([spaced.idOf('dog'), spaced.idOf(' dog'), spaced.idOf(' cat')], [8, 12, 11])
    assert.deepEqual([spacedOther(spaced, 8), spacedOther(spaced, 12), spacedOther(spaced, 11)], [12, 8, undefined])
  })

  test('of several tokens are refused with their pieces; the way to write them as one is told', () => {
    assert.throws(() => spaced.idOf('cat'), {
      message: '"cat" is 3 tokens, "c" "a" "t", and has no vector of its own. " cat" is one: give that.',
    })
    assert.throws(() => spaced.idOf('dogdog'), {
      message: '"dogdog" is 2 tokens, "dog" "dog", and has no vector of its own. Give a word that is one.',
    })
  })

  test('of running text have a space before them, and those count', () => {
    const idOf = idsOfAnyCase(spaced)
    assert.deepEqual([idOf('dog'), idOf('CAT'), idOf('Dog'), idOf('do'), idOf('cow')], [12, 11, 12, 7, undefined])
    assert.deepEqual(firstWords(spaced, 9), [10, 11, 12])
  })
})

describe('a list of words', () => {
  test('gives of equal words, and of those that differ in case alone, the first', () => {
    const words = listedWords(['Dog', 'dog', 'dog', 'DOG', 'an', '1', 'ox'])
    const idOf = idsOfAnyCase(words)
    assert.deepEqual([words.idOf('dog'), idOf('dOg'), idOf('ox')], [1, 0, 6])
    assert.deepEqual(firstWords(words, 3), [0, 1, 2])
    assert.deepEqual(firstWords(words, 9), [0, 1, 2, 3, 4, 6])
  })

  test('names those that are near to a word that it lacks', () => {
    const words = listedWords(['king', 'kin', 'wing', 'zebra'])
    assert.throws(() => words.idOf('kings'), {
      message: 'there is no word "kings" among the 4. Did you mean "king", "kin" or "wing"?',
    })
    assert.throws(() => words.idOf('xxxxxxx'), {
      message: 'there is no word "xxxxxxx" among the 4. Give one of these.',
    })
  })
})

describe('sets of word pairs', () => {
  test('are read whatever stands between the fields', () => {
    const wanted = [{ words: ['tiger', 'cat'], score: 7.35 }]
    for (const text of [
      'tiger\tcat\t7.35\r\n',
      'Word 1,Word 2,Human\ntiger,cat,7.35',
      '# a set\n\ntiger  cat 7.35 more',
    ])
      assert.deepEqual(scoredPairs(text, 'w.tsv'), wanted)
  })

  test('are refused where a line has no score', () => {
    assert.throws(() => scoredPairs('a\tb\t1\nold new 1.5x', 'w.tsv'), {
      message:
        'w.tsv, line 2: "old new 1.5x" is not two words and a number. Write them one after the other, with tabs between.',
    })
  })
})
