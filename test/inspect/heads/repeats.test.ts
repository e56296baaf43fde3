// Random tokens: what may be drawn, and texts that repeat it.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { drawableIds, lengthOfRepeats, randomTokens, repeatedTokens } from '../../../src/inspect/heads/repeats.ts'

describe('random tokens', () => {
  const drawable = drawableIds({ vocab: 60, isLeftOut: (id) => id < 2 })
  const settings = { context: 200, drawable, begin: 0, seed: 5 }

  test('repeat four times behind the beginning', () => {
    const length = lengthOfRepeats(settings, 25)
    const { ids, start } = repeatedTokens(settings, { period: 25, length })
    assert.deepEqual([length, start, ids[0], new Set(ids.slice(1, 26)).size], [101, 26, 0, 25])
    for (let i = start; i < length; i++) assert.equal(ids[i], ids[i - 25])
    assert.ok(ids.slice(1).every((id) => drawable.includes(id)))
  })

  test('are others for another draw and for another seed, and the same again', () => {
    const of = (draw: number, seed: number) => randomTokens({ ...settings, seed }, draw)?.ids.join()
    assert.equal(of(1, 5), of(1, 5))
    assert.equal(new Set([of(0, 5), of(1, 5), of(0, 6)]).size, 3)
    assert.deepEqual([randomTokens(settings, 0)?.start, randomTokens(settings, 0)?.ids.length], [1, 26])
    assert.equal(randomTokens({ ...settings, drawable: [1, 2] }, 0), undefined)
  })

  test('are neither the commonest nor the rarest where it is known how often each comes', () => {
    const counts = new Map(Array.from({ length: 40 }, (_, id) => [id, 100 - id]))
    const known = drawableIds({ vocab: 60, counts })
    assert.deepEqual(
      known,
      Array.from({ length: 32 }, (_, i) => i + 4),
    )
    // Too few are known to be chosen among.
    assert.equal(drawableIds({ vocab: 60, counts: new Map([[1, 3]]) }).length, 60)
  })
})
