// Heads on a text: the scores of each, by patterns that are read layer by layer and let go; and the losses at places of the text, by
// the same run of the model.

import { type AttentionPattern, type PatternSettings, patternReader, patternsIn } from '../pattern.ts'
import type { PatternBytes } from '../patternLayers.ts'
import { type Detected, type Detection, type DetectionOptions, detectorOf } from './detectors.ts'
import { lossesIn, lossNodes, nextTokens, type WindowLosses } from './inContext.ts'
import { type HeadScores, scorerOf } from './scores.ts'

/** A head's scores on the text, without its pattern. */
export interface Seen {
  readonly pattern: Omit<AttentionPattern, 'shares'>
  readonly scores: HeadScores
  readonly detections?: Readonly<Record<Detected, Detection>>
}

/** The text, and which heads are scored on it. */
export type SeenSettings = PatternSettings & DetectionOptions

/** The scores of all heads on the text, the bytes of their patterns, and the losses at places of it. */
export async function seenOnText(
  { excludeFirst, excludeCurrent, ...settings }: SeenSettings,
  places: readonly [number, number] | undefined,
  report: (done: number, of: number) => void,
): Promise<{ seen: Seen[]; bytes: PatternBytes; losses?: WindowLosses }> {
  const { ids = [], source = ids } = settings.inputs
  const onText = (text: ArrayLike<number>) => ({
    scores: scorerOf(text),
    detect: detectorOf(text, { excludeFirst, excludeCurrent }),
  })
  const of = { text: onText(ids), source: onText(source) }
  const reader = await patternReader(settings, places && ((names) => lossNodes(names, places)))
  try {
    const also = await reader.begin({ ...settings.inputs, ...(places && nextTokens(ids, places)) })
    const seen: Seen[] = []
    for (const [done, layer] of reader.layers.entries()) {
      report(done, reader.layers.length)
      for (const { shares, ...pattern } of patternsIn(layer, await reader.read(layer))) {
        const { scores, detect } = pattern.part === 'encoder' ? of.source : of.text
        seen.push({
          pattern,
          scores: scores({ ...pattern, shares }),
          ...(pattern.part !== 'cross' && { detections: detect({ ...pattern, shares }) }),
        })
      }
    }
    return { seen, bytes: reader.bytes, ...(places && { losses: lossesIn(also) }) }
  } finally {
    await reader.close()
  }
}
