// Formats of numbers: from each into each, to the bit, with one rounding.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { allocate, bytesOf, convert, type Numbers, type NumberType, numbersIn } from '../../src/checkpoint/numbers.ts'
import { fromBfloat16, toBfloat16 } from '../../src/engine/storage.ts'

const all = Uint16Array.from({ length: 0x10000 }, (_, bits) => bits)
const halves: Numbers = { type: 'f16', data: all }
const brainFloats: Numbers = { type: 'bf16', data: all }

function into(type: NumberType, from: Numbers): Numbers {
  const to = allocate(type, from.data.length)
  convert(from, to)
  return to
}

/** What the bits of an f16 mean, by its definition. */
function halfValue(bits: number): number {
  const exponent = (bits >> 10) & 31
  const fraction = bits & 1023
  const size = exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25)
  return (bits >> 15 === 0 ? 1 : -1) * (exponent < 31 ? size : fraction === 0 ? Number.POSITIVE_INFINITY : Number.NaN)
}

/** The nearest bf16 by looking at all that are near: the definition of rounding, not a trick. */
function nearestBrainFloat(value: number): number {
  const start = toBfloat16(value)
  // Infinity stands where 2^128 would.
  const size = (bits: number): number => ((bits & 0x7fff) === 0x7f80 ? Math.sign(value) * 2 ** 128 : fromBfloat16(bits))
  const near = [start - 2, start - 1, start, start + 1, start + 2].filter(
    (bits) => bits >> 15 === start >> 15 && (bits & 0x7fff) <= 0x7f80,
  )
  return near.reduce((best, bits) => {
    const [mine, its] = [Math.abs(size(bits) - value), Math.abs(size(best) - value)]
    return mine < its || (mine === its && bits % 2 === 0) ? bits : best
  })
}

describe('widening', () => {
  for (const type of ['f32', 'f64'] as const) {
    test(`all 65536 numbers of F16 into ${type}`, () => {
      const found = into(type, halves).data
      for (const bits of all)
        assert.ok(Object.is(found[bits], halfValue(bits)), `0x${bits.toString(16)}: ${found[bits]}`)
    })

    test(`all 65536 numbers of BF16 into ${type}`, () => {
      const found = into(type, brainFloats).data
      for (const bits of all)
        assert.ok(Object.is(found[bits], fromBfloat16(bits)), `0x${bits.toString(16)}: ${found[bits]}`)
    })
  }

  test('BF16 by way of F32 comes back as it was, NaN included', () => {
    const back = into('bf16', into('f32', brainFloats)).data
    for (const bits of all) {
      const isSignalling = (bits & 0x7fff) > 0x7f80 && (bits & 0x40) === 0
      assert.equal(back[bits], isSignalling ? bits | 0x40 : bits)
    }
  })
})

describe('rounding to BF16', () => {
  const { NaN: none, POSITIVE_INFINITY: infinite } = Number
  const one = 1 + 2 ** -7
  const cases: [name: string, value: number, bits: number][] = [
    ['what fits stays', one, 0x3f81],
    ['half way, to the even one below', 1 + 2 ** -8, 0x3f80],
    ['half way, to the even one above', one + 2 ** -8, 0x3f82],
    ['a little more than half way', 1 + 2 ** -8 + 2 ** -20, 0x3f81],
    ['a little less than half way', 1 + 2 ** -8 - 2 ** -20, 0x3f80],
    ['carries into the exponent', 2 - 2 ** -9, 0x4000],
    ['zero', 0, 0],
    ['minus zero', -0, 0x8000],
    ['the smallest subnormal', 2 ** -133, 1],
    ['half of it, to the even one', 2 ** -134, 0],
    ['more than half of it', 1.5 * 2 ** -134, 1],
    ['the largest', fromBfloat16(0x7f7f), 0x7f7f],
    ['above the largest', 3.4e38, 0x7f80],
    ['infinity', infinite, 0x7f80],
    ['minus infinity', -infinite, 0xff80],
  ]
  for (const [name, value, bits] of cases) {
    test(name, () => {
      assert.equal(into('bf16', { type: 'f64', data: Float64Array.of(value) }).data[0], bits)
      assert.equal(into('bf16', { type: 'f32', data: Float32Array.of(value) }).data[0], bits)
    })
  }

  test('not a number stays so', () => {
    const floats = new Float32Array(Uint32Array.of(0x7f800001, 0xffc00000, 0x7fffffff).buffer)
    assert.ok(into('bf16', { type: 'f32', data: floats }).data.every((bits) => Number.isNaN(fromBfloat16(bits))))
    assert.ok(Number.isNaN(fromBfloat16(into('bf16', { type: 'f64', data: Float64Array.of(none) }).data[0])))
  })

  test('F64 is rounded once: F32 in between would make a half of a little more', () => {
    const value = 1 + 2 ** -8 + 2 ** -40
    assert.equal(Math.fround(value), 1 + 2 ** -8)
    assert.equal(into('bf16', { type: 'f64', data: Float64Array.of(value, -value) }).data[0], 0x3f81)
    assert.equal(into('bf16', { type: 'f64', data: Float64Array.of(2 - value) }).data[0], 0x3f7f)
  })

  test('any number goes to the nearest', () => {
    const bits = new Uint32Array(20_000).map((_, i) => Math.imul(i + 1, 0x9e3779b1))
    const floats = new Float32Array(bits.buffer)
    const found = into('bf16', { type: 'f32', data: floats }).data
    const doubles = into('bf16', { type: 'f64', data: Float64Array.from(floats) }).data
    floats.forEach((value, i) => {
      if (Number.isNaN(value)) return
      assert.equal(found[i], nearestBrainFloat(value), `${value}`)
      assert.equal(doubles[i], found[i], `${value}`)
    })
  })

  test('F16 goes to the nearest, too', () => {
    const found = into('bf16', halves).data
    for (const bits of all)
      if (!Number.isNaN(halfValue(bits))) assert.equal(found[bits], nearestBrainFloat(halfValue(bits)))
  })
})

test('equal formats are copied to the bit', () => {
  const bits = Uint32Array.of(0x7f800001, 0x80000000, 0xffffffff, 1)
  const floats: Numbers = { type: 'f32', data: new Float32Array(bits.buffer) }
  assert.deepEqual(bytesOf(into('f32', floats)), new Uint8Array(bits.buffer))
  assert.deepEqual(into('f16', halves).data, all)
})

test('nothing becomes F16', () => {
  assert.throws(() => into('f16', brainFloats), {
    message: 'numbers: nothing is written as F16. Write F32 or BF16.',
  })
})

test('bytes are numbers in place', () => {
  const bytes = new Uint8Array(16)
  const numbers = numbersIn('f32', bytes.subarray(4, 12))
  numbers.data[1] = 1
  assert.equal(numbers.data.length, 2)
  assert.deepEqual([...bytes.subarray(8, 12)], [0, 0, 0x80, 0x3f])
})
