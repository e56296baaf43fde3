// What the field's functions mean, each written in the primitives. Engines fuse these by themselves: a chain of functions
// of single numbers and of sums along one axis becomes one loop, whether it is named here or made up by you.

import { describeAxes } from './axes.ts'
import { axisError, requireAxis, requireEqualSizes, sizesDiffer } from './checks.ts'
import type { Node, Tensor } from './node.ts'
import {
  abs,
  add,
  constant,
  divide,
  equal,
  erf,
  exp,
  index,
  less,
  log,
  max,
  maximum,
  mean,
  multiply,
  negate,
  random,
  reciprocal,
  size,
  sqrt,
  stopGradient,
  subtract,
  sum,
  tanh,
  where,
  window,
} from './primitives.ts'

/**
 * Turns numbers into shares of a whole: positive, and summing to 1 along the axis `over`.
 *
 *   softmax(x) = e^x / Σ e^x
 *
 * The largest x is subtracted first, which changes nothing but keeps e^x from overflowing. Cells of −∞ get 0; where there
 * is nothing but −∞, all get 0.
 */
export function softmax<A extends string, C extends A>(x: Tensor<A>, over: C): Tensor<A> {
  requireAxis('softmax', x, over)
  const powers = exp(belowLargest(x, over))
  const whole = maximum(sum(powers, over), 1e-30)
  return multiply(powers, reciprocal(whole)) as Tensor<A>
}

/**
 * ln softmax(x), by way of (x − largest) − ln Σ e^(x − largest): exact too where softmax itself is as good as 0.
 */
export function logSoftmax<A extends string, C extends A>(x: Tensor<A>, over: C): Tensor<A> {
  requireAxis('logSoftmax', x, over)
  const below = belowLargest(x, over)
  return subtract(below, log(sum(exp(below), over))) as Tensor<A>
}

/** x − largest, for which e^x cannot overflow. What is subtracted cancels out wherever this is used: it has no gradient. */
function belowLargest<A extends string, C extends A>(x: Tensor<A>, over: C): Tensor<A> {
  return subtract(x, maximum(stopGradient(max(x, over)), -1e30)) as Tensor<A>
}

/** ln Σ e^x along the axis `over`, without overflow. */
export function logSumExp<A extends string, C extends A>(x: Tensor<A>, over: C): Tensor<Exclude<A, C>> {
  requireAxis('logSumExp', x, over)
  const largest = maximum(stopGradient(max(x, over)), -1e30)
  const whole = sum(exp(subtract(x, largest) as Tensor<A>), over)
  return add(log(whole), largest)
}

/**
 * Layer normalisation: mean 0 and variance 1 along the axis `over`.
 *
 *   normalize(x) = (x − mean(x)) / √(mean((x − mean(x))²) + ε)
 *
 * Ba, Kiros, Hinton 2016. Scale and shift, where wanted, come after it.
 */
export function normalize<A extends string, C extends A>(x: Tensor<A>, over: C, epsilon = 1e-5): Tensor<A> {
  requireAxis('normalize', x, over)
  const centred = subtract(x, mean(x, over)) as Tensor<A>
  const variance = mean(multiply(centred, centred), over)
  return multiply(centred, reciprocal(sqrt(add(variance, epsilon)))) as Tensor<A>
}

/**
 * Root-mean-square normalisation, without the mean: x / √(mean(x²) + ε). Zhang, Sennrich 2019.
 */
export function normalizeRms<A extends string, C extends A>(x: Tensor<A>, over: C, epsilon = 1e-5): Tensor<A> {
  requireAxis('normalizeRms', x, over)
  return multiply(x, reciprocal(sqrt(add(mean(multiply(x, x), over), epsilon)))) as Tensor<A>
}

/** The larger of x and 0. */
export function relu<A extends string>(x: Tensor<A>): Tensor<A> {
  return maximum(x, 0)
}

/**
 * GELU by its tanh formula, as GPT-2 has it ("gelu_new"): ½x·(1 + tanh(√(2/π)·(x + 0.044715·x³))).
 *
 * Hendrycks, Gimpel 2016, section 2.
 */
export function gelu<A extends string>(x: Tensor<A>): Tensor<A> {
  const cubic = multiply(multiply(x, x), multiply(x, 0.044715))
  const inner = multiply(add(x, cubic), Math.sqrt(2 / Math.PI))
  return multiply(multiply(x, 0.5), add(tanh(inner), 1))
}

/** GELU by its definition, x·Φ(x) with Φ the normal distribution: ½x·(1 + erf(x/√2)). */
export function geluExact<A extends string>(x: Tensor<A>): Tensor<A> {
  return multiply(multiply(x, 0.5), add(erf(multiply(x, Math.SQRT1_2)), 1))
}

/** 1 / (1 + e^−x), by way of tanh, which does not overflow. */
export function sigmoid<A extends string>(x: Tensor<A>): Tensor<A> {
  return multiply(add(tanh(multiply(x, 0.5)), 1), 0.5)
}

/** SiLU, also called swish: x · sigmoid(x). */
export function silu<A extends string>(x: Tensor<A>): Tensor<A> {
  return multiply(x, sigmoid(x))
}

