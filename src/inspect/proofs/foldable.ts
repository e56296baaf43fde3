// What of a model can be folded, found in its graph: norms with what reads the stream through them, and what writes to the stream.
//
//   reader   dot(norm(x), W) + b          writer   x + (dot(…, W) + b), a row of a table, a bias

import type { AnyModel } from '../../model/language.ts'
import { hasAxis } from '../../tensor/axes.ts'
import { graphOf } from '../../tensor/graph.ts'
import type { Names } from '../../tensor/names.ts'
import type { Node } from '../../tensor/node.ts'
import { passOfOne } from '../passOfOne.ts'
import { isNumber, isWeight, sides } from '../stream/forms.ts'
import { type FoundNorm, normOf } from '../stream/norms.ts'

/** A norm of the stream, with the weights that read it. */
export interface ReadNorm extends FoundNorm {
  /** The value that it gives, and its address. */
  readonly value: Node
  readonly address: string
  /** The weights that are multiplied with it; undefined where something else looks at it too. */
  readonly readers: readonly Node[] | undefined
}

/** The graph of a decoder over one position, with who uses each node. */
export interface FoldableGraph {
  readonly names: Names
  readonly logits: Node
  readonly users: ReadonlyMap<Node, readonly Node[]>
  readonly norms: readonly ReadNorm[]
}

/** The graph of a model over one place along each axis. */
export function foldableGraph(model: AnyModel): FoldableGraph {
  const { ends, names } = passOfOne(model)
  const nodes = graphOf(ends)
  const users = new Map<Node, Node[]>()
  for (const node of nodes)
    for (const input of new Set(node.inputs)) users.set(input, [...(users.get(input) ?? []), node])
  const found = new Map<Node, Node>()
  // The outermost of those with one factor is the norm with its gain and its shift.
  for (const node of nodes) {
    const norm = normOf(node)
    if (norm && hasAxis(norm.input.axes, 'model') && !hasAxis(norm.factor.axes, 'model')) found.set(norm.factor, node)
  }
  const norms = [...found.values()].flatMap((value): ReadNorm[] => {
    const norm = normOf(value)
    if (!norm) return []
    const address = names.addressOf(value) ?? names.placeOf(value) ?? 'a norm'
    return [{ ...norm, value, address, readers: readersOf(value, users) }]
  })
  return { names, logits: ends[0], users, norms }
}

/** The weights that a value is multiplied with, summed over "model"; undefined where it is used in another way too. */
function readersOf(value: Node, users: FoldableGraph['users']): Node[] | undefined {
  const readers: Node[] = []
  for (const user of users.get(value) ?? []) {
    if (user.operation.kind === 'rename' && user.operation.from !== 'model') {
      const more = readersOf(user, users)
      if (!more) return undefined
      readers.push(...more)
      continue
    }
    const weight = weightOf(user)
    if (!weight || user.operation.kind !== 'dot' || !user.operation.over.includes('model')) return undefined
    readers.push(weight)
  }
  return readers
}

/** The weight of a product. */
export const weightOf = ({ operation, inputs }: Node): Node | undefined =>
  operation.kind === 'dot' ? inputs.find(isWeight) : undefined

/** The bias that is added to every product with a weight; undefined where none is. */
export function biasBeside(weight: Node, users: FoldableGraph['users']): Node | undefined {
  const products = (users.get(weight) ?? []).filter((each) => weightOf(each) === weight)
  const biases = products.map((product) => {
    const [user, ...more] = users.get(product) ?? []
    return user && more.length === 0 ? sides(user, 'add', isWeight)?.[1] : undefined
  })
  return biases.every((bias) => bias === biases[0]) ? biases[0] : undefined
}

export const isAddition = ({ operation }: Node): boolean => operation.kind === 'apply' && operation.function === 'add'

/** The weights that write to the stream: tables, products and biases, each along "model". */
export interface Writers {
  readonly weights: readonly Node[]
  /** Why they must stay as they are, where something notices the mean of the stream. */
  readonly reason?: string
}

/** Those who write to the stream, if nothing that reads it notices its mean. */
export function writersToStream({ users, norms, logits, names }: FoldableGraph): Writers {
  const weights = new Set<Node>()
  const stream = new Set<Node>()
  const stack = norms.map(({ input }) => input)
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (stream.has(node) || !hasAxis(node.axes, 'model')) continue
    stream.add(node)
    const { operation, inputs } = node
    // What is added up goes on, whether a norm reads it or not; a weight may be added elsewhere too.
    if (!isWeight(node)) stack.push(...(users.get(node) ?? []).filter(isAddition))
    const factor = sides(node, 'multiply', isNumber)
    if (isWeight(node)) weights.add(node)
    else if (operation.kind === 'expand' || isAddition(node)) stack.push(...inputs)
    else if (factor) stack.push(factor[0])
    else if (operation.kind === 'gather' && isWeight(inputs[0])) weights.add(inputs[0])
    else if (operation.kind === 'dot') {
      const weight = weightOf(node)
      if (weight && hasAxis(weight.axes, 'model')) weights.add(weight)
    }
  }
  if (norms.length === 0) return { weights: [], reason: 'the model has no norm that would take the mean away' }
  const plain = norms.find(({ isCentred }) => !isCentred)
  if (plain) return { weights: [], reason: `${plain.address} does not take the mean away (an RMS norm)` }
  const inside = new Set(norms.flatMap(({ value, input }) => graphOf([value], new Set([input]))))
  const noticing = [...stream].find(
    (node) =>
      node === logits ||
      (!isWeight(node) && (users.get(node) ?? []).some((user) => !stream.has(user) && !inside.has(user))),
  )
  if (!noticing) return { weights: [...weights] }
  return {
    weights: [],
    reason: `${names.addressOf(noticing) ?? names.placeOf(noticing) ?? 'the stream'} is read without a norm, which notices the mean`,
  }
}
