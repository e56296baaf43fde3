// The words of what a model answers with, for flags and figures: the tokens of its vocabulary, the names of its classes, or, where it
// writes no text, the codes of what it draws or says.

import { classNames } from '../checkpoint/labels.ts'
import { type Codec, edgeOf } from '../data/codec.ts'
import { tokenText } from '../text/tokenText.ts'
import type { OpenRun } from './openRun.ts'
import { tokenOf } from './tokenWords.ts'

export interface AnswerWords {
  /** The number of different answers. */
  readonly count: number
  /** The word of an answer; of one that has none, its number. */
  wordOf(id: number): string
  /** The id that a flag names. Throws for what is no answer; the message says what would be. */
  idOf(command: string, flag: string, given: string): number
}

/** The words of a run's answers. */
export function answerWords({ model, tokenizer, blueprint, codec }: OpenRun): AnswerWords {
  if (model.kind === 'classifier') return listed(classNames(blueprint.config, model.config.class))
  if (codec !== undefined && 'vocab' in model.config) return numbered(codec, model.config.vocab)
  return {
    count: tokenizer.size,
    wordOf: (id) => (id >= 0 && id < tokenizer.size ? tokenText(tokenizer, id) : `${id}`),
    idOf: (command, flag, given) => tokenOf(command, flag, tokenizer, given),
  }
}

/** Classes, by their names. */
const listed = (names: readonly string[]): AnswerWords => ({
  count: names.length,
  wordOf: (id) => names[id] ?? `${id}`,
  idOf(command, flag, given) {
    const id = names.indexOf(given)
    if (id >= 0) return id
    const some = names.slice(0, 12).join(', ')
    throw new Error(
      `${command}: --${flag} ${JSON.stringify(given)} is no class of the model. Its classes are ${some}${names.length > 12 ? ', …' : ''}.`,
    )
  },
})

/** Codes, by their numbers; and the end, where the model writes one. */
function numbered(codec: Codec, count: number): AnswerWords {
  const end = edgeOf(codec)
  const writesEnd = end < count
  return {
    count,
    wordOf: (id) => (id === end ? 'end' : `${id}`),
    idOf(command, flag, given) {
      if (writesEnd && given === 'end') return end
      const id = Number(given)
      if (/^\d+$/.test(given) && id < end) return id
      throw new Error(
        `${command}: --${flag} ${JSON.stringify(given)} is no code. The model writes codes instead of text: give a number from 0 to ${end - 1}${writesEnd ? ', or end' : ''}.`,
      )
    },
  }
}
