// Attention over a list of edges is the masked attention, and so are its gradients; a mask made of edges is a graph.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { edges as karate, members } from '../../examples/karateClub.ts'
import { cpu } from '../../src/engine/cpu/index.ts'
import { runWith } from '../../src/engine/engine.ts'
import { reference } from '../../src/engine/reference.ts'
import { sizesOfValues } from '../../src/model/inputValues.ts'
import { maskOfEdges } from '../../src/model/masks.ts'
import { passOf } from '../../src/model/pass.ts'
import { attention } from '../../src/tensor/attention.ts'
import { edgeAttention } from '../../src/tensor/edgeAttention.ts'
import type { AttentionEdge } from '../../src/tensor/edges.ts'
import { gradient } from '../../src/tensor/gradient.ts'
import type { Node, Tensor } from '../../src/tensor/node.ts'
import { expand, input, multiply, sum } from '../../src/tensor/primitives.ts'
import { bert, fill, gpt2, llama } from '../inspect/stream/models.ts'
import { assertClose, numbers } from '../tensor/numbers.ts'

const edgesWhere = (size: number, isEdge: (position: number, source: number) => boolean): AttentionEdge[] =>
  Array.from({ length: size * size }, (_, i) => ({ position: Math.floor(i / size), source: i % size })).filter((edge) =>
    isEdge(edge.position, edge.source),
  )

/** Graphs by their names, and how many nodes they have. */
const graphs: Readonly<Record<string, readonly [number, readonly AttentionEdge[]]>> = {
  causal: [17, edgesWhere(17, (position, source) => source <= position)],
  window: [17, edgesWhere(17, (position, source) => source <= position && source > position - 4)],
  'a tree, each node and what is above it': [
    15,
    edgesWhere(15, (position, source) => source === position || source === Math.floor((position - 1) / 2)),
  ],
  'a karate club': [members, karate],
  'nodes at which nothing ends': [9, edgesWhere(9, (position, source) => position % 3 > 0 && source % 2 === 1)],
}

/** The sum of what attention gives, each cell by a factor of its own; over edges and by the mask, and the slopes of both. */
function bothWays(size: number, edges: readonly AttentionEdge[]) {
  const batch = 2
  const query = input('query', { batch, position: size, head: 2, group: 2, key: 4 })
  const key = input('key', { batch, source: size, head: 2, key: 4 })
  const value = input('value', { batch, source: size, head: 2, value: 3 })
  const factors = input('factors', { batch, position: size, head: 2, group: 2, value: 3 })
  const inputs = Object.fromEntries(
    [query, key, value, factors].map((node, i) => [
      ['query', 'key', 'value', 'factors'][i],
      numbers(node.axes, { from: -2, to: 2, key: 7 + i }),
    ]),
  )
  const outputsOf = (mixed: Tensor): Record<string, Node> => {
    const all = multiply(mixed, factors) as Tensor
    const slopes = gradient(sum(all, ...all.axes.map(({ name }) => name)) as Node as Tensor<never>, [query, key, value])
    const found = Object.fromEntries([query, key, value].map((node, i) => [i, expand(slopes[i] as Node, node.axes)]))
    return { mixed: expand(mixed, factors.axes), ...found }
  }
  return {
    inputs,
    byEdges: outputsOf(edgeAttention(query, key, value, edges).mixed as Node as Tensor),
    byMask: outputsOf(
      attention(query, key, value, { keep: maskOfEdges({ position: size }, edges) }).mixed as Node as Tensor,
    ),
  }
}

const furthest = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  assert.equal(a.length, b.length)
  assert.ok(a.length > 0)
  return Array.from(a).reduce((so, value, i) => Math.max(so, Math.abs(value - b[i])), 0)
}

