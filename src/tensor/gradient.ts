// The gradient: a function from graph to graph. One table holds one rule for every operation; each rule says, given the
// gradient of a node, what the gradients of its inputs are. The gradient's nodes are ordinary nodes: the same engines run
// them, the same commands print their shapes.
//
// Reverse mode: Griewank, Walther, "Evaluating Derivatives", chapter 3.

import { type Axis, describeAxes, hasAxis, sizeOf } from './axes.ts'
import type { Elementwise } from './elementwise.ts'
import { Node, type Operation, type Tensor } from './node.ts'
import { insideOf, resultWithInside } from './opening.ts'
import { namesHere } from './pass.ts'
import {
  add,
  constant,
  contract,
  cos,
  divide,
  equal,
  exp,
  expand,
  gather,
  less,
  lessEqual,
  multiply,
  negate,
  rename,
  scatter,
  sin,
  subtract,
  sum,
  where,
  window,
} from './primitives.ts'

/** Given the gradient g of `node`, the gradients of its inputs; undefined where none flows. */
type Rule<K extends Operation['kind']> = (
  g: Tensor,
  node: Tensor,
  operation: Extract<Operation, { kind: K }>,
) => readonly (Node | undefined)[]

const squared = (x: Tensor): Tensor => multiply(x, x)

/** Rules of the functions of single numbers: y = f(x) or f(a, b), g the gradient of y. */
const elementwiseRules: {
  readonly [F in Elementwise]: (g: Tensor, y: Tensor, ...inputs: Tensor[]) => (Node | undefined)[]
} = {
  negate: (g) => [negate(g)],
  exp: (g, y) => [multiply(g, y)],
  log: (g, _, x) => [divide(g, x)],
  sqrt: (g, y) => [divide(multiply(g, 0.5), y)],
  reciprocal: (g, y) => [negate(multiply(g, squared(y)))],
  tanh: (g, y) => [multiply(g, subtract(constant(1), squared(y)))],
  erf: (g, _, x) => [multiply(multiply(g, 2 / Math.sqrt(Math.PI)), exp(negate(squared(x))))],
  sin: (g, _, x) => [multiply(g, cos(x))],
  cos: (g, _, x) => [negate(multiply(g, sin(x)))],
  abs: (g, _, x) => [where(less(x, 0), negate(g), g)],
  floor: () => [undefined],
  add: (g) => [g, g],
  subtract: (g) => [g, negate(g)],
  multiply: (g, _, a, b) => [multiply(g, b), multiply(g, a)],
  divide: (g, y, _, b) => [divide(g, b), negate(divide(multiply(g, y), b))],
  maximum: (g, _, a, b) => [where(lessEqual(b, a), g, 0), where(lessEqual(b, a), multiply(g, 0), g)],
  minimum: (g, _, a, b) => [where(lessEqual(a, b), g, 0), where(lessEqual(a, b), multiply(g, 0), g)],
  lessEqual: () => [undefined, undefined],
  less: () => [undefined, undefined],
  equal: () => [undefined, undefined],
  where: (g, _, condition) => [undefined, where(condition, g, 0), where(condition, multiply(g, 0), g)],
}

/** Undefined where there is none: for what has no inputs, and for what nothing is learnt through. */
const rules: { readonly [K in Exclude<Operation['kind'], 'defined' | 'part'>]: Rule<K> | undefined } = {
  input: undefined,
  parameter: undefined,
  constant: undefined,
  table: undefined,
  index: undefined,
  random: undefined,
  apply: (g, node, { function: name }) => elementwiseRules[name](g, node, ...node.inputs),
  expand: (g, { inputs: [x] }) => [x === undefined ? undefined : g],
  reduce: (g, node, { function: name }) => {
    const [x] = node.inputs
    const spread = expand(g, x.axes) as Tensor
    return [name === 'sum' ? spread : where(equal(x, node), spread, 0)]
  },
  // y = Σ a·b: each side gets g times the other, summed along whatever it does not have itself.
  dot: (g, { inputs: [a, b] }) => [product(g, b, a), product(g, a, b)],
  rename: (g, _, { from, to }) => [rename(g, to, from)],
  gather: (g, { inputs: [table, ids] }, { axis }) => {
    const along = table.axes.find(({ name }) => name === axis)
    return [along && scatter(g, ids, along, table.axes), undefined]
  },
  scatter: (g, { inputs: [, ids] }, { axis }) => [gather(g, ids, axis), undefined, g],
  place: undefined,
  window: (g, { inputs: [x] }, { axis, from }) => [window(g, axis, { from: -from, size: sizeOf(x.axes, axis) })],
  stop: () => [undefined],
}

