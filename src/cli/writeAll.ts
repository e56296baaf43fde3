// Writing many texts for a command: in batches of about the same length, by sampling or by beam search, in the order asked for.

import type { BeamSettings } from '../generate/beams.ts'
import type { Generator } from '../generate/generate.ts'
import type { GenerateSettings, Opening } from '../generate/settings.ts'
import { type StopText, write, writeBest } from '../generate/write.ts'
import type { Tokenizer } from '../text/tokenizer.ts'
import type { Terminal } from './terminal.ts'

/** The text that was written for an opening. */
export interface TextOfOpening {
  readonly text: string
  /** The score that a beam search gives it. */
  readonly score?: number
  readonly tokens: readonly WrittenToken[]
}

interface WrittenToken {
  readonly id: number
  readonly token: string
  readonly logProbability?: number
}

export interface WriteAllOptions {
  readonly generator: Generator
  readonly tokenizer: Tokenizer
  readonly openings: readonly Opening[]
  readonly settings: GenerateSettings & StopText
  /** A search rather than samples. */
  readonly beams?: BeamSettings | undefined
  /** The number of texts that are wanted for each opening. */
  readonly each: number
  /** The number of openings that are gone on with at once. */
  readonly batch: number
  /** Told every piece of text, as it comes. */
  readonly onPiece?: (text: string) => void
}

/** The texts for each opening. */
export async function writeAll(options: WriteAllOptions): Promise<TextOfOpening[][]> {
  const { openings, batch } = options
  const written: TextOfOpening[][] = openings.map(() => [])
  // The longest first: if memory does not suffice, that shows at once.
  const order = [...openings.keys()].sort((a, b) => lengthOf(openings[b]) - lengthOf(openings[a]) || a - b)
  for (let from = 0; from < order.length; from += batch) {
    const places = order.slice(from, from + batch)
    const texts = await (options.beams ? searched : sampled)(options, places)
    for (const [i, place] of places.entries()) written[place] = texts[i]
  }
  return written
}

const lengthOf = ({ prompt, source }: Opening): number => (source ?? prompt).length

async function sampled(
  { generator, tokenizer, openings, settings, each, onPiece }: WriteAllOptions,
  places: readonly number[],
): Promise<TextOfOpening[][]> {
  const rows = places.flatMap((place) =>
    Array.from({ length: each }, (_, i): Opening => ({ ...openings[place], row: place * each + i })),
  )
  const texts = rows.map(() => ({ text: '', tokens: [] as WrittenToken[] }))
  for await (const { row, text, id, logProbability } of write({ generator, tokenizer }, rows, settings)) {
    texts[row].text += text
    if (id !== undefined) texts[row].tokens.push(tokenOf(tokenizer, id, logProbability))
    onPiece?.(text)
  }
  return places.map((_, i) => texts.slice(i * each, (i + 1) * each))
}

async function searched(
  { generator, tokenizer, openings, settings, beams = { beams: 1 } }: WriteAllOptions,
  places: readonly number[],
): Promise<TextOfOpening[][]> {
  const rows = places.map((place) => openings[place])
  const found = await writeBest({ generator, tokenizer }, rows, { ...settings, ...beams })
  return found.map((texts) =>
    texts.map(({ text, score, ids, logProbabilities }) => ({
      text,
      score,
      tokens: ids.map((id, i) => tokenOf(tokenizer, id, logProbabilities[i])),
    })),
  )
}

const tokenOf = (tokenizer: Tokenizer, id: number, logProbability: number | undefined): WrittenToken => ({
  id,
  token: tokenizer.piece(id),
  ...(logProbability !== undefined && { logProbability }),
})

/** Prints texts under what they were written for, with their scores where they have any and there are several. */
export function printTexts(terminal: Terminal, texts: readonly TextOfOpening[], begin = ''): void {
  for (const { text, score } of texts) {
    const rating = score === undefined || texts.length === 1 ? '' : `${terminal.colours.cyan(score.toFixed(3))}  `
    terminal.print(`${rating}${begin}${text}`)
  }
}
