// Graphs as other programs read them: GraphML by graphology, with equal counts and weights; DOT and JSON by their own rules.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { MultiDirectedGraph } from 'graphology'
import { parse } from 'graphology-graphml'
import { reference } from '../../src/engine/reference.ts'
import { attentionGraph } from '../../src/inspect/graph/attentionGraph.ts'
import { graphDot, graphJson, graphMl } from '../../src/show/graphText.ts'
import { fill, translator } from '../inspect/stream/models.ts'

const nodes = [
  { id: 0, of: 'text', position: 0, token: 7 },
  { id: 1, of: 'text', position: 1 },
] as const
const edges = [
  { source: 0, target: 1, layer: 0, head: 1, weight: 0.1 + 0.2 },
  { source: 0, target: 1, layer: 0, head: 2, weight: 1 / 3 },
  { source: 1, target: 1, layer: 1, head: 0, weight: 1e-9 },
] as const

/** Texts that are hard to write down. */
const hard = ['"a" & <b> \\n', "line\nend\ttab\r ' ]]> é 𝄞"]

describe('GraphML', () => {
  test('of a model is read by graphology with equal nodes, edges and weights', async () => {
    const { model, inputs } = translator()
    const engine = reference()
    fill(engine, model)
    const graph = await attentionGraph({ model, engine, inputs, most: 3 })
    const read = parse(MultiDirectedGraph, graphMl(graph))
    assert.deepEqual([read.order, read.size], [graph.nodes.length, graph.edges.length])
    assert.equal(read.type, 'directed')
    for (const { id, of, position, token } of graph.nodes)
      assert.deepEqual(read.getNodeAttributes(`n${id}`), { label: String(position), of, position, token })
    for (const [i, { source, target, ...attributes }] of graph.edges.entries()) {
      assert.deepEqual(read.extremities(`e${i}`), [`n${source}`, `n${target}`])
      assert.deepEqual(read.getEdgeAttributes(`e${i}`), attributes)
    }
  })

  test('holds every text', () => {
    const read = parse(MultiDirectedGraph, graphMl({ nodes, edges }, hard))
    assert.deepEqual(
      ['n0', 'n1'].map((node) => read.getNodeAttribute(node, 'label')),
      hard,
    )
    const control = parse(MultiDirectedGraph, graphMl({ nodes, edges }, ['\0\u001b\ud800', '\ufffe']))
    assert.equal(control.getNodeAttribute('n0', 'label'), '\ufffd\ufffd\ufffd')
    assert.equal(control.getNodeAttribute('n1', 'label'), '\ufffd')
  })
})

test('DOT has each node, and each edge as wide as it is strong', () => {
  assert.equal(
    graphDot({ nodes, edges }, hard),
    [
      '// An attention graph, written by Cutaway.',
      'digraph attention {',
      '  rankdir=LR;',
      '  n0 [label="\\"a\\"␣&amp;␣<b>␣\\\\n", of="text", position=0, token=7];',
      '  n1 [label="line⏎end⇥tab␍␣\'␣]]>␣é␣𝄞", of="text", position=1];',
      '  n0 -> n1 [label=0.3, penwidth=4.53, amount=0.30000000000000004, layer=0, head=1];',
      '  n0 -> n1 [label=0.33, penwidth=5, amount=0.3333333333333333, layer=0, head=2];',
      '  n1 -> n1 [label="1e-9", penwidth=0.3, amount="1e-9", layer=1, head=0];',
      '}',
      '',
    ].join('\n'),
  )
})

test('JSON has nodes and edges with all digits', () => {
  assert.deepEqual(JSON.parse(graphJson({ nodes, edges }, hard)), {
    directed: true,
    multigraph: true,
    graph: {},
    nodes: nodes.map((node, i) => ({ ...node, label: hard[i] })),
    edges,
  })
})

test('what is no graph is not written', () => {
  for (const write of [graphMl, graphDot, graphJson])
    assert.throws(() => write({ nodes, edges: [{ source: 0, target: 2, weight: 1 }] }), {
      message: 'graph: edge 0, 0 → 2: there is no node 2. Give it too, or leave the edge out.',
    })
})
