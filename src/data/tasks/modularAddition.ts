// Modular addition: a b = → (a + b) mod n, where every number is one symbol. The whole task is a table of n² sums; a model
// that has seen a part of it first learns this by heart and, long after, the rule.
//
// Power et al. 2022, "Grokking"; Nanda et al. 2023, "Progress measures for grokking via mechanistic interpretability" (n = 113).

import { checkSize, symbols, symbolTokenizer } from './symbols.ts'
import type { Question, Task } from './task.ts'

export function modularAdditionTask({ modulus = 59 }: { modulus?: number } = {}): Task {
  checkSize('modular-addition', 'modulus', modulus, 2)
  const numbers = symbols(modulus)
  const question = (a: number, b: number): Question => ({
    prompt: `${numbers[a]}${numbers[b]}=`,
    answer: numbers[(a + b) % modulus],
  })
  return {
    name: 'modular-addition',
    about: `Adds two numbers modulo ${modulus}.`,
    tokenizer: symbolTokenizer(numbers, ['=']),
    lengths: { prompt: 3, answer: 1 },
    teaches: 'answer',
    draw: (draws) => question(draws.below(modulus), draws.below(modulus)),
    isExact: ({ answer }, output) => output === answer,
    all: numbers.flatMap((_, a) => numbers.map((_, b) => question(a, b))),
  }
}
