// First step of compiling: the same graph, with everything that means the same made one, and everything that needs a kernel of
// its own in the few forms that kernels have.
//
//   - equal nodes become one node (the gradient of a formula repeats much of the formula);
//   - a dot product in which one side has no axes of its own becomes a product of numbers and a sum;
//   - a sum along several axes becomes a sum along the last and one along the rest;
//   - definitions that no kernel can run whole are opened.

import type { Axis } from '../../tensor/axes.ts'
import { hasAxis } from '../../tensor/axes.ts'
import { inOrderOfMaking } from '../../tensor/graph.ts'
import { type Definition, Node, type Operation } from '../../tensor/node.ts'
import { openedDefinition } from '../../tensor/opening.ts'
import { Rewriting } from '../../tensor/rewrite.ts'
import { type Graph, nodesOf } from '../engine.ts'
import { isSighted } from './sight.ts'
import type { Target } from './target.ts'
import type { WholeKernel } from './whole.ts'

export interface Simplified {
  readonly outputs: ReadonlyMap<string, Node>
  /** For every parameter that changes, its new value, lying in memory as the parameter does. */
  readonly updates: ReadonlyMap<Node, Node>
  /** Every node that is needed, inputs before what uses them. */
  readonly nodes: readonly Node[]
  /** The results of every definition that is run whole. */
  readonly parts: ReadonlyMap<Node, readonly Node[]>
  /** The node of the graph for which a node stands: of several that mean the same, one that has a name. */
  originOf(node: Node): Node
}

/** `isNamed`: true for a node whose name people will look for. */
export function simplify(graph: Graph, target: Target, isNamed: (node: Node) => boolean = () => false): Simplified {
  const simplifier = new Simplifier(target, isNamed)
  // In the order in which they were built: forward, gradient, update.
  for (const node of inOrderOfMaking(nodesOf(graph))) simplifier.add(node)
  const outputs = new Map(
    Object.entries(graph.outputs).map(([name, node]) => [
      name,
      // An old value that is asked for is gone when the new one takes effect.
      simplifier.stored(node, node.axes, graph.updates?.has(node) ? ['parameter'] : []),
    ]),
  )
  const updates = new Map(
    [...(graph.updates ?? [])].map(([parameter, node]) => [
      parameter,
      simplifier.stored(node, parameter.axes, ['parameter', 'input', 'table']),
    ]),
  )
  return {
    outputs,
    updates,
    nodes: needed([...outputs.values(), ...updates.values()], simplifier.made),
    parts: simplifier.parts,
    originOf: (node) => simplifier.originOf(node),
  }
}

/** Those of `made` that the ends need, in their order. */
function needed(ends: readonly Node[], made: readonly Node[]): Node[] {
  const wanted = new Set(ends)
  for (const node of made.toReversed()) if (wanted.has(node)) for (const input of node.inputs) wanted.add(input)
  return made.filter((node) => wanted.has(node))
}

class Simplifier {
  readonly made: Node[] = []
  readonly parts = new Map<Node, readonly Node[]>()
  readonly #known = new Map<string, Node>()
  readonly #numbers = new Map<Node, number>()
  readonly #rewriting = new Rewriting((node, inputs) => this.#simplified(node, inputs))
  readonly #opened = new Set<Node>()
  readonly #target: Target
  readonly #isNamed: (node: Node) => boolean
  /** For nodes that were made without a name, another that means the same and has one. */
  readonly #named = new Map<Node, Node>()

  constructor(target: Target, isNamed: (node: Node) => boolean) {
    this.#target = target
    this.#isNamed = isNamed
  }

  /** The node that stands for one of the original graph. */
  add(node: Node): Node {
    return this.#rewriting.of(node)
  }

  originOf(node: Node): Node {
    return this.#named.get(node) ?? this.#rewriting.originOf(node)
  }

  /** A node whose value lies in memory in this order of axes, and is no mere view of something else, nor any of these kinds. */
  stored(node: Node, axes: readonly Axis[], others: readonly Operation['kind'][] = []): Node {
    const value = this.add(node)
    const { kind } = value.operation
    const inOrder = value.axes.every((axis, i) => axis.name === axes[i].name)
    const isCopied = ['rename', 'stop', 'expand', 'constant', ...others].includes(kind)
    return inOrder && !isCopied ? value : this.#make({ kind: 'expand' }, [value], axes, node)
  }

