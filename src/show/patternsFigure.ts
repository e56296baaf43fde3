// Attention patterns as a figure: a small grid for every head, a row for each position that asks, a column for each source that answers.

import { type AttentionPattern, looksOnlyBack, titleOf } from '../inspect/pattern.ts'
import type { Figure, SmallGrid } from './figure.ts'
import { visible } from './visible.ts'

/** The tokens along the sides of patterns. */
export interface PatternTokens {
  readonly tokens: readonly string[]
  /** The tokens that an encoder reads, where there is a decoder too. */
  readonly source?: readonly string[] | undefined
}

/** The figure of the patterns of one text. */
export function patternsFigure(patterns: readonly AttentionPattern[], { tokens, source }: PatternTokens): Figure {
  const shown = { text: tokens.map(visible), source: source?.map(visible) ?? [] }
  return {
    title: 'Attention: where each position looks',
    texts: [...(source ? [{ name: 'source', tokens: shown.source }] : []), { name: 'text', tokens: shown.text }],
    panels: [
      {
        kind: 'multiples',
        unit: 'share of attention',
        scale: 'share',
        grids: patterns.map((pattern): SmallGrid => {
          const { part, layer } = pattern
          const asks = part === 'encoder' ? 'source' : 'text'
          const answers = part === 'encoder' || part === 'cross' ? 'source' : 'text'
          return {
            title: titleOf(pattern),
            group: `${part === undefined ? '' : `${part}, `}layer ${layer}`,
            rows: { name: 'position asks', labels: shown[asks] },
            columns: { name: 'source answers', labels: shown[answers] },
            values: sharesSeen(pattern),
          }
        }),
      },
    ],
  }
}

/** The shares; nothing where no position looks, because it comes later. */
export function sharesSeen(pattern: Pick<AttentionPattern, 'part' | 'positions' | 'sources' | 'shares'>): Float32Array {
  const { shares, sources } = pattern
  if (!looksOnlyBack(pattern)) return shares
  return shares.map((share, i) => (i % sources > Math.floor(i / sources) ? Number.NaN : share))
}
