// The memory of parameters: filled and read in place, as floats and as bfloat16.

import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { cpu } from '../../src/engine/cpu/index.ts'
import { reference } from '../../src/engine/reference.ts'
import { fromBfloat16, toBfloat16 } from '../../src/engine/storage.ts'
import type { Tensor } from '../../src/tensor/node.ts'
import { add, parameter } from '../../src/tensor/primitives.ts'

const named = <A extends string>(node: Tensor<A>, path: string): Tensor<A> => {
  node.path = path
  return node
}
const values = (count: number): Float32Array => Float32Array.from({ length: count }, (_, i) => i / 4 - 3)

describe('memory', async () => {
  const engine = await cpu({ threads: 2 })
  after(() => engine.close())

  it('is where set writes and programs read', async () => {
    for (const each of [engine, reference()]) {
      const w = parameter({ a: 3, b: 5 })
      each.set(w, values(15))
      const { data, strides } = each.memory(w)
      assert.equal(data[2 * strides[0] + 3 * strides[1]], values(15)[13])
      data[2 * strides[0] + 3 * strides[1]] = 100
      const program = await each.compile({ outputs: { more: add(w, 1) } })
      await program.run({})
      assert.deepEqual(
        (await program.read('more')).data,
        values(15)
          .with(13, 100)
          .map((x) => x + 1),
      )
      assert.equal((await each.get(w))[13], 100)
    }
  })

  it('pads rows to whole vectors', () => {
    assert.deepEqual(engine.memory(parameter({ a: 3, b: 2, c: 5 })).strides, [16, 8, 1])
    assert.deepEqual(engine.memory(parameter({ c: 5 })).strides, [1])
    assert.deepEqual(engine.memory(parameter({})).strides, [])
  })

  it('keeps a matrix as bfloat16', async () => {
    const w = parameter({ a: 3, b: 5 })
    const { type, data, strides } = engine.memory(w, 'bf16')
    assert.equal(type, 'bf16')
    assert.ok(data instanceof Uint16Array)
    engine.set(w, values(15))
    assert.equal(data[strides[0] + 2], toBfloat16(values(15)[7]))
    data[0] = toBfloat16(7)
    assert.deepEqual(await engine.get(w), values(15).with(0, 7))
  })

  it('says what cannot be', () => {
    const w = named(parameter({ a: 3, b: 5 }), 'blocks.0.up.weight')
    engine.set(w, values(15))
    assert.throws(() => engine.memory(w, 'bf16'), {
      message: 'memory: blocks.0.up.weight is kept as f32 already; ask for bf16 before it is used in any other way.',
    })
    assert.throws(() => engine.memory(named(parameter({ a: 3 }), 'norm.scale'), 'bf16'), {
      message: 'memory: norm.scale (a 3) cannot be kept as bf16, only matrices can; ask for f32.',
    })
  })
})

describe('bfloat16', () => {
  it('comes back from bits as it went', () => {
    for (let half = 0; half < 65536; half++) {
      const value = fromBfloat16(half)
      if (!Number.isNaN(value)) assert.equal(toBfloat16(value), half)
    }
    assert.ok(Number.isNaN(fromBfloat16(toBfloat16(Number.NaN))))
  })

  it('is the nearest, of two the even one', () => {
    assert.equal(fromBfloat16(toBfloat16(1 + 1 / 256)), 1)
    assert.equal(fromBfloat16(toBfloat16(1 + 3 / 256)), 1 + 4 / 256)
    assert.equal(fromBfloat16(toBfloat16(1 + 1.01 / 256)), 1 + 2 / 256)
    assert.equal(fromBfloat16(toBfloat16(3.4e38)), Infinity)
  })
})
