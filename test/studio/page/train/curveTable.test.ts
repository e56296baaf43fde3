// The table of a curve: a column of steps, and a column for each line with gaps.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { curveTable, headsIn } from '../../../../src/studio/page/train/curveTable.ts'

const run = {
  losses: [
    { step: 1, loss: 4 },
    { step: 2, loss: 3.5 },
    { step: 3, loss: Number.NaN },
  ],
  evaluations: [
    { step: 0, training: 4.2, validation: 4.3 },
    { step: 2, training: 3.4, validation: 3.6 },
  ],
}

describe('the table of a curve', () => {
  test('has a row for each step that anything is told of, and gaps elsewhere', () => {
    assert.deepEqual(curveTable({ run, looks: [], score: undefined }), [
      [1, 2, 3],
      [4, 3.5, null],
      [null, 3.4, null],
      [null, 3.6, null],
      [null, null, null],
      [null, null, null],
      [null, null, null],
    ])
  })

  test('begins with the untrained model while that is all there is', () => {
    const [steps, , , validation] = curveTable({
      run: { losses: [], evaluations: run.evaluations.slice(0, 1) },
      looks: [],
      score: undefined,
    })
    assert.deepEqual([steps, validation], [[0], [4.3]])
  })

  test('lays another run beside it, by steps', () => {
    const other = { losses: [{ step: 5, loss: 2 }], evaluations: [{ step: 3, training: 2.5, validation: 2.6 }] }
    const columns = curveTable({ run, other, looks: [], score: undefined })
    assert.deepEqual(columns[0], [1, 2, 3, 5])
    assert.deepEqual(columns.slice(4), [
      [null, null, null, 2],
      [null, null, 2.5, null],
      [null, null, 2.6, null],
    ])
  })

  test('has a column for each head of a score', () => {
    const row = (step: number, score: string, head: number, value: number) => ({
      step,
      score,
      unit: 'share',
      layer: 0,
      head,
      value,
    })
    const looks = [
      { step: 2, rows: [row(2, 'previous', 0, 0.1), row(2, 'induction', 0, 0.9), row(2, 'previous', 1, 0.2)] },
      { step: 3, rows: [row(3, 'previous', 0, 0.3), row(3, 'induction', 0, 0.8), row(3, 'previous', 1, Number.NaN)] },
    ]
    assert.deepEqual(headsIn(looks, 'previous'), ['0.0', '0.1'])
    assert.deepEqual(curveTable({ run, looks, score: 'previous' }).slice(7), [
      [null, 0.1, 0.3],
      [null, 0.2, null],
    ])
    assert.deepEqual(headsIn([], 'previous'), [])
  })
})
