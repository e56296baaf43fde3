// The likeliest texts that go on with each of several prompts, searched for side by side: each step scores what comes after every
// beam of every text in one run. beams.ts says which of them go on.

import { breather } from '../engine/breathe.ts'
import { adjuster } from './adjust.ts'
import { type BeamSettings, Beams, type Hypothesis, likeliestCandidates } from './beams.ts'
import type { Decoding } from './decoding.ts'
import { longestPrompt, type Opening, type SearchSettings } from './settings.ts'

/** The texts that a search found, for each opening the best first, and how many positions it came to. */
export interface SearchResult {
  readonly hypotheses: Hypothesis[][]
  readonly positions: number
}

/**
 * Searches from these openings on, each with the ids that count as its source.
 *
 * - `encode`: lets the model read the sources
 *
 * Throws for settings that mean nothing, and when prompt and tokens together are longer than the context.
 */
export async function search(
  openings: readonly Required<Pick<Opening, 'prompt' | 'source'>>[],
  settings: SearchSettings,
  { decoding, encode }: { readonly decoding: Decoding; readonly encode: () => Promise<void> },
): Promise<SearchResult> {
  checkBeams(settings)
  const { beams, hypotheses = 1, signal, tokens } = settings
  const { vocab, context } = decoding.model.config
  const most = longestPrompt(openings)
  checkRoom(most, tokens, context)
  const adjust = adjuster(settings, vocab)
  if (tokens === 0) return { hypotheses: openings.map(() => []), positions: 0 }
  const breathe = breather()
  const searches = openings.map((_, row) => new Beams({ ...settings, row }))
  await encode()
  const ids = new Int32Array(openings.length * beams)
  const parents = new Int32Array(openings.length * beams)
  let scores = await decoding.begin(
    openings.map(({ prompt }) => prompt),
    { room: most + tokens, scores: 'logProbabilities', copies: beams },
  )
  let positions = most
  while (!signal?.aborted) {
    for (const [i, search] of searches.entries()) {
      const first = i * beams
      const own = scores.subarray(first * vocab, (first + beams) * vocab)
      if (!search.isDone) {
        const { prompt, source } = openings[i]
        if (adjust)
          for (const [b, { ids }] of search.running.entries()) {
            const text = [...Array.from(prompt), ...ids]
            adjust(own.subarray(b * vocab, (b + 1) * vocab), { text, written: ids.length, source })
          }
        const next = search.advance(likeliestCandidates(own, search.running, search.wanted))
        for (const [b, { parent, id }] of next.entries()) {
          parents[first + b] = first + parent
          ids[first + b] = id
        }
      } else for (let b = 0; b < beams; b++) parents[first + b] = first + b
    }
    if (searches.every(({ isDone }) => isDone)) break
    await decoding.reorder(parents)
    scores = await decoding.next(ids, 'logProbabilities')
    positions++
    await breathe()
  }
  for (const search of searches) search.end()
  return { hypotheses: searches.map(({ finished }) => finished.slice(0, hypotheses)), positions }
}

/** Throws where prompt and tokens together are longer than the context: beam search keeps the whole text in sight. */
function checkRoom(prompt: number, tokens: number, context: number): void {
  if (prompt + tokens > context + 1)
    throw new Error(
      `generate: a prompt of ${prompt} tokens and ${tokens} more do not fit into the ${context} that the model looks at. Beam search keeps the whole text in sight; ask for at most ${Math.max(0, context + 1 - prompt)} tokens.`,
    )
}

/** Throws for settings of a search that contradict one another. */
function checkBeams({ beams, hypotheses = 1, lengthPenalty = 1 }: BeamSettings): void {
  const problem = !(Number.isSafeInteger(beams) && beams >= 1)
    ? `beams is ${beams}; it must be a whole number, at least 1`
    : !(Number.isSafeInteger(hypotheses) && hypotheses >= 1 && hypotheses <= beams)
      ? `hypotheses is ${hypotheses}; it must be a whole number from 1 to the number of beams, ${beams}`
      : !Number.isFinite(lengthPenalty)
        ? `lengthPenalty is ${lengthPenalty}; it must be a number`
        : undefined
  if (problem) throw new Error(`generate: ${problem}.`)
}
