// Tasks in which the answer is made of the prompt's own symbols: copying, reversing, sorting.
//
// All prompts are equally long, so nothing needs to mark where a prompt ends: the position tells.

import { checkSize, drawSymbols, symbols, symbolTokenizer } from './symbols.ts'
import type { Task } from './task.ts'

export interface RearrangingOptions {
  /** The number of symbols in a prompt. */
  readonly length?: number
  /** The number of different symbols. */
  readonly symbols?: number
}

/** A task whose answer is an arrangement of its prompt. */
export function rearranging(
  name: string,
  about: string,
  arrange: (prompt: readonly string[]) => readonly string[],
  { length = 10, symbols: count = 10 }: RearrangingOptions,
): Task {
  checkSize(name, 'length', length)
  const from = symbols(count)
  return {
    name,
    about,
    tokenizer: symbolTokenizer(from),
    lengths: { prompt: length, answer: length },
    teaches: 'answer',
    draw(draws) {
      const prompt = drawSymbols(draws, length, from)
      return { prompt, answer: arrange([...prompt]).join('') }
    },
    isExact: ({ answer }, output) => output === answer,
  }
}
