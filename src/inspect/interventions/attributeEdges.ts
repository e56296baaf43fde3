// Edge attribution: an estimate of what every edge does, all of them by one gradient.
//
//   score of an edge    (write of the other text − write of this one) · ∂m/∂(the reader's own stream)
//   score of a writer   (its value there − its value here) · ∂m/∂(its value)            the sum of the scores of its edges
//
// The gradient is that at the text that is patched; or the mean of those on the way to the other one, its embeddings
// here + k/steps · (there − here), k = 0 … steps − 1. Syed et al. 2023, "Attribution Patching Outperforms Automated Circuit Discovery";
// Hanna et al. 2024, "Have Faith in Faithfulness" (integrated gradients).

import type { Edited } from '../../edit/edit.ts'
import { givenOf } from '../../model/inputValues.ts'
import type { AnyModel } from '../../model/language.ts'
import { meanOf, standardError } from '../means.ts'
import { chosenEdges, type EdgeChoice, endsOf, startsOf } from './chosenEdges.ts'
import { EdgeScorer, type PairScores } from './edgeScorer.ts'
import { edgesOfPairs } from './edgesOfPairs.ts'
import { measuredPairs, type PatchedPairs } from './effects.ts'
import type { Paired } from './pairs.ts'
import { type EdgeEnd, embeddedPath, type StreamEdges } from './streamEdges.ts'
import { WritesReader } from './writes.ts'

/** An estimate, over pairs. */
export interface AttributedScore {
  /** The estimate of the change of the metric, its mean over the pairs. */
  readonly score: number
  /** The estimate as a share of the way from the patched text to the other. */
  readonly normalised: number
  /** The standard error of `normalised` over the pairs; NaN for one pair. */
  readonly error: number
}

export interface EdgeScore extends AttributedScore {
  readonly from: EdgeEnd
  readonly to: EdgeEnd
}

/** A writer by itself, and all of its edges. */
export interface WriterScore extends EdgeEnd, AttributedScore {
  /** The sum of the scores of its edges: its own score, up to rounding. */
  readonly edges: number
}

export interface EdgeAttribution extends PatchedPairs {
  /** The number of gradients whose mean is taken. */
  readonly steps: number
  /** The greatest scores first, whatever their sign. */
  readonly rows: readonly EdgeScore[]
  /** All writers, in the order of the stream. */
  readonly writers: readonly WriterScore[]
}

export interface EdgeAttributionSettings extends Edited<AnyModel>, Paired, EdgeChoice {
  /** The number of gradients on the way from one text to the other; 1, that at the patched text, if not given. */
  readonly steps?: number | undefined
  readonly report?: (done: number, of: number) => void
}

/** Estimates of all edges. Throws as `patchEdges` does. */
export async function attributeEdges(settings: EdgeAttributionSettings): Promise<EdgeAttribution> {
  const { engine, pairs, direction, steps = 1 } = settings
  if (!(Number.isInteger(steps) && steps >= 1))
    throw new Error(
      `edges: there are ${steps} steps on the way from one text to the other; give a whole number from 1.`,
    )
  const { names, metric, edges, texts } = await edgesOfPairs(settings, 'edges')
  const chosen = chosenEdges(edges, settings, 'edges')
  const paths = [...new Set([embeddedPath(names), ...edges.writers.map(({ path }) => path)])]
  const writes = await WritesReader.of(engine, names, edges, new Map(paths.map((path) => [path, names.valueAt(path)])))
  const scorer = await EdgeScorer.of({ engine, names, edges, metric })
  const found: PairScores[] = []
  try {
    for (const [i, { base, other }] of texts.entries()) {
      const [here, there] = [await writes.read(base), await writes.read(other)]
      const report = (done: number): void => settings.report?.(i * steps + done, pairs.length * steps)
      found.push(await scorer.scores(givenOf(base), { here, there, steps }, report))
    }
  } finally {
    await writes.close()
    await scorer.close()
  }
  const scored = (of: (scores: PairScores) => number): AttributedScore => {
    const shares = found.map((scores) => of(scores) / (scores.other - scores.base))
    return { score: meanOf(found.map(of)), normalised: meanOf(shares), error: standardError(shares) }
  }
  const [from, to] = [endsOf(edges.writers), endsOf(edges.readers)]
  const sums = sumsOfEdges(edges, found)
  return {
    ...measuredPairs(found, direction),
    steps,
    rows: chosen
      .map(({ writer, reader }) => ({
        from: from[writer],
        to: to[reader],
        ...scored(({ edges }) => edges[reader][writer]),
      }))
      .toSorted((a, b) => Math.abs(b.score) - Math.abs(a.score)),
    writers: from.map((end, writer) => ({
      ...end,
      ...scored(({ writers }) => writers[writer]),
      edges: sums[writer],
    })),
  }
}

/** For each writer the sum of the scores of its edges, the mean over pairs. */
function sumsOfEdges({ writers, readers }: StreamEdges, found: readonly PairScores[]): number[] {
  const [writerStarts, readerStarts] = [startsOf(writers), startsOf(readers)]
  const sums = endsOf(writers).map(() => 0)
  for (const [group, { ends, writers: own }] of readers.entries())
    for (const place of ends.keys())
      for (const number of own)
        for (let i = 0; i < writers[number].ends.length; i++) {
          const writer = writerStarts[number] + i
          sums[writer] += meanOf(found.map(({ edges }) => edges[readerStarts[group] + place][writer]))
        }
  return sums
}
