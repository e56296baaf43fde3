// A third engine, for tests: lowered loops, run one after another over slabs of plain memory. It takes any target, so it shows
// that lowering leaves nothing to one machine.
//
// It is strict where machines are lenient: what was not written is NaN, the calls of a wave run backwards, and a kernel that
// touches more than it may is an error.

import assert from 'node:assert/strict'
import { arrayFor, checkInputs, type Engine, type Graph, type Program } from '../../../src/engine/engine.ts'
import { hostParameters } from '../../../src/engine/hostParameters.ts'
import type { Call } from '../../../src/engine/lower/call.ts'
import { oncePerKernel } from '../../../src/engine/lower/key.ts'
import { type Lowered, lower } from '../../../src/engine/lower/lower.ts'
import type { Target } from '../../../src/engine/lower/target.ts'
import { checkKept, fromBfloat16 } from '../../../src/engine/storage.ts'
import type { Axis } from '../../../src/tensor/axes.ts'
import type { Node } from '../../../src/tensor/node.ts'
import { plainKernel } from './kernel.ts'
import { type Cells, offsetsOf } from './places.ts'

/** An engine on a machine like this, which keeps numbers of so many bits. */
export function plain(target: Target, type: 'f32' | 'f64' = 'f32'): Engine {
  const newCells = (count: number): Cells => (type === 'f32' ? new Float32Array(count) : new Float64Array(count))
  const kept = new WeakMap<Node, Cells>()
  let isClosed = false
  const { layout } = target
  const cellsOf = (axes: readonly Axis[]): number => layout.bytes(axes) / 4
  const halves = new WeakMap<Node, Uint16Array>()
  const checkOpen = (): void => {
    if (isClosed)
      throw new Error('engine: it was closed, and its memory with it. Read what you need before, or start another one.')
  }
  const lasting = (node: Node): Cells => {
    checkOpen()
    const half = halves.get(node)
    if (half) return Float32Array.from(half, fromBfloat16)
    const found = kept.get(node) ?? newCells(cellsOf(node.axes))
    kept.set(node, found)
    if (node.operation.kind === 'table') write(found, node.axes, node.operation.values)
    return found
  }
  /** For every cell in the order of the axes, where it lies. */
  const offsets = (axes: readonly Axis[]): number[] =>
    offsetsOf(
      axes.map(({ size }) => size),
      layout.strides(axes),
    )
  const write = (to: Cells, axes: readonly Axis[], values: number | ArrayLike<number>): void => {
    offsets(axes).forEach((offset, i) => {
      to[offset] = typeof values === 'number' ? values : values[i]
    })
  }
  return {
    description: 'plain loops, as lowered for a made-up machine',
    async compile(graph) {
      return new PlainProgram(graph, target, { newCells, lasting, isHalf: (node) => halves.has(node), write, offsets })
    },
    ...hostParameters({
      of(parameter) {
        const strides = layout.strides(parameter.axes)
        const half = halves.get(parameter)
        if (half) return { type: 'bf16', data: half, strides }
        const data = lasting(parameter)
        return data instanceof Float32Array ? { type: 'f32', data, strides } : { type: 'f64', data, strides }
      },
      keep(parameter, as) {
        checkOpen()
        checkKept(parameter, halves.has(parameter) ? 'bf16' : kept.has(parameter) ? 'f32' : undefined, as)
        if (as === 'f32') lasting(parameter)
        else if (!halves.has(parameter)) halves.set(parameter, new Uint16Array(cellsOf(parameter.axes)))
      },
      forget(parameter) {
        kept.delete(parameter)
        halves.delete(parameter)
      },
      moves: false,
    }),
    close() {
      isClosed = true
    },
  }
}

interface Memory {
  newCells(count: number): Cells
  lasting(node: Node): Cells
  isHalf(node: Node): boolean
  write(to: Cells, axes: readonly Axis[], values: number | ArrayLike<number>): void
  offsets(axes: readonly Axis[]): number[]
}

