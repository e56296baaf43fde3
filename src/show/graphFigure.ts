// An attention graph as a figure. The edges of one head stand over the text. Of several heads each has a colour, and the text stands in a
// row for each layer; across, and through all layers, edges go from one row to another.

import {
  type AttentionGraph,
  type EdgeCount,
  type EdgeLabel,
  type GraphEdge,
  textsBetween,
} from '../inspect/graph/attentionGraph.ts'
import { grouped, percent } from './amounts.ts'
import type { DrawnEdge, Figure, Labels, Panel } from './figure.ts'
import type { PatternTokens } from './patternsFigure.ts'
import type { LayerWord } from './streamNames.ts'
import { visible } from './visible.ts'

const units = {
  pattern: 'share of attention',
  weighted: 'length of what is written',
  rollout: 'share of what arrives',
  flow: 'share of what arrives',
} as const

const titles = {
  pattern: 'Attention as a graph: what each position looks at',
  weighted: 'Attention as a graph: how much each position takes from each source',
  rollout: 'Attention through all layers as a graph: their patterns, multiplied',
  flow: 'Attention through all layers as a graph: how much could pass',
} as const

interface GraphWords extends PatternTokens {
  /** The word for a layer. */
  readonly layerWord?: LayerWord
}

/** The figure of an attention graph. */
export function graphFigure(graph: AttentionGraph, texts: GraphWords): Figure {
  const parts = [...Map.groupBy(graph.counts, ({ part }) => part).keys()]
  return {
    title: titles[graph.what],
    notes: [leftOutNote(graph.counts)],
    panels: parts.flatMap((part) => panelsOf(part, graph, texts)),
  }
}

function leftOutNote(counts: readonly EdgeCount[]): string {
  const kept = counts.reduce((sum, count) => sum + count.kept, 0)
  const leftOut = counts.reduce((sum, count) => sum + count.leftOut, 0)
  const edges = `${grouped(kept)} ${kept === 1 ? 'edge' : 'edges'}`
  if (leftOut === 0) return `${edges}: all there are.`
  if (kept === 0) return `None of ${grouped(leftOut)} edges is so strong.`
  const shares = counts.map(({ shareLeftOut }) => shareLeftOut)
  const [low, high] = [percent(Math.min(...shares)), percent(Math.max(...shares))]
  const held = low === high ? low : `${low} to ${high}`
  return `${edges}, the strongest; ${grouped(leftOut)} weaker ones are left out, which hold ${held} of ${counts.length === 1 ? 'the weight' : "each head's weight"}.`
}

function panelsOf(part: EdgeLabel['part'], graph: AttentionGraph, texts: GraphWords): Panel[] {
  const { layerWord = 'layer' } = texts
  const counts = graph.counts.filter((count) => count.part === part)
  const edges = graph.edges.filter((edge) => edge.part === part)
  const [asks, answers] = textsBetween(part === undefined ? {} : { part })
  const words = (of: 'text' | 'source'): string[] => (of === 'text' ? texts.tokens : (texts.source ?? [])).map(visible)
  const layers = [...new Set(counts.map(({ layer }) => layer))]
  const heads = [...new Set(counts.map(({ head }) => head))]
  const named = part === undefined ? '' : `${part}, `
  const drawn = (own: readonly GraphEdge[], rowOf: (edge: GraphEdge) => readonly [number, number], hasKinds = false) =>
    own.map((edge): DrawnEdge => {
      const [from, to] = rowOf(edge)
      const place = (id: number): number => graph.nodes[id].position
      return {
        from: [from, place(edge.source)],
        to: [to, place(edge.target)],
        weight: edge.weight,
        ...(hasKinds && { kind: heads.indexOf(edge.head) }),
      }
    })
  const common = {
    kind: 'graph',
    unit: units[graph.what],
    scale: graph.what === 'weighted' ? 'amount' : 'share',
  } as const
  const row = (name: string, of: 'text' | 'source'): Labels => ({
    name,
    labels: words(of),
    places: words(of).map((_, place) => (of === 'text' ? { position: place } : { source: place })),
  })
  const kinds = heads.length > 1 ? { name: 'head', labels: heads.map(String) } : undefined
  const [layer] = layers
  if (layer === undefined)
    return [
      {
        ...common,
        ...(part && { title: part }),
        rows: [row('the inputs', answers), row(`the last ${layerWord}`, asks)],
        edges: drawn(edges, () => [0, 1]),
      },
    ]
  if (part === 'cross')
    return layers.map((own) => ({
      ...common,
      title: `${named}${layerWord} ${own}`,
      rows: [row('source', answers), row('text', asks)],
      edges: drawn(
        edges.filter((edge) => edge.layer === own),
        () => [0, 1],
        kinds !== undefined,
      ),
      ...(kinds && { kinds }),
    }))
  if (counts.length === 1)
    return [
      {
        ...common,
        title: `${named}${layerWord} ${layer}, head ${heads[0]}`,
        rows: [row('text', asks)],
        edges: drawn(edges, () => [0, 0]),
      },
    ]
  return runsOf(layers.filter((each) => each !== undefined)).map((run) => ({
    ...common,
    ...(part && { title: part }),
    rows: [
      row(run[0] === 0 ? 'inputs' : `before ${layerWord} ${run[0]}`, asks),
      ...run.map((each) => row(`${layerWord} ${each}`, asks)),
    ],
    edges: drawn(
      edges.filter((edge) => edge.layer !== undefined && run.includes(edge.layer)),
      (edge) => [run.indexOf(edge.layer ?? 0), run.indexOf(edge.layer ?? 0) + 1],
      kinds !== undefined,
    ),
    ...(kinds && { kinds }),
  }))
}

/** Layers that follow one another, together: what one gives the next reads. */
function runsOf(layers: readonly number[]): number[][] {
  return layers.reduce<number[][]>((runs, layer) => {
    const run = runs.at(-1)
    if (run?.at(-1) === layer - 1) run.push(layer)
    else runs.push([layer])
    return runs
  }, [])
}
