// Before anything else: what is asked for at a few places only is computed at these places alone.
//
//   gather(f(x), at, "position")  becomes  f(gather(x, at, "position"))
//
// where f treats every place by itself and nobody else wants the other places. So a prefill that gives the logits of the last
// position computes, in the last layer, the keys and values of all positions, but queries and answers of this one.

import { attention, type Mask } from '../../tensor/attention.ts'
import { type Axis, hasAxis, sizeOf } from '../../tensor/axes.ts'
import { Node, type Tensor } from '../../tensor/node.ts'
import { gather } from '../../tensor/primitives.ts'
import { type Graph, nodesOf } from '../engine.ts'

/** Only these places on an axis are wanted. */
interface Places {
  readonly ids: Node
  readonly axis: string
}

/** The same results from a graph that computes less. */
export function computeAsked(graph: Graph): Graph {
  const nodes = nodesOf(graph)
  if (!nodes.some((node) => placesOf(node))) return graph
  const ends = [...Object.values(graph.outputs), ...(graph.updates?.values() ?? [])]
  const narrowing = new Narrowing(whatIsAsked(nodes, new Set(ends)), nodes)
  return {
    ...graph,
    outputs: Object.fromEntries(Object.entries(graph.outputs).map(([name, node]) => [name, narrowing.whole(node)])),
    updates: new Map([...(graph.updates ?? [])].map(([parameter, node]) => [parameter, narrowing.whole(node)])),
  }
}

/** What a node picks out of its table: given at each run, and at most half of it. */
function placesOf({ operation, inputs: [table, ids], axes }: Node): Places | undefined {
  if (operation.kind !== 'gather' || ids.operation.kind !== 'input' || !hasAxis(ids.axes, operation.axis))
    return undefined
  const { axis } = operation
  return sizeOf(axes, axis) * 2 <= sizeOf(table.axes, axis) ? { ids, axis } : undefined
}

/** The nodes of which only some places are asked for, by everybody who uses them. */
function whatIsAsked(nodes: readonly Node[], ends: ReadonlySet<Node>): Map<Node, Places> {
  const asked = new Map<Node, Places>()
  /** What the users of a node want of it so far: places, or all. */
  const wanted = new Map<Node, Places | 'all'>([...ends].map((node) => [node, 'all']))
  const want = (node: Node, what: Places | 'all'): void => {
    const before = wanted.get(node) ?? what
    wanted.set(node, before !== 'all' && what !== 'all' && isSame(before, what) ? before : 'all')
  }
  for (const node of nodes.toReversed()) {
    const what = wanted.get(node)
    const places = what !== 'all' && what && passesOn(node, what) ? what : undefined
    if (places) asked.set(node, places)
    const own = placesOf(node)
    node.inputs.forEach((input, i) => {
      if (own && i === 0) want(input, own)
      else if (!places) want(input, 'all')
      else if (isInside(node, i)) return
      else want(input, varies(input, places) && !isSource(node, i) ? places : 'all')
    })
  }
  return asked
}

/** A definition has no axes of its own; its parts have them. */
const varies = ({ operation, axes }: Node, { axis }: Places): boolean =>
  operation.kind === 'defined' || hasAxis(axes, axis)

const isSame = (a: Places, b: Places): boolean => a.ids === b.ids && a.axis === b.axis

/** Attention's scores and pattern, where it is computed from its formula: only who looks inside wants them. */
const isInside = ({ operation }: Node, input: number): boolean =>
  operation.kind === 'defined' && operation.definition.name === 'openAttention' && input > 0

/** Attention's keys and values. */
const isSource = ({ operation }: Node, input: number): boolean =>
  operation.kind === 'defined' && operation.definition.name === 'attention' && (input === 1 || input === 2)

/** Whether a node's places on the axis depend on the same places of its inputs, and on nothing else along the ids' axes. */
function passesOn({ operation, axes }: Node, { ids, axis }: Places): boolean {
  const isApart = (names: readonly string[]): boolean => !names.some((name) => name === axis || hasAxis(ids.axes, name))
  switch (operation.kind) {
    case 'apply':
    case 'stop':
    case 'expand':
      return hasAxis(axes, axis)
    case 'dot':
    case 'reduce':
      return hasAxis(axes, axis) && isApart(operation.over)
    case 'rename':
      return hasAxis(axes, axis) && isApart([operation.from, operation.to])
    case 'window':
      return hasAxis(axes, axis) && isApart([operation.axis])
    case 'part':
      return axis === 'position' && operation.index === 0
    case 'defined':
      return operation.definition.name !== 'attentionGradient' && isApart(['source', 'key', 'value'])
    default:
      return false
  }
}

