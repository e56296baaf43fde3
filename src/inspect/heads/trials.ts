// Trials: the heads of a model on random tokens that repeat, with two periods. What they do there they do for the repetition alone.

import type { Edited } from '../../edit/edit.ts'
import type { AnyModel } from '../../model/language.ts'
import { meanOf } from '../means.ts'
import { type AttentionPattern, patternsIn } from '../pattern.ts'
import type { WantedHeads } from '../patternLayers.ts'
import { PatternReader } from '../patternReader.ts'
import { keyOf } from './copying.ts'
import { type DrawnText, type DrawSettings, lengthOfRepeats, repeatedTokens, twoPeriods } from './repeats.ts'
import type { ControlEvidence } from './roles.ts'
import { type HeadScores, scorerOf } from './scores.ts'

/** A head on random tokens that repeat. */
export interface Trial {
  /** On the first text of the first period, from the second copy on. */
  readonly repeated: HeadScores
  /**
   * The share of attention on what came after earlier copies of a token, a mean over texts of the first period. Olsson et al. 2022,
   * appendix, with its correction of 2022.
   */
  readonly prefixMatching: number
  readonly evidence: ControlEvidence
}

/** The texts of the trials. */
export interface TrialTexts {
  readonly periods: readonly [number, number]
  /** Those of the first period, then one of the second; of equal length. */
  readonly texts: readonly DrawnText[]
}

/** The number of texts of the first period. */
const draws = 3

/** The texts of the trials; undefined where a model has no room for them. */
export function trialTexts(settings: DrawSettings): TrialTexts | undefined {
  const periods = twoPeriods(settings)
  if (!periods) return undefined
  const [first, second] = periods
  const length = lengthOfRepeats(settings, first)
  const ofFirst = Array.from({ length: draws }, (_, draw) => repeatedTokens(settings, { period: first, length, draw }))
  return { periods, texts: [...ofFirst, repeatedTokens(settings, { period: second, length })] }
}

/** The trials of all heads, by `keyOf`. `report`: called with the layers that are done. */
export async function trialsOf({
  texts,
  report,
  ...edited
}: Edited<AnyModel> &
  WantedHeads &
  Pick<TrialTexts, 'texts'> & { readonly report?: ((done: number) => void) | undefined }): Promise<Map<string, Trial>> {
  const scorers = texts.map(({ ids, start }) => scorerOf(ids, start))
  const found = new Map<string, Trial>()
  const reader = await PatternReader.of({
    ...edited,
    sizes: { batch: texts.length, position: texts[0].ids.length },
  })
  try {
    await reader.begin({ ids: texts.flatMap(({ ids }) => [...ids]) })
    for (const [done, layer] of reader.layers.entries()) {
      report?.(done)
      const patterns = await reader.read(layer)
      const rows = texts.map((_, row) => patternsIn(layer, patterns, row))
      for (const [i, pattern] of rows[0].entries()) {
        const own = rows.map((row) => row[i])
        const scores = own.map((each, row) => scorers[row](each))
        const inductions = scores.map(({ induction = 0 }) => induction)
        const last = texts.length - 1
        found.set(keyOf(pattern), {
          repeated: scores[0],
          prefixMatching: meanOf(inductions.slice(0, last)),
          evidence: {
            induction: [inductions[0], inductions[last]],
            ...offsetEvidence([texts[0], texts[last]], [own[0], own[last]]),
          },
        })
      }
    }
    return found
  } finally {
    await reader.close()
  }
}

/** The distance at which a head looks most at the first period, and the share there at both. */
function offsetEvidence(
  [first, second]: readonly [DrawnText, DrawnText],
  [one, other]: readonly [AttentionPattern, AttentionPattern],
): Pick<ControlEvidence, 'offset' | 'atOffset'> {
  let offset = 0
  for (let each = 1; each <= first.start; each++)
    if (shareAt(one, first, each) > shareAt(one, first, offset)) offset = each
  return { offset, atOffset: [shareAt(one, first, offset), shareAt(other, second, offset)] }
}

/** The mean share so many places back. */
function shareAt({ positions, sources, shares }: AttentionPattern, { start }: DrawnText, offset: number): number {
  let sum = 0
  for (let i = start; i < positions; i++) if (offset <= i) sum += shares[i * sources + i - offset]
  return sum / (positions - start)
}
