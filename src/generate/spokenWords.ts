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

/** A test for tokens that are said, and no times. `times`: those of the run; where it names none, a token is one by its text: `<|0.24|>`. */
export function saidTest(tokenizer: Pick<Tokenizer, 'decode'>, times: TimeTokens | undefined): (id: number) => boolean {
  if (times) return (id) => id < times.first
  return (id) => !/^<\|\d+\.\d+\|>$/.test(tokenizer.decode([id]))
}

/** The text of a segment. */
export const segmentText = (
  tokenizer: Pick<Tokenizer, 'decode'>,
  { ids }: Segment,
  times: TimeTokens | undefined,
): string => tokenizer.decode(ids.filter(saidTest(tokenizer, times)))

interface WordSettings {
  readonly times?: TimeTokens | undefined
  readonly language?: string | undefined
  readonly framesPerSecond: number
}

/**
 * The words of segments with their times, one segment after the other. A token lasts from the begin of the one before it to its own,
 * which is when the next may be said.
 */
export class WordTimes {
  readonly #tokenizer: Pick<Tokenizer, 'decode'>
  readonly #settings: WordSettings
  #last = 0

  constructor(tokenizer: Pick<Tokenizer, 'decode'>, settings: WordSettings) {
    this.#tokenizer = tokenizer
    this.#settings = settings
  }

  of({ ids, begins = [] }: Segment): SpokenWord[] {
    const { times, language, framesPerSecond } = this.#settings
    const isSaid = saidTest(this.#tokenizer, times)
    const tokens = ids.flatMap((id, i) => {
      const token = { id, from: this.#last, to: begins[i] ?? this.#last }
      this.#last = token.to
      return isSaid(id) ? [token] : []
    })
    const words = wordsOfTokens(
      this.#tokenizer,
      tokens.map(({ id }) => id),
      language,
    )
    return words.map(({ text, first, behind }) => ({
      text,
      from: tokens[first].from / framesPerSecond,
      to: tokens[behind - 1].to / framesPerSecond,
    }))
  }
}
