// The weights between all places of an example, head by head, or through all layers: what becomes the edges of a graph.

import { sizeOf } from '../../tensor/axes.ts'
import { attentionThrough } from '../heads/throughLayers.ts'
import { weightedAttention } from '../heads/weighted.ts'
import { eachPattern, type PatternSettings } from '../pattern.ts'
import type { AttendingPart } from '../patternLayers.ts'

/** The weights that edges may have. */
export const edgeWeights = ['pattern', 'weighted', 'rollout', 'flow'] as const
export type EdgeWeight = (typeof edgeWeights)[number]

/** The weights of one head, or through all layers of a part: (position, source) row by row. */
export interface PairWeights {
  readonly part?: AttendingPart
  readonly layer?: number
  readonly head?: number
  readonly positions: number
  readonly sources: number
  readonly weights: ArrayLike<number>
}

/** The weights of an example one after the other. Throws as `attentionGraph` does. */
export async function* eachWeights(what: EdgeWeight, settings: PatternSettings): AsyncGenerator<PairWeights, void> {
  if (what === 'pattern') {
    for await (const { address: _, shares, ...which } of eachPattern(settings)) yield { ...which, weights: shares }
    return
  }
  if (what === 'weighted') {
    for (const { part, layer, heads } of await weightedAttention(settings))
      for (const { head, axes, data } of heads)
        yield {
          ...(part && { part }),
          layer,
          head,
          positions: sizeOf(axes, 'position'),
          sources: sizeOf(axes, 'source'),
          weights: data,
        }
    return
  }
  const { layers, heads, ...looking } = settings
  for (const [name, numbers] of [['layer', layers] as const, ['head', heads] as const])
    if (numbers !== undefined)
      throw new Error(
        `graph: ${what} goes through all layers and heads, but ${name} ${numbers.join(', ')} was asked for. Leave it out, or ask for patterns.`,
      )
  for (const { part, rollout, flow } of await attentionThrough({ ...looking, flow: what === 'flow', asker: 'graph' })) {
    const { axes, data } = what === 'flow' && flow ? flow : rollout
    const [positions, sources] = [sizeOf(axes, 'position'), sizeOf(axes, 'source')]
    yield { ...(part && { part }), positions, sources, weights: data }
  }
}
