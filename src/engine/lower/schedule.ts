// Third step of compiling: every cluster becomes a kernel, with its loops, its operands and the value of every cell.
//
// The result names no machine: a list of kernels (kernel.ts), each with the values whose memory its operands are.

import { type Axis, cells, hasAxis } from '../../tensor/axes.ts'
import { Node } from '../../tensor/node.ts'
import { type Graph, randomKey } from '../engine.ts'
import { attentionKernel, placeKernel, scatterKernel, windowKernel } from './alone.ts'
import { computeAsked } from './asked.ts'
import { type Cluster, type Clusters, cluster, isLeaf } from './clusters.ts'
import { collapse, type Loop } from './collapse.ts'
import type { Kernel, Operand, Store, Value } from './kernel.ts'
import { ownView, strides, type View, viewOf } from './layout.ts'
import { productKernel } from './products.ts'
import { type Simplified, simplify } from './simplify.ts'

/** One kernel to run: operand i lies in the memory of operands[i]. */
export interface Call {
  readonly kernel: Kernel
  readonly operands: readonly Node[]
  /** Which operands are written. */
  readonly writes: ReadonlySet<Node>
  /** Where in the model it belongs, for those who look. */
  readonly label: string
  /** Multiplications and additions of its products. */
  readonly flops: number
}

export interface Schedule {
  readonly calls: readonly Call[]
  readonly outputs: ReadonlyMap<string, Node>
  /** Values that are written straight into the memory of a parameter. */
  readonly inPlace: ReadonlyMap<Node, Node>
  readonly nodes: readonly Node[]
}

/** `isHalf`: whether a parameter is kept as bfloat16. Such a one is only read. */
export function schedule(
  graph: Graph,
  runsWhole: (definition: Node) => boolean,
  isHalf: (parameter: Node) => boolean = () => false,
): Schedule {
  const simple = simplify(computeAsked(graph), runsWhole)
  const clusters = cluster(simple)
  const inPlace = new Map<Node, Node>()
  const reads = readers(clusters)
  const calls = clusters.list
    .map((each) => new Kernels(each, clusters, simple, reads, graph.seed ?? 0, isHalf).call())
    .filter((call) => call !== undefined)
  const copies: Call[] = []
  for (const [parameter, value] of simple.updates) {
    if (mayReplace(parameter, value, calls, simple)) inPlace.set(value, parameter)
    else copies.push(copyCall(value, parameter))
  }
  // Placing writes only the new cells: where it has memory of its own, the others are copied first.
  const withTargets = calls.flatMap((call) =>
    call.kernel.kind === 'place' ? [...targetCopy(call, inPlace), call] : [call],
  )
  return { calls: widened([...withTargets, ...copies], isHalf), outputs: simple.outputs, inPlace, nodes: simple.nodes }
}

/** Where a kernel cannot read bfloat16, the matrix is copied as floats first. Products read their two sides, loops everything. */
function widened(calls: readonly Call[], isHalf: (parameter: Node) => boolean): Call[] {
  return calls.flatMap((call) => {
    const { kernel } = call
    const isLoop = kernel.kind === 'rows' || kernel.kind === 'columns'
    const copies: Call[] = []
    const operands = call.operands.map((node, i) => {
      if (isLoop || !isHalf(node) || (kernel.kind === 'product' && i < 2)) return node
      const copy = new Node({ kind: 'expand' }, [node], node.axes)
      copies.push(copyCall(node, copy, 'bf16'))
      return copy
    })
    if (copies.length === 0) return [call]
    const whole: Kernel = kernel.kind === 'product' ? { ...kernel, operands: kernel.operands.map(asFloats) } : kernel
    return [...copies, { ...call, kernel: whole, operands }]
  })
}

/** The sides of a product keep their type. */
const asFloats = (operand: Operand, i: number): Operand => (i < 2 ? operand : { strides: operand.strides })

function targetCopy({ writes }: Call, inPlace: ReadonlyMap<Node, Node>): Call[] {
  return [...writes].filter((node) => !inPlace.has(node)).map((node) => copyCall(viewOf(node.inputs[0]).base, node))
}

/** Which clusters read a value. */
function readers({ list }: Clusters): Map<Node, Cluster[]> {
  const found = new Map<Node, Cluster[]>()
  for (const each of list) for (const node of each.reads) found.set(node, [...(found.get(node) ?? []), each])
  return found
}

