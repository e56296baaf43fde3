// Second step of compiling: which values get memory, and which are computed together in one kernel.
//
// A matrix product, attention or a scatter is a kernel of its own. Everything else, functions of single numbers and
// reductions, is computed where it is used, unless it has to be kept: it is then a *root*. Roots with the same loops that
// share what they read form one cluster, which becomes one kernel: layer normalisation with its two sums, or the three
// results of an optimizer's step. A root that only its own cluster uses is never written to memory.
//
// A cluster that begins with a matrix product holds the cheap roots that can be computed from each finished cell: bias, ReLU,
// the addition to the residual stream.

import { type Axis, cells } from '../../tensor/axes.ts'
import type { Node } from '../../tensor/node.ts'
import { fitsEpilogue } from './epilogue.ts'
import { baseOf } from './layout.ts'
import { findRoots, isHeavy, isLeaf } from './roots.ts'
import type { Simplified } from './simplify.ts'
import type { Target } from './target.ts'

export interface Cluster {
  readonly kind: 'rows' | 'columns' | 'product' | 'alone'
  /** The names of the loops, outermost first. In rows the last is the one that reductions run over; in columns, `reduced`. */
  readonly loops: readonly Axis[]
  readonly reduced: readonly string[]
  /** The values that are computed, in order. In a product the first is the product itself; alone there is only one. */
  readonly roots: Node[]
  /** The values that are read from memory. */
  readonly reads: Set<Node>
}

export interface Clusters {
  /** In an order in which they can run. */
  readonly list: readonly Cluster[]
  readonly of: ReadonlyMap<Node, Cluster>
}

export function cluster(graph: Simplified, target: Target): Clusters {
  return new Clustering(graph, target).result()
}

/** One use of a kept value by an expression: cell by cell along the same axes, or otherwise. */
interface Use {
  readonly node: Node
  /** The values that are read: the value itself, or a definition's parts. */
  readonly memory: ReadonlySet<Node>
  readonly aligned: boolean
}

class Clustering {
  readonly #graph: Simplified
  readonly #target: Target
  readonly #roots: Set<Node>
  readonly #list: Cluster[] = []
  readonly #of = new Map<Node, Cluster>()
  readonly #positions = new Map<Cluster, number>()
  readonly #uses = new Map<Node, readonly Use[]>()
  /** The roots and kernels of their own that are computed from a kept value. */
  readonly #users = new Map<Node, Node[]>()
  readonly #wanted: ReadonlySet<Node>

  constructor(graph: Simplified, target: Target) {
    this.#graph = graph
    this.#target = target
    this.#roots = findRoots(graph, target)
    this.#wanted = new Set([...graph.outputs.values(), ...graph.updates.values()])
  }

