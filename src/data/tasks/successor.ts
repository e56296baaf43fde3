// Successor: what followed this token the last time? In each sequence every symbol has a successor of its own,
//
//   f(a)        drawn anew for each sequence, uniformly from all V symbols
//   next        f(a) with probability p = 0.7, else any of the V symbols
//
// so that nothing can be learnt by heart, and a fixed distance helps nobody: to predict, a model must find earlier places of
// the same token and say what came after them. Two layers of attention can (Olsson et al. 2022, "In-context learning and
// induction heads"), one cannot.
//
// The best prediction. The f(a) are independent of one another, so only what followed a before matters. With n(ab) the
// number of times b followed a, Bayes' rule gives
//
//   P(f(a) = c | past)  ∝  r^n(ac)      r = (p + (1 − p)/V) / ((1 − p)/V)
//   P(next = b | past)  =  p · P(f(a) = b | past) + (1 − p)/V
//
// since of the n(a) successors seen, those that are c each have the probability p + (1 − p)/V if f(a) = c, and all others
// (1 − p)/V. Its mean loss is what no model can get below. It falls along a sequence, from ln V, where nothing is known, to
// that of knowing f: with V = 16, from 2.77 to 1.36 nats at last; over the first 32 predictions the mean is 2.08.

import { CharacterTokenizer } from '../../text/characters.ts'
import type { Examples } from '../examples.ts'
import { checkSize, symbols as firstSymbols } from './symbols.ts'
import type { Question, Task } from './task.ts'

export interface SuccessorOptions {
  /** V: how many symbols there are. */
  readonly symbols?: number
  /** T: how many symbols the model reads; it predicts as many. */
  readonly length?: number
  /** p: how often a symbol is followed by its successor. */
  readonly follow?: number
}

export function successorTask(options: SuccessorOptions = {}): Task {
  const { symbols: count, length, follow } = withUsual(options)
  const from = firstSymbols(count)
  // No end: nothing but the V symbols occurs.
  const tokenizer = new CharacterTokenizer(from)
  return {
    name: 'successor',
    about: 'Finds what followed the same symbol earlier in the sequence.',
    tokenizer,
    lengths: { prompt: length, answer: 1 },
    teaches: 'everything',
    draw(draws) {
      const successors = from.map(() => draws.below(count))
      const sequence = [draws.below(count)]
      while (sequence.length <= length) {
        const [last] = sequence.slice(-1)
        sequence.push(draws.share() < follow ? successors[last] : draws.below(count))
      }
      const text = sequence.map((symbol) => from[symbol]).join('')
      return { prompt: text.slice(0, -1), answer: text.slice(-1) }
    },
    /** Right is what no other guess beats; what really came next may be a jump, which nobody can know. */
    isExact({ prompt }: Question, output: string) {
      const chances = successorChances(tokenizer.encode(prompt), { symbols: count, follow })
      const guess = output.length === 1 ? from.indexOf(output) : -1
      return guess >= 0 && chances[guess] > Math.max(...chances) - 1e-12
    },
  }
}

/** The best prediction of what comes after these ids: the probability of each symbol. */
export function successorChances(ids: ArrayLike<number>, options: Omit<SuccessorOptions, 'length'> = {}): Float64Array {
  const { symbols, follow } = withUsual(options)
  const last = ids[ids.length - 1]
  const seen = new Int32Array(symbols)
  for (let i = 1; i < ids.length; i++) if (ids[i - 1] === last) seen[ids[i]]++
  const jump = (1 - follow) / symbols
  // Relative to what was seen most often, so that nothing overflows, nor divides by 0 where there are no jumps.
  const most = Math.max(...seen)
  const weights = Float64Array.from(seen, (times) => (jump / (follow + jump)) ** (most - times))
  const sum = weights.reduce((total, weight) => total + weight, 0)
  return weights.map((weight) => (follow * weight) / sum + jump)
}

/**
 * The loss of the best prediction on these sequences, in nats per token, over all tokens but the first of each: the
 * least that a model's loss on them can be expected to be.
 */
export function successorOptimum(
  sequences: Iterable<Int32Array>,
  options: Omit<SuccessorOptions, 'length'> = {},
): number {
  let [sum, count] = [0, 0]
  for (const ids of sequences) {
    for (let i = 1; i < ids.length; i++) {
      sum -= Math.log(successorChances(ids.subarray(0, i), options)[ids[i]])
      count++
    }
  }
  return sum / count
}

/**
 * The positions of a sequence after which comes what can be told: the symbol there stood somewhere before, and what followed it
 * the last time follows again.
 */
export function predictablePlaces(sequence: ArrayLike<number>): number[] {
  const followers = new Map<number, number>()
  const places: number[] = []
  for (let i = 0; i + 1 < sequence.length; i++) {
    if (followers.get(sequence[i]) === sequence[i + 1]) places.push(i)
    followers.set(sequence[i], sequence[i + 1])
  }
  return places
}

/**
 * The same sequences, asked at their predictable places alone: what an evaluation says of them, loss and accuracy, tells whether a
 * model looks things up. `examples`: those of this task, for a decoder.
 */
export function predictableExamples(examples: Examples): Examples {
  return {
    ...examples,
    row(example, epoch) {
      const { ids, targets, ...rest } = examples.row(example, epoch)
      if (typeof ids === 'number' || typeof targets === 'number')
        throw new Error(
          'task: the examples of "successor" have an id and a target at each position. Make them as sequences.',
        )
      const asked = Array.from(targets)
      const places = new Set(predictablePlaces([...Array.from(ids), ...asked.slice(-1)]))
      return { ...rest, ids, targets: asked.map((target, i) => (places.has(i) ? target : -1)) }
    },
  }
}

function withUsual({ symbols = 16, length = 32, follow = 0.7 }: SuccessorOptions): Required<SuccessorOptions> {
  checkSize('successor', 'symbols', symbols, 2)
  checkSize('successor', 'length', length)
  if (!(follow >= 0 && follow <= 1))
    throw new Error(`task: follow of "successor" is ${follow}. Give a probability, from 0 to 1; 0.7 is usual.`)
  return { symbols, length, follow }
}
