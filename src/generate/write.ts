// Writing: generation in text rather than ids. Text comes out as soon as it is certain: characters of several tokens are never
// broken, and what a stop string takes away never shows.

import type { Tokenizer } from '../text/tokenizer.ts'
import type { Hypothesis } from './beams.ts'
import type { Generator } from './generate.ts'
import type { GenerateSettings, Opening, SearchSettings } from './settings.ts'
import { WrittenText } from './writtenText.ts'

/** A token of one of several texts, and the text that is certain with it; at the end of a text the rest of it, without a token. */
export interface Piece {
  /** The place of its text in the list. */
  readonly row: number
  readonly text: string
  readonly id?: number
  readonly logProbability?: number
}

/** Strings that end a text; neither they nor what stands behind them is given out. */
export interface StopText {
  readonly stopStrings?: readonly string[] | undefined
}

export interface Writer {
  readonly generator: Generator
  readonly tokenizer: Tokenizer
}

/** Goes on with several texts at once, as `generateAll` does, piece by piece. */
export async function* write(
  { generator, tokenizer }: Writer,
  openings: readonly Opening[],
  { stopStrings = [], ...settings }: GenerateSettings & StopText,
): AsyncGenerator<Piece, void, undefined> {
  const texts = openings.map(({ prompt: after }) => new WrittenText(tokenizer, { after, stopStrings }))
  let text = ''
  const until = ({ row, id }: { row: number; id: number }): boolean => {
    text = texts[row].push(id)
    return texts[row].isStopped
  }
  for await (const token of generator.generateAll(openings, { ...settings, until })) yield { ...token, text }
  for (const [row, written] of texts.entries()) {
    const rest = written.end()
    if (rest !== '') yield { row, text: rest }
  }
}

/** A text that a search found, as text. */
export interface WrittenHypothesis extends Hypothesis {
  readonly text: string
}

/** Searches for the likeliest texts, as `search` does. */
export async function writeBest(
  { generator, tokenizer }: Writer,
  openings: readonly Opening[],
  { stopStrings = [], ...settings }: SearchSettings & StopText,
): Promise<WrittenHypothesis[][]> {
  const endOf = (row: number, ids: readonly number[]): { text: string; isStopped: boolean } => {
    const written = new WrittenText(tokenizer, { after: openings[row].prompt, stopStrings })
    const text = ids.map((id) => written.push(id)).join('') + written.end()
    return { text, isStopped: written.isStopped }
  }
  const until =
    stopStrings.length === 0 ? undefined : (ids: readonly number[], row: number) => endOf(row, ids).isStopped
  const found = await generator.search(openings, { ...settings, until })
  return found.map((hypotheses, row) => hypotheses.map((each) => ({ ...each, text: endOf(row, each.ids).text })))
}
