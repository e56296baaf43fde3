// What was heard, as text: tokens of times are no words, whether the run names them or not.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { saidTest, segmentText, WordTimes } from '../../src/generate/spokenWords.ts'

const pieces = ['<|0.00|>', ' three', '<|0.24|>', ' <|0.5|> of', '<|en|>']
const tokenizer = { decode: (ids: ArrayLike<number>) => Array.from(ids, (id) => pieces[id]).join('') }
const segment = { from: 0, to: 50, ids: [0, 1, 2, 3, 4], begins: [1, 2, 3, 4, 5] }

test('tokens of times are none of the text, by their own text where a run does not name them', () => {
  assert.deepEqual(segment.ids.filter(saidTest(tokenizer, undefined)), [1, 3, 4])
  assert.equal(segmentText(tokenizer, segment, undefined), ' three <|0.5|> of<|en|>')
  assert.equal(segmentText(tokenizer, segment, { first: 2, none: 9, end: 9 }), '<|0.00|> three')
})

test('nor are they words, but the time that they take passes', () => {
  const words = new WordTimes(tokenizer, { framesPerSecond: 100 }).of({
    ...segment,
    ids: [0, 1, 2],
    begins: [10, 20, 30],
  })
  assert.deepEqual(words, [{ text: ' three', from: 0.1, to: 0.2 }])
})
