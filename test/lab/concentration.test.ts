import assert from 'node:assert/strict'
import { test } from 'node:test'
import { reference } from '../../src/engine/reference.ts'
import { concentration, sharpnessOf } from '../../src/lab/concentration.ts'
import { labText } from '../../src/lab/labText.ts'

test('a pattern is sharp where one source has all, and flat where all share alike', () => {
  assert.deepEqual(sharpnessOf([1, 0, 0, 0], 4), { entropy: 0, slope: 0 })
  const { entropy, slope } = sharpnessOf([0.25, 0.25, 0.25, 0.25, 0.5, 0.5, 0, 0], 4)
  assert.ok(Math.abs(entropy - 0.75) < 1e-15)
  assert.ok(Math.abs(slope - (1 - (0.25 + 0.5) / 2)) < 1e-15)
})

test('the variance of random scores is d_k, or 1 where they are divided', async () => {
  const engine = reference()
  const text = await labText('to be or not to be '.repeat(700), 'text')
  const measure = async (isScaled: boolean) =>
    (await concentration({ key: 64, isScaled }).run({ engine, seed: 0, text })).numbers
  const [whole, divided] = [await measure(false), await measure(true)]
  assert.ok(Math.abs(whole.variance / 64 - 1) < 0.2, `${whole.variance}`)
  assert.ok(Math.abs(divided.variance - 1) < 0.2, `${divided.variance}`)
  assert.ok(whole.slope < 0.5 && divided.slope > 0.9, `${whole.slope}, ${divided.slope}`)
  engine.close()
})
