// What was heard, as text: of segments, and of words with their times.

import { wordsOfTokens } from '../text/tokenizer/wordsOfTokens.ts'
import type { Tokenizer } from '../text/tokenizer.ts'
import type { Segment } from './listening.ts'
import type { TimeTokens } from './timeTokens.ts'

/** A word, and the seconds from its first moment to its last. */
export interface SpokenWord {
  readonly text: string
  readonly from: number
  readonly to: number
}

/** The ids of a segment that are no times. */
const saidIn = (ids: readonly number[], times: TimeTokens | undefined): number[] =>
  times ? ids.filter((id) => id < times.first) : [...ids]

/** The text of a segment. */
export const segmentText = (
  tokenizer: Pick<Tokenizer, 'decode'>,
  { ids }: Segment,
  times: TimeTokens | undefined,
): string => tokenizer.decode(saidIn(ids, times))

/**
 * The words of segments with their times. A token lasts from the begin of the one before it to its own, which is when the next may be
 * said.
 */
export function spokenWords(
  tokenizer: Pick<Tokenizer, 'decode'>,
  segments: readonly Segment[],
  {
    times,
    language,
    framesPerSecond,
  }: {
    readonly times?: TimeTokens | undefined
    readonly language?: string | undefined
    readonly framesPerSecond: number
  },
): SpokenWord[] {
  let last = 0
  return segments.flatMap(({ ids, begins = [] }) => {
    const tokens = ids.flatMap((id, i) => {
      const token = { id, from: last, to: begins[i] ?? last }
      last = token.to
      return times && id >= times.first ? [] : [token]
    })
    return wordsOfTokens(
      tokenizer,
      tokens.map(({ id }) => id),
      language,
    ).map(({ text, first, behind }) => ({
      text,
      from: tokens[first].from / framesPerSecond,
      to: tokens[behind - 1].to / framesPerSecond,
    }))
  })
}
