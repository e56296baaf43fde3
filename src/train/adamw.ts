// AdamW: every weight goes against its mean gradient of late, in steps measured by how large its gradients usually are.
//
//   first  ← β₁ · first  + (1 − β₁) · g        running mean of the gradient
//   second ← β₂ · second + (1 − β₂) · g²       running mean of its square
//   weight ← (1 − rate · decay) · weight − rate · first / (1 − β₁ᵗ) / (√(second / (1 − β₂ᵗ)) + ε)
//
// Both means begin at 0, and 1 − βᵗ after t steps makes up for it. Kingma, Ba 2015, algorithm 1; the decay apart from the
// gradient: Loshchilov, Hutter 2019, algorithm 2. What is computed is what torch.optim.AdamW computes.

import * as elementary from '../tensor/elementary.ts'
import { graphOf } from '../tensor/graph.ts'
import type { Node, Tensor } from '../tensor/node.ts'
import { add, divide, input, multiply, parameter, sqrt, subtract } from '../tensor/primitives.ts'

export interface AdamWSettings {
  readonly beta1: number
  readonly beta2: number
  /** Keeps the division from growing without bounds where gradients are very small. */
  readonly epsilon: number
  /** The share of the rate by which matrices are drawn towards 0 at every step. */
  readonly decay: number
}

/** The running means of one weight; they begin as zeros. */
export interface Moments {
  readonly first: Node
  readonly second: Node
}

export function momentsOf({ axes }: Node): Moments {
  const sizes = Object.fromEntries(axes.map(({ name, size }) => [name, size]))
  return { first: parameter(sizes, 'zeros'), second: parameter(sizes, 'zeros') }
}

/**
 * The numbers that are the same for all weights in a step: three numbers that the host computes in double precision and gives to
 * every run (`adamwInputs`).
 */
export class AdamWStep {
  /** rate / (1 − β₁ᵗ) */
  readonly rate = input('rate', {})
  /** 1 / √(1 − β₂ᵗ) */
  readonly spread = input('spread', {})
  /** 1 − rate · decay */
  readonly shrink = input('shrink', {})
}

/** The numbers of an AdamWStep for the step that comes after `taken` others. */
export function adamwInputs(
  taken: number,
  rate: number,
  { beta1, beta2, decay }: AdamWSettings,
): Record<keyof AdamWStep, number> {
  const t = taken + 1
  return {
    rate: rate / (1 - elementary.power(beta1, t)),
    spread: 1 / Math.sqrt(1 - elementary.power(beta2, t)),
    shrink: 1 - rate * decay,
  }
}

/**
 * One step for one weight: what to put in place of the weight and of its moments.
 *
 * - `gradient`: has the axes of the weight
 * - `shrinks`: true where the weight decays
 */
export function adamw(
  weight: Node,
  gradient: Node,
  { first, second }: Moments,
  step: AdamWStep,
  { beta1, beta2, epsilon, shrinks }: Omit<AdamWSettings, 'decay'> & { readonly shrinks: boolean },
): Map<Node, Node> {
  const [w, g, m, v] = [weight, gradient, first, second] as Tensor[]
  const mean = add(multiply(m, beta1), multiply(g, 1 - beta1))
  const square = add(multiply(v, beta2), multiply(multiply(g, g), 1 - beta2))
  const usual = add(multiply(sqrt(square), step.spread), epsilon)
  const kept = shrinks ? multiply(w, step.shrink) : w
  return new Map([
    [weight, subtract(kept, multiply(divide(mean, usual), step.rate))],
    [first, mean],
    [second, square],
  ])
}

/**
 * The weights that decay: matrices, which is to say what a product sums over and the tables that rows are looked up in.
 * Biases, scales and shifts, which are added to each cell or multiplied with it, are left alone.
 */
export function matricesOf(loss: Node): Set<Node> {
  const matrices = new Set<Node>()
  for (const { operation, inputs } of graphOf([loss])) {
    const factors = operation.kind === 'dot' ? inputs : operation.kind === 'gather' ? inputs.slice(0, 1) : []
    for (const node of factors) if (node.operation.kind === 'parameter') matrices.add(node)
  }
  return matrices
}
