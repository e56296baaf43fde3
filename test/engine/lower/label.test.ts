// Names after lowering: what means the same becomes one, and is still called what people call it.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { lower } from '../../../src/engine/lower/lower.ts'
import type { Node } from '../../../src/tensor/node.ts'
import { see, trace } from '../../../src/tensor/pass.ts'
import { placed } from '../../../src/tensor/placed.ts'
import { exp, input, multiply, parameter, sum } from '../../../src/tensor/primitives.ts'
import { wide } from '../plain/targets.ts'

describe('a value that is made twice', () => {
  for (const order of ['its name first', 'its name second'])
    for (const isPlaced of [false, true])
      test(`is one with its name: ${order}${isPlaced ? ', at one place' : ''}`, () => {
        const model = { part: { weight: parameter({ a: 3, b: 2 }) } }
        const { outputs, names } = trace(model, () => {
          const x = multiply(input('x', { a: 3 }), model.part.weight)
          const named = () => see(model.part, { value: exp(x) }).value
          const [one, other] = order === 'its name first' ? [named(), exp(x)] : [exp(x), named()]
          return { doubled: multiply(one, 2), summed: sum(other, 'a') }
        })
        const asked: Record<string, Node> = isPlaced
          ? Object.fromEntries(Object.entries(outputs).map(([name, node]) => [name, placed(node, { b: 1 })]))
          : outputs
        const { nodes, labelOf } = lower({ outputs: asked, names }, wide)
        const made = nodes.filter(({ operation }) => operation.kind === 'apply' && operation.function === 'exp')
        assert.deepEqual(made.map(labelOf), ['part.value'])
      })
})
