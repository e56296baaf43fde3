// Attention graphs as figures: arcs over a text, rows for layers, two texts across; and the panel in all its looks.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { reference } from '../../src/engine/reference.ts'
import { type AttentionGraph, attentionGraph } from '../../src/inspect/graph/attentionGraph.ts'
import type { DrawnEdge, Figure, PanelOf } from '../../src/show/figure.ts'
import { figureLines } from '../../src/show/figureLines.ts'
import { figurePage } from '../../src/show/figurePage.ts'
import { figureSvg } from '../../src/show/figureSvg.ts'
import { graphFigure } from '../../src/show/graphFigure.ts'
import { type Case, fill, gpt2, translator } from '../inspect/stream/models.ts'

async function graphOf({ model, inputs }: Case, wanted: { layers?: number[]; heads?: number[]; most?: number }) {
  const engine = reference()
  fill(engine, model)
  return attentionGraph({ model, engine, inputs, ...wanted })
}

const graphsOf = ({ panels }: Figure): PanelOf<'graph'>[] =>
  panels.map((panel) => {
    assert.ok(panel.kind === 'graph')
    return panel
  })
const rowsOf = ({ rows }: PanelOf<'graph'>): string[] => rows.map(({ name }) => name)
const between = ({ edges }: PanelOf<'graph'>): string[] => [
  ...new Set(edges.map(({ from, to }) => `${from[0]} ${to[0]}`)),
]

const tokens = ['a', 'b', 'c', 'd', 'e', 'f', 'g']

describe('the figure of an attention graph', () => {
  test('of one head is the text in a row', async () => {
    const graph = await graphOf(gpt2(), { layers: [1], heads: [2], most: 2 })
    const figure = graphFigure(graph, { tokens })
    const [panel, ...more] = graphsOf(figure)
    assert.deepEqual(
      [panel.title, rowsOf(panel), more.length, panel.kinds],
      ['layer 1, head 2', ['text'], 0, undefined],
    )
    assert.deepEqual(
      panel.edges,
      graph.edges.map(({ source, target, weight }): DrawnEdge => ({ from: [0, source], to: [0, target], weight })),
    )
    assert.match(
      figure.notes?.[0] ?? '',
      /^13 edges, the strongest; \d+ weaker ones are left out, which hold .* of the weight\.$/,
    )
  })

  test('of several heads has a row for each layer, and a kind for each head', async () => {
    const graph = await graphOf(gpt2(), {})
    const [panel, ...more] = graphsOf(graphFigure(graph, { tokens }))
    assert.deepEqual([rowsOf(panel), more.length], [['inputs', 'layer 0', 'layer 1'], 0])
    assert.deepEqual(panel.kinds, { name: 'head', labels: ['0', '1', '2'] })
    assert.deepEqual(between(panel), ['0 1', '1 2'])
    assert.deepEqual(
      panel.edges.map(({ kind }) => kind),
      graph.edges.map(({ head }) => head),
    )
    assert.deepEqual(graphFigure(graph, { tokens }).notes, ['168 edges: all there are.'])
  })

  test('of a translator shows each half, and across from one text to the other', async () => {
    const { inputs, ...each } = translator()
    const graph = await graphOf({ inputs, ...each }, {})
    const texts = { tokens: inputs['ids'].map(String), source: inputs['source'].map((id) => `s${id}`) }
    const panels = graphsOf(graphFigure(graph, texts))
    const [across] = panels.filter(({ title }) => title === 'cross, layer 0')
    assert.deepEqual(
      panels.slice(0, 2).map(({ title }) => title),
      ['encoder', 'decoder'],
    )
    assert.deepEqual(across.rows, [
      { name: 'source', labels: texts.source, places: texts.source.map((_, source) => ({ source })) },
      { name: 'text', labels: texts.tokens, places: texts.tokens.map((_, position) => ({ position })) },
    ])
  })

  test('of layers that do not follow one another keeps them apart', () => {
    const counts = [0, 1, 3].map((layer) => ({ layer, head: 0, kept: 1, leftOut: 0, shareLeftOut: 0 }))
    const graph: AttentionGraph = {
      what: 'pattern',
      unit: 'share',
      nodes: [{ id: 0, of: 'text', position: 0 }],
      edges: counts.map(({ layer, head }) => ({ source: 0, target: 0, layer, head, weight: 1 })),
      counts,
    }
    assert.deepEqual(graphsOf(graphFigure(graph, { tokens: ['a'] })).map(rowsOf), [
      ['inputs', 'layer 0', 'layer 1'],
      ['before layer 3', 'layer 3'],
    ])
  })
})

