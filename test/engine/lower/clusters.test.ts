// Which values are computed together, for machines that like it differently.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Graph } from '../../../src/engine/engine.ts'
import { lower } from '../../../src/engine/lower/lower.ts'
import type { Target } from '../../../src/engine/lower/target.ts'
import type { Node, Tensor } from '../../../src/tensor/node.ts'
import * as p from '../../../src/tensor/primitives.ts'
import { holdToReference } from '../holdToReference.ts'
import { plain } from '../plain/engine.ts'
import { narrow, targets, wide } from '../plain/targets.ts'

const kinds = (graph: Graph, target: Target): string[] => lower(graph, target).calls.map(({ kernel }) => kernel.kind)

/** The operands of each kernel, as the machine counts them. */
const operandsOf = (graph: Graph, target: Target): number[] =>
  lower(graph, target).calls.map(
    ({ operands }) => new Set(operands.filter(({ axes }) => target.layout.bytes(axes) > target.operands.above)).size,
  )

const sumOf = (values: readonly Node[]): Node => values.reduce((a, b) => p.add(a as Tensor, b as Tensor))

describe('a product', () => {
  const [a, b] = [p.input('a', { a: 5, inner: 6 }), p.input('b', { inner: 6, b: 7 })]
  const shift = p.input('shift', { b: 7 })
  const graph = { outputs: { y: p.tanh(p.add(p.dot(a, b, 'inner'), shift)) } }

  test('computes what its epilogue has', () => {
    assert.deepEqual(kinds(graph, wide), ['product'])
    assert.deepEqual(kinds(graph, targets.cpu), ['product', 'rows'])
    assert.deepEqual(kinds(graph, narrow), ['product', 'rows'])
    const biased = { outputs: { y: p.add(p.dot(a, b, 'inner'), shift) } }
    assert.deepEqual(kinds(biased, targets.cpu), ['product'])
  })

  test('computes so many steps and no more', () => {
    const only = (mostSteps: number): Target => ({ ...wide, epilogue: { ...wide.epilogue, mostSteps } })
    assert.deepEqual(kinds(graph, only(2)), ['product'])
    assert.deepEqual(kinds(graph, only(1)), ['product', 'rows'])
  })
})

describe('a kernel gets no more operands than its machine takes', () => {
  const inputs = Array.from({ length: 50 }, (_, i) => p.input(`x${i}`, { a: 3, b: 5 }))
  const numbers = Array.from({ length: 50 }, (_, i) => p.input(`n${i}`, {}))
  const graphs: Readonly<Record<string, Graph>> = {
    'a long sum': { outputs: { y: sumOf(inputs) } },
    'a sum in pairs': { outputs: { y: sumOf(inputs.flatMap((x, i) => (i % 2 ? p.multiply(x, inputs[i - 1]) : []))) } },
    'what is kept and what it is made of': {
      outputs: {
        y: sumOf(
          inputs
            .slice(0, 12)
            .map((x, i) => p.where(p.less(x, inputs[i + 1]), p.exp(sumOf(inputs.slice(i, i + 5)) as Tensor), x)),
        ),
      },
    },
    'sums of all, scaled by one': {
      outputs: Object.fromEntries(
        inputs
          .slice(0, 20)
          .map((x, i) => [
            `y${i}`,
            p.multiply(x, p.sqrt(sumOf(inputs.map((each) => p.sum(each, 'a', 'b'))) as Tensor)),
          ]),
      ),
    },
    'a product with much added': {
      outputs: {
        y: sumOf([p.dot(p.input('l', { a: 3, c: 4 }), p.input('r', { c: 4, b: 5 }), 'c'), ...inputs.slice(0, 15)]),
      },
    },
    'many results': { outputs: Object.fromEntries(inputs.map((x, i) => [`y${i}`, p.multiply(inputs[0], x)])) },
  }
  for (const [what, graph] of Object.entries(graphs))
    for (const [name, target] of Object.entries(targets))
      test(`${what}: ${name}`, async () => {
        assert.ok(Math.max(...operandsOf(graph, target)) <= target.operands.most)
        await holdToReference(plain(target, 'f64'), graph, what, 1e-6)
      })

  test('single numbers do not count where they are bound together', () => {
    const graph = { outputs: { y: sumOf([inputs[0], ...numbers]) } }
    assert.equal(kinds(graph, { ...wide, repeating: { ...wide.repeating, mostReadsOnce: 100 } }).length, 1)
    assert.ok(kinds(graph, narrow).length > 10)
  })
})

test('values are padded as the machine has it', () => {
  const graph = { outputs: { y: p.exp(p.input('x', { a: 3, b: 5 })) } }
  const strides = (target: Target) => {
    const [{ kernel }] = lower(graph, target).calls
    return kernel.kind === 'rows' && kernel.operands.map((operand) => operand.strides)
  }
  assert.deepEqual(strides(narrow), [[1], [1]])
  assert.deepEqual(strides(targets.cpu), [
    [8, 1],
    [8, 1],
  ])
})
