// The four kinds of examples as batches: what stands where, and that padding is what one says.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { bucketedBatches } from '../../src/data/bucketed.ts'
import type { Examples } from '../../src/data/examples.ts'
import { labelledExamples } from '../../src/data/labelled.ts'
import { maskedExamples } from '../../src/data/masked.ts'
import { pairExamples } from '../../src/data/pairs.ts'
import { sequenceExamples } from '../../src/data/sequences.ts'

const ids = (...numbers: number[]): Int32Array => Int32Array.from(numbers)

/** All examples in one batch of three rows, as lists of rows. */
function batchOf(examples: Examples): Record<string, number[][]> {
  const [{ sizes, inputs }] = bucketedBatches(examples, { batch: 3, atMost: 1, seed: 1 }).evaluation()
  return Object.fromEntries(
    Object.entries(inputs).map(([name, data]) => {
      const width = data.length / sizes.batch
      return [name, [0, 1, 2].map((row) => [...data.subarray(row * width, (row + 1) * width)])]
    }),
  )
}

describe('kinds of examples', () => {
  test('next token: targets are one further; nothing is asked of padding and of empty rows', () => {
    assert.deepEqual(batchOf(sequenceExamples([ids(5, 6, 7, 8), ids(3, 4)], { pad: 9 })), {
      ids: [
        [5, 6, 7],
        [3, 9, 9],
        [9, 9, 9],
      ],
      targets: [
        [6, 7, 8],
        [4, -1, -1],
        [-1, -1, -1],
      ],
      lengths: [[3], [1], [1]],
    })
  })

  test('pairs: the decoder reads a begin and the target, and says the target and its end', () => {
    const pairs = [
      { source: ids(5, 6, 7), target: ids(8) },
      { source: ids(4), target: ids(3, 2) },
    ]
    assert.deepEqual(batchOf(pairExamples(pairs, { begin: 10, end: 11, pad: 9 })), {
      source: [
        [5, 6, 7],
        [4, 9, 9],
        [9, 9, 9],
      ],
      sourceLengths: [[3], [1], [1]],
      ids: [
        [10, 8, 9],
        [10, 3, 2],
        [9, 9, 9],
      ],
      targets: [
        [8, 11, -1],
        [3, 2, 11],
        [-1, -1, -1],
      ],
    })
  })

  test('labelled texts, with and without kinds', () => {
    assert.deepEqual(
      batchOf(
        labelledExamples(
          [
            { ids: ids(5, 6), label: 1 },
            { ids: ids(4), label: 0 },
          ],
          { pad: 9 },
        ),
      ),
      {
        ids: [
          [5, 6],
          [4, 9],
          [9, 9],
        ],
        lengths: [[2], [1], [1]],
        labels: [[1], [0], [-1]],
      },
    )
    const texts = [
      { ids: ids(5, 6), label: 1, kinds: ids(0, 1) },
      { ids: ids(4), label: 0, kinds: ids(0) },
    ]
    assert.deepEqual(batchOf(labelledExamples(texts)).kinds, [
      [0, 1],
      [0, 0],
      [0, 0],
    ])
  })

  test('masked tokens lie along their sequence', () => {
    const options = { vocab: 10, mask: 1, pad: 9, seed: 1, share: 1 }
    const { ids: hidden, targets, lengths } = batchOf(maskedExamples([ids(5, 6, 7), ids(4)], options))
    assert.deepEqual(targets, [
      [5, 6, 7],
      [4, -1, -1],
      [-1, -1, -1],
    ])
    assert.deepEqual(lengths, [[3], [1], [1]])
    assert.deepEqual(hidden[1].slice(1), [9, 9])
    assert.deepEqual(hidden[2], [9, 9, 9])
  })

  test('another pad id changes nothing but the padding', () => {
    const sequences = [ids(5, 6, 7, 8), ids(3, 4), ids(2, 2, 2)]
    const pairs = sequences.map((each) => ({ source: each, target: each.slice(1) }))
    const texts = sequences.map((each, label) => ({ ids: each, label }))
    const kinds: ((pad: number) => Examples)[] = [
      (pad) => sequenceExamples(sequences, { pad }),
      (pad) => maskedExamples(sequences, { vocab: 10, mask: 1, seed: 1, pad }),
      (pad) => pairExamples(pairs, { begin: 0, end: 1, pad }),
      (pad) => labelledExamples(texts, { pad }),
    ]
    for (const examples of kinds) {
      const [zero, other] = [batchOf(examples(0)), batchOf(examples(77))]
      const swapped = JSON.stringify(other).replaceAll('77', '0')
      assert.equal(swapped, JSON.stringify(zero))
      assert.notDeepEqual(other, zero)
    }
  })

  test('what cannot be', () => {
    assert.throws(() => sequenceExamples([ids(1, 2), ids(1)]), {
      message:
        'batches: sequence 1 has 1 token, in which there is nothing to predict. Leave it out, or give it a begin and an end.',
    })
    assert.throws(() => pairExamples([{ source: ids(), target: ids(1) }], { begin: 0, end: 1 }), {
      message: 'batches: pair 0 has an empty source. Leave it out.',
    })
    assert.throws(() => labelledExamples([{ ids: ids(), label: 0 }]), {
      message: 'batches: text 0 is empty. Leave it out.',
    })
    assert.throws(
      () =>
        labelledExamples([
          { ids: ids(1), label: 0, kinds: ids(0) },
          { ids: ids(2), label: 0 },
        ]),
      {
        message: 'batches: text 1 has 1 ids and no kinds. Give every text one kind for each id, or none.',
      },
    )
  })
})