describe('a panel of a graph', () => {
  const arcs: PanelOf<'graph'> = {
    kind: 'graph',
    unit: 'share of attention',
    scale: 'share',
    rows: [{ name: 'text', labels: ['the', '<b>', 'cat'] }],
    edges: [
      { from: [0, 0], to: [0, 2], weight: 0.25 },
      { from: [0, 2], to: [0, 0], weight: 0.5 },
      { from: [0, 1], to: [0, 1], weight: 1 },
    ],
  }
  const figure: Figure = { title: 'Graph', panels: [arcs] }

  test('is a table in a terminal, the strongest first', () => {
    assert.deepEqual(figureLines(figure, { width: 80, hasColours: false }), [
      'Graph',
      '',
      'from   to     share of attention',
      '1 <b>  1 <b>                1.00',
      '2 cat  0 the                0.50',
      '0 the  2 cat                0.25',
    ])
    const many = {
      ...arcs,
      edges: Array.from({ length: 30 }, (_, i): DrawnEdge => ({ ...arcs.edges[0], weight: i / 30 })),
    }
    const lines = figureLines({ ...figure, panels: [many] }, { width: 80, hasColours: false })
    assert.deepEqual([lines.length, lines.at(-1)], [2 + 1 + 24 + 1, 'The strongest 24 of 30 edges.'])
    assert.match(
      figureLines({ ...figure, panels: [{ ...arcs, edges: [] }] }, { width: 80, hasColours: false }).join(),
      /There are no edges\./,
    )
  })

  test('is drawn as wide as it is strong: arcs over the row to the right, below it to the left', () => {
    const svg = figureSvg(figure)
    const paths = [...svg.matchAll(/<path class="edge" stroke-width="([\d.]+)"[^>]* d="(M[^"]+)"><title>([^<]+)</g)]
    assert.deepEqual(
      paths.map(([, width, , title]) => [Number(width), title]),
      [
        [1.5, '0 the → 2 cat: 0.250 share of attention'],
        [3, '2 cat → 0 the: 0.500 share of attention'],
        [6, '1 &lt;b&gt; → 1 &lt;b&gt;: 1 share of attention'],
      ],
    )
    const [right, left] = paths.map(([, , path]) => Number(/^M[\d.]+ ([\d.]+)A/.exec(path)?.[1]))
    assert.ok(left > right + 15, `${left} is below ${right}`)
    assert.match(svg, /&lt;b&gt;<\/text>/)
  })

  test('has all its edges as a table in a page, with kinds and rows', () => {
    const rows = ['inputs', 'layer 0', 'layer 1'].map((name) => ({ name, labels: ['x', 'y'] }))
    const edges: DrawnEdge[] = [{ from: [1, 0], to: [2, 1], weight: 2.5, kind: 1 }]
    const layered: PanelOf<'graph'> = {
      ...arcs,
      scale: 'amount',
      unit: 'length',
      rows,
      edges,
      kinds: { name: 'head', labels: ['4', '7'] },
    }
    const page = figurePage({ title: 'Layers', panels: [layered] })
    assert.match(
      page,
      /<th scope="row">0 x<\/th><td>1 y<\/td><td>layer 0 → layer 1<\/td><td class="number">7<\/td><td class="number">2.5<\/td>/,
    )
    assert.match(page, /stroke="#b4430b"[^>]*stroke-width="6"/)
  })
})
