// Norms as a graph has them, found by what they compute and not by their class:
//
//   layer normalisation   (x − mean x) · 1/√(…) · gain + shift
//   RMS normalisation     x · 1/√(…) · gain
//
// With the number 1/√(…) of each position held, both are linear in x: that is what lets a sum of parts be followed through them.

import { hasAxis } from '../../tensor/axes.ts'
import { graphOf } from '../../tensor/graph.ts'
import type { Node } from '../../tensor/node.ts'
import { isWeight, sides } from './forms.ts'

/** A norm, taken apart. */
export interface FoundNorm {
  /** The value that is normalised. */
  readonly input: Node
  /** One number for each position: 1 / √(mean square + ε). */
  readonly factor: Node
  /** True where the mean is taken away first. */
  readonly isCentred: boolean
  readonly gain: Node | undefined
  readonly shift: Node | undefined
}

/** The norm that gives this value, if one does. */
export function normOf(node: Node): FoundNorm | undefined {
  const [shifted, shift] = sides(node, 'add', isWeight) ?? [node, undefined]
  const [scaled, gain] = sides(shifted, 'multiply', isWeight) ?? [shifted, undefined]
  const [x, factor] = sides(scaled, 'multiply', isReciprocal) ?? []
  if (!x || !factor || !lacksOneOf(factor, x)) return undefined
  const centring = x.operation.kind === 'apply' && x.operation.function === 'subtract'
  if (!centring) return { input: x, factor, isCentred: false, gain, shift }
  const [input, mean] = x.inputs
  if (!lacksOneOf(mean, input) || !leadsTo(input, mean)) return undefined
  return { input, factor, isCentred: true, gain, shift }
}

/** True if a node is among those that lead to another. What lies before it is not gone through: that is the whole model. */
const leadsTo = (node: Node, end: Node): boolean =>
  graphOf([end], new Set([node])).some(({ inputs }) => inputs.some((input) => input === node))

const isReciprocal = ({ operation }: Node): boolean => operation.kind === 'apply' && operation.function === 'reciprocal'

/** True if a value has the axes of another but one. */
const lacksOneOf = (few: Node, { axes }: Node): boolean =>
  few.axes.length === axes.length - 1 && few.axes.every(({ name }) => hasAxis(axes, name))