class PlainProgram implements Program {
  readonly plan
  readonly inputs: readonly string[]
  readonly #graph: Graph
  readonly #lowered: Lowered
  readonly #kernelOf = oncePerKernel(plainKernel)
  readonly #memory: Memory
  readonly #target: Target
  #slabs: Cells[] | undefined
  #isClosed = false

  constructor(graph: Graph, target: Target, memory: Memory) {
    this.#graph = graph
    this.#target = target
    this.#memory = memory
    this.#lowered = lower(graph, target, memory.isHalf)
    const { calls, waves, inputs, memory: plan } = this.#lowered
    this.inputs = inputs.map(({ operation }) => operation.name)
    assert.deepEqual(new Set(waves.flat()), new Set(calls))
    for (const size of plan.slabs) assert.ok(size <= target.memory.largestSlab)
    for (const wave of waves) assert.ok(wave.length <= target.mostInWave)
    for (const call of calls) this.#checkOperands(call)
    const sum = (sizes: readonly number[]): number => sizes.reduce((total, size) => total + size, 0)
    this.plan = {
      lasting: sum(plan.lasting.map(({ axes }) => target.layout.bytes(axes))),
      passing: sum(plan.slabs),
      kernels: calls.length,
    }
  }

  async run(given: Parameters<Program['run']>[0]): Promise<void> {
    this.#checkOpen('run')
    const { waves, memory, inputs } = this.#lowered
    checkInputs(inputs, given)
    const slabs = memory.slabs.map((bytes) => this.#memory.newCells(Math.ceil(bytes / 4)).fill(Number.NaN))
    this.#slabs = slabs
    for (const node of inputs) this.#memory.write(this.#memory.lasting(node), node.axes, given[node.operation.name])
    for (const wave of waves)
      for (const { kernel, operands } of wave.toReversed())
        this.#kernelOf(kernel)(operands.map((node) => this.#cellsOf(node)))
  }

  async read(output: string, into?: Float32Array) {
    this.#checkOpen('read')
    const node = this.#lowered.outputs.get(output)
    if (!node)
      throw new Error(
        `read: the program has no output "${output}". It has ${Object.keys(this.#graph.outputs).join(', ')}.`,
      )
    if (!this.#slabs) throw new Error(`read: "${output}" has not been made yet. Run the program first.`)
    const data = this.#cellsOf(node)
    const { axes } = this.#graph.outputs[output]
    const values = arrayFor(output, axes, into)
    for (const [i, offset] of this.#memory.offsets(axes).entries()) values[i] = data[offset]
    return { axes, data: values }
  }

  async close(): Promise<void> {
    this.#isClosed = true
  }

  #cellsOf(node: Node): Cells {
    const place = this.#lowered.memory.placeOf(node)
    if ('lasting' in place) return this.#memory.lasting(place.lasting)
    const from = place.offset / 4
    return (this.#slabs ?? [])[place.slab].subarray(from, from + this.#target.layout.bytes(node.axes) / 4)
  }

  #checkOperands({ kernel, operands, value }: Call): void {
    const { memory, layout, operands: limit } = this.#target
    for (const node of operands) {
      const place = this.#lowered.memory.placeOf(node)
      if ('slab' in place) assert.equal(place.offset % memory.alignment, 0)
    }
    const large = new Set(operands.filter(({ axes }) => layout.bytes(axes) > limit.above))
    const isLoop = kernel.kind === 'rows' || kernel.kind === 'columns' || kernel.kind === 'product'
    assert.ok(
      !isLoop || large.size <= limit.most,
      `${kernel.kind} ${this.#lowered.labelOf(value)} has ${large.size} operands`,
    )
  }

  #checkOpen(place: string): void {
    if (this.#isClosed) throw new Error(`${place}: the program was closed. Compile it again.`)
  }
}
