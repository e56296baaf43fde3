// Batches of words and the words beside them: every word once in an epoch, windows within paragraphs, frequent words passed over.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Batch } from '../../src/data/batch.ts'
import { wordBatches } from '../../src/data/wordBatches.ts'

const usual = { window: 3, sample: 0, batch: 2, position: 4, drawn: 5, seed: 1 }
const words = Int32Array.from({ length: 400 }, (_, i) => (i % 10 === 9 ? -1 : (i * 7) % 13))
const counts = Int32Array.from({ length: 13 }, (_, id) => words.filter((word) => word === id).length)

/** The words of a batch in their order, with how many each looks at before and behind it. */
const wordsOf = ({ inputs: { ids, before, after } }: Batch) =>
  [...ids].flatMap((id, i) => (id < 0 ? [] : [{ id, before: before[i], after: after[i] }]))

describe('batches of words', () => {
  const batches = wordBatches(words, { ...usual, counts })
  const epoch = (from: number) => Array.from({ length: batches.stepsPerEpoch }, (_, i) => batches.at(from + i))

  test('hold every word once in an epoch, in another order each time, and once in an evaluation', () => {
    const all = words.filter((id) => id >= 0).toSorted()
    const [first, second] = [epoch(0), epoch(batches.stepsPerEpoch)]
    for (const each of [first, second, [...batches.evaluation()]])
      assert.deepEqual(Int32Array.from(each.flatMap(wordsOf), ({ id }) => id).toSorted(), all)
    assert.notDeepEqual(first, second)
    assert.deepEqual(first, epoch(0))
  })

  test('look at one to so many words on either side, within the paragraph', () => {
    const reaches = epoch(0).flatMap(wordsOf)
    for (const side of ['before', 'after'] as const)
      assert.deepEqual([...new Set(reaches.map((each) => each[side]))].sort(), [0, 1, 2, 3])
    // In a paragraph of nine words that is in one batch, the first has none before it and the last none behind.
    const [whole] = batches.evaluation()
    assert.deepEqual([wordsOf(whole)[0].before, wordsOf(whole).at(-1)?.after], [0, 0])
  })

  test('bring the words around each piece, then words drawn by chance', () => {
    for (const { inputs } of epoch(0))
      for (let piece = 0; piece < 2; piece++)
        for (let i = 0; i < 10; i++) {
          const at = piece * 4 + i - 3
          assert.equal(inputs.others[piece * 15 + i], at < 0 || at >= 8 ? -1 : inputs.ids[at])
        }
    const drawn = new Float64Array(13)
    for (const { inputs } of Array.from({ length: 3000 }, (_, i) => batches.at(i)))
      for (let i = 10; i < 15; i++) drawn[inputs.others[i]]++
    const sum = counts.reduce((total, count) => total + count ** 0.75, 0)
    for (const [id, count] of drawn.entries()) {
      const share = counts[id] ** 0.75 / sum
      assert.ok(Math.abs(count / 15_000 - share) < 5 * Math.sqrt(share / 15_000), `${id}: ${count / 15_000}, ${share}`)
    }
  })

  test('pass over frequent words as gensim does', () => {
    const text = Int32Array.from({ length: 40_000 }, (_, i) => (i % 4 === 0 ? 1 : 0))
    const passing = wordBatches(text, { ...usual, batch: 8, position: 32, counts: [30_000, 10_000], sample: 0.05 })
    const kept = [0, 0]
    for (const batch of passing.evaluation()) for (const { id } of wordsOf(batch)) kept[id]++
    // (√(count / (sample · all)) + 1) · (sample · all) / count
    const share = (count: number): number => (Math.sqrt(count / 2000) + 1) * (2000 / count)
    for (const [id, count] of [30_000, 10_000].entries())
      assert.ok(Math.abs(kept[id] / count - share(count)) < 0.02, `${id}: ${kept[id] / count}, ${share(count)}`)
  })
})
