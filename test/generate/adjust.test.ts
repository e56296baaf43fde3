// What is done to scores before a token is chosen.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type AdjustSettings, adjuster } from '../../src/generate/adjust.ts'

/** What is left of the scores 1, −1, 2, −2, 3. */
function adjusted(settings: AdjustSettings & { stop?: number[] }, text: number[], written = text.length): number[] {
  const scores = Float32Array.of(1, -1, 2, -2, 3)
  adjuster({ tokens: 4, ...settings })?.(scores, text, written)
  return [...scores]
}

describe('adjusting', () => {
  test('does nothing where nothing is asked for', () => {
    assert.equal(adjuster({ tokens: 4, stop: [1] }), undefined)
  })

  test('penalises what stands in the text, once, on both sides of 0', () => {
    assert.deepEqual(adjusted({ repetitionPenalty: 2 }, [0, 3, 0]), [0.5, -1, 2, -4, 3])
  })

  test('forbids what would complete a run again', () => {
    const none = -Infinity
    assert.deepEqual(adjusted({ noRepeat: 3 }, [0, 1, 4, 2, 0, 1]), [1, -1, 2, -2, none])
    assert.deepEqual(adjusted({ noRepeat: 1 }, [0, 2]), [none, -1, none, -2, 3])
    assert.deepEqual(adjusted({ noRepeat: 2 }, [0, 0]), [none, -1, 2, -2, 3])
    assert.deepEqual(adjusted({ noRepeat: 4 }, [0, 1]), [1, -1, 2, -2, 3])
  })

  test('forbids tokens, but never all that end the text', () => {
    assert.deepEqual(adjusted({ banned: [2, 4], stop: [4] }, []), [1, -1, -Infinity, -2, 3])
  })

  test('does not let a text end too early, and makes it end in time', () => {
    assert.deepEqual(adjusted({ leastTokens: 2, stop: [1] }, [0], 1), [1, -Infinity, 2, -2, 3])
    assert.deepEqual(adjusted({ leastTokens: 2, stop: [1] }, [0, 0], 2), [1, -1, 2, -2, 3])
    assert.deepEqual(adjusted({ forcedEnd: 1 }, [], 2), [1, -1, 2, -2, 3])
    assert.deepEqual(adjusted({ forcedEnd: 1 }, [], 3), [-Infinity, 0, -Infinity, -Infinity, -Infinity])
  })

  test('refuses what means nothing', () => {
    assert.throws(() => adjuster({ tokens: 1, repetitionPenalty: 0 }), {
      message: 'generate: repetitionPenalty is 0; it must be a number above 0; 1 changes nothing.',
    })
    assert.throws(() => adjuster({ tokens: 1, noRepeat: -1 }), {
      message: 'generate: noRepeat is -1; it must be a whole number; 0 forbids nothing.',
    })
  })
})
