// Pairs whose sources are numbers, as the frames of a sound are: blocks of one size, beside targets of different lengths.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bucketedBatches } from '../../src/data/bucketed.ts'
import { pairExamples } from '../../src/data/pairs.ts'

const options = { begin: 8, end: 9, pad: 0, block: { frame: 2, mel: 3 } }
const pairs = [
  { source: Float32Array.of(1, 2, 3, 4, 5, 6), target: Int32Array.of(1) },
  { source: Float32Array.of(6, 5, 4, 3, 2, 1), target: Int32Array.of(2, 3) },
]

test('sources of numbers come as they are, without lengths', () => {
  const { axes, at } = bucketedBatches(pairExamples(pairs, options), { shapes: [{ batch: 2, position: 3 }], seed: 0 })
  assert.deepEqual(axes, {
    source: ['batch', 'frame', 'mel'],
    ids: ['batch', 'position'],
    targets: ['batch', 'position'],
  })
  const { inputs } = at(0)
  const isFirst = inputs.source[0] === 1
  assert.deepEqual(
    inputs.source,
    Float32Array.from(isFirst ? [1, 2, 3, 4, 5, 6, 6, 5, 4, 3, 2, 1] : [6, 5, 4, 3, 2, 1, 1, 2, 3, 4, 5, 6]),
  )
  assert.deepEqual(Array.from(inputs.ids), isFirst ? [8, 1, 0, 8, 2, 3] : [8, 2, 3, 8, 1, 0])
  assert.deepEqual(Array.from(inputs.targets), isFirst ? [1, 9, -1, 2, 3, 9] : [2, 3, 9, 1, 9, -1])
})

test('a source of another size is refused', () => {
  const short = { source: Float32Array.of(1, 2, 3), target: Int32Array.of(1) }
  assert.throws(() => pairExamples([pairs[0], short], options), {
    message: 'batches: pair 1 has a source of 3 numbers, not 6 (frame 2, mel 3). Make all alike.',
  })
})
