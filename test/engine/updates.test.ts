// Updates of parameters that nothing reads: what a program keeps for others.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Node } from '../../src/tensor/node.ts'
import { add, dot, gather, input, parameter, rename } from '../../src/tensor/primitives.ts'
import { engines } from '../engines.ts'

for (const { name, open } of engines)
  describe(`parameters that are only written, ${name}`, () => {
    test('each has memory of its own', async () => {
      const engine = await open()
      const x = input('x', { batch: 2, model: 4 })
      const kept = { rows: parameter({ batch: 2, model: 4 }), product: parameter({ batch: 2, key: 4 }) }
      const copied = parameter({ other: 2, model: 4 })
      const weight = parameter({ model: 4, key: 4 })
      engine.set(
        weight,
        Array.from({ length: 16 }, (_, i) => (i % 5 === 0 ? 2 : 0)),
      )
      const program = await engine.compile({
        outputs: {},
        updates: new Map<Node, Node>([
          [kept.rows, add(x, 1)],
          [kept.product, dot(x, weight, 'model')],
          [copied, rename(x, 'batch', 'other')],
        ]),
      })
      await program.run({ x: [1, 2, 3, 4, 5, 6, 7, 8] })
      assert.deepEqual([...(await engine.get(kept.rows))], [2, 3, 4, 5, 6, 7, 8, 9])
      assert.deepEqual([...(await engine.get(kept.product))], [2, 4, 6, 8, 10, 12, 14, 16])
      assert.deepEqual([...(await engine.get(copied))], [1, 2, 3, 4, 5, 6, 7, 8])
      engine.close()
    })

    test('rows may be gathered along the batch', async () => {
      const engine = await open()
      const x = input('x', { batch: 2, position: 2, model: 4 })
      const rows = input('rows', { batch: 3 }, { below: 2 })
      const kept = parameter({ batch: 3, position: 2, model: 4 })
      const updates = new Map<Node, Node>([[kept, gather(add(x, 1), rows, 'batch')]])
      const program = await engine.compile({ outputs: {}, updates })
      await program.run({ x: Array.from({ length: 16 }, (_, i) => i), rows: [1, 0, 1] })
      const [first, second] = [0, 8].map((from) => Array.from({ length: 8 }, (_, i) => from + i + 1))
      assert.deepEqual([...(await engine.get(kept))], [...second, ...first, ...second])
      engine.close()
    })
  })
