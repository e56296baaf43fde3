// Attention as a graph: its edges are the shares that heads give, no more and no fewer; and what is left out is said.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { reference } from '../../../src/engine/reference.ts'
import { attentionGraph, type GraphEdge } from '../../../src/inspect/graph/attentionGraph.ts'
import { checkGraph } from '../../../src/inspect/graph/checkGraph.ts'
import { strongest } from '../../../src/inspect/graph/strongest.ts'
import { attentionThrough } from '../../../src/inspect/heads/throughLayers.ts'
import { weightedAttention } from '../../../src/inspect/heads/weighted.ts'
import { attentionPatterns } from '../../../src/inspect/pattern.ts'
import { bert, type Case, fill, gpt2, translator } from '../stream/models.ts'

function opened({ model, inputs }: Case) {
  const engine = reference()
  fill(engine, model)
  return { model, engine, inputs }
}

const sumBy = (edges: readonly GraphEdge[], key: (edge: GraphEdge) => string): Map<string, number> => {
  const sums = new Map<string, number>()
  for (const edge of edges) sums.set(key(edge), (sums.get(key(edge)) ?? 0) + edge.weight)
  return sums
}

describe('the graph of a model that looks back', () => {
  const looking = opened(gpt2())
  const length = looking.inputs['ids'].length

  test('has a node for each token, and an edge for each share', async () => {
    const { what, unit, nodes, edges, counts } = await attentionGraph(looking)
    assert.deepEqual([what, unit], ['pattern', 'share'])
    assert.deepEqual(
      nodes,
      looking.inputs['ids'].map((token, position) => ({ id: position, of: 'text', position, token })),
    )
    const patterns = await attentionPatterns(looking)
    const all = patterns.flatMap(({ layer, head, shares }) =>
      Array.from(shares, (weight, i) => ({ source: i % length, target: Math.floor(i / length), layer, head, weight })),
    )
    const inOrder = (list: readonly GraphEdge[]) =>
      list.toSorted(
        (a, b) =>
          (a.layer ?? 0) - (b.layer ?? 0) ||
          (a.head ?? 0) - (b.head ?? 0) ||
          a.target - b.target ||
          a.source - b.source,
      )
    assert.deepEqual(inOrder(edges), inOrder(all.filter(({ weight }) => weight > 0)))
    assert.deepEqual(
      counts,
      patterns.map(({ layer, head }) => ({
        layer,
        head,
        kept: (length * (length + 1)) / 2,
        leftOut: 0,
        shareLeftOut: 0,
      })),
    )
    const sums = sumBy(edges, ({ layer, head, target }) => `${layer} ${head} ${target}`)
    assert.equal(sums.size, patterns.length * length)
    for (const sum of sums.values()) assert.ok(Math.abs(sum - 1) < 1e-6)
  })

  test('keeps the strongest of each position, and says what it leaves out', async () => {
    const all = await attentionGraph({ ...looking, layers: [1], heads: [2] })
    const kept = await attentionGraph({ ...looking, layers: [1], heads: [2], most: 2, least: 0.1 })
    for (let position = 0; position < length; position++) {
      const of = (edges: readonly GraphEdge[]) => edges.filter(({ target }) => target === position)
      const expected = of(all.edges)
        .toSorted((a, b) => b.weight - a.weight)
        .filter(({ weight }) => weight >= 0.1)
        .slice(0, 2)
      assert.deepEqual(of(kept.edges), expected)
    }
    const [count] = kept.counts
    assert.equal(count.kept + count.leftOut, all.edges.length)
    assert.ok(count.leftOut > 5)
    const weigh = (edges: readonly GraphEdge[]): number => edges.reduce((sum, { weight }) => sum + weight, 0)
    assert.ok(Math.abs(count.shareLeftOut - (1 - weigh(kept.edges) / weigh(all.edges))) < 1e-12)
    assert.ok(count.shareLeftOut > 0.01)
  })

  test('may have lengths for weights, or what comes through all layers', async () => {
    const weighted = await attentionGraph({ ...looking, what: 'weighted', layers: [0], heads: [1] })
    const [{ heads }] = await weightedAttention({ ...looking, layers: [0], heads: [1] })
    assert.equal(weighted.unit, 'length')
    for (const { source, target, weight } of weighted.edges)
      assert.equal(weight, heads[0].data[target * length + source])
    const [{ rollout, flow }] = await attentionThrough({ ...looking, flow: true })
    for (const [what, expected] of [
      ['rollout', rollout],
      ['flow', flow],
    ] as const) {
      const { edges, counts } = await attentionGraph({ ...looking, what })
      assert.deepEqual(counts, [{ kept: edges.length, leftOut: 0, shareLeftOut: 0 }])
      assert.equal(edges.length, (length * (length + 1)) / 2)
      for (const { source, target, weight } of edges) assert.equal(weight, expected?.data[target * length + source])
      for (const sum of sumBy(edges, ({ target }) => String(target)).values()) assert.ok(Math.abs(sum - 1) < 1e-12)
    }
  })
})