/** Σ g · other along all axes that `like` lacks, lying in memory as `like`. */
function product(g: Tensor, other: Tensor, like: Node): Node {
  const lacking = (node: Node): string[] =>
    node.axes.filter(({ name }) => !hasAxis(like.axes, name)).map(({ name }) => name)
  const both = lacking(g).filter((name) => hasAxis(other.axes, name))
  const only = (node: Node): string[] => lacking(node).filter((name) => !both.includes(name))
  return contract(sum(g, ...only(g)), sum(other, ...only(other)), both, like.axes)
}

/** g summed along the axes that `like` does not have, and repeated along those that only `like` has. */
function fit(g: Tensor, like: readonly Axis[]): Tensor {
  const extra = g.axes.filter(({ name }) => !hasAxis(like, name)).map(({ name }) => name)
  return expand(sum(g, ...extra), like) as Tensor
}

/**
 * The gradients of one number with respect to any nodes: d loss / d node for each, with the axes of that node. In a pass that is
 * being built, the names know of the gradient to which values it belongs.
 *
 * Throws if `loss` is not a single number, or if it does not depend on a node (or only through a comparison).
 */
export function gradient<T extends Node>(loss: Tensor<never>, nodes: readonly T[]): T[] {
  const { axes } = loss as Node
  if (axes.length > 0)
    throw new Error(
      `gradient: the loss must be a single number, but has the axes ${describeAxes(axes)}. Sum it up, or take its mean.`,
    )
  const { gradients, forwardOf } = derive([{ of: loss, is: constant(1) }], nodes)
  namesHere()?.addGradient(forwardOf)
  return gradients as T[]
}

/** True if `end` depends on a node, also where that stands within a definition. */
export const dependsOn = (end: Node, node: Node): boolean =>
  dependents([end as Tensor], new Set([node])).has(node as Tensor)

/** Gradients, and for every node that was made for them the node of the forward pass to which it belongs. */
export interface Derivation {
  readonly gradients: readonly Node[]
  readonly forwardOf: ReadonlyMap<Node, Node>
}

/** As `gradient`, beginning with the gradients of any nodes instead of 1 for a loss. */
export function derive(seeds: readonly { of: Node; is: Node }[], wanted: readonly Node[]): Derivation {
  const derivative = new Derivative(
    seeds.map(({ of }) => of as Tensor),
    new Set(wanted),
  )
  for (const { of, is } of seeds) derivative.arrive(of, expand(is, of.axes) as Tensor)
  derivative.flow()
  return { gradients: wanted.map((node) => derivative.of(node)), forwardOf: derivative.forwardOf }
}

/** The results of a definition on the way, with their gradients as far as any arrived. */
interface Arrived {
  readonly results: Tensor[]
  readonly gradients: (Tensor | undefined)[]
}

class Derivative {
  readonly forwardOf = new Map<Node, Node>()
  readonly #wanted: ReadonlySet<Node>
  /** The nodes on a way from what is wanted to the ends, latest first. */
  readonly #order: ReadonlySet<Tensor>
  /** Nodes with higher numbers are made here. */
  readonly #last: number
  readonly #gradients = new Map<Node, Tensor>()
  readonly #arrived = new Map<Node, Arrived>()

  constructor(ends: readonly Tensor[], wanted: ReadonlySet<Node>) {
    this.#wanted = wanted
    this.#order = dependents(ends, wanted)
    this.#last = constant(0).id
  }

  of(node: Node): Node {
    const found = this.#gradients.get(node)
    if (found) return found
    const what = namesHere()?.addressOf(node) ?? `a ${node.operation.kind} with the axes ${describeAxes(node.axes)}`
    throw new Error(`gradient: the loss does not depend on ${what}.`)
  }

