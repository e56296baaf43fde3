// Word vectors in text files: read as gensim reads them, in pieces cut anywhere, written so that every bit comes back; and what is wrong
// with files that are none.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { readWordVectors, type WordVectorsRead } from '../../src/checkpoint/wordVectors.ts'
import { writeWordVectors, writtenWord } from '../../src/checkpoint/writeWordVectors.ts'
import { fixture } from '../inspect/embeddings/fixture.ts'

const bytesOfText = (text: string): Uint8Array => new TextEncoder().encode(text)
const read = (text: string, most?: number): Promise<WordVectorsRead> =>
  readWordVectors([bytesOfText(text)], { place: 'v.txt', ...(most !== undefined && { most }) })

describe('reading word vectors', () => {
  test('gives what gensim reads, wherever the pieces are cut', async () => {
    for (const { name, text, words, data } of fixture.files) {
      const found = await read(text)
      assert.deepEqual({ name, words: found.words, data: Array.from(found.data) }, { name, words, data })
    }
    const bytes = bytesOfText(`\ufeff${fixture.text}`)
    for (const size of [1, 7, 64, 1000]) {
      const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
        bytes.subarray(i * size, (i + 1) * size),
      )
      const { words, width, data, warnings } = await readWordVectors(pieces)
      assert.deepEqual({ words, width, warnings }, { words: fixture.words, width: fixture.width, warnings: [] })
      assert.deepEqual(Array.from(data), fixture.data)
    }
  })

  test('takes words with spaces, several spaces, tabs, and letters of two bytes', async () => {
    const { words, data } = await read('4 2\nNew York 1 2\nrue  3   4\nö\t5\t6\n. . . 7 8\n')
    assert.deepEqual(words, ['New York', 'rue', 'ö', '. . .'])
    assert.deepEqual(Array.from(data), [1, 2, 3, 4, 5, 6, 7, 8])
  })

  test('stops after as many words as are wanted', async () => {
    const { words, data, warnings } = await read('9 2\na 1 2\nb 3 4\nc 5 6', 2)
    assert.deepEqual([words, Array.from(data), warnings], [['a', 'b'], [1, 2, 3, 4], []])
  })

  test('says what it passes over', async () => {
    const { warnings } = await read('4 1\na 1\na 2\nb 3\nb 4')
    assert.deepEqual(warnings, [
      'v.txt: 2 words stand there again ("a", "b"); the first vector of each counts.',
      'v.txt: its last line has no end, so that the file may be cut off there.',
    ])
  })

  const wrong: readonly (readonly [text: string, message: string])[] = [
    [
      'Call me Ishmael.\nSome years ago',
      'v.txt: this is no file of word vectors: in its first line stands no word with numbers behind it. Give one in the text format of word2vec or GloVe; of a binary one, save it as text first.',
    ],
    ['', 'v.txt: there are no words in it. Name another file.'],
    [
      '3 2\na 1 2\nb 3 4\n',
      'v.txt: its first line says 3 words, but the file ends after 2. It may be cut off; fetch it again, or mend the first line.',
    ],
    ['1 2\na 1 2\nb 3 4\n', 'v.txt, line 3: its first line says 1 words, but more follow. Mend the first line.'],
    [
      '2 2\na 1 2\nb 3',
      'v.txt, line 3: the word has 1 numbers where others have 2. The file may be damaged or cut off.',
    ],
    [
      'a 1 2\nb 3.5 4 5\n',
      'v.txt, line 2: the word has 3 numbers where others have 2. The file may be damaged or cut off.',
    ],
    ['2 2\na 1 2\n 3 4\n', 'v.txt, line 3: there is no word before the numbers. Add it, or leave the line out.'],
    ['2 2\na 1 2\nb 3 x\n', 'v.txt, line 3: "x" is no number. Mend it.'],
    ['2 2\na 1 2\nb 3 0x10\n', 'v.txt, line 3: "0x10" is no number. Mend it.'],
    ['2 2\na 1 nan\nb 3 4\n', 'v.txt, line 2: a number of "a" is nan. Leave the word out.'],
    ['2 2\na 1 1e39\nb 3 4\n', 'v.txt, line 2: a number of "a" is 1e39. Leave the word out.'],
    ['2 1\na 1\n\nb 2\n', 'v.txt, line 3: line 3 is empty, but others follow. Take it out.'],
    ['2 0\n', 'v.txt, line 1: the words have 0 numbers. Name another file.'],
  ]
  for (const [text, message] of wrong)
    test(`refuses ${JSON.stringify(text)}`, () => assert.rejects(read(text), { message }))

  test('refuses bytes that are no text', () =>
    assert.rejects(
      readWordVectors([bytesOfText('2 2\na 1 2\n'), Uint8Array.of(0x62, 0xff, 0x0a)], { place: 'v.bin' }),
      {
        message:
          'v.bin: after line 2 stand bytes that are no UTF-8 text. Save it as text in UTF-8, or name another file.',
      },
    ))
})

describe('writing word vectors', () => {
  test('brings back every bit, with six digits at least where it has so many, and nine at most', async () => {
    const numbers = [0.1, -0, 1 / 3, 1e-45, 1.1754943e-38, 3.4028235e38, 16777216, -2.5, 1e-7, 123456.79, 0.3, 1e21]
    const data = Float32Array.from(numbers)
    const text = [...writeWordVectors({ words: ['a', 'b', 'c'], width: 4, data })].join('')
    assert.equal(
      text,
      '3 4\na 0.1 -0 0.33333334 1.4013e-45\nb 1.1754944e-38 3.4028235e+38 16777216 -2.5\nc 1e-7 123456.79 0.3 1e+21\n',
    )
    const found = await read(text)
    assert.deepEqual(new Uint32Array(found.data.buffer), new Uint32Array(data.buffer))
    let state = 1
    const many = Uint32Array.from({ length: 20_000 }, () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0
      return state
    })
    const any = new Float32Array(many.buffer).map((value) => (Number.isFinite(value) ? value : 1))
    const words = Array.from({ length: 200 }, (_, i) => `w${i}`)
    const all = await read([...writeWordVectors({ words, width: 100, data: any })].join(''))
    assert.deepEqual(new Uint32Array(all.data.buffer), new Uint32Array(any.buffer))
  })

  test('writes spaces and line ends by their numbers', async () => {
    assert.deepEqual([' dog', '\n', 'a\tb', 'Ġdog', 'ö'].map(writtenWord), [
      '<0x20>dog',
      '<0x0A>',
      'a<0x09>b',
      'Ġdog',
      'ö',
    ])
    const text = [...writeWordVectors({ words: [' ', '\n'], width: 1, data: Float32Array.of(1, 2) })].join('')
    assert.deepEqual((await read(text)).words, ['<0x20>', '<0x0A>'])
  })

  test('refuses, before it writes anything, what the format cannot hold', () => {
    const write = (words: readonly string[], data: readonly number[]) => () =>
      writeWordVectors({ words, width: 1, data: Float32Array.from(data) })
    assert.throws(write(['a', ''], [1, 2]), {
      message: 'word vectors: word 1 is empty, and a file has no way to say so. Leave it out.',
    })
    assert.throws(write([' ', '<0x20>'], [1, 2]), {
      message: 'word vectors: " " and "<0x20>" would both be written as <0x20>. Leave one out.',
    })
    assert.throws(write(['a', 'b'], [1, Number.NaN]), {
      message: 'word vectors: a number of "b" is NaN. Leave the word out.',
    })
    assert.throws(write(['a', 'b'], [1]), {
      message: 'word vectors: 2 words of 1 numbers need 2, but 1 were given. Give as many.',
    })
  })
})
