// What is done to scores before a token is chosen.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type AdjustSettings, adjuster } from '../../src/generate/adjust.ts'

/** What is left of the scores 1, −1, 2, −2, 3. */
function adjusted(
  settings: AdjustSettings & { stop?: number[] },
  text: number[],
  written = text.length,
  source = text,
): number[] {
  const scores = Float32Array.of(1, -1, 2, -2, 3)
  adjuster({ tokens: 4, ...settings }, 5)?.(scores, { text, written, source })
  return [...scores]
}

describe('adjusting', () => {
  test('does nothing where nothing is asked for', () => {
    assert.equal(adjuster({ tokens: 4, stop: [1] }, 5), undefined)
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

  const none = -Infinity

  test('forbids what would complete a sequence, and changes what would', () => {
    assert.deepEqual(adjusted({ banned: [[0, 2], [1, 3], 4] }, [1, 0]), [1, -1, none, -2, none])
    assert.deepEqual(adjusted({ banned: [[0, 1, 2]] }, [1]), [1, -1, 2, -2, 3])
    const bias = [
      { ids: [1], bias: 0.5 },
      { ids: [0, 1], bias: 1 },
      { ids: [3, 2], bias: 1 },
    ]
    assert.deepEqual(adjusted({ bias }, [3, 0]), [1, 0.5, 2, -2, 3])
  })

  test('looks at the source', () => {
    assert.deepEqual(adjusted({ sourcePenalty: 2 }, [4], 1, [0, 3]), [2, -1, 2, -1, 3])
    assert.deepEqual(adjusted({ noRepeatOfSource: 2 }, [4, 0], 1, [0, 3, 0, 2]), [1, -1, none, none, 3])
  })

  test('forces the second token of all, and what is forbidden in the beginning comes after it', () => {
    const settings = { forcedBegin: 3, suppressedFirst: [4] }
    assert.deepEqual(adjusted(settings, [0], 0), [none, none, none, 0, none])
    assert.deepEqual(adjusted(settings, [0, 3], 1), [1, -1, 2, -2, none])
    assert.deepEqual(adjusted(settings, [0, 3, 1], 2), [1, -1, 2, -2, 3])
    assert.deepEqual(adjusted(settings, [0, 1], 0), [1, -1, 2, -2, none])
    assert.deepEqual(adjusted({ suppressedFirst: [4] }, [0], 0), [1, -1, 2, -2, none])
    assert.deepEqual(adjusted({ suppressed: [4], stop: [4] }, [0, 1, 2]), [1, -1, 2, -2, none])
  })

  test('counts a text with its prompt', () => {
    assert.deepEqual(adjusted({ leastLength: 3, stop: [1] }, [0, 0], 0), [1, none, 2, -2, 3])
    assert.deepEqual(adjusted({ leastLength: 2, stop: [1] }, [0, 0], 0), [1, -1, 2, -2, 3])
  })

  test('lets the end grow likelier', () => {
    const growingEnd = { after: 1, factor: 2 }
    assert.deepEqual(adjusted({ growingEnd, stop: [1, 2] }, [0], 1), [1, -1, 2, -2, 3])
    assert.deepEqual(adjusted({ growingEnd, stop: [1, 2] }, [0, 0], 2), [1, 0, 4, -2, 3])
    assert.deepEqual(adjusted({ growingEnd, stop: [1, 2] }, [0, 0, 0], 3), [1, 2, 8, -2, 3])
  })

  test('makes numbers of what is none, and ln p of numbers', () => {
    const scores = Float32Array.of(NaN, Infinity, -Infinity, 1)
    adjuster({ tokens: 1, replacesInvalid: true }, 5)?.(scores, { text: [], written: 0, source: [] })
    assert.deepEqual([...scores], [0, 3.4028234663852886e38, -3.4028234663852886e38, 1])
    const sum = adjusted({ renormalizes: true, suppressed: [4] }, []).reduce((sum, each) => sum + Math.exp(each), 0)
    assert.ok(Math.abs(sum - 1) < 1e-6)
  })

  test('refuses what means nothing', () => {
    assert.throws(() => adjuster({ tokens: 1, banned: [[]] }, 5), {
      message: 'generate: a sequence that is banned, or has a bias, is empty. Give at least one id.',
    })
    assert.throws(() => adjuster({ tokens: 1, bias: [{ ids: [1], bias: NaN }] }, 5), {
      message: 'generate: the bias of 1 is NaN; it must be a number.',
    })
    assert.throws(() => adjuster({ tokens: 1, growingEnd: { after: 1.5, factor: 1 } }, 5), {
      message:
        'generate: growingEnd is after 1.5 tokens by the factor 1; the first must be a whole number, the second above 0.',
    })
    assert.throws(() => adjuster({ tokens: 1, repetitionPenalty: 0 }, 5), {
      message: 'generate: repetitionPenalty is 0; it must be a number above 0; 1 changes nothing.',
    })
    assert.throws(() => adjuster({ tokens: 1, noRepeat: -1 }, 5), {
      message: 'generate: noRepeat is -1; it must be a whole number; 0 forbids nothing.',
    })
  })
})
