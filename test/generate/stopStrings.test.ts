// Stop strings: however a text is cut into pieces, it ends at the same place, and nothing shows too early.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { StopStrings } from '../../src/generate/stopStrings.ts'

/** What comes out of a text in pieces of a length, piece by piece. */
function outOf(text: string, strings: string[], length: number): { out: string[]; found: string | undefined } {
  const stop = new StopStrings(strings)
  const out: string[] = []
  for (let at = 0; at < text.length; at += length) out.push(stop.push(text.slice(at, at + length)))
  return { out: [...out, stop.end()], found: stop.found }
}

describe('stop strings', () => {
  test('end a text before them, wherever tokens begin', () => {
    for (let length = 1; length < 20; length++) {
      const { out, found } = outOf('one\n\ntwo\n\nthree', ['\n\n'], length)
      assert.equal(out.join(''), 'one')
      assert.equal(found, '\n\n')
    }
  })

  test('the one that is complete first counts', () => {
    for (let length = 1; length < 9; length++) {
      assert.deepEqual(outOf('xabcd', ['abcd', 'bc'], length).found, 'bc')
      assert.equal(outOf('xabcd', ['abcd', 'bc'], length).out.join(''), 'xa')
    }
  })

  test('hold back no more than may be their beginning', () => {
    assert.deepEqual(outOf('a<b</s', ['</s>'], 1), { out: ['a', '', '<b', '', '', '', '</s'], found: undefined })
    assert.deepEqual(outOf('ababac', ['abac'], 1), { out: ['', '', '', 'ab', '', '', ''], found: 'abac' })
  })

  test('leave a text alone where there are none', () => {
    assert.deepEqual(outOf('abc', [], 2), { out: ['ab', 'c', ''], found: undefined })
  })

  test('may begin in what stands before, but not end there', () => {
    const stopped = (before: string, string: string, text: string): [string, boolean] => {
      const stop = new StopStrings([string], before)
      const out = [...text].map((character) => stop.push(character)).join('') + stop.end()
      return [out, stop.found !== undefined]
    }
    assert.deepEqual(stopped('the fox', 'x h', ' home'), ['', true])
    assert.deepEqual(stopped('the fox', 'fox', ' fox'), [' ', true])
    assert.deepEqual(stopped('the fox', 'fox', ' now'), [' now', false])
    assert.deepEqual(stopped('the fox', 'x now', ' no'), [' no', false])
    assert.deepEqual(stopped('xx', 'xxx', 'yxx'), ['yxx', false])
  })

  test('are not empty', () => {
    assert.throws(() => new StopStrings(['']), {
      message: 'generate: a stop string is empty. Give at least one character.',
    })
  })
})
