// Settings that come from a file.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { settingsFromJSON } from '../../src/train/pastFromJSON.ts'
import { small } from '../../src/train/settings.ts'

test('those of a checkpoint are read, and what is not ours is left out', () => {
  assert.deepEqual(settingsFromJSON({ ...small.training, text: { hash: 'x' } }), small.training)
  assert.deepEqual(settingsFromJSON({ batch: 3 }), { batch: 3 })
})

test('one that is damaged is refused, and not replaced', () => {
  const cases: [settings: unknown, message: string][] = [
    [{ rate: '0.5' }, 'settings: rate is "0.5". Give a number.'],
    [{ seed: null }, 'settings: seed is null. Give a number.'],
    [{ warmup: Number.POSITIVE_INFINITY }, 'settings: warmup is Infinity. Give a number.'],
    [{ batch: {} }, 'settings: batch is an object. Give a number.'],
    [
      { schedule: 7 },
      'settings: schedule is 7. It is one of cosine, linear, constant, paper; start the training anew.',
    ],
  ]
  for (const [settings, message] of cases) assert.throws(() => settingsFromJSON(settings), { message })
})
