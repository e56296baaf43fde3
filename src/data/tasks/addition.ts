// Addition: 87 + 5 = → 92. With `reversed`, the answer's last digit comes first, as one adds on paper: each digit then needs
// only what has been carried so far, which is much easier to learn.

import { CharacterTokenizer } from '../../text/characters.ts'
import { checkSize } from './symbols.ts'
import { end, type Task } from './task.ts'

export interface AdditionOptions {
  /** The most digits of a number; as many numbers have 1 digit as have 2, and so on. */
  readonly digits?: number
  readonly reversed?: boolean
}

/** The most digits of which every sum is exact. */
const mostDigits = 15

export function additionTask({ digits = 3, reversed = false }: AdditionOptions = {}): Task {
  checkSize('addition', 'digits', digits)
  if (digits > mostDigits)
    throw new Error(`task: digits of "addition" is ${digits}. Give at most ${mostDigits}: larger sums are not exact.`)
  const written = (sum: number): string => (reversed ? [...`${sum}`].reverse().join('') : `${sum}`)
  return {
    name: 'addition',
    about: `Adds two numbers of up to ${digits} digits${reversed ? ', saying the last digit first' : ''}.`,
    tokenizer: new CharacterTokenizer([...'0123456789+=', end]),
    teaches: 'answer',
    draw(draws) {
      const number = (): number => draws.below(10 ** (1 + draws.below(digits)))
      const [a, b] = [number(), number()]
      return { prompt: `${a}+${b}=`, answer: written(a + b) }
    },
    isExact: ({ answer }, output) => output === answer,
    // 5 + 87 tells what 87 + 5 is.
    keyOf({ prompt }) {
      const [a, b] = prompt.slice(0, -1).split('+').map(Number)
      return `${Math.min(a, b)}+${Math.max(a, b)}`
    },
  }
}