test('of an encoder there are edges both ways', async () => {
  const { edges } = await attentionGraph({ ...opened(bert()), layers: [0], heads: [0] })
  assert.ok(edges.some(({ source, target }) => source > target))
  assert.ok(edges.some(({ source, target }) => source < target))
})

test('of a translator the source has nodes of its own, from which edges go across', async () => {
  const looking = opened(translator())
  const [text, source] = [looking.inputs['ids'].length, looking.inputs['source'].length]
  const { nodes, edges } = await attentionGraph(looking)
  assert.deepEqual(
    nodes.map(({ of, position, token }) => [of, position, token]),
    [
      ...looking.inputs['ids'].map((token, i) => ['text', i, token]),
      ...looking.inputs['source'].map((token, i) => ['source', i, token]),
    ],
  )
  const ofNode = (id: number): string => nodes[id].of
  const ways = new Set(edges.map((edge) => `${edge.part}: ${ofNode(edge.source)} → ${ofNode(edge.target)}`))
  assert.deepEqual([...ways], ['encoder: source → source', 'decoder: text → text', 'cross: source → text'])
  const across = edges.filter(({ part, layer, head }) => part === 'cross' && layer === 0 && head === 0)
  const patterns = await attentionPatterns({ ...looking, layers: [0], heads: [0] })
  const shares = patterns.find(({ part }) => part === 'cross')?.shares ?? []
  assert.equal(shares.length, text * source)
  assert.equal(across.length, Array.from(shares).filter((share) => share > 0).length)
  const ids = new Set(across.map((edge) => edge.source))
  assert.ok([...ids].every((id) => id >= text && id < text + source))
})

describe('a graph refuses', () => {
  const looking = opened(gpt2())

  test('layers and heads that are not there, and those of what goes through all', async () => {
    await assert.rejects(attentionGraph({ ...looking, heads: [3] }), {
      message: 'pattern: there is no head 3; the model has heads 0 to 2.',
    })
    await assert.rejects(attentionGraph({ ...looking, what: 'weighted', layers: [2] }), {
      message: 'pattern: there is no layer 2; the model has layers 0 to 1.',
    })
    await assert.rejects(attentionGraph({ ...looking, what: 'rollout', heads: [0, 1] }), {
      message:
        'graph: rollout goes through all layers and heads, but head 0, 1 was asked for. Leave it out, or ask for patterns.',
    })
  })

  test('the flow of a long text', async () => {
    const inputs = { ids: Array.from({ length: 33 }, () => 1) }
    await assert.rejects(attentionGraph({ ...looking, inputs, what: 'flow' }), {
      message:
        'graph: the flow of 33 tokens would take too long; it is computed for 32 at most. Give a shorter text, or ask for the rollout alone.',
    })
  })

  test('numbers of edges that mean nothing', async () => {
    await assert.rejects(attentionGraph({ ...looking, most: 0 }), {
      message: 'graph: at most 0 edges of each position were asked for. Ask for a whole number from 1 on.',
    })
    await assert.rejects(attentionGraph({ ...looking, least: Number.NaN }), {
      message: 'graph: edges of a weight from NaN on were asked for. Give a finite number from 0 on.',
    })
  })

  test('weights that are none', () => {
    for (const [weight, text] of [
      [Number.NaN, 'NaN'],
      [-0.5, '-0.5'],
      [Infinity, 'Infinity'],
    ] as const)
      assert.throws(() => strongest([0, 1, weight, 0], 2, {}, (cell) => `cell ${cell}`), {
        message: `graph: the weight of cell 2 is ${text}; it must be a finite number from 0 on. Look where it comes from with "check".`,
      })
  })

  test('nodes that are not there', () => {
    const nodes = [{ id: 0, of: 'text', position: 0 }] as const
    assert.throws(() => checkGraph({ nodes: [], edges: [] }), {
      message: 'graph: there are no nodes. Give a text of at least one token.',
    })
    assert.throws(() => checkGraph({ nodes: [...nodes, ...nodes], edges: [] }), {
      message: 'graph: two nodes have the id 0. Give each an id of its own.',
    })
    assert.throws(() => checkGraph({ nodes, edges: [{ source: 0, target: 1, weight: 1 }] }), {
      message: 'graph: edge 0, 0 → 1: there is no node 1. Give it too, or leave the edge out.',
    })
    assert.throws(() => checkGraph({ nodes, edges: [{ source: 0, target: 0, weight: Number.NaN }] }), {
      message: 'graph: edge 0, 0 → 0: its weight is NaN. Give a finite number, or leave the edge out.',
    })
  })
})
