// Before anything else: what is asked for at a few places only is computed at these places alone.
//
//   gather(f(x), at, "position")  becomes  f(gather(x, at, "position"))
//
// where f treats every place by itself and nobody else wants the other places. So a prefill that gives the logits of the last
// position computes, in the last layer, the keys and values of all positions, but queries and answers of this one; and who
// asks for the pattern of one head has the queries and keys of this head computed, by its part of the weights.

import { type Axis, cells, hasAxis, sizeOf } from '../../tensor/axes.ts'
import { Node, type Placewise, type Tensor } from '../../tensor/node.ts'
import { constant, expand, gather, table } from '../../tensor/primitives.ts'
import { Rewriting } from '../../tensor/rewrite.ts'
import { type Graph, nodesOf } from '../engine.ts'

/**
 * The places that are wanted, by their axes, as ids: a table of one number means one place and takes the axis away, an input
 * means those that it is given, along axes of its own.
 */
type Places = ReadonlyMap<string, Node>

const all: Places = new Map()

/** The same results from a graph that computes less, and of each of its nodes for which one it stands. */
export function computeAsked(graph: Graph): { readonly graph: Graph; originOf(node: Node): Node } {
  const nodes = nodesOf(graph)
  if (!nodes.some((node) => placesOf(node))) return { graph, originOf: (node) => node }
  const ends = [...Object.values(graph.outputs), ...(graph.updates?.values() ?? [])]
  const narrowing = new Narrowing(whatIsAsked(nodes, new Set(ends)), nodes)
  return {
    graph: {
      ...graph,
      outputs: Object.fromEntries(Object.entries(graph.outputs).map(([name, node]) => [name, narrowing.whole(node)])),
      updates: new Map([...(graph.updates ?? [])].map(([parameter, node]) => [parameter, narrowing.whole(node)])),
    },
    originOf: (node) => narrowing.originOf(node),
  }
}

const isOne = ({ operation, axes }: Node): boolean => operation.kind === 'table' && axes.length === 0

const numberOf = ({ operation }: Node): number => (operation.kind === 'table' ? operation.values[0] : 0)

/** The part of its table that a node picks out: one place, or some that are given at each run, at most half of all. */
function placesOf({ operation, inputs: [table, ids], axes }: Node): Places | undefined {
  if (operation.kind !== 'gather') return undefined
  const { axis } = operation
  if (isOne(ids)) return new Map([[axis, ids]])
  if (ids.operation.kind !== 'input' || !hasAxis(ids.axes, axis)) return undefined
  return sizeOf(axes, axis) * 2 <= sizeOf(table.axes, axis) ? new Map([[axis, ids]]) : undefined
}

/** The nodes of which only some places are asked for, by everybody who uses them. */
function whatIsAsked(nodes: readonly Node[], ends: ReadonlySet<Node>): Map<Node, Places> {
  const asked = new Map<Node, Places>()
  /** The places of a node that all its users so far want of it. */
  const wanted = new Map<Node, Places>([...ends].map((node) => [node, all]))
  for (const node of nodes.toReversed()) {
    const places = filtered(wanted.get(node) ?? all, (axis, ids) => passesOn(node, axis, ids))
    if (places.size > 0) asked.set(node, places)
    node.inputs.forEach((input, i) => {
      const needed = placesOfInput(node, places, i)
      const before = wanted.get(input) ?? needed
      wanted.set(
        input,
        filtered(before, (axis, ids) => isSame(needed.get(axis), ids)),
      )
    })
  }
  // A result of a definition is computed with the others.
  for (const [node, places] of asked) {
    if (node.operation.kind !== 'part') continue
    const common = filtered(places, (axis, ids) => isSame(asked.get(node.inputs[0])?.get(axis), ids))
    if (common.size > 0) asked.set(node, common)
    else asked.delete(node)
  }
  return asked
}

const filtered = (places: Places, keep: (axis: string, ids: Node) => boolean): Places =>
  new Map([...places].filter(([axis, ids]) => keep(axis, ids)))

const isSame = (a: Node | undefined, b: Node | undefined): boolean =>
  a === b || (a !== undefined && b !== undefined && keyOf(a) === keyOf(b))

const keyOf = ({ operation, id }: Node): string =>
  operation.kind === 'constant' ? `${operation.value}` : `input ${id}`

/** The way to compute a definition at some places, if there is one. */
const placewiseOf = ({ operation }: Node): Placewise | undefined =>
  operation.kind === 'defined' ? operation.definition.placewise : undefined

/** True if a node's places on the axis depend on the same places of its inputs, and on nothing else along the ids' axes. */
function passesOn({ operation, inputs, axes }: Node, axis: string, ids: Node): boolean {
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
      return isOne(ids) || (hasAxis(axes, axis) && isApart([operation.from, operation.to]))
    case 'window':
      return hasAxis(axes, axis) && isApart([operation.axis])
    case 'gather':
      // Rows of the table, or else which of them.
      return isOne(ids) && axis !== operation.axis && hasAxis(inputs[0].axes, axis) !== hasAxis(inputs[1].axes, axis)
    case 'part':
      return operation.index === 0 && (placewiseOf(inputs[0])?.stays === axis || isOne(ids))
    case 'defined':
      return operation.definition.placewise !== undefined && isApart(operation.definition.placewise.apart)
    case 'input':
    case 'parameter':
    case 'constant':
    case 'table':
    case 'index':
    case 'random':
    case 'scatter':
    case 'place':
      return false
  }
}

