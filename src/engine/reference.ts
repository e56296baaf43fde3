// The reference engine: every node by plain loops in double precision, in the order of the definitions. It says what is
// right; it is small and slow. The other engines are held to it.

import { type Axis, cells, denseStrides, sizeOf } from '../tensor/axes.ts'
import { evaluate } from '../tensor/elementwise.ts'
import type { Node, Operation } from '../tensor/node.ts'
import { openedDefinition } from '../tensor/opening.ts'
import { randomKey, uniform } from '../tensor/random.ts'
import {
  arrayFor,
  checkInputs,
  checkUpdates,
  type Engine,
  type Graph,
  type Inputs,
  nodesOf,
  type Program,
} from './engine.ts'
import { hostParameters } from './hostParameters.ts'
import { ReferenceMemory } from './referenceMemory.ts'

interface Array64 {
  readonly axes: readonly Axis[]
  readonly data: Float64Array
}

/** An engine for tests and for learning: no threads, no kernels, double precision. */
export function reference(): Engine & { run64(graph: Graph, inputs: Inputs): Map<Node, Float64Array> } {
  const memory = new ReferenceMemory()
  const run64 = (graph: Graph, inputs: Inputs): Map<Node, Float64Array> => {
    checkInputs(nodesOf(graph), inputs)
    const run = new Run(inputs, graph.seed ?? 0, memory)
    const ends = [...Object.values(graph.outputs), ...(graph.updates?.values() ?? [])]
    const made = new Map(ends.map((node) => [node, run.value(node).data]))
    for (const [parameter, update] of graph.updates ?? [])
      memory.update(parameter, inOrderOf(run.value(update), parameter.axes))
    return made
  }
  return {
    description: 'reference: plain loops in double precision',
    run64,
    async compile(graph): Promise<Program> {
      checkUpdates(graph, (parameter) => memory.isHalf(parameter))
      let made = new Map<Node, Float64Array>()
      let isClosed = false
      const checkOpen = (place: string): void => {
        if (isClosed) throw new Error(`${place}: the program was closed. Compile it again.`)
      }
      const nodes = nodesOf(graph)
      const bytes = (list: readonly Node[]): number => list.reduce((total, { axes }) => total + 8 * cells(axes), 0)
      return {
        inputs: nodes.flatMap(({ operation }) => (operation.kind === 'input' ? operation.name : [])),
        plan: {
          lasting: bytes(nodes.filter(({ operation }) => operation.kind === 'parameter')),
          passing: bytes(nodes),
          kernels: nodes.length,
        },
        async run(inputs) {
          checkOpen('run')
          made = run64(graph, inputs)
        },
        async read(output, into) {
          checkOpen('read')
          const node = graph.outputs[output]
          if (!node)
            throw new Error(
              `read: the program has no output "${output}". It has ${Object.keys(graph.outputs).join(', ')}.`,
            )
          const data = made.get(node)
          if (!data) throw new Error(`read: "${output}" has not been made yet. Run the program first.`)
          const values = arrayFor(output, node.axes, into)
          values.set(data)
          return { axes: node.axes, data: values }
        },
        async close() {
          isClosed = true
          made = new Map()
        },
      }
    },
    ...hostParameters(memory),
    close() {
      memory.close()
    },
  }
}

/** For every place on `axes`, the offset in a value that lies along axes of its own. */
function offsets(axes: readonly Axis[], own: readonly Axis[]): Int32Array {
  const dense = denseStrides(own.map(({ size }) => size))
  const strides = axes.map(({ name }) => dense[own.findIndex((axis) => axis.name === name)] ?? 0)
  let all = new Int32Array([0])
  axes.forEach(({ size }, a) => {
    const wider = new Int32Array(all.length * size)
    for (let i = 0; i < wider.length; i++) wider[i] = all[Math.floor(i / size)] + (i % size) * strides[a]
    all = wider
  })
  return all
}

/** The distance between neighbours on an axis. */
function strideOf(axes: readonly Axis[], name: string): number {
  return cells(axes.slice(axes.findIndex((axis) => axis.name === name) + 1))
}

/** The axes with one of them out of reach of its name: a table's axis that ids stand for. */
function without(axes: readonly Axis[], name: string): Axis[] {
  return axes.map((axis) => (axis.name === name ? { name: '', size: axis.size } : axis))
}

/** So many cells, each computed from its number. (`Float64Array.from` does the same, and takes many times as long.) */
function each(count: number, cell: (i: number) => number): Float64Array {
  const data = new Float64Array(count)
  for (let i = 0; i < count; i++) data[i] = cell(i)
  return data
}

function inOrderOf({ axes: own, data }: Array64, axes: readonly Axis[]): Float64Array {
  const places = offsets(axes, own)
  return each(places.length, (i) => data[places[i]])
}

