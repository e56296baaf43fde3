// Attention patterns as a page that loads nothing: <attention-view>, with the patterns of a text in it.

import { type HeadScores, scorerOf } from '../inspect/heads/scores.ts'
import type { AttentionPattern } from '../inspect/pattern.ts'
import type { AttentionKind, AttentionScore, PackedKind } from './attentionView/data.ts'
import { packedKind } from './attentionView/packing.ts'
import { attentionPage } from './attentionView/page.ts'
import { type PatternTokens, sharesSeen } from './patternsFigure.ts'

/** Everything that a page of patterns says besides these. */
export interface PatternsPage extends PatternTokens {
  /** The ids of the tokens, and of those that an encoder reads: heads are scored by them. */
  readonly ids: ArrayLike<number>
  readonly sourceIds?: ArrayLike<number> | undefined
  /** Sentences below the title. */
  readonly notes?: readonly string[] | undefined
  /** The text of the element's file, `cutaway/attention-view`. */
  readonly script: string
}

/** The page of the patterns of one text, all layers and heads of a part alike. */
export async function patternsPage(
  patterns: readonly AttentionPattern[],
  { tokens, source, ids, sourceIds = [], notes, script }: PatternsPage,
): Promise<string> {
  const kinds = [...Map.groupBy(patterns, ({ part }): AttentionKind => part ?? 'self')]
  const packed = await Promise.all(kinds.map(([kind, own]) => packedPatterns(kind, own)))
  const scores = kinds.map(([kind, own]) => [kind, scoresOf(own, kind === 'encoder' ? sourceIds : ids)] as const)
  return attentionPage({
    title: 'Attention: where each position looks',
    notes,
    data: { tokens, sources: source, caption: notes?.[0], packed, scores: Object.fromEntries(scores) },
    script,
  })
}

function packedPatterns(kind: AttentionKind, patterns: readonly AttentionPattern[]): Promise<PackedKind> {
  const [{ shares }] = patterns
  const values = new Float32Array(patterns.length * shares.length)
  patterns.forEach((pattern, i) => {
    values.set(sharesSeen(pattern), i * shares.length)
  })
  const numbers = (which: 'layer' | 'head'): number[] => [...new Set(patterns.map((pattern) => pattern[which]))]
  return packedKind({ kind, quantity: 'pattern', layers: numbers('layer'), heads: numbers('head'), values })
}

const scoreNames: Readonly<Record<keyof HeadScores, string>> = {
  previous: 'previous token',
  duplicate: 'duplicate token',
  induction: 'induction',
  first: 'first token',
  entropy: 'entropy, nats',
  distance: 'distance, places',
}

/** The scores that any of the heads has; a head without one has no number there. */
function scoresOf(patterns: readonly AttentionPattern[], ids: ArrayLike<number>): AttentionScore[] {
  const scores = patterns.map(scorerOf(ids))
  return Object.entries(scoreNames)
    .map(([key, name]) => ({ name, values: scores.map((own) => own[key as keyof HeadScores] ?? Number.NaN) }))
    .filter(({ values }) => values.some(Number.isFinite))
}
