import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cpu } from '../../src/engine/cpu/index.ts'
import { labText } from '../../src/lab/labText.ts'
import { spreadByLayer, spreadOf } from '../../src/lab/spreadByLayer.ts'

test('the spread of rows is 0 where all are alike, and 1 where their mean is 0', () => {
  assert.equal(spreadOf([1, 2, 1, 2, 1, 2], 3), 0)
  assert.equal(spreadOf([1, 2, -1, -2], 2), 1)
  // Rows 3 and 1: the mean is 2, and 1 on either side of it.
  assert.ok(Math.abs(spreadOf([3, 1], 2) - Math.sqrt(2 / 10)) < 1e-15)
})

test('without skips tokens become alike doubly exponentially, with them they stay apart', async () => {
  const engine = await cpu({ threads: 1 })
  const text = await labText('to be or not to be '.repeat(700), 'text')
  const measure = (skip: boolean) =>
    spreadByLayer({ layers: 4, hidden: 0, norm: 'none', sight: 'all', skip }).run({ engine, seed: 0, text })
  const { numbers, curves } = await measure(false)
  assert.ok(numbers.collapsed <= -6, `10^${numbers.collapsed} behind layer 4`)
  assert.ok(numbers.power > 2.5, `layer 3 is layer 2 to the power ${numbers.power}`)
  assert.deepEqual(curves?.spread.x, [0, 1, 2, 3, 4])
  assert.ok((await measure(true)).numbers.collapsed > -1)
  engine.close()
})
