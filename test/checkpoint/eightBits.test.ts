// Weights in eight bits: no number changes by more than half of its row's scale, vectors not at all, and damaged files are refused.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { fromEightBits, toEightBits } from '../../src/checkpoint/eightBits.ts'
import { readSafetensors, writeSafetensors } from '../../src/checkpoint/safetensors.ts'

const joined = (pieces: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(pieces))
const matrix = Float32Array.from({ length: 60 }, (_, i) => Math.sin(i * i) * 10 ** (Math.floor(i / 12) - 2))
matrix.fill(0, 24, 36)
const tensors = new Map([
  ['wide.weight', { shape: [5, 12], data: matrix }],
  ['bias', { shape: [3], data: Float32Array.of(0.1, -7, 1e-20) }],
  ['cube', { shape: [2, 2, 3], data: Float32Array.from({ length: 12 }, (_, i) => i - 6) }],
])
const file = joined(writeSafetensors(tensors, { format: 'pt' }))

describe('weights in eight bits', () => {
  test('come back to half a step of their row, and vectors to the bit', () => {
    const packed = joined(toEightBits(file))
    const { tensors: again, metadata } = readSafetensors(joined(fromEightBits(packed)))
    assert.deepEqual(metadata, { format: 'pt' })
    assert.deepEqual([...again.keys()].sort(), [...tensors.keys()].sort())
    assert.deepEqual(again.get('bias'), tensors.get('bias'))
    for (const [name, width] of [
      ['wide.weight', 12],
      ['cube', 3],
    ] as const) {
      const before = tensors.get(name)?.data ?? matrix
      const after = again.get(name)?.data ?? matrix
      for (let row = 0; row < before.length / width; row++) {
        const cells = before.subarray(row * width, (row + 1) * width)
        const step = Math.max(...cells.map(Math.abs)) / 127
        cells.forEach((x, i) => {
          assert.ok(Math.abs(after[row * width + i] - x) <= step * 0.5001, `${name} row ${row}: ${x}`)
        })
      }
    }
  })

  test('are rounded once: rounding what came back changes nothing', () => {
    const once = joined(fromEightBits(joined(toEightBits(file))))
    const twice = joined(fromEightBits(joined(toEightBits(once))))
    const [a, b] = [readSafetensors(once).tensors, readSafetensors(twice).tensors]
    for (const [name, { data }] of a)
      for (const [i, x] of data.entries())
        assert.ok(Math.abs((b.get(name)?.data[i] ?? 0) - x) <= 1e-6 * Math.abs(x), name)
  })

  test('take little more than a byte each', () => {
    const size = 256
    const large = new Map([['w', { shape: [size, size], data: new Float32Array(size * size).fill(0.5) }]])
    assert.ok(joined(toEightBits(joined(writeSafetensors(large)))).length < size * size * 1.03)
  })

  test('are refused where the scales are gone', () => {
    const packed = Buffer.from(joined(toEightBits(file))).toString('latin1')
    const damaged = Buffer.from(packed.replace('"cube:scale"', '"tube:scale"'), 'latin1')
    assert.throws(() => fromEightBits(new Uint8Array(damaged), 'a.html'), {
      message: 'a.html: tensor "cube" is no matrix in eight bits with its scales. Save the model again.',
    })
  })
})