describe('attention over edges is attention by a mask, and so are its gradients', () => {
  for (const [name, [size, edges]] of Object.entries(graphs)) {
    test(`in double precision: ${name}`, () => {
      const { inputs, byEdges, byMask } = bothWays(size, edges)
      const engine = reference()
      const made = engine.run64({ outputs: { ...byEdges, ...prefixed(byMask) } }, inputs)
      for (const what of Object.keys(byEdges)) {
        const apart = furthest(made.get(byEdges[what]) ?? [], made.get(byMask[what]) ?? [])
        assert.ok(apart <= 1e-12, `${what}: ${apart}`)
      }
    })

    test(`on the processor: ${name}`, async () => {
      const { inputs, byEdges, byMask } = bothWays(size, edges)
      const engine = await cpu({ threads: 1 })
      const program = await engine.compile({ outputs: { ...byEdges, ...prefixed(byMask) } })
      await runWith(program, inputs)
      for (const what of Object.keys(byEdges)) {
        const apart = furthest((await program.read(what)).data, (await program.read(`mask ${what}`)).data)
        assert.ok(apart <= 1e-6, `${what}: ${apart}`)
      }
      engine.close()
    })
  }

  const prefixed = (outputs: Record<string, Node>): Record<string, Node> =>
    Object.fromEntries(Object.entries(outputs).map(([what, node]) => [`mask ${what}`, node]))
})

describe('the heads of a model, run over edges, give what they give', () => {
  for (const { name, model, inputs } of [gpt2(), llama(), bert()])
    test(name, async () => {
      const engine = await cpu({ threads: 1 })
      fill(engine, model)
      const { names } = passOf(model, sizesOfValues('test', model.reads, inputs))
      const length = inputs['ids'].length
      const isBack = name !== bert().name
      const edges = edgesWhere(length, (position, source) => source <= position || !isBack)
      for (const layer of [0, 1]) {
        const [query, key, value, mixed] = ['query', 'key', 'value', 'mixed'].map((each) =>
          names.valueAt(`${isBack ? '' : 'bert.'}blocks.${layer}.attention.${each}`),
        )
        const overEdges: Node = edgeAttention(query as Tensor, key as Tensor, value as Tensor, edges).mixed
        const program = await engine.compile({ outputs: { mixed, overEdges: expand(overEdges, mixed.axes) } })
        await runWith(program, inputs)
        const [kernel, edgewise] = [(await program.read('mixed')).data, (await program.read('overEdges')).data]
        assertClose(edgewise, kernel, 1e-6)
        assert.ok(kernel.some((cell) => Math.abs(cell) > 0.1))
      }
      engine.close()
    })
})

