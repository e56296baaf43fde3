// Computations over a row that have a name, found in a graph by what they compute (tensor/definitions.ts has the formulas):
//
//   softmax          e^(x − largest) · 1 / max(Σ e^(x − largest), tiny)
//   its gradient     (g · 1/whole − Σ (g · e^…) · (1/whole)²) · e^…, which is share · (g − Σ share · g)
//   normalisation    (x − mean) · 1 / √(mean of (x − mean)² + ε)          without the mean: x · 1 / √(mean of x² + ε)

import type { Node } from '../../tensor/node.ts'
import { isNumber, isUnchanged, numberOf, operandsOf } from '../stream/forms.ts'

/** A softmax: the row that goes in, the powers, and their sum. */
export interface FoundSoftmax {
  readonly kind: 'softmax'
  readonly over: readonly string[]
  readonly input: Node
  readonly largest: Node
  readonly powers: Node
  readonly whole: Node
}

/** A normalisation, before scale and shift. */
export interface FoundNormalisation {
  readonly kind: 'norm'
  readonly over: readonly string[]
  readonly input: Node
  /** Undefined where none is taken away. */
  readonly mean: Node | undefined
  readonly variance: Node
  readonly epsilon: number
  readonly deviation: Node
}

/** The gradient of a softmax's row: the gradients of its shares, and the powers of which these are shares. */
export interface FoundSoftmaxGradient {
  readonly over: readonly string[]
  readonly gradient: Node
  readonly powers: Node
}

/** The gradient of a softmax whose last step a node is. */
export function softmaxGradient(node: Node): FoundSoftmaxGradient | undefined {
  const [total, powers] = operandsOf(node, 'multiply') ?? []
  const [direct, byWhole] = (total && operandsOf(total, 'add')) ?? []
  const [gradient, factor] = (direct && operandsOf(direct, 'multiply')) ?? []
  if (!powers || !gradient || !factor || !byWhole || !operandsOf(powers, 'exp')) return undefined
  const [, through] = operandsOf(behindNames(byWhole), 'where') ?? []
  const [negated] = (through && operandsOf(behindNames(through), 'negate')) ?? []
  const [summed, square] = (negated && operandsOf(negated, 'multiply')) ?? []
  const weighted = summed && behindNames(summed)
  const over = weighted && sumOver(weighted)
  const isSquare = square && operandsOf(square, 'multiply')?.every((each) => each === factor)
  const ofBoth = over && operandsOf(weighted.inputs[0], 'multiply')
  return over && isSquare && ofBoth?.[0] === gradient && ofBoth[1] === powers ? { over, gradient, powers } : undefined
}

/** A value behind other names of its axes. */
export const behindNames = (node: Node): Node => (isUnchanged(node) ? behindNames(node.inputs[0]) : node)

/** The softmax or the normalisation whose last step a node is. */
export function recognised(node: Node): FoundSoftmax | FoundNormalisation | undefined {
  const [x, factor] = operandsOf(node, 'multiply') ?? []
  const [divisor] = (factor && operandsOf(factor, 'reciprocal')) ?? []
  return x && divisor ? (softmaxOf(x, divisor) ?? normOf(x, divisor)) : undefined
}

function softmaxOf(powers: Node, divisor: Node): FoundSoftmax | undefined {
  const [whole] = operandsOf(divisor, 'maximum') ?? []
  const [below] = operandsOf(powers, 'exp') ?? []
  const [input, largest] = (below && operandsOf(below, 'subtract')) ?? []
  if (!whole || !input || !largest || whole.inputs[0] !== powers) return undefined
  const over = sumOver(whole)
  return over && { kind: 'softmax', over, input, largest, powers, whole }
}

function normOf(x: Node, deviation: Node): FoundNormalisation | undefined {
  const [square] = operandsOf(deviation, 'sqrt') ?? []
  const [variance, epsilon] = (square && operandsOf(square, 'add')) ?? []
  const squares = variance && meanOf(variance)
  if (!variance || !epsilon || !isNumber(epsilon) || !squares) return undefined
  const factors = operandsOf(squares.of, 'multiply')
  if (!factors?.every((each) => each === x)) return undefined
  const [input, mean] = operandsOf(x, 'subtract') ?? []
  const isCentred = input !== undefined && mean !== undefined && meanOf(mean)?.of === input
  return {
    kind: 'norm',
    over: squares.over,
    input: isCentred ? input : x,
    mean: isCentred ? mean : undefined,
    variance,
    epsilon: numberOf(epsilon),
    deviation,
  }
}

/** The value that a mean is the mean of: Σ · 1/n. */
function meanOf(node: Node): { readonly of: Node; readonly over: readonly string[] } | undefined {
  const [total, part] = operandsOf(node, 'multiply') ?? []
  const over = total && sumOver(total)
  return over && part && isNumber(part) ? { of: total.inputs[0], over } : undefined
}

const sumOver = ({ operation }: Node): readonly string[] | undefined =>
  operation.kind === 'reduce' && operation.function === 'sum' ? operation.over : undefined