/** GELU by way of a sigmoid, as CLIP has it ("quick_gelu"): x · sigmoid(1.702·x). Hendrycks, Gimpel 2016, section 2. */
export function quickGelu<A extends string>(x: Tensor<A>): Tensor<A> {
  return multiply(x, sigmoid(multiply(x, 1.702)))
}

/** The square of relu(x). So et al. 2021 (Primer). */
export function reluSquared<A extends string>(x: Tensor<A>): Tensor<A> {
  return multiply(relu(x), relu(x))
}

/** ln (1 + e^x), by way of max(x, 0) + ln (1 + e^−|x|), which does not overflow. */
export function softplus<A extends string>(x: Tensor<A>): Tensor<A> {
  return add(relu(x), log(add(exp(negate(abs(x))), 1)))
}

/** x · tanh(softplus(x)). Misra 2019. */
export function mish<A extends string>(x: Tensor<A>): Tensor<A> {
  return multiply(x, tanh(softplus(x)))
}

/** The places of an axis from `from` on and before `to`: to the end if not given. All must be there. */
export function slice<A extends string, C extends A>(
  x: Tensor<A>,
  axis: C,
  { from = 0, to = size(x, axis) }: { from?: number; to?: number },
): Tensor<A> {
  if (!(from >= 0 && from < to && to <= size(x, axis)))
    throw axisError(
      [x],
      `slice: the places from ${from} on and before ${to} of axis "${axis}" are not in ${describeAxes(x.axes)}.`,
    )
  return window(x, axis, { from, size: to - from })
}

/** The same with zeros before and after it along an axis. */
export function pad<A extends string, C extends A>(
  x: Tensor<A>,
  axis: C,
  { before = 0, after = 0 }: { before?: number; after?: number },
): Tensor<A> {
  if (!(before >= 0 && after >= 0))
    throw axisError([x], `pad: ${before} places before and ${after} after axis "${axis}"; neither may be negative.`)
  return window(x, axis, { from: -before, size: before + size(x, axis) + after })
}

/** Two tensors one after the other along an axis: b begins where a ends. All their other axes must be the same. */
export function concatenate<A extends string, C extends A>(a: Tensor<A>, b: Tensor<A>, axis: C): Tensor<A> {
  for (const [one, other] of [
    [a, b],
    [b, a],
  ])
    for (const each of one.axes) {
      requireAxis('concatenate', other, each.name)
      if (each.name !== axis && size(other, each.name as A) !== each.size)
        throw sizesDiffer('concatenate', each.name, [a, b])
    }
  return add(pad(a, axis, { after: size(b, axis) }), pad(b, axis, { before: size(a, axis) }))
}

/**
 * The surprise of the logits at the target, in nats, for every place: −ln softmax(logits)[target] along the axis `over`.
 *
 *   crossEntropy = ln Σ e^(logits − largest) − (logits[target] − largest)
 *
 * With label smoothing ε the target counts for 1 − ε, and all entries, itself too, for equal shares of ε:
 *
 *   (1 − ε) · −ln p[target] + ε · mean of −ln p
 *
 * Places with a target below 0 have no target and give 0, whatever the logits there are; so is their gradient. Szegedy et al. 2016, section 7; Vaswani et al. 2017, section 5.4.
 */
export function crossEntropy<A extends string, I extends string, C extends A>(
  logits: Tensor<A>,
  target: Tensor<I>,
  over: C,
  { smoothing = 0 }: { smoothing?: number } = {},
): Tensor<Exclude<A, C> | I> {
  if (!(smoothing >= 0 && smoothing <= 1))
    throw new Error(`crossEntropy: label smoothing is ${smoothing}; it must be from 0 to 1.`)
  requireAxis('crossEntropy', logits, over)
  requireEqualSizes('crossEntropy', logits, target)
  // Where nothing is asked, logits count as 0: whatever they are, −∞ or NaN too, the loss there and its gradient are 0.
  const isAsked: Node = less(constant(-1), target)
  const below = where(isAsked as Tensor<A>, belowLargest(logits, over), 0) as Tensor<A>
  const hit: Node = equal(target, index(over, size(logits, over)))
  const chosen = sum(where(hit as Tensor<A>, below, 0), over)
  const expected =
    smoothing === 0 ? chosen : add(multiply(chosen, 1 - smoothing), multiply(mean(below, over), smoothing))
  const loss = subtract(log(sum(exp(below), over)), expected) as Tensor<Exclude<A, C> | I>
  return where(less(target, 0), multiply(loss, 0), loss) as Tensor<Exclude<A, C> | I>
}

/**
 * Sets a share of the cells to 0 and makes up for it in the others, so that the mean stays: x · [u ≥ rate] / (1 − rate).
 * The cells that it hits are a function of the name, the engine's seed and the step. Srivastava et al. 2014.
 */
export function dropout<A extends string>(
  x: Tensor<A>,
  { rate, name, step }: { rate: number; name: string; step: Tensor<never> },
): Tensor<A> {
  if (!(rate >= 0 && rate < 1)) throw new Error(`dropout: the rate is ${rate}; it must be at least 0 and below 1.`)
  if (rate === 0) return x
  return where(less(random(name, step, x), rate), multiply(x, 0), divide(x, 1 - rate))
}