/** Whether a value may be written over the parameter: nobody reads the old one afterwards. */
function mayReplace(parameter: Node, value: Node, calls: readonly Call[], { outputs, updates }: Simplified): boolean {
  if (isLeaf(value) || value.operation.kind === 'part') return false
  if ([...outputs.values()].includes(parameter) || [...updates.values()].filter((each) => each === value).length > 1)
    return false
  const written = calls.findIndex(({ writes }) => writes.has(value))
  const lastRead = calls.findLastIndex(({ operands, writes }) =>
    operands.some((each) => each === parameter && !writes.has(each)),
  )
  if (value.operation.kind === 'place') return value.inputs[0] === parameter && lastRead <= written
  if (lastRead !== written) return lastRead < written
  // The same kernel reads it: then it must read every cell just before it writes it, in the same loop along the row.
  const { kernel, operands } = calls[written]
  if (kernel.kind !== 'rows') return false
  const target = kernel.operands[operands.indexOf(value)]
  const reads = new Set(operands.flatMap((node, i) => (node === parameter ? [i] : [])))
  if ([...reads].some((i) => JSON.stringify(kernel.operands[i]) !== JSON.stringify(target))) return false
  const last = Math.max(
    ...kernel.stores.filter(({ operand }) => operands[operand] === value).map((store) => loopOf(store.value)),
  )
  return kernel.stores.every((store) => !readsBefore(store.value, reads, loopOf(store.value) === last))
}

const loopsOfValues = new WeakMap<Value, number>()

/** In which of a row's loops a value is known: how many reductions it waits for, one after another. */
function loopOf(value: Value): number {
  const known = loopsOfValues.get(value)
  if (known !== undefined) return known
  const loop =
    value.kind === 'apply'
      ? Math.max(0, ...value.inputs.map(loopOf))
      : value.kind === 'reduce'
        ? 1 + loopOf(value.input)
        : 0
  loopsOfValues.set(value, loop)
  return loop
}

/** Whether a value reads one of these operands in another loop than the last, where `isLast` says that it is computed there. */
function readsBefore(value: Value, operands: ReadonlySet<number>, isLast: boolean): boolean {
  if (value.kind === 'load') return !isLast && operands.has(value.operand)
  if (value.kind === 'reduce') return readsBefore(value.input, operands, false)
  return value.kind === 'apply' && value.inputs.some((input) => readsBefore(input, operands, isLast))
}

/** Copies a value to the memory of another one that lies in the same way. */
function copyCall(value: Node, to: Node, type?: Operand['type']): Call {
  const all = strides(value.axes)
  const axes = value.axes.length === 0 ? [1] : value.axes.map(({ size }) => size)
  const operand: Operand = { strides: value.axes.length === 0 ? [0] : all }
  const kernel: Kernel = {
    kind: 'rows',
    axes,
    operands: [type ? { ...operand, type } : operand, operand],
    stores: [{ operand: 1, value: { kind: 'load', operand: 0 } }],
  }
  return {
    kernel,
    operands: [value, to],
    writes: new Set([to]),
    label: `copy ${to.path ?? to.operation.kind}`,
    flops: 0,
  }
}

/** Writes the kernel of one cluster. */
class Kernels {
  readonly #cluster: Cluster
  readonly #clusters: Clusters
  readonly #parts: Simplified['parts']
  readonly #seed: number
  readonly #isHalf: (parameter: Node) => boolean
  readonly #stored: readonly Node[]
  readonly #operands: { node: Node; operand: Operand }[] = []
  readonly #values = new Map<string, Value>()

  constructor(
    own: Cluster,
    clusters: Clusters,
    simple: Simplified,
    reads: ReadonlyMap<Node, readonly Cluster[]>,
    seed: number,
    isHalf: (parameter: Node) => boolean,
  ) {
    this.#cluster = own
    this.#clusters = clusters
    this.#parts = simple.parts
    this.#seed = seed
    this.#isHalf = isHalf
    const wanted = new Set([...simple.outputs.values(), ...simple.updates.values()])
    this.#stored = own.roots.filter((root) => wanted.has(root) || reads.get(root)?.some((each) => each !== own))
  }

