// Rewriting: other nodes in some places, and the names carried along. What lies inside a definition is read, differentiated and
// replaced in place.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { reference } from '../../src/engine/reference.ts'
import { openPass } from '../../src/inspect/shapes/opened.ts'
import { GPT2 } from '../../src/model/gpt2.ts'
import { attention } from '../../src/tensor/attention.ts'
import { AxisError } from '../../src/tensor/axes.ts'
import { gradient } from '../../src/tensor/gradient.ts'
import { graphOf } from '../../src/tensor/graph.ts'
import { parametersOf } from '../../src/tensor/names.ts'
import { Node, type Tensor } from '../../src/tensor/node.ts'
import { openedDefinition } from '../../src/tensor/opening.ts'
import { trace } from '../../src/tensor/pass.ts'
import { add, constant, expand, input, multiply, parameter, sum, table } from '../../src/tensor/primitives.ts'
import { type NodeReplacement, replacing } from '../../src/tensor/replacing.ts'
import { Rewriting } from '../../src/tensor/rewrite.ts'
import { assertClose, numbers } from './numbers.ts'

const sizes = { vocab: 7, context: 4, layer: 2, head: 2, model: 4 }
const ids = [3, 1, 4]

/** The sum of the squared logits of a small model, whose weights an engine holds. */
function smallPass() {
  const engine = reference()
  const model = new GPT2(sizes)
  for (const [i, weight] of [...parametersOf(model).values()].entries())
    engine.set(weight, numbers(weight.axes, { from: -1, to: 1, key: i }))
  const given = input('ids', { batch: 1, position: ids.length }, { below: sizes.vocab })
  const { outputs, names } = trace(model, () => {
    const logits = model.logits({ ids: given })
    return { logits, loss: sum(multiply(logits, logits), 'batch', 'position', 'vocab') }
  })
  const valuesOf = (...nodes: Node[]): Float64Array[] => {
    const found = engine.run64({ outputs: Object.fromEntries(nodes.map((node, i) => [String(i), node])) }, { ids })
    return nodes.map((node) => found.get(node) ?? new Float64Array())
  }
  return { ...outputs, names, valuesOf }
}

const pattern = 'blocks.0.attention.pattern'
const constantLike = ({ axes }: Node, values: ArrayLike<number>): Node =>
  table(Object.fromEntries(axes.map(({ name, size }) => [name, size])), Array.from(values))
const changed = (graph: Node, at: Node, replacement: NodeReplacement): Node =>
  replacing(new Map([[at, replacement]])).of(graph)

describe('replacing a value', () => {
  const { logits, loss, names, valuesOf } = smallPass()

  test('by itself changes nothing, not even the graph', () => {
    for (const value of names.values.values()) {
      const same = changed(loss, value, (node) => node)
      if (value.axes.length === 0 || !inAttention(value)) assert.equal(same, loss)
      assertClose(valuesOf(same)[0], valuesOf(loss)[0], 1e-9)
    }
  })

  test('makes anew what is made of it, and leaves everything else', () => {
    const middle = names.valueAt('blocks.1.middle')
    const other = changed(logits, middle, (node) => multiply(node as Tensor, 2))
    const kept = new Set(graphOf([other]))
    for (const node of graphOf([middle])) assert.ok(kept.has(node))
    for (const address of ['blocks.1.output', 'norm.output', 'logits']) assert.ok(!kept.has(names.valueAt(address)))
    assert.notDeepEqual(valuesOf(other), valuesOf(logits))
  })

  test('inside attention changes what attention gives', () => {
    const other = changed(loss, names.valueAt(pattern), (node) => multiply(node as Tensor, 0.5))
    assert.ok(Math.abs(valuesOf(other)[0][0] - valuesOf(loss)[0][0]) > 1e-3)
    assert.ok(
      !graphOf([other]).some(
        ({ operation, inputs }) =>
          operation.kind === 'part' && isBefore(inputs[0], names.valueAt('blocks.0.attention.mixed')),
      ),
    )
  })

  test('is done with all others done: each is made of what then stands there', () => {
    const [first, second] = ['blocks.0.output', 'blocks.1.output'].map((address) => names.valueAt(address))
    const double: NodeReplacement = (node) => multiply(node as Tensor, 2)
    const both = replacing(
      new Map([
        [first, double],
        [second, double],
      ]),
    ).of(logits)
    const inTurns = changed(changed(logits, second, double), first, double)
    assert.deepEqual(valuesOf(both), valuesOf(inTurns))
  })

  test('by one with other axes is an error', () => {
    assert.throws(
      () => changed(logits, names.valueAt('blocks.0.output'), () => constant(0)),
      new AxisError(
        undefined,
        'replace: a single number cannot stand for (batch 1, position 3, model 4).',
        'Give a value with the same axes.',
      ),
    )
  })

  test('by one that lies in memory in another order is the same', () => {
    const turned: NodeReplacement = (node) => expand(node, node.axes.toReversed())
    const other = changed(loss, names.valueAt('blocks.0.middle'), turned)
    assertClose(valuesOf(other)[0], valuesOf(loss)[0], 1e-9)
  })

  test('carries the names: each means what stands there now, and nothing of the old graph is renamed', () => {
    const before = new Map(names.values)
    const rewriting = replacing(new Map([[names.valueAt(pattern), (node) => multiply(node as Tensor, 0.5)]]))
    const other = rewriting.of(logits)
    const carried = names.carried((node) => rewriting.of(node))
    assert.deepEqual([...carried.values.keys()], [...before.keys()])
    assert.equal(carried.valueAt('logits'), other)
    assert.equal(carried.valueAt('embedded'), names.valueAt('embedded'))
    assert.equal(carried.placeOf(carried.valueAt('blocks.1.output')), 'blocks.1')
    for (const [address, node] of before) assert.equal(names.addressOf(node), address)
  })
})

