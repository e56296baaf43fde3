// Written digits: equal every time, all different, and of every class as many; what is held back is not what is learnt.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { writtenDigits } from '../../src/data/writtenDigits.ts'

test('written digits', () => {
  const { training, validation, labels } = writtenDigits({ training: 200, validation: 50 })
  assert.deepEqual(labels, [...'0123456789'])
  assert.deepEqual([training.length, validation.length], [200, 50])
  for (let label = 0; label < 10; label++) assert.equal(training.filter((each) => each.label === label).length, 20)
  const words = [...training, ...validation].map(({ picture }) => picture.pixels.join())
  assert.equal(new Set(words).size, 250)
  for (const { picture } of training) {
    assert.deepEqual([picture.width, picture.height, picture.channels], [28, 28, 1])
    const ink = picture.pixels.reduce((sum, own) => sum + own / 255, 0)
    assert.ok(ink > 25 && ink < 320, `${ink}`)
  }
  // As of MNIST's, few touch the edge.
  const touch = training.filter(({ picture: { pixels } }) =>
    [0, 27].some((row) => pixels.subarray(28 * row, 28 * row + 28).some((own) => own > 128)),
  )
  assert.ok(touch.length < 0.1 * training.length, `${touch.length}`)
  const again = writtenDigits({ training: 3, validation: 1 })
  assert.deepEqual(again.training[2], training[2])
})
