// The way of the stream through a graph, found by walking back from where it is read: what is added to it, where it is normalised, and
// what else stands in its way. No architecture is asked:
//
//   stream + part     the side that the other one is made of is the stream; the other is what a part adds
//   norm(stream)      a norm, found by what it computes
//   anything else     a step of which only the formula is known
//
// The walk ends at `embedded`, where rows of tables have been added up.

import { graphOf } from '../../tensor/graph.ts'
import type { Names } from '../../tensor/names.ts'
import type { Node } from '../../tensor/node.ts'
import { isNumber, isSum, isUnchanged, isWeight, operandsOf, sides } from './forms.ts'
import { type FoundNorm, normOf } from './norms.ts'

/** A change of the stream, from one node of the graph to the next. */
export type StreamMove = { readonly before: Node; readonly after: Node } & (
  | { readonly kind: 'add'; readonly added: Node }
  | { readonly kind: 'norm'; readonly norm: FoundNorm }
  | { readonly kind: 'other' }
)

/** The stream from its rows to where it is read. */
export interface StreamWalk {
  /** The sum of rows with which it begins, or a value that an edit has put in its place. */
  readonly start: Node
  readonly moves: readonly StreamMove[]
}

/**
 * The moves of the stream that ends in a node, first to last.
 *
 * - `embedded`: the node at which the stream begins
 */
export function walkStream(end: Node, embedded: Node): StreamWalk {
  const leading = new Set<Node>()
  for (const node of graphOf([end]))
    if (node === embedded || node.inputs.some((input) => leading.has(input))) leading.add(node)
  const moves: StreamMove[] = []
  let here = end
  while (here !== embedded) {
    const move = moveTo(here, leading)
    if (!move) break
    const former = moves.at(-1)
    // Several steps without a name are one.
    if (move.kind === 'other' && former?.kind === 'other') moves[moves.length - 1] = { ...former, before: move.before }
    else if (move.kind !== 'same') moves.push(move)
    here = move.before
  }
  return { start: here, moves: moves.reverse() }
}

type Found = StreamMove | { readonly kind: 'same'; readonly before: Node }

function moveTo(after: Node, leading: ReadonlySet<Node>): Found | undefined {
  if (!leading.has(after)) return undefined
  const { inputs } = after
  const norm = normOf(after)
  if (norm && leading.has(norm.input)) return { kind: 'norm', before: norm.input, after, norm }
  if (isUnchanged(after)) return { kind: 'same', before: inputs[0] }
  if (isSum(after)) {
    const [first, second] = inputs
    const isSwapped = operandsOf(after, 'add') && (!leading.has(first) || isMadeOf(first, second))
    const [stream, added] = isSwapped ? [second, first] : [first, second]
    if (leading.has(stream)) return { kind: 'add', before: stream, after, added }
  }
  const before = nearestStream(after, leading)
  return before && { kind: 'other', before, after }
}

/** True if a value is made of something that another one is the sum of. */
function isMadeOf(value: Node, sum: Node): boolean {
  const parts = new Set(summedIn(sum))
  return graphOf([value]).some((node) => node !== value && parts.has(node) && node.operation.kind !== 'parameter')
}

/** A value and, where it is a sum, everything that is added up in it. */
export function* summedIn(node: Node): Generator<Node> {
  yield node
  const { operation, inputs } = node
  if (isSum(node) || operation.kind === 'rename' || operation.kind === 'expand')
    for (const input of inputs) if (!isWeight(input)) yield* summedIn(input)
}

/** The nearest value behind a node that has the axes of a stream. */
function nearestStream(node: Node, leading: ReadonlySet<Node>): Node | undefined {
  for (const input of node.inputs) {
    if (!leading.has(input)) continue
    const isStream = ['position', 'model'].every((name) => input.axes.some((axis) => axis.name === name))
    const found = isStream ? input : nearestStream(input, leading)
    if (found) return found
  }
  return undefined
}

/** The address of what is added: its own, or that of the value behind factors and other names of axes. */
export function addressOfAdded(added: Node, names: Names): string | undefined {
  const own = names.addressOf(added)
  if (own !== undefined) return own
  const [value] = sides(added, 'multiply', isNumber) ?? []
  const { operation, inputs } = added
  const isDivided = operandsOf(added, 'divide') && isNumber(inputs[1])
  const inside =
    value ?? (isDivided || operation.kind === 'rename' || operation.kind === 'expand' ? inputs[0] : undefined)
  return inside && addressOfAdded(inside, names)
}