  call(): Call | undefined {
    const { kind, roots } = this.#cluster
    if (kind === 'alone') return this.#alone(roots[0])
    if (this.#stored.length === 0) return undefined
    const label = labelOf(this.#stored[0])
    const writes = new Set(this.#stored)
    const loops = this.#loops()
    const names = new Map(loops.map(({ name }, i) => [name, i]))
    if (kind === 'product') {
      const [a, b] = roots[0].inputs.map(viewOf)
      this.#operand(a, new Map())
      this.#operand(b, new Map())
      const stores = this.#stores(loops, names)
      const { kernel, swapped } = productKernel(
        roots[0],
        [a, b],
        loops,
        this.#operands.map(({ operand }) => operand),
        stores,
      )
      const operands = this.#operands.map(({ node }) => node)
      if (swapped) operands.splice(0, 2, operands[1], operands[0])
      return {
        kernel,
        operands,
        writes,
        label,
        flops:
          2 * cells(roots[0].axes) * cells(roots[0].inputs[0].axes.filter(({ name }) => !hasAxis(roots[0].axes, name))),
      }
    }
    const stores = this.#stores(loops, names)
    const kernel =
      kind === 'rows'
        ? rowsKernel(loops, this.#operands, stores)
        : columnsKernel(loops, this.#cluster, this.#operands, stores)
    return { kernel, operands: this.#operands.map(({ node }) => node), writes, label, flops: 0 }
  }

  #alone(node: Node): Call {
    const { kernel, operands, writes, flops } =
      node.operation.kind === 'defined'
        ? attentionKernel(node, this.#parts.get(node) ?? [])
        : node.operation.kind === 'scatter'
          ? scatterKernel(node)
          : node.operation.kind === 'window'
            ? windowKernel(node)
            : placeKernel(node)
    return { kernel, operands, writes: new Set(writes), label: labelOf(node), flops }
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
      return { operand: this.#operand(ownView(root), names), value }
    })
  }

  /** The number of the operand that is this view of memory along the kernel's loops. */
  #operand({ base, strides: own }: View, names: ReadonlyMap<string, number>, lookup?: Operand['lookup']): number {
    const along = Array.from({ length: Math.max(1, this.#cluster.loops.length) }, () => 0)
    for (const [name, stride] of own) {
      const loop = names.get(name)
      if (loop !== undefined) along[loop] = stride
    }
    const operand: Operand = {
      strides: along,
      ...(lookup ? { lookup } : {}),
      ...(this.#isHalf(base) ? { type: 'bf16' } : {}),
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

  #compute(node: Node, names: ReadonlyMap<string, number>, loops: readonly Axis[]): Value {
    const { operation, inputs } = node
    const own = this.#clusters.of.get(node)
    if (own === this.#cluster && operation.kind === 'dot') return { kind: 'product' }
    if ((own && own !== this.#cluster) || isLeaf(node) || operation.kind === 'part')
      return { kind: 'load', operand: this.#operand(ownView(node), names) }
    const loop = (name: string): number => names.get(name) ?? 0
    switch (operation.kind) {
      case 'constant':
        return { kind: 'constant', value: operation.value }
      case 'index':
        return { kind: 'index', axis: loop(node.axes[0].name) }
      case 'random': {
        // The cell's number in the value itself, without padding.
        const along = loops.map(() => 0)
        node.axes.forEach(({ name }, i) => {
          along[loop(name)] = cells(node.axes.slice(i + 1))
        })
        return {
          kind: 'random',
          key: randomKey(operation.name, this.#seed),
          step: this.#value(inputs[0], names, loops),
          strides: along,
        }
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
      case 'gather': {
        const [table, ids] = inputs.map(viewOf)
        const view = {
          base: table.base,
          strides: new Map([...table.strides].filter(([name]) => name !== operation.axis)),
        }
        const size = inputs[0].axes.find(({ name }) => name === operation.axis)?.size ?? 1
        const lookup = { ids: this.#operand(ids, names), stride: table.strides.get(operation.axis) ?? 0, size }
        return { kind: 'load', operand: this.#operand(view, names, lookup) }
      }
      default:
        throw new Error(`schedule: "${operation.kind}" cannot be computed inside another kernel.`)
    }
  }
}

/** Where in the model a value belongs, and whether it is of the backward pass. */
function labelOf(node: Node): string {
  const of = node.backwardOf
  return of ? `d ${of.path || of.place || of.operation.kind}` : node.path || node.place || node.operation.kind
}

type Operands = readonly { readonly node: Node; readonly operand: Operand }[]

/** Joins loops that run on in every operand, and rewrites operands and values to the loops that remain. */
function joinLoops(
  sizes: readonly number[],
  operands: Operands,
  stores: readonly Store[],
  apart: (loop: number) => boolean,
) {
  const values = new Set<Value>()
  const visit = (value: Value): void => {
    if (values.has(value)) return
    values.add(value)
    if (value.kind === 'apply') value.inputs.forEach(visit)
    if (value.kind === 'reduce') visit(value.input)
    if (value.kind === 'random') visit(value.step)
  }
  for (const { value } of stores) visit(value)
  const randoms = [...values].filter((value) => value.kind === 'random')
  const indexed = new Set([...values].map((value) => (value.kind === 'index' ? value.axis : -1)))
  const given: Loop[] = sizes.map((size, i) => ({
    size,
    strides: [...operands.map(({ operand }) => operand.strides[i]), ...randoms.map(({ strides: along }) => along[i])],
  }))
  const { loops, from } = collapse(given, (i) => apart(i) || indexed.has(i) || indexed.has(i + 1))
  const rewritten = new Map<Value, Value>()
  const rewrite = (value: Value): Value => {
    const known = rewritten.get(value)
    if (known) return known
    const made: Value =
      value.kind === 'apply'
        ? { ...value, inputs: value.inputs.map(rewrite) }
        : value.kind === 'reduce'
          ? { ...value, input: rewrite(value.input) }
          : value.kind === 'index'
            ? { ...value, axis: from[value.axis] }
            : value.kind === 'random'
              ? {
                  ...value,
                  step: rewrite(value.step),
                  strides: loops.map((loop) => loop.strides[operands.length + randoms.indexOf(value)]),
                }
              : value
    rewritten.set(value, made)
    return made
  }
  return {
    axes: loops.map(({ size }) => size),
    operands: operands.map(({ operand }, k) => ({ ...operand, strides: loops.map((loop) => loop.strides[k]) })),
    stores: stores.map(({ operand, value }) => ({ operand, value: rewrite(value) })),
    from,
  }
}

function rowsKernel(loops: readonly Axis[], operands: Operands, stores: readonly Store[]): Kernel {
  const last = loops.length - 1
  const perRow =
    stores.some(({ operand, value }) => loopOf(value) > 0 || operands[operand].operand.strides[last] === 0) ||
    operands.some(({ operand }) => operand.lookup)
  const {
    axes,
    operands: joined,
    stores: written,
  } = joinLoops(
    loops.map(({ size }) => size),
    operands,
    stores,
    (i) => perRow && i === last - 1,
  )
  return { kind: 'rows', axes, operands: joined, stores: written }
}

function columnsKernel(
  loops: readonly Axis[],
  { reduced }: Cluster,
  operands: Operands,
  stores: readonly Store[],
): Kernel {
  const isReduced = loops.map(({ name }) => reduced.includes(name))
  const changes = (i: number): boolean => isReduced[i] !== isReduced[i + 1]
  const {
    axes,
    operands: joined,
    stores: written,
    from,
  } = joinLoops(
    loops.map(({ size }) => size),
    operands,
    stores,
    changes,
  )
  // Loops that stay between the reduced ones and the last go to the front.
  const kept = axes.map((_, i) => i).filter((i) => i < axes.length - 1 && !isReduced[from.indexOf(i)])
  const inner = axes.map((_, i) => i).filter((i) => isReduced[from.indexOf(i)])
  const order = [...kept, ...inner, axes.length - 1]
  const reorder = (all: readonly number[]): number[] => order.map((i) => all[i])
  const move = (value: Value): Value =>
    value.kind === 'apply'
      ? { ...value, inputs: value.inputs.map(moved) }
      : value.kind === 'reduce'
        ? { ...value, input: moved(value.input) }
        : value.kind === 'index'
          ? { ...value, axis: order.indexOf(value.axis) }
          : value.kind === 'random'
            ? { ...value, step: moved(value.step), strides: reorder(value.strides) }
            : value
  const done = new Map<Value, Value>()
  const moved = (value: Value): Value => {
    const known = done.get(value) ?? move(value)
    done.set(value, known)
    return known
  }
  return {
    kind: 'columns',
    axes: reorder(axes),
    outer: kept.length,
    operands: joined.map((operand) => ({ ...operand, strides: reorder(operand.strides) })),
    stores: written.map(({ operand, value }) => ({ operand, value: moved(value) })),
  }
}
