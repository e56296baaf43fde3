// What logits say, in a few numbers for each position: the guesses, how sure they are, and how far they are from others. The numbers
// are made beside the logits, by the engine that has them: nobody has to hold positions × vocabulary.
//
//   below = x − largest     whole = Σ e^below          p = e^below / whole
//   entropy = ln whole − Σ e^below · below / whole                               nats
//   KL(f‖x) = Σ p_f · (below_f − below_x) − ln whole_f + ln whole_x              nats; exactly 0 where both are equal
//   rank of a token: how many have a strictly larger logit

import { checkFinite } from '../../engine/finite.ts'
import { sizeOf } from '../../tensor/axes.ts'
import type { Node, Tensor } from '../../tensor/node.ts'
import {
  add,
  equal,
  exp,
  gather,
  index,
  less,
  max,
  multiply,
  negate,
  subtract,
  sum,
  where,
} from '../../tensor/primitives.ts'
import type { AnswerAxis } from './readout.ts'

/** A token that may come, or a class that it may be, with its logit and probability. */
export interface Guess {
  readonly id: number
  readonly logit: number
  readonly probability: number
}

/** A token that was asked about. `rank`: the number of tokens with a strictly larger logit; 0 is the first guess. */
export interface Placing extends Guess {
  readonly rank: number
}

/** The meaning of logits at one position, in a few numbers. */
export interface Saying {
  /** The most likely tokens, best first; of equal ones that with the lower id. */
  readonly guesses: readonly Guess[]
  /** The entropy of the probabilities, in nats. */
  readonly entropy: number
  /** KL(final‖these): what is lost, in nats, when these probabilities stand for those of the model's own logits. */
  readonly divergence: number
  readonly target?: Placing
}

interface Asked {
  /** The axis of what is guessed: tokens, or classes. */
  readonly axis: AnswerAxis
  /** The logits of the model itself. */
  readonly final: Node
  /** The number of guesses. */
  readonly top: number
  /** For every position the token that is asked about. */
  readonly target: Node | undefined
}

/** The nodes that `sayingsOf` needs the numbers of, for logits (batch, position, vocab), or of classes. */
export function measuresOf(logits: Node, { axis, final, top, target }: Asked): Record<string, Node> {
  const [x, f] = [logits as Tensor, final as Tensor]
  const largest = max(x, axis)
  const below = subtract(x, largest)
  const powers = exp(below)
  const belowFinal = subtract(f, max(f, axis))
  const ids = index(axis, sizeOf(x.axes, axis))
  const guesses: Record<string, Node> = {}
  let [value, id]: [Node, Node] = [largest, firstOf(equal(x, largest), ids, axis)]
  for (let i = 0; i < top; i++) {
    Object.assign(guesses, { [`value ${i}`]: value, [`id ${i}`]: id })
    if (i === top - 1) break
    // Those behind: with a lower logit, or with the same and a higher id.
    const [formerValue, formerId] = [value as Tensor, id as Tensor]
    const isBehind = add(less(x, formerValue), multiply(equal(x, formerValue), less(formerId, ids)))
    value = max(where(isBehind, x, -Infinity), axis)
    id = firstOf(multiply(isBehind, equal(x, value as Tensor)), ids, axis)
  }
  const chosen = target && gather(x, target as Tensor, axis)
  return {
    whole: sum(powers, axis),
    weighted: sum(multiply(powers, below), axis),
    apart: sum(multiply(exp(belowFinal), subtract(belowFinal, below)), axis),
    ...guesses,
    ...(chosen && { chosen, before: sum(less(chosen, x), axis) }),
  }
}

/** The least id where a condition holds. */
const firstOf = (condition: Node, ids: Tensor<AnswerAxis>, axis: AnswerAxis): Node =>
  negate(max(where(condition as Tensor, negate(ids) as Node as Tensor, -Infinity), axis))

/**
 * The meaning of logits at each position, from the numbers of `measuresOf`, in double precision.
 *
 * - `numbers`: one list for each measure, of a number for each position
 * - `final`: Σ e^below of the model's own logits, for each position
 *
 * Throws where a number is not finite; `what` says whose they are.
 */
export function sayingsOf(
  numbers: Readonly<Record<string, ArrayLike<number>>>,
  {
    top,
    final,
    target,
    what,
  }: { top: number; final: ArrayLike<number>; target?: ArrayLike<number> | undefined; what: string },
): Saying[] {
  for (const name of ['whole', 'weighted', 'apart']) checkFinite(what, numbers[name])
  return Array.from(numbers.whole, (whole, p) => {
    const largest = numbers['value 0'][p]
    const guess = (id: number, logit: number): Guess => ({ id, logit, probability: Math.exp(logit - largest) / whole })
    return {
      guesses: Array.from({ length: top }, (_, i) => guess(numbers[`id ${i}`][p], numbers[`value ${i}`][p])),
      entropy: Math.log(whole) - numbers.weighted[p] / whole,
      divergence: numbers.apart[p] / final[p] - Math.log(final[p]) + Math.log(whole),
      ...(target && { target: { ...guess(target[p], numbers.chosen[p]), rank: numbers.before[p] } }),
    }
  })
}
