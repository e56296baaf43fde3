// Weighted attention as panels of a figure: for each layer what its heads bring to each position, the same with the stream, and how much
// of a position comes from others, layer by layer.

import type { WeightedGrid } from '../inspect/heads/sourceVectors.ts'
import type { WeightedAttention } from '../inspect/heads/weighted.ts'
import type { Panel } from './figure.ts'
import { visible } from './visible.ts'

/** Weighted attention and the texts of its tokens. */
export interface WeightedWords {
  readonly weighted: readonly WeightedAttention[]
  /** True where grids of single heads were asked for. */
  readonly byHead: boolean
  readonly tokens: readonly string[]
  /** The tokens that an encoder reads, where there is a decoder too. */
  readonly source?: readonly string[] | undefined
}

const behind: Readonly<Record<WeightedAttention['norm'], string>> = {
  none: 'with the stream that it is added to; no norm stands after the sum',
  layer: 'with the stream that it is added to, behind the layer normalisation',
  rms: 'with the stream that it is added to, behind the RMS normalisation',
}

/** The panels of weighted attention. */
export function weightedPanels({ weighted, byHead, tokens, source }: WeightedWords): Panel[] {
  const words = (isSource: boolean): string[] => (isSource ? (source ?? tokens) : tokens).map(visible)
  const grids = weighted.flatMap((each) => {
    const { part, layer, heads, together, withStream, norm } = each
    const grid = (what: string, { data }: WeightedGrid): Panel => ({
      kind: 'grid',
      title: `Weighted attention, ${nameOf(part)}layer ${layer}, ${what}`,
      rows: { name: 'position', labels: words(part === 'encoder') },
      columns: { name: 'source', labels: words(part === 'encoder' || part === 'cross') },
      values: data,
      unit: 'length',
      scale: 'amount',
    })
    return [
      ...(byHead ? heads.map((head) => grid(`head ${head.head}`, head)) : []),
      grid('all heads together', together),
      ...(withStream ? [grid(behind[norm], withStream)] : []),
    ]
  })
  const parts = Map.groupBy(
    weighted.filter(({ mixing }) => mixing),
    ({ part }) => part,
  )
  const mixings = [...parts].map(
    ([part, layers]): Panel => ({
      kind: 'grid',
      title: `The part of a position that comes from others${part === undefined ? '' : `, ${part}`}`,
      rows: { name: 'layer', labels: layers.map(({ layer }) => `${layer}`) },
      columns: { name: 'position', labels: words(part === 'encoder') },
      values: layers.flatMap(({ mixing }) => [...(mixing ?? [])]),
      unit: 'share',
      scale: 'share',
    }),
  )
  return [...mixings, ...grids]
}

const nameOf = (part: WeightedAttention['part']): string => (part === undefined ? '' : `${part}, `)