class Run {
  readonly #inputs: Inputs
  readonly #seed: number
  readonly #memory: ReferenceMemory
  readonly #made = new Map<Node, Array64>()

  constructor(inputs: Inputs, seed: number, memory: ReferenceMemory) {
    this.#inputs = inputs
    this.#seed = seed
    this.#memory = memory
  }

  value(node: Node): Array64 {
    let found = this.#made.get(node)
    if (!found) {
      found = { axes: node.axes, data: this.#compute(node, node.operation) }
      this.#made.set(node, found)
    }
    return found
  }

  #compute(node: Node, operation: Operation): Float64Array {
    if (operation.kind === 'part')
      return inOrderOf(this.value(openedDefinition(node.inputs[0]).results[operation.index]), node.axes)
    if (operation.kind === 'defined') return new Float64Array(0)
    const { axes } = node
    const count = cells(axes)
    const inputs = node.inputs.map((input) => this.value(input))
    switch (operation.kind) {
      case 'input': {
        const given = this.#inputs[operation.name]
        return typeof given === 'number' ? Float64Array.of(given) : Float64Array.from(given)
      }
      case 'parameter':
        return this.#memory.values(node)
      case 'constant':
        return Float64Array.of(operation.value)
      case 'table':
        return Float64Array.from(operation.values)
      case 'index':
        return each(count, (i) => i)
      case 'random': {
        const key = randomKey(operation.name, this.#seed)
        return each(count, (cell) => uniform(key, inputs[0].data[0], cell))
      }
      case 'apply': {
        const places = inputs.map((input) => offsets(axes, input.axes))
        const values = inputs.map(() => 0)
        return each(count, (i) => {
          for (let k = 0; k < values.length; k++) values[k] = inputs[k].data[places[k][i]]
          return evaluate(operation.function, values)
        })
      }
      case 'rename':
      case 'stop':
        return inputs[0].data
      case 'expand':
        return inOrderOf(inputs[0], axes)
      case 'reduce':
        return this.#sum(axes, inputs, operation.over, operation.function)
      case 'dot':
        return this.#sum(axes, inputs, operation.over, 'sum')
      case 'gather': {
        const [table, ids] = inputs
        const row = strideOf(table.axes, operation.axis)
        const last = sizeOf(table.axes, operation.axis) - 1
        const [from, which] = [offsets(axes, without(table.axes, operation.axis)), offsets(axes, ids.axes)]
        return each(count, (i) => table.data[from[i] + Math.min(last, Math.max(0, ids.data[which[i]])) * row])
      }
      case 'scatter': {
        const [values, ids, onto] = inputs
        const row = strideOf(axes, operation.axis)
        const [to, which] = [offsets(values.axes, without(axes, operation.axis)), offsets(values.axes, ids.axes)]
        const table = onto ? onto.data.slice() : new Float64Array(count)
        const size = sizeOf(axes, operation.axis)
        values.data.forEach((value, i) => {
          const id = ids.data[which[i]]
          if (id >= 0 && id < size) table[to[i] + id * row] += value
        })
        return table
      }
      case 'window': {
        const [x] = inputs
        const row = strideOf(x.axes, operation.axis)
        const along = x.axes.filter(({ name }) => name === operation.axis)
        const [from, place] = [offsets(axes, without(x.axes, operation.axis)), offsets(axes, along)]
        return each(count, (i) => {
          const at = place[i] + operation.from
          return at >= 0 && at < along[0].size ? x.data[from[i] + at * row] : 0
        })
      }
      case 'place': {
        const [target, values, start] = inputs
        const row = strideOf(axes, operation.axis)
        const result = inOrderOf(target, axes)
        const to = offsets(values.axes, axes)
        values.data.forEach((value, i) => {
          result[to[i] + start.data[0] * row] = value
        })
        return result
      }
    }
  }

  /** Σ (or the largest) over the places of `over` of the product of all inputs. */
  #sum(
    axes: readonly Axis[],
    inputs: readonly Array64[],
    over: readonly string[],
    name: 'sum' | 'maximum',
  ): Float64Array {
    const reduced = over
      .map((each) => inputs[0].axes.find((axis) => axis.name === each))
      .filter((axis) => axis !== undefined)
    const outer = inputs.map((input) => offsets(axes, input.axes))
    const inner = inputs.map((input) => offsets(reduced, input.axes))
    return each(cells(axes), (i) => {
      let result = name === 'sum' ? 0 : -Infinity
      for (let j = 0; j < inner[0].length; j++) {
        let term = 1
        for (let k = 0; k < inputs.length; k++) term *= inputs[k].data[outer[k][i] + inner[k][j]]
        result = name === 'sum' ? result + term : Math.max(result, term)
      }
      return result
    })
  }
}