  result(): Clusters {
    for (const user of this.#graph.nodes)
      if (isHeavy(user) || this.#roots.has(user))
        for (const { node } of this.#usesOf(user)) {
          const users = this.#users.get(node)
          if (users) users.push(user)
          else this.#users.set(node, [user])
        }
    for (const node of this.#graph.nodes) {
      if (isHeavy(node)) this.#begin(node, node.operation.kind === 'dot' ? 'product' : 'alone', node.axes, [])
      else if (this.#roots.has(node)) this.#settle(node)
    }
    return { list: this.#list, of: this.#of }
  }

  #begin(root: Node, kind: Cluster['kind'], loops: readonly Axis[], reduced: readonly string[]): void {
    const made: Cluster = {
      kind,
      loops,
      reduced,
      roots: [root],
      reads: new Set(this.#usesOf(root).map(({ node }) => node)),
    }
    this.#positions.set(made, this.#list.length)
    this.#list.push(made)
    this.#of.set(root, made)
  }

  /** Puts a root into the latest cluster that can hold it, or begins one. */
  #settle(root: Node): void {
    const { kind, loops, reduced } = loopsOf(root)
    const uses = this.#usesOf(root)
    // Nothing before what the root needs can hold it.
    const earliest = Math.max(0, ...uses.map(({ node }) => this.#position(node)))
    for (let at = this.#list.length - 1; at >= earliest; at--) {
      const candidate = this.#list[at]
      if (!this.#joins(root, uses, candidate, kind, loops, reduced)) continue
      candidate.roots.push(root)
      for (const { node } of uses) candidate.reads.add(node)
      this.#of.set(root, candidate)
      return
    }
    this.#begin(root, kind, loops, reduced)
  }

  #joins(
    root: Node,
    uses: readonly Use[],
    candidate: Cluster,
    kind: 'rows' | 'columns',
    loops: readonly Axis[],
    reduced: readonly string[],
  ): boolean {
    if (candidate.kind !== kind && !(candidate.kind === 'product' && kind === 'rows')) return false
    const hasLoops = sameLoops(candidate.loops, loops)
    // A number for every row goes with the rows that it is made of.
    const isPerRow =
      candidate.kind === 'rows' &&
      root.operation.kind !== 'reduce' &&
      sameLoops(candidate.loops.slice(0, -1), root.axes)
    if (!hasLoops && !isPerRow) return false
    const inside = uses.filter(({ node }) => this.#of.get(node) === candidate)
    if (inside.some(({ aligned }) => !aligned) || !this.#hasRoom(candidate, root, uses)) return false
    if (candidate.kind === 'product')
      return (
        inside.length > 0 &&
        sameLoops(candidate.loops, root.axes) &&
        fitsEpilogue(root, this.#roots, this.#target.epilogue)
      )
    if (kind === 'columns')
      return (
        inside.length === 0 &&
        candidate.reduced.join() === reduced.join() &&
        uses.some(({ node }) => candidate.reads.has(node))
      )
    if (inside.length > 0) return true
    return hasLoops && uses.some(({ node }) => candidate.reads.has(node) && cells(node.axes) * 2 > cells(loops))
  }

  /** True if a kernel can read and write all that it must with this root too. */
  #hasRoom(candidate: Cluster, root: Node, uses: readonly Use[]): boolean {
    const { layout, operands } = this.#target
    const roots = [...candidate.roots, root]
    const mayCount = (each: Node): number => this.#usesOf(each).reduce((sum, { memory }) => sum + memory.size, 1)
    if (roots.reduce((sum, each) => sum + mayCount(each), 0) <= operands.most) return true
    const isStored = (each: Node): boolean =>
      this.#wanted.has(each) ||
      this.#users.get(each)?.some((user) => user !== root && this.#of.get(user) !== candidate) === true
    const touched = new Set(roots.filter(isStored))
    for (const each of roots)
      for (const { node, memory } of each === root ? uses : this.#usesOf(each))
        if (this.#of.get(node) !== candidate) for (const one of memory) touched.add(one)
    return [...touched].filter(({ axes }) => layout.bytes(axes) > operands.above).length <= operands.most
  }

  #position(node: Node): number {
    const own = this.#of.get(node)
    return own ? (this.#positions.get(own) ?? -1) : -1
  }

  /** The kept values that a root is computed from. */
  #usesOf(root: Node): readonly Use[] {
    const known = this.#uses.get(root)
    if (known) return known
    const found = new Map<Node, { aligned: boolean; memory: Set<Node> }>()
    const add = (node: Node, aligned: boolean): void => {
      const base = node.operation.kind === 'part' ? node.inputs[0] : node
      const use = found.get(base) ?? { aligned: true, memory: new Set() }
      use.aligned &&= aligned
      use.memory.add(node)
      found.set(base, use)
    }
    const visit = (node: Node, names: ReadonlyMap<string, string>): void => {
      const { operation } = node
      const kept =
        node !== root && (isLeaf(node) || isHeavy(node) || this.#roots.has(node) || operation.kind === 'part')
      if (kept)
        add(
          node,
          node.axes.every(({ name }) => (names.get(name) ?? name) === name),
        )
      else if (operation.kind === 'rename') {
        const inner = new Map(names)
        inner.delete(operation.to)
        inner.set(operation.from, names.get(operation.to) ?? operation.to)
        visit(node.inputs[0], inner)
      } else if (operation.kind === 'gather') {
        // Table and ids are read from memory, in a kernel after the one that makes them.
        for (const input of node.inputs) add(baseOf(input), false)
      } else for (const input of node.inputs) visit(input, names)
    }
    visit(root, new Map())
    const uses = [...found].map(([node, use]) => ({ node, ...use }))
    this.#uses.set(root, uses)
    return uses
  }
}

const sameLoops = (a: readonly Axis[], b: readonly Axis[]): boolean =>
  a.length === b.length && a.every(({ name, size }, i) => name === b[i].name && size === b[i].size)

/** The loops of a root: those of what is reduced, or its own axes. */
function loopsOf(root: Node): { kind: 'rows' | 'columns'; loops: readonly Axis[]; reduced: readonly string[] } {
  const { operation, axes } = root
  if (operation.kind === 'reduce') {
    const inner = root.inputs[0].axes
    const kind = operation.over.includes(inner.at(-1)?.name ?? '') ? 'rows' : 'columns'
    return { kind, loops: inner, reduced: operation.over }
  }
  if (operation.kind === 'gather' && root.inputs[1].axes.some(({ name }) => name === axes.at(-1)?.name)) {
    // A row of the table is a single number: the last loop runs over its one cell.
    return { kind: 'rows', loops: [...axes, { name: '', size: 1 }], reduced: [] }
  }
  return { kind: 'rows', loops: axes, reduced: [] }
}
