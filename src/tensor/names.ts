// Names: every weight and every value that matters has one address, the path to it through the model's parts. They stand in a
// table that belongs to one pass through a model, beside the graph: a node says what it computes and nothing else.
//
// A part of a model is an object whose fields are its weights and its smaller parts; the path of a weight is the path through
// the fields (`blocks.3.attention.query.weight`). Values get their names while a pass is built: pass.ts, read it next.

import { describeAxes } from './axes.ts'
import { Node } from './node.ts'
import { unknownAddress } from './unknownAddress.ts'

/** The weights of a model by their paths, in the order of its fields. A weight that two parts share is named once. */
export function parametersOf(model: object): Map<string, Node> {
  const found = new Map<Node, string>()
  for (const [path, part] of partsOf(model))
    if (part instanceof Node && part.operation.kind === 'parameter' && !found.has(part)) found.set(part, path)
  return new Map([...found].map(([node, path]) => [path, node]))
}

/** True for a parameter that no training changes. */
export const isFixed = ({ operation }: Node): boolean =>
  operation.kind === 'parameter' && typeof operation.start === 'object' && 'fixed' in operation.start

/** A model, its parts and its weights with their paths, in the order of the fields; what stands in several places, in each. */
export function* partsOf(model: object): Generator<readonly [path: string, part: object]> {
  yield* walk(model, '', [])
}

function* walk(part: unknown, path: string, above: readonly unknown[]): Generator<readonly [string, object]> {
  if (typeof part !== 'object' || part === null || above.includes(part)) return
  yield [path, part]
  if (part instanceof Node || ArrayBuffer.isView(part) || part instanceof Map) return
  for (const [name, field] of Object.entries(part))
    yield* walk(field, path === '' ? name : `${path}.${name}`, [...above, part])
}

/** The names of one pass through a model: which value has which address, in which part it was made, and whose gradient it is. */
export class Names {
  readonly #values = new Map<string, Node>()
  readonly #addresses = new Map<Node, string>()
  readonly #parts = new Map<Node, string>()
  readonly #forward = new Map<Node, Node>()

  /** The values with addresses, weights among them, in the order in which they got them. */
  get values(): ReadonlyMap<string, Node> {
    return this.#values
  }

  addressOf(node: Node): string | undefined {
    return this.#addresses.get(node)
  }

  /** The value at an address; an unknown one is an error that names the nearest. */
  valueAt(address: string): Node {
    const found = this.#values.get(address)
    if (!found) throw unknownAddress(address, [...this.#values.keys()])
    return found
  }

  /**
   * Names a value that was made in the part at this path; steps without a name that lead to it were made there too.
   *
   * Throws where the value has another name already, and where another value has this one.
   */
  give(name: string, value: Node, part: string): void {
    const address = part === '' ? name : `${part}.${name}`
    const [former, other] = [this.#addresses.get(value), this.#values.get(address)]
    if (former === address) return
    if (former !== undefined) throw twoNames(former, address)
    if (other) throw twoValues(address, other, value)
    this.#values.set(address, value)
    this.#addresses.set(value, address)
    this.#settle(value, part)
  }

  #settle(value: Node, part: string): void {
    const stack = [value]
    const seen = new Set<Node>()
    for (let node = stack.pop(); node; node = stack.pop()) {
      if (seen.has(node) || node.operation.kind === 'input') continue
      seen.add(node)
      if (node !== value && this.#addresses.has(node)) continue
      this.#parts.set(node, part)
      stack.push(...node.inputs)
    }
  }

  /** Remembers of the nodes of a gradient to which node of the forward pass each belongs. */
  addGradient(forwardOf: ReadonlyMap<Node, Node>): void {
    for (const [node, forward] of forwardOf) this.#forward.set(node, forward)
  }

  /** The node of the forward pass to whose gradient a node belongs, if it belongs to one. */
  forwardOf(node: Node): Node | undefined {
    return this.#forward.get(node)
  }

  /**
   * The path of the part in which a node was made, or what is made of several, as far as is known: its own, or that of the
   * nearest weight or named value behind it. A part's own weight tells best where we are; failing that, the value that is
   * worked on.
   */
  placeOf(...nodes: readonly Node[]): string | undefined {
    const seen = new Set<Node>()
    const stack = weightsLast(nodes)
    for (let each = stack.pop(); each; each = stack.pop()) {
      if (seen.has(each)) continue
      seen.add(each)
      const own = this.#parts.get(each)
      if (own !== undefined) return own
      const forward = this.#forward.get(each)
      stack.push(...(forward ? [forward] : weightsLast(each.inputs)))
    }
    return undefined
  }

  /**
   * The same names for a graph that was rewritten: what stands for a value has its address, its part, its forward node. A value
   * that has an address of its own keeps it.
   */
  carried(of: (node: Node) => Node): Names {
    const names = new Names()
    for (const [address, value] of this.#values) {
      const made = of(value)
      names.#values.set(address, made)
      if (!names.#addresses.has(made) || made === value) names.#addresses.set(made, address)
    }
    for (const [node, part] of this.#parts) names.#parts.set(of(node), this.#parts.get(of(node)) ?? part)
    for (const [node, forward] of this.#forward) names.#forward.set(of(node), of(forward))
    return names
  }
}

/** As a stack, from which weights come first and then the other nodes in their order. */
function weightsLast(nodes: readonly Node[]): Node[] {
  const isWeight = ({ operation }: Node): boolean => operation.kind === 'parameter'
  return nodes.toReversed().sort((a, b) => Number(isWeight(a)) - Number(isWeight(b)))
}

const twoNames = (one: string, other: string): Error =>
  new Error(
    `names: one value would have two names, "${one}" and "${other}". A part that gives back what it is given makes no value: ` +
      'leave the part out, or let only one of the two places name it.',
  )

const twoValues = (address: string, ...values: readonly Node[]): Error =>
  new Error(
    `names: two values would have the name "${address}": ${values.map(({ operation, axes }) => `the ${operation.kind} ${describeAxes(axes)}`).join(' and ')}. ` +
      'Where a part, or a whole model, is applied several times in one pass, let it be a field in as many places, or build each pass by itself.',
  )