  /** Adds to the gradient of a node. */
  arrive(node: Node, g: Tensor): void {
    const so = this.#gradients.get(node)
    const total = so === undefined ? g : add(so, g)
    this.#mark(total, node)
    this.#gradients.set(node, total)
  }

  /** Lets the gradients flow from the ends to what is wanted. */
  flow(): void {
    for (const node of this.#order) {
      const g = this.#gradients.get(node)
      const behind = resultWithInside(node, this.#wanted)
      if (behind) {
        if (g) this.#pass(node, [behind], [g])
      } else if (node.operation.kind === 'part') this.#collect(node, node.operation.index, g)
      else this.#pass(node, node.inputs, this.#through(node, g))
    }
  }

  /** Gradients of parts are collected for the definition, which stands before them in the order of making. */
  #collect(part: Tensor, index: number, g: Tensor | undefined): void {
    const [whole] = part.inputs
    const arrived = this.#arrived.get(whole) ?? { results: [], gradients: [] }
    this.#arrived.set(whole, arrived)
    arrived.results[index] = part
    arrived.gradients[index] = g
  }

  /** The gradients of a node's inputs. */
  #through(node: Tensor, g: Tensor | undefined): readonly (Node | undefined)[] {
    const { operation, inputs } = node
    const arrived = this.#arrived.get(node)
    if (operation.kind === 'defined' && arrived) {
      // Parts that nobody has asked for yet are made.
      const results = operation.definition.results.map(
        (axes, index) => arrived.results[index] ?? (new Node({ kind: 'part', index }, [node], axes) as Tensor),
      )
      return operation.definition.gradient(results, arrived.gradients, inputs)
    }
    if (!g || inputs.length === 0 || operation.kind === 'defined' || operation.kind === 'part') return []
    const rule = rules[operation.kind] as Rule<Operation['kind']> | undefined
    if (rule) return rule(g, node, operation)
    const address = namesHere()?.addressOf(node)
    throw new Error(`gradient: there is no rule for "${operation.kind}"${address ? ` (${address})` : ''}.`)
  }

  /** Gradients of the inputs of `node` arrive where they lead to what is wanted. */
  #pass(node: Node, inputs: readonly Tensor[], flowing: readonly (Node | undefined)[]): void {
    for (const [i, g] of flowing.entries()) {
      const input = inputs[i]
      if (!g || !this.#order.has(input)) continue
      const fitted = fit(g as Tensor, input.axes)
      this.#mark(fitted, node)
      this.arrive(input, fitted)
    }
  }

  /** Remembers of every node that was made here for the gradient of `forward` that it belongs to it. */
  #mark(made: Node, forward: Node): void {
    const stack = [made]
    for (let node = stack.pop(); node; node = stack.pop()) {
      if (node.id <= this.#last || this.forwardOf.has(node)) continue
      this.forwardOf.set(node, forward)
      stack.push(...node.inputs)
    }
  }
}

/** The nodes on a way from `wanted` to the ends, latest first: inside of definitions too, where what is wanted lies there. */
function dependents(ends: readonly Tensor[], wanted: ReadonlySet<Node>): Set<Tensor> {
  const leads = new Map<Tensor, boolean>()
  /** An inside may have been made at any time; its nodes stand where their definition does. */
  const standing = new Map<Node, number>()
  // Depth first without recursion: a deep model must not exhaust the stack.
  const stack = [...ends]
  for (let node = stack.at(-1); node; node = stack.at(-1)) {
    const behind = leads.has(node) ? undefined : resultWithInside(node, wanted)
    const inputs = behind ? [behind] : node.inputs
    if (behind) for (const each of insideOf(node.inputs[0])) standing.set(each, node.inputs[0].id)
    const open = inputs.filter((input) => !leads.has(input))
    if (open.length > 0 && !leads.has(node)) stack.push(...open)
    else {
      stack.pop()
      if (!leads.has(node)) leads.set(node, wanted.has(node) || inputs.some((input) => leads.get(input)))
    }
  }
  const found = [...leads].filter(([, does]) => does).map(([node]) => node)
  const placeOf = (node: Node): number => standing.get(node) ?? node.id
  return new Set(found.sort((a, b) => placeOf(b) - placeOf(a) || b.id - a.id))
}
