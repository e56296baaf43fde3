// What is asked for at a few places only: the same numbers, from a graph that computes less.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type Graph, nodesOf } from '../../../src/engine/engine.ts'
import { computeAsked } from '../../../src/engine/lower/asked.ts'
import { reference } from '../../../src/engine/reference.ts'
import { attention } from '../../../src/tensor/attention.ts'
import { cells, sizeOf } from '../../../src/tensor/axes.ts'
import { normalize, softmax } from '../../../src/tensor/definitions.ts'
import type { Node, Tensor } from '../../../src/tensor/node.ts'
import * as p from '../../../src/tensor/primitives.ts'
import { uniform } from '../../../src/tensor/random.ts'

type Stream = Tensor<'batch' | 'position' | 'model'>

const sizes = { batch: 2, position: 7, model: 6 }
const x: Stream = p.input('x', sizes)
const at = p.input('at', { batch: 2, position: 1 }, { below: 7 })
const inputs = { x: Array.from({ length: 84 }, (_, i) => 2 * uniform(1, 0, i) - 1), at: [4, 2] }
const table = (sizes: Readonly<Record<string, number>>, from: number): Node => {
  const node = p.parameter(sizes)
  values.set(
    node,
    Float64Array.from({ length: cells(node.axes) }, (_, i) => 2 * uniform(from, 0, i) - 1),
  )
  return node
}
const values = new Map<Node, Float64Array>()

/** A pre-norm block with its weights. */
function block(bias?: Node): Stream {
  const heads = (name: string, from: number) => table({ model: 6, head: 2, [name]: 3 }, from) as Tensor<'model'>
  const before = normalize(x, 'model')
  const source = p.rename(before, 'position', 'source')
  const query = p.dot(before, heads('key', 1), 'model') as Tensor<'batch' | 'position' | 'head' | 'key'>
  const key = p.dot(source, heads('key', 2), 'model') as Tensor<'batch' | 'source' | 'head' | 'key'>
  const value = p.dot(source, heads('value', 3), 'model') as Tensor<'batch' | 'source' | 'head' | 'value'>
  const keep = p.lessEqual(p.index('source', 7), p.index('position', 7))
  const { mixed } = attention(query, key, value, { keep, ...(bias && { bias }) })
  const back = p.contract(mixed, table({ head: 2, value: 3, model: 6 }, 4), ['head', 'value']) as Stream
  const middle = p.add(x, back)
  const up = p.maximum(
    p.dot(normalize(middle, 'model'), table({ model: 6, hidden: 8 }, 5) as Tensor<'model'>, 'model'),
    0,
  )
  const down = p.dot(up as Node as Tensor<'hidden'>, table({ hidden: 8, model: 6 }, 6) as Tensor<'hidden'>, 'hidden')
  return p.add(middle, down as Node as Stream)
}

const logits = (output: Stream): Node =>
  p.dot(
    p.gather(normalize(output, 'model'), at, 'position'),
    table({ vocab: 5, model: 6 }, 7) as Tensor<'model'>,
    'model',
  )

async function results(graph: Graph): Promise<Record<string, Float32Array>> {
  const engine = reference()
  for (const [node, numbers] of values) engine.set(node, numbers)
  const program = await engine.compile(graph)
  await program.run(inputs)
  const all: Record<string, Float32Array> = {}
  for (const name of Object.keys(graph.outputs)) all[name] = (await program.read(name)).data
  return all
}

/** The positions of every product and attention in a graph, in the order of computing. */
const positions = (graph: Graph): (number | undefined)[] =>
  nodesOf(graph)
    .filter(({ operation: { kind } }) => kind === 'dot' || kind === 'part')
    .map(({ axes }) => (axes.some(({ name }) => name === 'position') ? sizeOf(axes, 'position') : undefined))

async function assertSame(graph: Graph): Promise<Graph> {
  const { graph: less } = computeAsked(graph)
  assert.deepEqual(await results(less), await results(graph))
  for (const [name, { axes }] of Object.entries(graph.outputs)) assert.deepEqual(less.outputs[name].axes, axes)
  return less
}

describe('what is asked for', () => {
  it('is computed at its places alone, but for keys and values', async () => {
    const graph = { outputs: { logits: logits(block()) } }
    const less = await assertSame(graph)
    // Key, value, query, attention, output, up, down, logits: only sources are whole.
    assert.deepEqual(positions(less).toSorted(), [undefined, undefined, 1, 1, 1, 1, 1, 1].toSorted())
    assert.ok(positions(graph).includes(7))
  })

  it('is whole where anybody wants the whole', async () => {
    const output = block()
    assert.ok(positions(await assertSame({ outputs: { logits: logits(output), output } })).includes(7))
    const updates = new Map([[p.parameter(sizes) as Node, p.add(output, 1) as Node]])
    assert.ok(positions(computeAsked({ outputs: { logits: logits(output) }, updates }).graph).includes(7))
  })

  it('passes by what goes along the positions', async () => {
    const sums = p.sum(block(), 'position')
    const shares = softmax(p.add(block(), sums), 'position')
    assert.ok(positions(await assertSame({ outputs: { y: p.gather(shares, at, 'position') } })).includes(7))
  })

  it('holds for attention with a bias, which is opened', async () => {
    const bias = p.multiply(p.subtract(p.index('source', 7), p.index('position', 7)), 0.1)
    const less = await assertSame({ outputs: { logits: logits(block(bias)) } })
    assert.ok(!positions(less).includes(7))
  })

  it('leaves a graph alone in which nothing is picked out, or nearly all', () => {
    const plain = { outputs: { y: block() } }
    assert.equal(computeAsked(plain).graph, plain)
    const most = p.input('most', { batch: 2, position: 4 }, { below: 7 })
    const graph = { outputs: { y: p.gather(block(), most, 'position') } }
    assert.equal(computeAsked(graph).graph, graph)
  })
})