describe('attention over edges', () => {
  const size = 4
  const inputsOf = (query: readonly number[], key: readonly number[]) => ({ query, key, value: [1, 2, 3, 4] })
  const oneHead = (edges: readonly AttentionEdge[]) =>
    edgeAttention(
      input('query', { position: size, key: 1 }),
      input('key', { source: size, key: 1 }),
      input('value', { source: size, value: 1 }),
      edges,
    )

  test('stays finite where the scores of one position lie far below those of another', async () => {
    const { mixed, pattern } = oneHead(edgesWhere(size, () => true))
    const engine = await cpu({ threads: 1 })
    const program = await engine.compile({ outputs: { mixed, pattern } })
    await runWith(program, inputsOf([-3e4, 1, 0, 3e4], [1, 1, 1, 1]))
    assert.deepEqual([...(await program.read('mixed')).data], [2.5, 2.5, 2.5, 2.5])
    assert.deepEqual([...(await program.read('pattern')).data], new Array(16).fill(0.25))
    engine.close()
  })

  test('stays finite wherever among the edges of a position the greatest score is', async () => {
    const nodes = 11
    const edges = edgesWhere(nodes, (position, source) => source <= position || position % 3 === 0).toSorted(
      (a, b) => ((7 * a.source + a.position) % nodes) - ((7 * b.source + b.position) % nodes),
    )
    const { mixed } = edgeAttention(
      input('query', { position: nodes, key: nodes }),
      input('key', { source: nodes, key: nodes }),
      input('value', { source: nodes, value: 1 }),
      edges,
    )
    const best = Array.from({ length: nodes }, (_, position) => {
      const seen = edges.filter((edge) => edge.position === position).map(({ source }) => source)
      return seen[(5 * position) % seen.length]
    })
    const cells = (isOne: (row: number, column: number) => boolean, one: number) =>
      Float32Array.from({ length: nodes * nodes }, (_, i) => (isOne(Math.floor(i / nodes), i % nodes) ? one : 0))
    const engine = await cpu({ threads: 1 })
    const program = await engine.compile({ outputs: { mixed } })
    await runWith(program, {
      query: cells((position, source) => source === best[position], 1e4),
      key: cells((source, place) => source === place, 1),
      value: Float32Array.from({ length: nodes }, (_, source) => source),
    })
    assert.deepEqual([...(await program.read('mixed')).data], best)
    engine.close()
  })

  test('gives shares that add up to 1 at each position where an edge ends, and nothing elsewhere', () => {
    const edges = [
      { source: 3, position: 1 },
      { source: 0, position: 2 },
      { source: 1, position: 1 },
      { source: 1, position: 0 },
    ]
    const { mixed, pattern } = oneHead(edges)
    const made = reference().run64({ outputs: { mixed, pattern } }, inputsOf([1, 2, 3, 4], [0, 1, 2, 3]))
    const shares = made.get(pattern) ?? []
    assert.ok(Math.abs(shares[0] + shares[2] - 1) < 1e-15 && shares[0] > shares[2])
    assert.deepEqual([shares[1], shares[3]], [1, 1])
    const [first, second, third, last] = made.get(mixed) ?? []
    assert.deepEqual([first, third, last], [2, 1, 0])
    assert.ok(Math.abs(second - (4 * shares[0] + 2 * shares[2])) < 1e-15)
  })

  test('refuses edges that mean nothing, as a mask made of them does', () => {
    const cases: readonly (readonly [readonly AttentionEdge[], string])[] = [
      [[], 'there are no edges, so that nothing would look at anything. Give at least one.'],
      [
        [{ source: 1, position: 4 }],
        'edge 0, 1 → 4: there is no position 4; they are 0 to 3. Mend the edge, or leave it out.',
      ],
      [
        [
          { source: 0, position: 0 },
          { source: -1, position: 1 },
        ],
        'edge 1, -1 → 1: there is no source -1; they are 0 to 3. Mend the edge, or leave it out.',
      ],
      [
        [{ source: Number.NaN, position: 1 }],
        'edge 0, NaN → 1: there is no source NaN; they are 0 to 3. Mend the edge, or leave it out.',
      ],
      [
        [
          { source: 2, position: 1 },
          { source: 1, position: 2 },
          { source: 2, position: 1 },
        ],
        'edges 0 and 2 are both 2 → 1, and would count twice. Give each edge once.',
      ],
    ]
    for (const [edges, message] of cases) {
      assert.throws(() => oneHead(edges), { message: `edgeAttention: ${message}` })
      assert.throws(() => maskOfEdges({ position: size }, edges), { message: `maskOfEdges: ${message}` })
    }
  })

  test('refuses axes that do not fit', () => {
    const [query, key] = [input('query', { position: size, key: 1 }), input('key', { source: size, key: 1 })]
    const edges = [{ source: 0, position: 0 }]
    assert.throws(() => edgeAttention(query, key, input('value', { source: 3, value: 1 }), edges), {
      name: 'AxisError',
      message: /^edgeAttention: axis "source" is 4 in \(source 4, key 1\) but 3 in \(source 3, value 1\)\./,
    })
    const ofHeads: Node = input('key', { source: size, head: 2, key: 1 })
    assert.throws(
      () => edgeAttention(query, ofHeads as typeof key, input('value', { source: size, value: 1 }), edges),
      {
        message:
          'attention: axis "head" of the keys (source 4, head 2, key 1) is not in the queries (position 4, key 1).',
      },
    )
  })
})
