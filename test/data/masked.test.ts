// Masked tokens: the shares of the paper, special tokens left alone, other masks in every epoch and step.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Draws } from '../../src/data/draws.ts'
import { maskedExamples, maskTokens } from '../../src/data/masked.ts'
import { evaluationWindows, trainingWindows } from '../../src/data/textWindows.ts'
import { maskedWindowBatches, windowBatches } from '../../src/data/windows.ts'

const special = new Set([0, 1, 2, 3])
const options = { vocab: 50, mask: 3, isSpecial: (id: number) => special.has(id) }

describe('masked tokens', () => {
  test('15 % are chosen; of these 80 % are hidden, 10 % are others, 10 % stay', () => {
    const ids = Int32Array.from({ length: 100_000 }, (_, i) => i % 50)
    const { ids: hidden, targets } = maskTokens(ids, new Draws(1), options)
    const counts = { open: 0, mask: 0, other: 0, same: 0 }
    for (const [place, id] of ids.entries()) {
      if (special.has(id)) {
        assert.equal(targets[place], -1)
        assert.equal(hidden[place], id)
        continue
      }
      assert.ok(hidden[place] === 3 || !special.has(hidden[place]))
      if (targets[place] === -1) {
        assert.equal(hidden[place], id)
        counts.open++
      } else {
        assert.equal(targets[place], id)
        counts[hidden[place] === 3 ? 'mask' : hidden[place] === id ? 'same' : 'other']++
      }
    }
    const chosen = counts.mask + counts.other + counts.same
    const near = (share: number, wanted: number): void =>
      assert.ok(Math.abs(share - wanted) < 0.012, `${share} should be about ${wanted}`)
    near(chosen / (chosen + counts.open), 0.15)
    near(counts.mask / chosen, 0.8)
    near(counts.other / chosen, 0.1 * (45 / 46)) // one time in 46 the other token is the same
    near(counts.same / chosen, 0.1)
  })

  test('every epoch hides other tokens; an evaluation always the same', () => {
    const sequences = [0, 1].map(() => Int32Array.from({ length: 200 }, (_, i) => 4 + (i % 40)))
    const examples = maskedExamples(sequences, { ...options, seed: 7 })
    assert.deepEqual(examples.row(0, 5), examples.row(0, 5))
    assert.notDeepEqual(examples.row(0, 5), examples.row(0, 6))
    assert.notDeepEqual(examples.row(0, 5), examples.row(1, 5))
    assert.notDeepEqual(maskedExamples(sequences, { ...options, seed: 8 }).row(0, 5), examples.row(0, 5))
    assert.deepEqual(examples.row(0, -1), maskedExamples(sequences, { ...options, seed: 7 }).row(0, -1))
  })

  test('an evaluation asks something of every sequence; what chance chooses stays as it is', () => {
    const sequences = Array.from({ length: 200 }, (_, i) => Int32Array.of(1, 4 + (i % 46), 5, 2))
    const examples = maskedExamples(sequences, { ...options, seed: 3 })
    const asked = (row: object): number[] => [...(row as { targets: Int32Array }).targets].filter((id) => id >= 0)
    const byChance = sequences.map((ids, i) => maskTokens(ids, new Draws(3, -1, i), options))
    const none = byChance.filter((row) => asked(row).length === 0)
    assert.ok(none.length > 100, 'most sequences of two tokens are asked nothing by chance')
    for (const [i, row] of byChance.entries()) {
      const { ids, targets } = examples.row(i, -1) as { ids: Int32Array; targets: Int32Array }
      if (asked(row).length > 0) assert.deepEqual({ ids, targets }, row)
      assert.ok(asked({ targets }).length > 0)
      assert.deepEqual([targets[0], targets[3]], [-1, -1])
    }
    assert.equal(sequences.filter((_, i) => asked(examples.row(i, 0)).length === 0).length > 100, true)
    assert.deepEqual(asked(maskedExamples([Int32Array.of(1, 2)], { ...options, seed: 3 }).row(0, -1)), [])
  })

  test('what cannot be', () => {
    assert.throws(() => maskedExamples([], { ...options, mask: 50, seed: 1 }), {
      message: 'batches: mask is 50, outside the vocabulary (0..49). Give the id of [MASK].',
    })
    assert.throws(() => maskedExamples([], { ...options, share: 15, seed: 1 }), {
      message: 'batches: share is 15. Give the part of the tokens to hide, above 0; 0.15 is usual.',
    })
    assert.throws(() => maskedExamples([], { vocab: 4, mask: 3, isSpecial: options.isSpecial, seed: 1 }), {
      message: 'batches: all 4 tokens of the vocabulary are special, so none can be hidden. Give a larger one.',
    })
  })
})

describe('windows of a text', () => {
  const ids = Int32Array.from({ length: 103 }, (_, i) => 4 + (i % 40))
  const windows = { ids, context: 8, batch: 3, seed: 5 }

  test('next token: the windows of textWindows.ts, with their sizes', () => {
    const batches = windowBatches(windows)
    assert.deepEqual(batches.shapes, [{ batch: 3, position: 8 }])
    for (const step of [0, 1, 77])
      assert.deepEqual(batches.at(step), { sizes: batches.shapes[0], inputs: trainingWindows({ ...windows, step }) })
    const plain = evaluationWindows(windows)
    assert.deepEqual(
      [...batches.evaluation()].map(({ inputs }) => inputs),
      plain.map(({ ids, targets }) => ({ ids, targets })),
    )
    assert.equal([...batches.evaluation(2)].length, 2)
  })

  test('masked: what is not chosen is the text, and targets are what was there', () => {
    const batches = maskedWindowBatches({ ...windows, ...options, pad: 0 })
    for (const step of [0, 4, 31]) {
      const { inputs } = batches.at(step)
      const { ids: open } = trainingWindows({ ...windows, step })
      assert.deepEqual([...inputs.lengths], [8, 8, 8])
      for (const [i, target] of inputs.targets.entries()) assert.equal(target === -1 ? inputs.ids[i] : target, open[i])
      assert.deepEqual(batches.at(step).inputs, inputs)
      assert.notDeepEqual(batches.at(step + 1).inputs, inputs)
    }
  })

  test('masked: an evaluation sees every window, and says how long its last one is', () => {
    const lengths = [...maskedWindowBatches({ ...windows, ...options }).evaluation()].map(({ inputs }) => [
      ...inputs.lengths,
    ])
    assert.deepEqual(lengths, [
      [8, 8, 8],
      [8, 8, 8],
      [8, 8, 8],
      [8, 8, 8],
      [6, 1, 1],
    ])
    const again = [...maskedWindowBatches({ ...windows, ...options, pad: 49 }).evaluation()]
    const last = again[4].inputs
    assert.deepEqual([...last.ids.subarray(6, 24)], new Array(18).fill(49))
    assert.deepEqual([...last.targets.subarray(6, 24)], new Array(18).fill(-1))
  })
})
