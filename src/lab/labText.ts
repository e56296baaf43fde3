// The text that the lab's models learn from: its characters as ids, and what it costs to guess them by counting.

import { CharacterTokenizer } from '../text/characters.ts'
import { splitCorpus } from '../text/corpus.ts'
import { type CountLosses, countLosses } from '../text/counts.ts'
import { sha256Of } from '../text/digest.ts'
import type { Tokenizer } from '../text/tokenizer.ts'

export interface LabText {
  readonly name: string
  readonly tokenizer: Tokenizer
  /** The number of different characters. */
  readonly vocab: number
  readonly training: Int32Array
  /** The part that training never sees. */
  readonly validation: Int32Array
  /** Of the whole text: SHA-256. */
  readonly digest: string
  /** The losses of guessing by counts on `validation`, in nats for every character. */
  readonly losses: CountLosses
}

/** More tokens than the longest that an experiment reads at once. */
const mostRead = 1024

/** Throws for a text that is too short to hold something back. */
export async function labText(text: string, name: string): Promise<LabText> {
  const digest = await sha256Of(text)
  const tokenizer = CharacterTokenizer.of(text)
  const { training, validation } = splitCorpus(text, tokenizer, { context: mostRead })
  const vocab = tokenizer.size
  const losses = countLosses({ training, evaluation: validation, vocab })
  return { name, tokenizer, vocab, training, validation, digest, losses }
}
