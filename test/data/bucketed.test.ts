// Buckets: every example once in an epoch and in an evaluation, few shapes, little padding, a function of seed and step.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Batch } from '../../src/data/batch.ts'
import { bucketedBatches } from '../../src/data/bucketed.ts'
import { Draws } from '../../src/data/draws.ts'
import { pairExamples } from '../../src/data/pairs.ts'
import { sequenceExamples } from '../../src/data/sequences.ts'
import { shapesFor } from '../../src/data/shapes.ts'

/** Pairs whose first source id is their number, of correlated lengths, as translations have. */
function pairsOf(count: number, seed = 1): { source: Int32Array; target: Int32Array }[] {
  return Array.from({ length: count }, (_, number) => {
    const draws = new Draws(seed, number)
    const length = 4 + draws.below(10) + draws.below(10) + (draws.below(50) === 0 ? 40 : 0)
    const target = Math.max(0, length + draws.below(7) - 3)
    return { source: new Int32Array(length).fill(number), target: new Int32Array(target).fill(number) }
  })
}
const options = { begin: 1, end: 2 }

/** The numbers of the pairs in a batch; rows that fill it up have no targets. */
function numbersIn({ sizes, inputs }: Batch): number[] {
  return Array.from({ length: sizes.batch }, (_, row) => row).flatMap((row) =>
    inputs.targets[row * sizes.position] === -1 ? [] : inputs.source[row * sizes.source],
  )
}

const inOrder = (numbers: readonly number[]): number[] => [...numbers].sort((a, b) => a - b)
const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i)

describe('buckets', () => {
  for (const [count, size] of [
    [1, { batch: 4 }],
    [7, { batch: 16 }],
    [500, { batch: 16 }],
    [501, { tokens: 200 }],
    [97, { batch: 1 }],
  ] as const) {
    test(`${count} pairs, ${JSON.stringify(size)}: an epoch and an evaluation hold each exactly once`, () => {
      const batches = bucketedBatches(pairExamples(pairsOf(count), options), { ...size, seed: 3 })
      const epochs = [0, 1].map((epoch) =>
        upTo(batches.stepsPerEpoch).flatMap((step) => numbersIn(batches.at(epoch * batches.stepsPerEpoch + step))),
      )
      for (const numbers of epochs) assert.deepEqual(inOrder(numbers), upTo(count))
      if (count > 10) assert.notDeepEqual(epochs[0], epochs[1])
      const evaluation = [...batches.evaluation()]
      assert.deepEqual(inOrder(evaluation.flatMap(numbersIn)), upTo(count))
      assert.deepEqual([...batches.evaluation()], evaluation)
    })
  }

  test('a batch is a function of seed and step, not of the batches before it', () => {
    const examples = pairExamples(pairsOf(300), options)
    const at = (seed: number, step: number) => bucketedBatches(examples, { batch: 8, seed }).at(step)
    const batches = bucketedBatches(examples, { batch: 8, seed: 5 })
    for (let step = 0; step < 20; step++) batches.at(step)
    assert.deepEqual(batches.at(123), at(5, 123))
    assert.notDeepEqual(at(5, 124), at(5, 123))
    assert.notDeepEqual(at(6, 123), at(5, 123))
  })

  test('few shapes, and little padding in them', () => {
    const pairs = pairsOf(2000)
    const examples = pairExamples(pairs, options)
    const batches = bucketedBatches(examples, { batch: 16, seed: 1 })
    assert.ok(batches.shapes.length <= 6)
    let [cells, real] = [0, 0]
    for (const { sizes, inputs } of batches.evaluation()) {
      assert.ok(batches.shapes.includes(sizes))
      assert.equal(inputs.ids.length, sizes.batch * sizes.position)
      assert.equal(inputs.source.length, sizes.batch * sizes.source)
      cells += inputs.ids.length + inputs.source.length
    }
    for (const { source, target } of pairs) real += source.length + target.length + 1
    // One shape for all would be three parts padding: the longest pairs are four times as long as the middle ones.
    assert.ok(real / cells > 0.75, `${real} of ${cells} cells are real`)
    assert.ok(shapesFor([examples], { batch: 16, atMost: 1 })[0].source * 2000 * 0.5 > real / 2)
  })

  test('shapes lie on one path: each holds what a smaller one holds', () => {
    const shapes = shapesFor([pairExamples(pairsOf(1000), options)], { tokens: 300, atMost: 8 })
    for (const [i, { batch, source, position }] of shapes.entries()) {
      assert.equal(batch, Math.floor(300 / Math.max(source, position)))
      if (i > 0) assert.ok(source >= shapes[i - 1].source && position >= shapes[i - 1].position)
    }
  })

  test('sets of one run share their shapes, and each may be the longer one', () => {
    const [training, validation] = [pairExamples(pairsOf(200), options), pairExamples(pairsOf(50, 2), options)]
    const shapes = shapesFor([training, validation], { batch: 8 })
    for (const examples of [training, validation])
      for (const { sizes } of bucketedBatches(examples, { shapes, seed: 1 }).evaluation())
        assert.ok(shapes.includes(sizes))
  })

  test('examples of equal lengths have one shape', () => {
    const sequences = upTo(10).map((number) => new Int32Array(5).fill(number))
    assert.deepEqual(shapesFor([sequenceExamples(sequences)], { batch: 3 }), [{ batch: 3, position: 4 }])
  })

  test('a part of an evaluation is spread over all of it', () => {
    const batches = bucketedBatches(pairExamples(pairsOf(500), options), { batch: 10, seed: 3 })
    const part = [...batches.evaluation(5)]
    const all = [...batches.evaluation()]
    assert.deepEqual(
      part,
      [0, 12, 25, 37, 49].map((i) => all[i]),
    )
  })

  test('what cannot be', () => {
    const examples = pairExamples(pairsOf(10), options)
    assert.throws(() => bucketedBatches(examples, { seed: 1 }), {
      message: 'batches: give either batch (examples in a batch) or tokens (tokens in a batch).',
    })
    assert.throws(() => bucketedBatches(sequenceExamples([]), { seed: 1, batch: 2 }), {
      message: 'batches: there are no examples. Give at least one.',
    })
    const sequences = sequenceExamples([new Int32Array(3), new Int32Array(9)])
    assert.throws(() => bucketedBatches(sequences, { seed: 1, shapes: [{ batch: 2, position: 7 }] }), {
      message: 'batches: example 1 fits no shape: position 8 (of 7). Cut it, leave it out, or give larger shapes.',
    })
    assert.throws(() => bucketedBatches(examples, { seed: 1, batch: 0 }), {
      message: 'batches: batch is 0. Give a whole number from 1.',
    })
    assert.throws(() => bucketedBatches(examples, { seed: 1, batch: 2 }).at(-1), {
      message: 'batches: step is -1. Give a whole number from 0.',
    })
  })
})
