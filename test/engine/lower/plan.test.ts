// The memory plan: nothing is laid over what is still needed, in no slab more than it has.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { lower } from '../../../src/engine/lower/lower.ts'
import type { MemoryPlan } from '../../../src/engine/lower/plan.ts'
import type { Target } from '../../../src/engine/lower/target.ts'
import type { Node, Tensor } from '../../../src/tensor/node.ts'
import * as p from '../../../src/tensor/primitives.ts'
import { narrow, targets } from '../plain/targets.ts'

const size = 40
const square = { row: size, column: size }

/** A chain of products, each of which is needed by the next and, where it is said so, by the last. */
function chain(length: number, isKept: (i: number) => boolean): Node {
  let x: Tensor<'row' | 'column'> = p.input('x', square)
  let sum = x
  for (let i = 0; i < length; i++) {
    x = p.rename(p.dot(x, p.parameter({ column: size, inner: size }, 'zeros'), 'column'), 'inner', 'column')
    if (isKept(i)) sum = p.add(sum, x)
  }
  return p.multiply(sum, x)
}

const placeIn = (memory: MemoryPlan, node: Node) => {
  const place = memory.placeOf(node)
  return 'slab' in place ? place : undefined
}

describe('the memory plan', () => {
  for (const [name, target] of Object.entries(targets))
    test(`lays nothing over what is still needed: ${name}`, () => {
      const { calls, memory, outputs } = lower({ outputs: { y: chain(9, (i) => i % 3 === 0) } }, target)
      const last = new Map<Node, number>()
      calls.forEach(({ operands }, at) => {
        for (const node of operands) last.set(node, at)
      })
      for (const node of outputs.values()) last.set(node, calls.length)
      calls.forEach(({ writes }, at) => {
        for (const written of writes) {
          const place = placeIn(memory, written)
          if (!place) continue
          const bytes = target.layout.bytes(written.axes)
          assert.equal(place.offset % target.memory.alignment, 0)
          assert.ok(place.offset + bytes <= memory.slabs[place.slab])
          for (const [other, until] of last) {
            const its = placeIn(memory, other)
            const begun = calls.findIndex((call) => call.writes.has(other))
            if (other === written || its?.slab !== place.slab || until < at || begun > at) continue
            const isApart: boolean =
              its.offset + target.layout.bytes(other.axes) <= place.offset || place.offset + bytes <= its.offset
            assert.ok(isApart, `call ${at} writes over what call ${until} reads`)
          }
        }
      })
    })

  test('takes no more slabs than it must, and none beyond the largest', () => {
    const { layout } = narrow
    const bytes = layout.bytes(Object.entries(square).map(([name, size]) => ({ name, size })))
    const slabs = (largestSlab: number, isKept: boolean): readonly number[] =>
      lower({ outputs: { y: chain(4, () => isKept) } }, { ...narrow, memory: { ...narrow.memory, largestSlab } }).memory
        .slabs
    assert.deepEqual(slabs(10 * bytes, true).length, 1)
    const apart = slabs(bytes, true)
    assert.ok(apart.length > 2)
    for (const slab of apart) assert.equal(slab, bytes)
  })

  test('refuses a value that is larger than any slab', () => {
    const small: Target = { ...narrow, memory: { ...narrow.memory, largestSlab: 4096 } }
    const said = (axes: string, bytes: number): string =>
      `plan: a value ${axes} has ${bytes} bytes, but this engine's memory comes in pieces of at most 4096. Lower the batch or the context, or take a smaller model.`
    const weight = p.parameter({ row: 33, column: 32 }, 'zeros')
    assert.throws(() => lower({ outputs: { weight: p.multiply(weight, 2) } }, small), {
      message: said('(row 33, column 32)', 4224),
    })
    const [a, b] = [p.input('a', { a: 40, inner: 3 }), p.input('b', { b: 30, inner: 3 })]
    assert.throws(() => lower({ outputs: { y: p.dot(a, b, 'inner') } }, small), { message: said('(a 40, b 30)', 4800) })
  })
})
