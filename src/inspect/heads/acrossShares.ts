// How much each position looks at each place of the source: the words that a patch is drawn from, the moment that a letter is heard at.

import type { Looking } from '../editedPass.ts'
import { attentionPatterns } from '../pattern.ts'

/** A head of attention across. */
export interface HeadAcross {
  readonly layer: number
  readonly head: number
}

/** The shares that each position gives to each place of the source. */
export interface AcrossShares {
  /** (position, source) row by row; each row together 1. */
  readonly shares: Float32Array
  readonly positions: number
  readonly sources: number
  /** All heads that look across. */
  readonly heads: readonly HeadAcross[]
}

/**
 * The shares of one head of attention across, or the mean of all.
 *
 * Throws for a model in which nothing looks across, and for a head that is not there.
 */
export async function acrossShares(looking: Looking, head?: HeadAcross): Promise<AcrossShares> {
  const all = (await attentionPatterns(looking)).filter(({ part }) => part === 'cross')
  const [first] = all
  if (!first) throw new Error('look: nothing in this model looks across to a source. Open one that reads one.')
  const chosen = head ? all.filter((each) => each.layer === head.layer && each.head === head.head) : all
  if (chosen.length === 0)
    throw new Error(`look: head ${head?.head} of layer ${head?.layer} is not there. Choose another.`)
  const { positions, sources } = first
  const shares = new Float32Array(positions * sources)
  for (const each of chosen)
    for (let cell = 0; cell < shares.length; cell++) shares[cell] += each.shares[cell] / chosen.length
  return { shares, positions, sources, heads: all.map(({ layer, head }) => ({ layer, head })) }
}
