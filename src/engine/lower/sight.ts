// What a position sees, as far as it can be known from how a mask is made.
//
// A mask that is a product of comparisons between the places of the sources and anything that has no sources,
//
//   first ≤ source,  source ≤ last,  source < end,  source = only,  …
//
// keeps a run of neighbouring sources for each position. Attention's kernels are given where it begins and ends, one number
// a position or a row of the batch, instead of a matrix, and visit nothing else. Padding on either side, sliding windows and
// sentences packed into one row are such masks. The causal one, source ≤ position (+ a number known at run time), needs no
// numbers at all. Whatever else a mask is multiplied with is read from memory.

import { hasAxis } from '../../tensor/axes.ts'
import type { Definition, Node, Tensor } from '../../tensor/node.ts'
import { add, constant, floor, maximum, minimum, multiply, negate, subtract } from '../../tensor/primitives.ts'

export interface Sight {
  /** A position sees no later source than itself. */
  readonly isCausal: boolean
  /** In a causal mask, added to the position before it is compared: a single number. */
  readonly offset?: Tensor
  /** The first and the last source that are seen: numbers, perhaps broken ones. */
  readonly first?: Tensor
  readonly last?: Tensor
  /** A mask in memory. */
  readonly keep?: Tensor
}

/** A definition of attention whose last inputs, behind its `own`, are those that `sight` names, in this order, instead of a mask. */
export interface SightedDefinition extends Definition {
  readonly sight: { readonly own: number; readonly isCausal: boolean; readonly inputs: readonly SightInput[] }
}
export type SightInput = (typeof sightInputs)[number]
const sightInputs = ['offset', 'first', 'last', 'keep'] as const

/** The definition of attention and its inputs, with what the mask means in place of the mask. */
export function sighted(definition: Definition, inputs: readonly Tensor[]): [SightedDefinition, readonly Node[]] {
  const own = definition.mask ?? inputs.length
  const { isCausal, ...given } = sightOf(inputs[own])
  const names = sightInputs.filter((name) => given[name])
  const nodes = names.map((name) => given[name]).filter((node) => node !== undefined)
  return [{ ...definition, sight: { own, isCausal, inputs: names } }, [...inputs.slice(0, own), ...nodes]]
}

export const isSighted = (definition: Definition): definition is SightedDefinition => 'sight' in definition

function sightOf(mask: Tensor | undefined): Sight {
  let sight: Sight = { isCausal: false }
  for (const factor of mask ? factorsOf(mask) : []) sight = together(sight, sightOfFactor(factor))
  return sight
}

function factorsOf(mask: Tensor): Tensor[] {
  const { operation, inputs } = plain(mask)
  return operation.kind === 'apply' && operation.function === 'multiply' ? inputs.flatMap(factorsOf) : [mask]
}

/** The value that lies behind one that is merely repeated. */
function plain(node: Tensor): Tensor {
  const { kind } = node.operation
  return kind === 'expand' || kind === 'stop' ? plain(node.inputs[0]) : node
}

function sightOfFactor(factor: Tensor): Sight {
  const { operation, inputs } = plain(factor)
  const read = { isCausal: false, keep: factor }
  if (operation.kind !== 'apply' || inputs.length !== 2) return read
  const isSource = inputs.map((input) => isPlaceOn(input, 'source'))
  const other = inputs[isSource[0] ? 1 : 0]
  if (isSource[0] === isSource[1] || hasAxis(other.axes, 'source')) return read
  const sourceIsLess = isSource[0]
  switch (operation.function) {
    case 'lessEqual':
      return sourceIsLess ? upTo(other) : { isCausal: false, first: other }
    case 'less':
      // For whole numbers this is other − 1 and other + 1.
      return sourceIsLess
        ? upTo(subtract(negate(floor(negate(other))), 1))
        : { isCausal: false, first: add(floor(other), 1) }
    case 'equal':
      return { isCausal: false, first: other, last: other }
    default:
      return read
  }
}

function upTo(last: Tensor): Sight {
  if (isPlaceOn(last, 'position')) return { isCausal: true }
  const { operation, inputs } = plain(last)
  if (operation.kind === 'apply' && operation.function === 'add') {
    const offset = inputs.find(({ axes }) => axes.length === 0)
    if (offset && inputs.some((input) => isPlaceOn(input, 'position'))) return { isCausal: true, offset }
  }
  return { isCausal: false, last }
}

/** True if a value is the place on this axis: 0, 1, 2 … */
function isPlaceOn(node: Tensor, axis: string): boolean {
  const { operation, inputs, axes } = plain(node)
  if (operation.kind === 'rename')
    return axes.length === 1 && axes[0].name === axis && isPlaceOn(inputs[0], operation.from)
  return operation.kind === 'index' && axes[0].name === axis
}

/** The sources that are seen where both allow it. */
function together(a: Sight, b: Sight): Sight {
  const both = (
    join: (a: Tensor, b: Tensor) => Tensor,
    one: Tensor | undefined,
    two: Tensor | undefined,
  ): Tensor | undefined => (one && two ? join(one, two) : (one ?? two))
  const first = both(maximum, a.first, b.first)
  const last = both(minimum, a.last, b.last)
  const keep = both(multiply, a.keep, b.keep)
  const offset = a.isCausal && b.isCausal ? lesserOffset(a, b) : (a.offset ?? b.offset)
  return {
    isCausal: a.isCausal || b.isCausal,
    ...(first && { first }),
    ...(last && { last }),
    ...(keep && { keep }),
    ...(offset && { offset }),
  }
}

function lesserOffset(a: Sight, b: Sight): Tensor {
  const [one, two] = [a, b].map(({ offset }) => offset ?? (constant(0) as Node as Tensor))
  return one === two ? one : minimum(one, two)
}
