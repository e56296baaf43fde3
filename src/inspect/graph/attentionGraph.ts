// Attention as a graph: tokens are nodes, and from each source a message goes to each position that looks at it, as strong as the share of
// attention it gets. Attention is message passing on this graph; a mask takes edges out of it. Joshi 2025, "Transformers are graph
// neural networks".
//
//   pattern     A_h[i, j]                        of each head, the share of position i for source j
//   weighted    ‖A_h[i, j] · v_h[j] · W_O,h‖     the length of the message itself            heads/weighted.ts
//   rollout     R[i, j]                          through all layers: j the inputs, i the last layer's positions     heads/rollout.ts
//   flow        F[i, j]                          the greatest flow, the same                 heads/rollout.ts
//
// An edge is a pair with a weight above 0. They grow with the square of the text's length, so a graph may keep the strongest of each position, and
// says how many were left out and how much they weigh together.

import type { InputValues } from '../../model/inputValues.ts'
import type { AnyModel } from '../../model/language.ts'
import type { PatternSettings } from '../pattern.ts'
import type { AttendingPart } from '../patternLayers.ts'
import { type EdgeWeight, eachWeights, type PairWeights } from './eachWeights.ts'
import { type KeptEdges, type KeptWeights, strongest } from './strongest.ts'

/** A token: a place in the text, or in an encoder's source where there is a decoder too. */
export interface GraphNode {
  /** Its place in the list of nodes. */
  readonly id: number
  readonly of: 'text' | 'source'
  readonly position: number
  /** Its id in the vocabulary, where the model reads ids. */
  readonly token?: number
}

/** The head that edges are of; through all layers, those of a part together. */
export interface EdgeLabel {
  readonly part?: AttendingPart
  readonly layer?: number
  readonly head?: number
}

/** An edge from a source to a position that looks there, by the ids of their nodes. */
export interface GraphEdge extends EdgeLabel {
  readonly source: number
  readonly target: number
  readonly weight: number
}

/** The edges of one head, or of all through all layers: how many were kept, and what the others weigh. */
export interface EdgeCount extends EdgeLabel, KeptWeights {}

/** The tokens of an example and what goes between them. */
export interface AttentionGraph {
  readonly what: EdgeWeight
  /** A share of attention (of what arrives, through all layers), or the length of a vector. */
  readonly unit: 'share' | 'length'
  readonly nodes: readonly GraphNode[]
  /** Head by head, position by position, the strongest of each first. */
  readonly edges: readonly GraphEdge[]
  readonly counts: readonly EdgeCount[]
}

export interface GraphSettings extends PatternSettings, KeptEdges {
  /** The weights of the edges; `pattern` if not given. */
  readonly what?: EdgeWeight | undefined
}

/** A graph has at most so many edges: some 100 MB. */
const mostEdges = 1_000_000

/**
 * The graph of the attention of a model on one example.
 *
 * - `what`: the weights: `pattern`, a share of a position's attention, all of whose edges add up to 1; `weighted`, a length; `rollout` and
 *   `flow`, a share of what arrives at a position of the last layer, through the mean of the heads
 * - `layers`, `heads`: those that are wanted, of patterns and weighted ones
 * - `most`: the greatest number of edges that end at one position, in each head; `least`: the smallest weight of an edge; all edges if neither is given
 *
 * Throws for a layer or a head that the model does not have, for layers or heads of what goes through all of them, for the flow of a text
 * that is too long, for weights that are no numbers, and for more edges than can be held.
 *
 * Vaswani et al. 2017, section 3.2.1; Kobayashi et al. 2020 (weighted); Abnar, Zuidema 2020 (rollout, flow).
 */
export async function attentionGraph({
  what = 'pattern',
  most,
  least,
  ...settings
}: GraphSettings): Promise<AttentionGraph> {
  const found: { weights: Omit<PairWeights, 'weights'>; cells: readonly number[]; values: readonly number[] }[] = []
  const counts: EdgeCount[] = []
  let held = 0
  for await (const { weights, ...which } of eachWeights(what, settings)) {
    const { positions: _, sources, ...label } = which
    const { cells, ...count } = strongest(weights, sources, { most, least }, (cell) => pairText(cell, sources, label))
    counts.push({ ...label, ...count })
    held += cells.length
    if (held > mostEdges)
      throw new Error(
        `graph: there are more than ${mostEdges} edges. Keep fewer: give the most of each position, the least weight, or a shorter text.`,
      )
    found.push({ weights: which, cells, values: cells.map((cell) => weights[cell]) })
  }
  const nodes = nodesOf(
    found.map(({ weights }) => weights),
    settings,
  )
  const texts = nodes.filter((node) => node.of === 'text').length
  const edges = found.flatMap(({ weights: { positions: _, sources, ...label }, cells, values }) => {
    const [asks, answers] = textsBetween(label).map((of) => (of === 'text' ? 0 : texts))
    return cells.map((cell, i) => ({
      source: answers + (cell % sources),
      target: asks + Math.floor(cell / sources),
      ...label,
      weight: values[i],
    }))
  })
  return { what, unit: what === 'weighted' ? 'length' : 'share', nodes, edges, counts }
}

/** The texts whose tokens ask and answer. */
export const textsBetween = ({ part }: EdgeLabel): readonly [GraphNode['of'], GraphNode['of']] => [
  part === 'encoder' ? 'source' : 'text',
  part === 'encoder' || part === 'cross' ? 'source' : 'text',
]

/** The tokens of the text, then those of the source. */
function nodesOf(
  all: readonly Omit<PairWeights, 'weights'>[],
  { model, inputs }: { readonly model: AnyModel; readonly inputs: InputValues },
): GraphNode[] {
  const counts = { text: 0, source: 0 }
  for (const { positions, sources, ...label } of all) {
    const [asks, answers] = textsBetween(label)
    counts[asks] = positions
    counts[answers] = sources
  }
  const tokensOf = (of: GraphNode['of'], name: string) => {
    const ids = model.reads[name]?.below === undefined ? undefined : inputs[name]
    return Array.from({ length: counts[of] }, (_, position) => ({
      of,
      position,
      ...(ids?.length === counts[of] && { token: ids[position] }),
    }))
  }
  return [...tokensOf('text', 'ids'), ...tokensOf('source', 'source')].map((node, id) => ({ id, ...node }))
}

/** `3 → 5 of layer 0, head 1` */
function pairText(cell: number, sources: number, { part, layer, head }: EdgeLabel): string {
  const of = [part, layer === undefined ? undefined : `layer ${layer}`, head === undefined ? undefined : `head ${head}`]
  const named = of.filter((each) => each !== undefined).join(', ')
  return `${cell % sources} → ${Math.floor(cell / sources)}${named === '' ? '' : ` of ${named}`}`
}