  #simplified(node: Node, inputs: readonly Node[]): Node {
    const { operation } = node
    const [whole] = node.inputs
    if (operation.kind === 'part' && this.#opened.has(whole))
      return this.add(openedDefinition(whole).results[operation.index])
    if (operation.kind === 'defined') {
      const kernel = this.#target.whole[operation.definition.name]
      return kernel?.runs(node, this.#target.layout)
        ? this.#whole(node, operation.definition, kernel)
        : this.#open(node)
    }
    if (operation.kind === 'dot') return this.#dot(node, inputs, operation.over)
    if (operation.kind === 'reduce') return this.#reduce(node, inputs[0], operation.function, operation.over)
    return this.#make(operation, inputs, node.axes, node)
  }

  #open(node: Node): Node {
    this.#opened.add(node)
    const [first] = openedDefinition(node).results.map((result) => this.add(result))
    return first
  }

  /** A definition that a kernel runs, with all its results: the kernel writes each of them. */
  #whole(node: Node, from: Definition, kernel: WholeKernel): Node {
    const [definition, inputs] = kernel.given?.(from, node.inputs) ?? [from, node.inputs]
    const whole = this.#make(
      { kind: 'defined', definition },
      inputs.map((input) => this.add(input)),
      node.axes,
      node,
    )
    const { results } = definition
    if (!this.parts.has(whole))
      this.parts.set(
        whole,
        results.map((axes, index) => this.#make({ kind: 'part', index }, [whole], axes, whole)),
      )
    return whole
  }

  #dot(node: Node, [a, b]: readonly Node[], over: readonly string[]): Node {
    const own = (one: Node, other: Node): boolean => one.axes.some(({ name }) => !hasAxis(other.axes, name))
    const last = node.axes.at(-1)
    const lastIsShared = last !== undefined && hasAxis(a.axes, last.name) && hasAxis(b.axes, last.name)
    if (over.length > 0 && own(a, b) && own(b, a) && !lastIsShared)
      return this.#make({ kind: 'dot', over }, [a, b], node.axes, node)
    // No matrix product: multiply, then sum. The summed axes go where both operands lie best: last, if the first has them there.
    const summed = a.axes.filter(({ name }) => over.includes(name))
    const product = this.#make({ kind: 'apply', function: 'multiply' }, [a, b], [...node.axes, ...summed], node)
    return this.#reduce(node, product, 'sum', over)
  }

  #reduce(node: Node, x: Node, name: 'sum' | 'maximum', over: readonly string[]): Node {
    const last = x.axes.at(-1)?.name
    if (over.length === 0) return x
    if (over.length === 1 || last === undefined || !over.includes(last)) {
      const kept = x.axes.filter((axis) => !over.includes(axis.name))
      return this.#inOrder(this.#make({ kind: 'reduce', function: name, over }, [x], kept, node), node)
    }
    const inner = this.#make({ kind: 'reduce', function: name, over: [last] }, [x], x.axes.slice(0, -1), node)
    return this.#reduce(
      node,
      inner,
      name,
      over.filter((axis) => axis !== last),
    )
  }

  #inOrder(value: Node, node: Node): Node {
    return value.axes.every((axis, i) => axis.name === node.axes[i]?.name)
      ? value
      : this.#make({ kind: 'expand' }, [value], node.axes, node)
  }

  /** The one node with this operation, these inputs and these axes. */
  #make(operation: Operation, inputs: readonly Node[], axes: readonly Axis[], like: Node): Node {
    const key = this.#key(operation, inputs, axes, like)
    const known = this.#known.get(key)
    if (known) {
      if (this.#isNamed(like) && !this.#isNamed(this.originOf(known))) this.#named.set(known, like)
      return known
    }
    const same =
      like.operation === operation && like.inputs.every((input, i) => input === inputs[i]) && like.axes === axes
    const node = same ? like : this.#rewriting.madeFor(like, new Node(operation, inputs, axes))
    this.#known.set(key, node)
    this.#numbers.set(node, this.#numbers.size)
    this.made.push(node)
    return node
  }

  #key(operation: Operation, inputs: readonly Node[], axes: readonly Axis[], like: Node): string {
    const from = inputs.map((input) => this.#numbers.get(input)).join(' ')
    const shape = axes.map(({ name, size }) => `${name} ${size}`).join(',')
    if (operation.kind === 'parameter') return `parameter ${like.id}`
    if (operation.kind === 'defined') {
      const { name, numbers } = operation.definition
      const sight = isSighted(operation.definition) ? Object.values(operation.definition.sight).join(' ') : ''
      return `defined ${name} ${Object.values(numbers).join(' ')} ${sight} (${from})`
    }
    return `${Object.values(operation).join(' ')} (${from}) ${shape}`
  }
}
