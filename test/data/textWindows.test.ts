// Batches: windows and targets, the same for the same seed and step, and evaluations that see every token once.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { evaluationWindows, trainingWindows } from '../../src/data/textWindows.ts'

/** Ids that are their own places, so that a batch says where it was cut. */
const places = (length: number): Int32Array => Int32Array.from({ length }, (_, i) => i)

describe('training batches', () => {
  test('targets are the ids one further, in windows without a gap', () => {
    const ids = places(1000)
    for (let step = 0; step < 50; step++) {
      const rows = trainingWindows({ ids, context: 7, batch: 5, seed: 3, step })
      assert.equal(rows.ids.length, 35)
      for (const [i, id] of rows.ids.entries()) {
        assert.equal(rows.targets[i], id + 1)
        if (i % 7 > 0) assert.equal(id, rows.ids[i - 1] + 1)
      }
    }
  })

  test('a batch is a function of seed and step', () => {
    const ids = places(5000)
    const at = (seed: number, step: number) => trainingWindows({ ids, context: 16, batch: 4, seed, step })
    const later = at(9, 400)
    for (let step = 0; step < 5; step++) at(9, step)
    assert.deepEqual(at(9, 400), later)
    assert.notDeepEqual(at(9, 401), later)
    assert.notDeepEqual(at(10, 400), later)
    assert.deepEqual(
      [...at(9, 400).ids].filter((_, i) => i % 16 === 0),
      [4735, 3327, 2591, 4047],
    )
  })

  test('windows that are passed over are those of the batches before', () => {
    const rows = (options: object, steps: number): number[] =>
      Array.from({ length: steps }, (_, step) => [
        ...trainingWindows({ ids: places(500), context: 4, batch: 6, seed: 2, step, ...options }).ids,
      ]).flat()
    assert.deepEqual(rows({ skipped: 5, batch: 1 }, 25), rows({}, 5).slice(5 * 4))
    assert.deepEqual(rows({ skipped: 150, batch: 2 }, 3), rows({}, 26).slice(150 * 4))
    assert.throws(() => rows({ skipped: -1 }, 1), { message: 'batches: skipped is -1. Give a whole number from 0.' })
  })

  test('an epoch sees no token twice, and all but less than two windows of them', () => {
    for (const [length, context] of [
      [1000, 7],
      [1000, 10],
      [64, 8],
      [65, 8],
      [17, 8],
      [16, 8],
      [9, 8],
      [100, 1],
    ]) {
      const ids = places(length)
      const windows = Math.max(1, Math.floor((length - context) / context))
      for (const epoch of [0, 1, 2]) {
        const seen = new Set<number>()
        for (let draw = 0; draw < windows; draw++) {
          const rows = trainingWindows({ ids, context, batch: 1, seed: 1, step: epoch * windows + draw })
          for (const id of rows.ids) seen.add(id)
        }
        assert.equal(seen.size, windows * context)
        assert.ok(length - seen.size <= 2 * context, `${length - seen.size} of ${length} tokens were left out`)
      }
    }
  })

  test('over the epochs, windows begin everywhere', () => {
    const starts = new Set<number>()
    for (let step = 0; step < 400; step++) {
      const rows = trainingWindows({ ids: places(60), context: 8, batch: 4, seed: 5, step })
      for (let row = 0; row < 4; row++) starts.add(rows.ids[row * 8])
    }
    assert.equal(starts.size, 60 - 8)
  })

  test('what cannot be', () => {
    const ask = { ids: places(8), context: 8, batch: 2, seed: 1, step: 0 }
    assert.throws(() => trainingWindows(ask), {
      message:
        'batches: 8 ids are too few for a context of 8, which takes 9 (the last target is one further). ' +
        'Give a longer text, or a context of at most 7.',
    })
    assert.throws(() => trainingWindows({ ...ask, context: 0 }), {
      message: 'batches: context is 0. Give a whole number from 1.',
    })
    assert.throws(() => trainingWindows({ ...ask, context: 4, batch: 1.5 }), {
      message: 'batches: batch is 1.5. Give a whole number from 1.',
    })
    assert.throws(() => trainingWindows({ ...ask, context: 4, seed: -1 }), {
      message: 'batches: seed is -1. Give a whole number from 0.',
    })
    assert.throws(() => trainingWindows({ ...ask, context: 4, step: Number.NaN }), {
      message: 'batches: step is NaN. Give a whole number from 0.',
    })
  })
})

describe('evaluation batches', () => {
  test('every id but the first is a target exactly once', () => {
    for (const [length, context, batch] of [
      [2, 8, 3],
      [9, 8, 3],
      [10, 8, 3],
      [100, 8, 3],
      [97, 8, 3],
      [98, 8, 4],
      [50, 1, 7],
    ]) {
      const batches = evaluationWindows({ ids: places(length), context, batch })
      const targets: number[] = []
      for (const rows of batches) {
        assert.equal(rows.ids.length, batch * context)
        const counted = [...rows.targets].filter((target) => target !== -1)
        assert.equal(rows.count, counted.length)
        for (const [i, target] of rows.targets.entries()) assert.equal(rows.ids[i], target === -1 ? 0 : target - 1)
        targets.push(...counted)
      }
      assert.deepEqual(targets, [...places(length).subarray(1)])
    }
  })

  test('a part of the text is spread evenly from its beginning to its end', () => {
    const batches = evaluationWindows({ ids: places(1001), context: 10, batch: 3, atMost: 2 })
    assert.equal(batches.length, 2)
    const starts = batches.flatMap((rows) => [0, 10, 20].map((at) => rows.ids[at]))
    assert.deepEqual(starts, [0, 200, 400, 590, 790, 990])
    assert.equal(evaluationWindows({ ids: places(1001), context: 10, batch: 3, atMost: 1000 }).length, 34)
    assert.equal(evaluationWindows({ ids: places(1001), context: 10, batch: 1, atMost: 1 })[0].ids[0], 0)
  })

  test('too short', () => {
    assert.throws(() => evaluationWindows({ ids: places(1), context: 8, batch: 2 }), {
      message: 'batches: 1 ids hold nothing to predict. Evaluate on a text of at least 2 tokens.',
    })
    assert.throws(() => evaluationWindows({ ids: places(9), context: 8, batch: 2, atMost: 0 }), {
      message: 'batches: atMost is 0. Give a whole number from 1.',
    })
  })
})