class Narrowing {
  readonly #asked: ReadonlyMap<Node, Places>
  /** Nodes as they are in the new graph, with all their places. */
  readonly #whole = new Map<Node, Node>()
  /** Nodes at some of their places, by the ids of these. */
  readonly #narrow = new Map<Node, Map<Node, Node>>()
  readonly #light = new Map<Node, boolean>()

  /** `nodes`: inputs first. */
  constructor(asked: ReadonlyMap<Node, Places>, nodes: readonly Node[]) {
    this.#asked = asked
    for (const node of nodes) if (!asked.has(node)) this.#whole.set(node, this.#rebuilt(node))
  }

  whole(node: Node): Node {
    return this.#whole.get(node) ?? node
  }

  #rebuilt(node: Node): Node {
    const { operation, inputs, axes } = node
    const places = placesOf(node)
    if (places && this.#asked.has(inputs[0])) return inOrder(this.#at(inputs[0], places), axes)
    const made = inputs.map((input) => this.whole(input))
    return made.every((input, i) => input === inputs[i]) ? node : like(node, new Node(operation, made, axes))
  }

  /** A node at these places only. */
  #at(node: Node, places: Places): Node {
    const byIds = this.#narrow.get(node) ?? new Map<Node, Node>()
    this.#narrow.set(node, byIds)
    const known = byIds.get(places.ids)
    if (known) return known
    const made = this.#make(node, places)
    byIds.set(places.ids, made)
    return made
  }

  #make(node: Node, places: Places): Node {
    const { operation, inputs } = node
    const { ids, axis } = places
    if (!varies(node, places)) return this.whole(node)
    if (!this.#asked.has(node) && !this.#isLight(node)) return gather(this.whole(node) as Tensor, ids as Tensor, axis)
    if (operation.kind === 'index' || operation.kind === 'input') return gather(node as Tensor, ids as Tensor, axis)
    if (operation.kind === 'part') return like(node, this.#attention(inputs[0], places))
    const made = inputs.map((input) => this.#at(input, places))
    return like(node, new Node(operation, made, axesAt(node.axes, places)))
  }

  #attention({ operation, inputs }: Node, places: Places): Node {
    if (operation.kind !== 'defined') throw new Error('asked: a part of no definition.')
    const [query, key, value, keep] = inputs
    if (operation.definition.name === 'openAttention') return this.#at(query, places)
    return attention(
      this.#at(query, places) as Tensor<'position' | 'key'>,
      this.whole(key) as Tensor<'source'>,
      this.whole(value) as Tensor<'source'>,
      { scale: operation.definition.scale, ...(keep && { keep: this.#at(keep, places) as Mask }) },
    )
  }

  /** Made of places and inputs alone, as masks are: costs nothing to compute again for a few places. */
  #isLight(node: Node): boolean {
    const known = this.#light.get(node)
    if (known !== undefined) return known
    const isLeaf = ['index', 'input', 'constant'].includes(node.operation.kind)
    const light =
      isLeaf ||
      (['apply', 'expand', 'stop'].includes(node.operation.kind) && node.inputs.every((input) => this.#isLight(input)))
    this.#light.set(node, light)
    return light
  }
}

/** In place of the axis, those of the ids. */
function axesAt(axes: readonly Axis[], { ids, axis }: Places): Axis[] {
  const added = ids.axes.filter(({ name }) => !hasAxis(axes, name))
  return [...added, ...axes.map((each) => (each.name === axis ? { name: axis, size: sizeOf(ids.axes, axis) } : each))]
}

const inOrder = (node: Node, axes: readonly Axis[]): Node =>
  node.axes.every(({ name }, i) => name === axes[i].name) ? node : new Node({ kind: 'expand' }, [node], axes)

/** The new node under the name of the old one. */
function like(node: Node, made: Node): Node {
  if (made === node) return made
  made.path ??= node.path
  made.place ??= node.place
  made.backwardOf ??= node.backwardOf
  return made
}
