// A lint by the graph alone: shares that were normalised over one axis and are summed over another.
//
//   mixed = Σ_source softmax(scores, "source") · value       as it should be
//   mixed = Σ_source softmax(scores, "position") · value     each source divides itself among those that ask
//
// From every product the way is followed back, through what keeps the shares as they are (masks, factors, renamed axes), to the softmax.

import { hasAxis } from '../../tensor/axes.ts'
import { graphOf } from '../../tensor/graph.ts'
import type { Names } from '../../tensor/names.ts'
import type { Node } from '../../tensor/node.ts'
import { openPass } from '../shapes/opened.ts'
import { type Check, notApplicable, passIf } from './verdict.ts'

/** Shares, and the product that sums them. */
export interface SharesSummed {
  /** The address of the shares, or of what is made of them. */
  readonly address: string
  readonly normalised: string
  readonly summed: readonly string[]
}

/** All products that sum shares, found in the graph that leads to some ends. Nothing is run. */
export function sharesSummed({
  outputs,
  names,
}: {
  readonly outputs: readonly Node[]
  readonly names: Names
}): SharesSummed[] {
  const { nodes, addressOf } = openPass({ outputs, names })
  return nodes.flatMap((node) => {
    const { operation, inputs } = node
    if (operation.kind !== 'dot') return []
    return inputs.flatMap((factor) => {
      const found = softmaxBehind(factor, operation.over)
      if (!found) return []
      const named = [found.shares, factor, node].map(addressOf).find((each) => each !== undefined)
      const address = named ?? names.placeOf(node) ?? ''
      return [{ address, normalised: found.normalised, summed: found.summed }]
    })
  })
}

/** The check that shares are summed over the axis over which they were normalised. */
export function normalisedAxis(pass: { readonly outputs: readonly Node[]; readonly names: Names }): Check {
  const all = sharesSummed(pass)
  if (all.length === 0) return notApplicable('normalised axis', 'no product sums what a softmax gives')
  const fault = all.find(({ normalised, summed }) => !summed.includes(normalised))
  return passIf('normalised axis', fault === undefined, {
    address: (fault ?? all[0]).address,
    ...(fault && {
      reason: `softmax runs over "${fault.normalised}", but what it gives is summed with the values over ${fault.summed.map((each) => `"${each}"`).join(', ')}`,
    }),
  })
}

interface Found {
  readonly shares: Node
  readonly normalised: string
  readonly summed: readonly string[]
}

/** The softmax whose shares a factor of a product is, with the summed axes as they are called there. */
function softmaxBehind(node: Node, summed: readonly string[]): Found | undefined {
  if (!summed.some((name) => hasAxis(node.axes, name))) return undefined
  const normalised = axisOfSoftmax(node)
  if (normalised !== undefined) return { shares: node, normalised, summed }
  const { operation, inputs } = node
  switch (operation.kind) {
    case 'rename':
      return softmaxBehind(
        inputs[0],
        summed.map((name) => (name === operation.to ? operation.from : name)),
      )
    case 'expand':
    case 'stop':
      return softmaxBehind(inputs[0], summed)
    case 'apply':
      if (!['multiply', 'divide', 'where'].includes(operation.function)) return undefined
      for (const each of inputs) {
        const found = softmaxBehind(each, summed)
        if (found) return found
      }
      return undefined
    default:
      return undefined
  }
}

/** The axis over which a value is normalised, where it is e^x / Σ e^x, or any other share of its own sum. */
function axisOfSoftmax({ operation, inputs }: Node): string | undefined {
  if (operation.kind !== 'apply' || (operation.function !== 'multiply' && operation.function !== 'divide'))
    return undefined
  for (const [powers, whole] of [inputs, inputs.toReversed()]) {
    const total = graphOf([whole], new Set([powers])).find(
      (each) => each.operation.kind === 'reduce' && each.operation.function === 'sum' && each.inputs[0] === powers,
    )
    if (total?.operation.kind !== 'reduce' || total.operation.over.length !== 1) continue
    const isWhole = whole.axes.length === powers.axes.length - 1
    if (isWhole && isExponential(powers)) return total.operation.over[0]
  }
  return undefined
}

const isExponential = ({ operation, inputs }: Node): boolean =>
  operation.kind === 'apply' &&
  (operation.function === 'exp' ||
    ((operation.function === 'where' || operation.function === 'multiply') && inputs.some(isExponential)))
