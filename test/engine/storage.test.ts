// The memory of parameters, and bfloat16.

import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { cpu } from '../../src/engine/cpu/index.ts'
import { fromBfloat16, toBfloat16 } from '../../src/engine/storage.ts'
import type { Node } from '../../src/tensor/node.ts'
import { parameter } from '../../src/tensor/primitives.ts'

describe('the memory of parameters', async () => {
  const engine = await cpu({ threads: 2 })
  after(() => engine.close())
  const strides = (node: Node) => engine.read(node, (held) => held.strides)

  it('pads rows to whole vectors', async () => {
    assert.deepEqual(await strides(parameter({ a: 3, b: 2, c: 5 })), [16, 8, 1])
    assert.deepEqual(await strides(parameter({ c: 5 })), [1])
    assert.deepEqual(await strides(parameter({})), [])
  })

  it('is what is lent, where threads share it', async () => {
    const w = parameter({ a: 3, b: 5 })
    engine.set(
      w,
      Float32Array.from({ length: 15 }, (_, i) => i),
    )
    const box = { from: [1, 2], sizes: [2, 3] }
    const [first, second] = [
      await engine.read(w, ({ data }) => data, box),
      await engine.read(w, ({ data }) => data, box),
    ]
    assert.equal(first.buffer, second.buffer)
    assert.equal(first.byteOffset, second.byteOffset)
    assert.deepEqual([first[0], first.at(-1), first.length], [7, 14, 11])
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
