// The gradient: a function from graph to graph. One table holds one rule for every operation; each rule says, given the
// gradient of a node, what the gradients of its inputs are. The gradient's nodes are ordinary nodes: the same engines run
// them, the same commands print their shapes.
//
// Reverse mode: Griewank, Walther, "Evaluating Derivatives", chapter 3.

import { type Axis, describeAxes, hasAxis, sizeOf } from './axes.ts'
import type { Elementwise } from './elementwise.ts'
import { Node, nextId, type Operation, type Tensor } from './node.ts'
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
  node: Node,
  operation: Extract<Operation, { kind: K }>,
) => readonly (Node | undefined)[]

const t = (node: Node): Tensor => node as Tensor
const squared = (x: Node): Tensor => multiply(t(x), t(x))

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

const rules: { readonly [K in Operation['kind']]?: Rule<K> } = {
  apply: (g, node, { function: name }) => elementwiseRules[name](g, t(node), ...node.inputs.map(t)),
  expand: (g, { inputs: [x] }) => [x === undefined ? undefined : g],
  reduce: (g, node, { function: name }) => {
    const [x] = node.inputs
    const spread = t(expand(g, x.axes))
    return [name === 'sum' ? spread : where(equal(t(x), t(node)), spread, 0)]
  },
  // y = Σ a·b: each side gets g times the other, summed along whatever it does not have itself.
  dot: (g, { inputs: [a, b] }) => [product(g, b, a), product(g, a, b)],
  rename: (g, _, { from, to }) => [rename(g, to, from)],
  gather: (g, { inputs: [table, ids] }, { axis }) => {
    const along = table.axes.find(({ name }) => name === axis)
    return [along && scatter(g, ids, along, table.axes), undefined]
  },
  scatter: (g, { inputs: [, ids] }, { axis }) => [gather(g, t(ids), axis), undefined],
  window: (g, { inputs: [x] }, { axis, from }) => [window(g, axis, { from: -from, size: sizeOf(x.axes, axis) })],
  stop: () => [undefined],
}

/** Σ g · other along all axes that `like` lacks, lying in memory as `like`. */
function product(g: Node, other: Node, like: Node): Node {
  const lacking = (node: Node): string[] =>
    node.axes.filter(({ name }) => !hasAxis(like.axes, name)).map(({ name }) => name)
  const both = lacking(g).filter((name) => hasAxis(other.axes, name))
  const only = (node: Node): string[] => lacking(node).filter((name) => !both.includes(name))
  return contract(sum(t(g), ...only(g)), sum(t(other), ...only(other)), both, like.axes)
}

/** g summed along the axes that `like` does not have, and repeated along those that only `like` has. */
function fit(g: Node, like: readonly Axis[]): Node {
  const extra = g.axes.filter(({ name }) => !hasAxis(like, name)).map(({ name }) => name)
  return expand(sum(t(g), ...extra), like)
}

/**
 * The gradients of one number with respect to any nodes: d loss / d node for each, with the axes of that node.
 * Throws if `loss` is not a single number, or if it does not depend on a node (or only through a comparison).
 */
export function gradient<T extends Node>(loss: Tensor<never>, nodes: readonly T[]): T[] {
  const { axes } = loss as Node
  if (axes.length > 0)
    throw new Error(
      `gradient: the loss must be a single number, but has the axes ${describeAxes(axes)}. Sum it up, or take its mean.`,
    )
  return gradientOf([{ of: loss, is: constant(1) }], nodes) as T[]
}

/** As `gradient`, beginning with the gradients of any nodes instead of 1 for a loss. */
export function gradientOf(seeds: readonly { of: Node; is: Node }[], nodes: readonly Node[]): Node[] {
  const wanted = new Set(nodes)
  const order = dependents(
    seeds.map(({ of }) => of),
    wanted,
  )
  const gradients = new Map<Node, Node>()
  const accumulate = (node: Node, g: Node): void => {
    const so = gradients.get(node)
    const from = nextId()
    const total = so === undefined ? g : add(t(so), t(g))
    mark(total, from, node)
    gradients.set(node, total)
  }
  for (const { of, is } of seeds) accumulate(of, expand(is, of.axes))
  const arrived = new Map<Node, (Node | undefined)[]>()
  for (const node of order) {
    const begun = nextId()
    const { operation } = node
    if (operation.kind === 'part') {
      // Gradients of the parts are collected for the definition, which stands before them in the order of making.
      const list = arrived.get(node.inputs[0]) ?? []
      list[operation.index] = gradients.get(node)
      arrived.set(node.inputs[0], list)
      continue
    }
    const upstream = operation.kind === 'defined' ? arrived.get(node) : gradients.get(node)
    if (!upstream || (wanted.has(node) && node.inputs.length === 0)) continue
    const flowing = Array.isArray(upstream)
      ? throughDefinition(node, operation, upstream, order)
      : throughRule(node, operation, upstream)
    flowing.forEach((g, i) => {
      const input = node.inputs[i]
      if (!g || !order.has(input)) return
      const fitted = fit(g, input.axes)
      mark(fitted, begun, node)
      accumulate(input, fitted)
    })
  }
  return nodes.map((node) => {
    const found = gradients.get(node)
    if (!found)
      throw new Error(
        `gradient: the loss does not depend on ${node.path ?? `a ${node.operation.kind} with the axes ${describeAxes(node.axes)}`}.`,
      )
    return found
  })
}

function throughRule(node: Node, operation: Operation, g: Node): readonly (Node | undefined)[] {
  const rule = rules[operation.kind] as Rule<Operation['kind']> | undefined
  if (!rule) throw new Error(`gradient: there is no rule for "${operation.kind}"${node.path ? ` (${node.path})` : ''}.`)
  return rule(t(g), node, operation as never)
}

function throughDefinition(
  node: Node,
  operation: Operation,
  gradients: readonly (Node | undefined)[],
  order: ReadonlySet<Node>,
): readonly (Node | undefined)[] {
  if (operation.kind !== 'defined') throw new Error('gradient: only a definition has several results.')
  const { definition } = operation
  // The results as nodes: those that exist already, and new ones for those that nobody has asked for yet.
  const results = definition.results.map((axes, index) => {
    for (const other of order)
      if (other.operation.kind === 'part' && other.operation.index === index && other.inputs[0] === node) return other
    return new Node({ kind: 'part', index }, [node], axes)
  })
  return definition.gradient(results, gradients, node.inputs)
}

/** The nodes on a way from `wanted` to the ends, latest first. */
function dependents(ends: readonly Node[], wanted: ReadonlySet<Node>): Set<Node> {
  const leads = new Map<Node, boolean>()
  // Depth first without recursion: a deep model must not exhaust the stack.
  const stack = [...ends]
  for (let node = stack.at(-1); node; node = stack.at(-1)) {
    const open = node.inputs.filter((input) => !leads.has(input))
    if (open.length > 0 && !leads.has(node)) stack.push(...open)
    else {
      stack.pop()
      leads.set(node, wanted.has(node) || node.inputs.some((input) => leads.get(input)))
    }
  }
  const found = [...leads].filter(([, does]) => does).map(([node]) => node)
  return new Set(found.sort((a, b) => b.id - a.id))
}

/** Remembers of every node newly made by a rule which node of the forward pass it belongs to. */
function mark(made: Node, from: number, forward: Node): void {
  const stack = [made]
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (node.id < from || node.backwardOf) continue
    node.backwardOf = forward
    node.place = forward.place
    stack.push(...node.inputs)
  }
}