/** The places of an input that a node needs, where these of its own are asked for. */
function placesOfInput(node: Node, places: Places, input: number): Places {
  const { operation, inputs } = node
  const own = input === 0 ? (placesOf(node) ?? all) : all
  const { axes } = inputs[input]
  // A definition has no axes of its own; its parts have them.
  if (inputs[input].operation.kind === 'defined') return places
  const found = new Map(own)
  for (const [axis, ids] of places) {
    const there = operation.kind === 'rename' && axis === operation.to ? operation.from : axis
    if (hasAxis(axes, there)) found.set(there, ids)
  }
  return found
}

class Narrowing {
  readonly #asked: ReadonlyMap<Node, Places>
  /** Nodes as they are in the new graph, with all their places. */
  readonly #rewriting = new Rewriting((node) => this.#picked(node))
  /** Nodes at some of their places, by these. */
  readonly #narrow = new Map<Node, Map<string, Node>>()
  readonly #light = new Map<Node, boolean>()

  /** `nodes`: inputs first. */
  constructor(asked: ReadonlyMap<Node, Places>, nodes: readonly Node[]) {
    this.#asked = asked
    for (const node of nodes) {
      const places = asked.get(node)
      if (!places) this.whole(node)
      else if (node.operation.kind !== 'defined') this.#at(node, places)
    }
  }

  whole(node: Node): Node {
    return this.#rewriting.of(node)
  }

  originOf(node: Node): Node {
    return this.#rewriting.originOf(node)
  }

  /** A value that is asked for at some places stays as it is: nobody uses the whole of it. Who picks out these places is what is made of it there. */
  #picked(node: Node): Node | undefined {
    if (this.#asked.has(node)) return node
    const places = placesOf(node)
    return places && this.#asked.has(node.inputs[0]) ? expand(this.#at(node.inputs[0], places), node.axes) : undefined
  }

  /** A node at these places only. */
  #at(node: Node, places: Places): Node {
    const own = filtered(places, (axis) => hasAxis(node.axes, axis))
    if (own.size === 0) return this.whole(node)
    const byPlaces = this.#narrow.get(node) ?? new Map<string, Node>()
    this.#narrow.set(node, byPlaces)
    const key = [...own]
      .map(([axis, ids]) => `${axis}: ${keyOf(ids)}`)
      .sort()
      .join()
    const made = byPlaces.get(key) ?? this.#make(node, own)
    byPlaces.set(key, made)
    return made
  }

  #make(node: Node, places: Places): Node {
    const asked = this.#asked.get(node) ?? all
    const isLight = this.#isLight(node)
    const rest = isLight ? all : filtered(places, (axis) => !asked.has(axis))
    if (rest.size > 0) {
      let made = this.#at(
        node,
        filtered(places, (axis) => asked.has(axis)),
      )
      for (const [axis, ids] of rest) made = cut(made, axis, ids)
      return made
    }
    const { operation, inputs } = node
    if (operation.kind === 'index' || operation.kind === 'input') {
      const [[axis, ids]] = places
      const made = cut(node, axis, ids)
      return [...places].slice(1).reduce((made, [axis, ids]) => cut(made, axis, ids), made)
    }
    const placewise = operation.kind === 'part' ? placewiseOf(inputs[0]) : undefined
    if (placewise) return this.#rewriting.madeFor(node, this.#part(inputs[0], placewise, places))
    const made = inputs.map((input, i) => this.#at(input, placesOfInput(node, places, i)))
    const isSameValue = operation.kind === 'gather' && placesOf(node) !== undefined
    const vanishes = operation.kind === 'rename' && places.has(operation.to)
    if (isSameValue || vanishes) return made[0]
    const axes = axesAt(node.axes, places)
    if (operation.kind === 'expand' && isInOrder(made[0], axes)) return made[0]
    return this.#rewriting.madeFor(node, new Node(operation, made, axes))
  }

  /** The first result of a definition. The axis that stays has places, and be it only one. */
  #part(whole: Node, { stays, build }: Placewise, places: Places): Node {
    const position = places.get(stays)
    const one = position && isOne(position) ? table({ [stays]: 1 }, [numberOf(position)]) : undefined
    const inside = one ? new Map(places).set(stays, one) : places
    const made = build(whole.inputs.map((input) => this.#at(input, inside) as Tensor))
    return one ? gather(made as Tensor, constant(0), stays) : made
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

/** A value at places on one axis; what is known beforehand is known of them too. */
function cut(node: Node, axis: string, ids: Node): Node {
  const { operation, axes } = node
  if (!isOne(ids)) return gather(node as Tensor, ids as Tensor, axis)
  if (operation.kind === 'index') return constant(numberOf(ids))
  if (operation.kind === 'table') {
    const at = axes.findIndex(({ name }) => name === axis)
    const [inner, size] = [cells(axes.slice(at + 1)), axes[at].size]
    const values = operation.values.filter((_, cell) => Math.floor(cell / inner) % size === numberOf(ids))
    return new Node({ kind: 'table', values }, [], axes.toSpliced(at, 1))
  }
  return gather(node as Tensor, constant(numberOf(ids)), axis)
}

/** In place of each axis, those of its ids. */
function axesAt(axes: readonly Axis[], places: Places): Axis[] {
  let found = [...axes]
  for (const [axis, ids] of places) {
    const added = ids.axes.filter(({ name }) => !hasAxis(axes, name))
    const stays = ids.axes.find(({ name }) => name === axis)
    found = [
      ...added,
      ...found.flatMap((each) => (each.name !== axis ? [each] : stays ? [{ name: axis, size: stays.size }] : [])),
    ]
  }
  return found
}

const isInOrder = (node: Node, axes: readonly Axis[]): boolean =>
  node.axes.length === axes.length && node.axes.every(({ name }, i) => name === axes[i].name)
