// Attention graphs as texts for other programs: GraphML, which Gephi, yEd and networkx read, DOT for Graphviz, and JSON as nodes and links.
//
//   GraphML  Brandes et al. 2002, http://graphml.graphdrawing.org/specification.html
//   DOT      https://graphviz.org/doc/info/lang.html

import { checkGraph, type NodesAndEdges } from '../inspect/graph/checkGraph.ts'
import { unwritable } from './look.ts'
import { visible } from './visible.ts'

/** The attributes of nodes and edges, with the types that GraphML calls them by. */
const keys = {
  node: { label: 'string', of: 'string', position: 'int', token: 'int' },
  edge: { weight: 'double', part: 'string', layer: 'int', head: 'int' },
} as const

/**
 * A graph as GraphML: nodes `n0`, `n1`, … with `label`, `of`, `position` and `token`, and directed edges with `weight`, `part`, `layer` and
 * `head`, as far as they are known. Two nodes may have an edge for each head.
 *
 * - `texts`: the texts of the tokens, by the nodes' places; characters that XML cannot hold become U+FFFD
 *
 * Throws for a graph without nodes, for an edge of a node that is not there, and for a weight that is no number.
 */
export function graphMl(graph: NodesAndEdges, texts: readonly string[] = []): string {
  checkGraph(graph)
  const data = (values: object, of: keyof typeof keys): string =>
    Object.keys(keys[of])
      .flatMap((name) => {
        const value = (values as Record<string, unknown>)[name]
        return value === undefined ? [] : [`<data key="${of}-${name}">${inXml(String(value))}</data>`]
      })
      .join('')
  const declared = Object.entries(keys).flatMap(([of, own]) =>
    Object.entries(own).map(
      ([name, type]) => `<key id="${of}-${name}" for="${of}" attr.name="${name}" attr.type="${type}"/>`,
    ),
  )
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<!-- An attention graph, written by Cutaway. -->',
    '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">',
    ...declared,
    '<graph id="attention" edgedefault="directed">',
    ...graph.nodes.map(
      (node, i) =>
        `<node id="n${node.id}">${data({ ...node, label: texts[i] ?? String(node.position) }, 'node')}</node>`,
    ),
    ...graph.edges.map(
      (edge, i) => `<edge id="e${i}" source="n${edge.source}" target="n${edge.target}">${data(edge, 'edge')}</edge>`,
    ),
    '</graph>',
    '</graphml>',
    '',
  ].join('\n')
}

/** A text between tags. Line ends and tabs are written as numbers, since readers may change them otherwise. */
const inXml = (text: string): string =>
  text
    .replace(unwritable, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/[\t\n\r]/g, (character) => `&#${character.charCodeAt(0)};`)

/**
 * A graph in Graphviz's language: edges as wide as they are strong, with two digits of the weight as their label and all of it as `amount` (`weight` is
 * a whole number that Graphviz lays out by).
 *
 * - `texts`: the texts of the tokens, by the nodes' places; what could not be seen gets a sign
 *
 * Throws as `graphMl` does.
 */
export function graphDot(graph: NodesAndEdges, texts: readonly string[] = []): string {
  checkGraph(graph)
  const most = graph.edges.reduce((so, { weight }) => Math.max(so, Math.abs(weight)), 0)
  const width = (weight: number): number => Number((most === 0 ? 1 : 0.3 + (4.7 * Math.abs(weight)) / most).toFixed(2))
  const written = (attributes: Readonly<Record<string, unknown>>): string =>
    Object.entries(attributes)
      .flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${inDot(String(value))}`]))
      .join(', ')
  return [
    '// An attention graph, written by Cutaway.',
    'digraph attention {',
    '  rankdir=LR;',
    ...graph.nodes.map(
      ({ id, of, position, token }, i) =>
        `  n${id} [${written({ label: visible(texts[i] ?? String(position)), of, position, token })}];`,
    ),
    ...graph.edges.map(({ source, target, weight, part, layer, head }) => {
      const shown = { label: String(Number(weight.toPrecision(2))), penwidth: width(weight) }
      return `  n${source} -> n${target} [${written({ ...shown, amount: weight, part, layer, head })}];`
    }),
    '}',
    '',
  ].join('\n')
}

/**
 * A value in Graphviz's language: in quotes, unless it is a number as the language knows them, which have no exponents. A backslash would
 * begin an escape of labels, and & the name of a character.
 */
const inDot = (text: string): string =>
  /^\d+(\.\d+)?$/.test(text)
    ? text
    : `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('&', '&amp;')}"`

/**
 * A graph as JSON of nodes and edges, as networkx's `node_link_graph` reads it and d3's forces take it.
 *
 * - `texts`: the texts of the tokens, by the nodes' places
 *
 * Throws as `graphMl` does.
 */
export function graphJson(graph: NodesAndEdges, texts: readonly string[] = []): string {
  checkGraph(graph)
  const nodes = graph.nodes.map((node, i) => ({ ...node, label: texts[i] ?? String(node.position) }))
  return JSON.stringify({ directed: true, multigraph: true, graph: {}, nodes, edges: graph.edges })
}
