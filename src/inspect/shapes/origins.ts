// Where sizes come from. Every axis of every value was brought into the graph by a weight or by an input. There its size
// was chosen, or follows from others (32 = 128 / 4 heads), or had to be that of an axis it meets:
//
//   query (…, key 32)  ·  key (…, key 32)   over "key"       W_K had no choice about "key": the product runs over it
//   stream (…, model 128)  +  output (…, model 128)          nor had W_O about "model": its result is added to the stream
//
// The graph says all of it. Axes that meet in an operation belong together; operations are gone through in the order of
// computation, and where two families of axes meet for the first time, the one that came later was forced by the earlier.

import { type Axis, hasAxis } from '../../tensor/axes.ts'
import type { Node } from '../../tensor/node.ts'
import type { OpenedPass } from './opened.ts'

/** The origin of an axis' size. */
export interface Origin {
  /** The weight or input that brought the axis in, and what the axis is called there. */
  readonly node: Node
  readonly axis: Axis
  /** The meeting that left it no choice, if any did. */
  readonly forced: Forced | undefined
}

export interface Forced {
  /** The axis that was there before. */
  readonly by: Origin
  /** The node where they met. */
  readonly at: Node
  /** The way they met: a product runs over both; they run along in a product; or two values are put together cell by cell. */
  readonly how: 'over' | 'along' | 'cells'
  /** The name of the axis where they met. */
  readonly axis: string
}

/** Tells of any axis of any node of an opened pass where its size comes from; undefined where it was made on the way. */
export type Origins = (node: Node, axis: string) => Origin | undefined

export function originsOf({ nodes }: Pick<OpenedPass, 'nodes'>): Origins {
  const families = new Families()
  for (const node of nodes) {
    const { operation, inputs } = node
    switch (operation.kind) {
      case 'input':
      case 'parameter':
      case 'table':
        for (const axis of node.axes) families.begin(node, axis)
        break
      case 'dot': {
        const [a, b] = inputs
        for (const { name } of a.axes) {
          if (!hasAxis(b.axes, name)) continue
          families.join([a, name], [b, name], {
            at: node,
            how: operation.over.includes(name) ? 'over' : 'along',
            axis: name,
          })
        }
        for (const input of inputs) families.inherit(node, input)
        break
      }
      case 'rename':
        for (const { name } of inputs[0].axes) {
          const known = name === operation.from ? operation.to : name
          families.join([inputs[0], name], [node, known], { at: node, how: 'cells', axis: known })
        }
        break
      case 'gather':
        // The table's axis is looked up and gone; it has nothing to do with an axis of the ids that has the same name.
        families.inherit(node, inputs[0], operation.axis)
        families.inherit(node, inputs[1])
        break
      case 'scatter':
        // As in gather: the table's axis is not that of the values.
        families.inherit(node, inputs[0], operation.axis)
        if (inputs[2]) families.inherit(node, inputs[2])
        break
      case 'window':
        families.inherit(node, inputs[0], operation.axis)
        break
      case 'place':
        families.inherit(node, inputs[0])
        families.inherit(node, inputs[1], operation.axis)
        break
      case 'constant':
      case 'index':
      case 'random':
      case 'apply':
      case 'expand':
      case 'reduce':
      case 'stop':
      case 'defined':
      case 'part':
        for (const input of inputs) families.inherit(node, input)
        break
      default:
        operation satisfies never
    }
    families.settle(node)
  }
  return (node, axis) => families.originOf(node, axis)
}

type Slot = readonly [node: Node, axis: string]
type Meeting = Omit<Forced, 'by'>

interface Family {
  /** The family that this one was joined to. */
  parent: Family | undefined
  origin: GrowingOrigin | undefined
}

/** An origin while the graph is gone through: whether it is forced turns out later. */
type GrowingOrigin = { -readonly [K in keyof Origin]: Origin[K] }

/** Axes that must be equal, as sets that grow together (union-find), each with where its size comes from. */
class Families {
  readonly #of = new Map<Node, Map<string, Family>>()
  readonly #settled = new Map<Node, Map<string, Origin | undefined>>()
  readonly #order = new Map<Origin, number>()

  begin(node: Node, axis: Axis): void {
    const origin: Origin = { node, axis, forced: undefined }
    this.#order.set(origin, this.#order.size)
    this.#family([node, axis.name]).origin = origin
  }

  /** The axes of an input go on in the node under the same names. */
  inherit(node: Node, input: Node, except?: string): void {
    for (const { name } of input.axes) {
      if (name !== except && hasAxis(node.axes, name))
        this.join([node, name], [input, name], { at: node, how: 'cells', axis: name })
    }
  }

  join(a: Slot, b: Slot, meeting: Meeting): void {
    const [x, y] = [this.#root(a), this.#root(b)]
    if (x === y) return
    const [first, later] = this.#isBefore(y, x) ? [y, x] : [x, y]
    later.parent = first
    if (!later.origin) return
    if (!first.origin) first.origin = later.origin
    else later.origin.forced = { by: first.origin, ...meeting }
  }

  /** Remembers where a node's axes came from at this point, before they meet others. */
  settle(node: Node): void {
    this.#settled.set(node, new Map(node.axes.map(({ name }) => [name, this.#root([node, name]).origin])))
  }

  originOf(node: Node, axis: string): Origin | undefined {
    const found = this.#settled.get(node)?.get(axis)
    // Axes that were made on the way (the places of a mask) may have met one with an origin later.
    return found ?? (this.#of.get(node)?.has(axis) ? this.#root([node, axis]).origin : undefined)
  }

  #isBefore(a: Family, b: Family): boolean {
    if (!a.origin || !b.origin) return a.origin !== undefined
    return (this.#order.get(a.origin) ?? 0) < (this.#order.get(b.origin) ?? 0)
  }

  #family([node, axis]: Slot): Family {
    const ofNode = this.#of.get(node) ?? new Map<string, Family>()
    this.#of.set(node, ofNode)
    const family = ofNode.get(axis) ?? { parent: undefined, origin: undefined }
    ofNode.set(axis, family)
    return family
  }

  #root(slot: Slot): Family {
    let family = this.#family(slot)
    while (family.parent) family = family.parent
    return family
  }
}
