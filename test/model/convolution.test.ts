// A convolution is the sum that it says: against plain loops, at every place, and with the gradients of the reference engine.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { cpu } from '../../src/engine/cpu/index.ts'
import { reference } from '../../src/engine/reference.ts'
import { Convolution } from '../../src/model/convolution.ts'
import { gradient } from '../../src/tensor/gradient.ts'
import { input, multiply, sum } from '../../src/tensor/primitives.ts'

const [batch, frames, channels, models] = [2, 9, 5, 7]
const given = Float32Array.from({ length: batch * frames * channels }, (_, i) => Math.sin(i * 1.7))

const shapes = [
  { taps: 3, stride: 1, before: 1, behind: 1 },
  { taps: 3, stride: 2, before: 1, behind: 1 },
  { taps: 4, stride: 3, before: 0, behind: 2 },
  { taps: 1, stride: 1, before: 0, behind: 0 },
]

/** Σ x[stride · frame + tap − before] · weight[tap, channel, model] + bias[model], (batch, frame, model). */
function loops(weight: Float32Array, bias: Float32Array, { taps, stride, before, behind }: (typeof shapes)[number]) {
  const out: number[] = []
  for (let b = 0; b < batch; b++)
    for (let first = -before; first + taps <= frames + behind; first += stride)
      for (let m = 0; m < models; m++) {
        let total = bias[m]
        for (let tap = 0; tap < taps; tap++)
          for (let c = 0; c < channels; c++)
            if (first + tap >= 0 && first + tap < frames)
              total += given[(b * frames + first + tap) * channels + c] * weight[(tap * channels + c) * models + m]
        out.push(total)
      }
  return out
}

describe('a convolution', () => {
  for (const shape of shapes)
    test(`of ${shape.taps} taps at stride ${shape.stride}`, async () => {
      const part = new Convolution({ from: { channel: channels }, to: { model: models }, ...shape, bias: true })
      const x = input('x', { batch, frame: frames, channel: channels })
      const y = part.apply<'batch'>(x)
      const loss = sum(multiply(y, y), 'batch', 'frame', 'model')
      const bias = part.bias
      assert.ok(bias)
      const [dw, db, dx] = gradient(loss, [part.weight, bias, x])
      const weights = Float32Array.from({ length: shape.taps * channels * models }, (_, i) => Math.cos(i * 0.9))
      const biases = Float32Array.from({ length: models }, (_, i) => i / 10)
      const found: Float32Array[][] = []
      for (const engine of [reference(), await cpu({ threads: 1 })])
        try {
          engine.set(part.weight, weights)
          engine.set(bias, biases)
          const program = await engine.compile({ outputs: { y, dw, db, dx } })
          await program.run({ x: given })
          const values = await Promise.all(['y', 'dw', 'db', 'dx'].map((name) => program.read(name)))
          const order = values[0].axes.map(({ name }) => name).join(' ')
          assert.equal(order, 'batch frame model')
          found.push(values.map(({ data }) => data))
        } finally {
          engine.close()
        }
      const expected = loops(weights, biases, shape)
      assert.equal(found[1][0].length, expected.length)
      for (const [i, value] of expected.entries()) assert.ok(Math.abs(found[1][0][i] - value) < 1e-5)
      for (const [n, numbers] of found[0].entries())
        for (const [i, value] of numbers.entries())
          assert.ok(Math.abs(found[1][n][i] - value) <= 1e-5 * Math.max(1, Math.abs(value)))
    })
})
