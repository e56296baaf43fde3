// From a cluster to its kernel: loops, operands, and the value of every cell.

import { type Axis, cells, hasAxis, sizeOf } from '../../tensor/axes.ts'
import type { Node } from '../../tensor/node.ts'
import { randomKey } from '../../tensor/random.ts'
import { aloneKernel } from './alone.ts'
import type { Call } from './call.ts'
import type { Cluster, Clusters } from './clusters.ts'
import type { Kernel, KernelOperand, Store, Value } from './kernel.ts'
import type { Layout, View } from './layout.ts'
import { columnsKernel, rowsKernel } from './loops.ts'
import { productKernel } from './products.ts'
import { isLeaf } from './roots.ts'
import type { Simplified } from './simplify.ts'
import type { Target } from './target.ts'

/** All that the kernel of one cluster must know of the others. */
export interface Around {
  readonly target: Target
  readonly clusters: Clusters
  readonly parts: Simplified['parts']
  readonly seed: number
  /** True if anybody reads a root of this cluster from memory. */
  isStored(root: Node, own: Cluster): boolean
  isHalf(parameter: Node): boolean
}

/** Writes the kernel of one cluster. */
export class ClusterKernel {
  readonly #cluster: Cluster
  readonly #around: Around
  readonly #layout: Layout
  readonly #stored: readonly Node[]
  readonly #operands: { node: Node; operand: KernelOperand }[] = []
  readonly #values = new Map<string, Value>()

  constructor(own: Cluster, around: Around) {
    this.#cluster = own
    this.#around = around
    this.#layout = around.target.layout
    this.#stored = own.roots.filter((root) => around.isStored(root, own))
  }

  call(): Call | undefined {
    const { kind, roots } = this.#cluster
    if (kind === 'alone') return this.#alone(roots[0])
    if (this.#stored.length === 0) return undefined
    const loops = this.#loops()
    const names = new Map(loops.map(({ name }, i) => [name, i]))
    const { kernel, flops } =
      kind === 'product' ? this.#product(roots[0], loops, names) : this.#alongLoops(loops, names)
    return {
      kernel,
      operands: this.#operands.map(({ node }) => node),
      writes: new Set(this.#stored),
      value: this.#stored[0],
      flops,
    }
  }

  #product(dot: Node, loops: readonly Axis[], names: ReadonlyMap<string, number>): { kernel: Kernel; flops: number } {
    const sides = dot.inputs.map(this.#layout.viewOf)
    for (const side of sides) this.#operand(side, new Map())
    const stores = this.#stores(loops, names)
    const operands = this.#operands.map(({ operand }) => operand)
    const { kernel, swapped } = productKernel(dot, sides, loops, { operands, stores, layout: this.#layout })
    if (swapped) this.#operands.splice(0, 2, this.#operands[1], this.#operands[0])
    const inner = dot.inputs[0].axes.filter(({ name }) => !hasAxis(dot.axes, name))
    return { kernel, flops: 2 * cells(dot.axes) * cells(inner) }
  }

  #alongLoops(loops: readonly Axis[], names: ReadonlyMap<string, number>): { kernel: Kernel; flops: number } {
    const stores = this.#stores(loops, names)
    const operands = this.#operands.map(({ operand }) => operand)
    const kernel =
      this.#cluster.kind === 'rows'
        ? rowsKernel(loops, operands, stores)
        : columnsKernel(loops, this.#cluster.reduced, operands, stores)
    return { kernel, flops: 0 }
  }

  #alone(node: Node): Call {
    const { parts, target } = this.#around
    const { kernel, operands, writes, flops } = aloneKernel(node, parts.get(node) ?? [], target)
    return { kernel, operands, writes: new Set(writes), value: node, flops }
  }

  /** The loops in the order in which the kernel runs them. A single number is a loop of one. */
  #loops(): readonly Axis[] {
    const { kind, loops, reduced } = this.#cluster
    if (loops.length === 0) return [{ name: '', size: 1 }]
    if (kind !== 'columns') return loops
    // Columns: first what is kept but does not run on to the end, then what is reduced, then the rest.
    const end = loops.findLastIndex(({ name }) => reduced.includes(name)) + 1
    const isReduced = ({ name }: Axis): boolean => reduced.includes(name)
    return [...loops.slice(0, end).filter((axis) => !isReduced(axis)), ...loops.filter(isReduced), ...loops.slice(end)]
  }

  #stores(loops: readonly Axis[], names: ReadonlyMap<string, number>): Store[] {
    return this.#stored.map((root) => {
      const value = this.#value(root, names, loops)
      return { operand: this.#operand(this.#layout.ownView(root), names), value }
    })
  }