/** Whether a value lies inside attention, whose opening may be computed in another order than the whole. */
const inAttention = ({ axes }: Node): boolean => axes.some(({ name }) => name === 'source')
const isBefore = (node: Node, after: Node): boolean => after.inputs.some((input) => input === node)

describe('the inside of a definition', () => {
  const { loss, names, valuesOf } = smallPass()

  test('is one: asked twice it is the same node', () => {
    const mixed = names.valueAt('blocks.0.attention.mixed')
    const { inside } = openedDefinition(mixed.inputs[0])
    assert.equal(inside.pattern, names.valueAt(pattern))
    assert.equal(openedDefinition(mixed.inputs[0]).inside, inside)
  })

  for (const address of [pattern, 'blocks.1.attention.scores'])
    test(`has a gradient: ${address}, as finite differences say`, () => {
      const value = names.valueAt(address)
      const [found, before] = valuesOf(gradient(loss, [value])[0], value)
      const step = 1e-5
      for (let i = 0; i < before.length; i++) {
        if (!Number.isFinite(before[i])) continue
        const at = (by: number): number =>
          valuesOf(changed(loss, value, (node) => constantLike(node, before.with(i, before[i] + by))))[0][0]
        const slope = (at(step) - at(-step)) / (2 * step)
        assert.ok(Math.abs(slope - found[i]) < 1e-7 * (1 + Math.abs(slope)), `cell ${i}: ${found[i]}, not ${slope}`)
      }
    })

  test('does not change the gradients of what lies before it by being asked for', () => {
    const weights = ['blocks.0.attention.query.weight', 'blocks.1.mlp.up.weight'].map((path) => names.valueAt(path))
    const alone = valuesOf(...gradient(loss, weights))
    const beside = valuesOf(...gradient(loss, [...weights, names.valueAt(pattern)]).slice(0, 2))
    for (const [i, values] of alone.entries()) assertClose(beside[i], values, 1e-12)
  })

  test('has a gradient where the loss also depends on it without the definition', () => {
    const value = names.valueAt(pattern)
    const both = add(loss, sumOfSquares(value))
    const [whole, ofLoss, shares] = valuesOf(gradient(both, [value])[0], gradient(loss, [value])[0], value)
    assertClose(
      whole,
      ofLoss.map((g, i) => g + 2 * shares[i]),
      1e-12,
    )
  })

  test('has a gradient also when it was opened after everything else', () => {
    const [query, key] = [parameter({ position: 3, key: 2 }), parameter({ source: 3, key: 2 })]
    const { mixed } = attention(query, key, parameter({ source: 3, value: 2 }))
    // The same definition, as nobody has opened it yet.
    const fresh = new Rewriting((node) => (node === mixed.inputs[0] ? unopened(node) : undefined)).of(mixed)
    const loss = sumOfSquares(fresh)
    const { pattern } = openedDefinition(fresh.inputs[0]).inside
    const engine = reference()
    for (const [i, weight] of [query, key, mixed.inputs[0].inputs[2]].entries())
      engine.set(weight, numbers(weight.axes, { key: i }))
    const [g] = gradient(loss, [pattern])
    const [expected] = gradient(sumOfSquares(mixed), [openedDefinition(mixed.inputs[0]).inside.pattern])
    const found = engine.run64({ outputs: { g, expected } }, {})
    assert.deepEqual(found.get(g), found.get(expected))
  })

  test('goes with the definition when something before it is replaced', () => {
    const value = names.valueAt(pattern)
    const rewriting = replacing(new Map([[names.valueAt('embedded'), (node: Node) => multiply(node as Tensor, 2)]]))
    const mixed = rewriting.of(names.valueAt('blocks.0.attention.mixed'))
    assert.equal(openedDefinition(mixed.inputs[0]).inside.pattern, rewriting.of(value))
    assert.notEqual(rewriting.of(value), value)
  })
})

const unopened = ({ operation, inputs, axes }: Node): Node => new Node(operation, inputs, axes)

function sumOfSquares(x: Node): Tensor<never> {
  return sum(multiply(x as Tensor, x as Tensor), ...x.axes.map(({ name }) => name)) as Node as Tensor<never>
}

describe('an opened pass', () => {
  const pass = smallPass()
  const { nodes, names, of } = openPass({ outputs: [pass.loss], names: pass.names })

  test('has neither definitions nor their parts, under the names of the pass', () => {
    assert.ok(nodes.every(({ operation: { kind } }) => kind !== 'defined' && kind !== 'part'))
    assert.deepEqual([...names.values.keys()], [...pass.names.values.keys()])
    for (const [address, node] of names.values) assert.ok(nodes.includes(node), address)
  })

  test('gives the same numbers', () => {
    const [opened] = pass.valuesOf(of(pass.loss))
    assert.deepEqual(opened, pass.valuesOf(pass.loss)[0])
  })
})
