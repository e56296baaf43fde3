// Tokens as a reader knows them, whatever signs their vocabulary has.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CharacterTokenizer } from '../../src/text/characters.ts'
import { trainBytePairs } from '../../src/text/tokenizer/trainBytePairs.ts'
import { trainWordPieces } from '../../src/text/tokenizer/trainWordPieces.ts'
import type { Tokenizer } from '../../src/text/tokenizer.ts'
import { tokenText } from '../../src/text/tokenText.ts'
import { spacedPieces, spacedTokenizer } from '../cli/randomRuns.ts'

const all = (tokenizer: Tokenizer) => Array.from({ length: tokenizer.size }, (_, id) => tokenText(tokenizer, id))
const of = (tokenizer: Tokenizer, text: string) => Array.from(tokenizer.encode(text), (id) => tokenText(tokenizer, id))

test('byte pairs are the text that they stand for; a part of a character stays a piece', () => {
  const tokenizer = trainBytePairs(['to be, to be\nto be'], { vocab: 262 })
  const words = of(tokenizer, 'to be\né🙂')
  assert.equal(words.slice(0, -6).join(''), 'to be\n')
  assert.ok(words.includes(' be') || words.includes(' b'), JSON.stringify(words))
  assert.ok(words.slice(-6).every((word) => !word.includes('\ufffd')))
})

test('words that bring their space have it, special tokens stand as they are', async () => {
  const words = all(await spacedTokenizer())
  assert.deepEqual(
    words.slice(0, 9),
    spacedPieces.slice(0, 9).map((piece) => piece.replace('▁', ' ')),
  )
})

test('what goes on with a word keeps its sign; characters are themselves', () => {
  const pieces = all(trainWordPieces(['thing thing something'], { vocab: 40 }))
  assert.ok(pieces.some((piece) => piece.startsWith('##')))
  const characters = CharacterTokenizer.of('aé▁ ')
  assert.deepEqual(all(characters).sort(), ['a', 'é', '▁', ' '].sort())
})