  /** The number of the operand that is this view of memory along the kernel's loops. */
  #operand({ base, strides: own }: View, names: ReadonlyMap<string, number>, lookup?: KernelOperand['lookup']): number {
    const along = Array.from({ length: Math.max(1, this.#cluster.loops.length) }, () => 0)
    for (const [name, stride] of own) {
      const loop = names.get(name)
      if (loop !== undefined) along[loop] = stride
    }
    const operand: KernelOperand = {
      strides: along,
      ...(lookup ? { lookup } : {}),
      ...(this.#around.isHalf(base) ? { type: 'bf16' } : {}),
    }
    const key = JSON.stringify(operand)
    const isProductSide = this.#cluster.kind === 'product' && this.#operands.length < 2
    const known = isProductSide
      ? -1
      : this.#operands.findIndex(
          (each, i) =>
            each.node === base && JSON.stringify(each.operand) === key && !(this.#cluster.kind === 'product' && i < 2),
        )
    return known >= 0 ? known : this.#operands.push({ node: base, operand }) - 1
  }

  /** A node's value at one cell; `names` says which of the kernel's loops an axis is. */
  #value(node: Node, names: ReadonlyMap<string, number>, loops: readonly Axis[]): Value {
    const key = `${node.id} ${node.axes.map(({ name }) => names.get(name) ?? '·').join(' ')}`
    const known = this.#values.get(key)
    if (known) return known
    const made = this.#compute(node, names, loops)
    this.#values.set(key, made)
    return made
  }

  /** A cell of a table's row. */
  #lookUp({ inputs }: Node, axis: string, names: ReadonlyMap<string, number>): Value {
    const [table, ids] = inputs.map(this.#layout.viewOf)
    const row = new Map([...table.strides].filter(([name]) => name !== axis))
    const lookup = {
      ids: this.#operand(ids, names),
      stride: table.strides.get(axis) ?? 0,
      size: sizeOf(inputs[0].axes, axis),
    }
    return { kind: 'load', operand: this.#operand({ base: table.base, strides: row }, names, lookup) }
  }

  #compute(node: Node, names: ReadonlyMap<string, number>, loops: readonly Axis[]): Value {
    const { operation, inputs } = node
    const own = this.#around.clusters.of.get(node)
    if (own === this.#cluster && operation.kind === 'dot') return { kind: 'product' }
    if ((own && own !== this.#cluster) || isLeaf(node) || operation.kind === 'part')
      return { kind: 'load', operand: this.#operand(this.#layout.ownView(node), names) }
    const loop = (name: string): number => names.get(name) ?? 0
    switch (operation.kind) {
      case 'constant':
        return { kind: 'constant', value: operation.value }
      case 'index':
        return { kind: 'index', axis: loop(node.axes[0].name) }
      case 'random': {
        // The cell's number in the value itself, without padding.
        const strides = loops.map(() => 0)
        for (const [i, { name }] of node.axes.entries()) strides[loop(name)] = cells(node.axes.slice(i + 1))
        const key = randomKey(operation.name, this.#around.seed)
        return { kind: 'random', key, step: this.#value(inputs[0], names, loops), strides }
      }
      case 'apply':
        return {
          kind: 'apply',
          operation: operation.function,
          inputs: inputs.map((input) => this.#value(input, names, loops)),
        }
      case 'expand':
      case 'stop':
        return this.#value(inputs[0], names, loops)
      case 'rename': {
        const inner = new Map(names)
        inner.delete(operation.to)
        const at = names.get(operation.to)
        if (at !== undefined) inner.set(operation.from, at)
        return this.#value(inputs[0], inner, loops)
      }
      case 'reduce': {
        const inner = new Map(names)
        for (const name of operation.over)
          inner.set(
            name,
            loops.findIndex((axis) => axis.name === name),
          )
        return { kind: 'reduce', operation: operation.function, input: this.#value(inputs[0], inner, loops) }
      }
      case 'gather':
        return this.#lookUp(node, operation.axis, names)
      case 'input':
      case 'parameter':
      case 'table':
      case 'dot':
      case 'scatter':
      case 'place':
      case 'window':
      case 'defined':
        throw new Error(`schedule: "${operation.kind}" cannot be computed inside another kernel.`)
    }
  }
}
