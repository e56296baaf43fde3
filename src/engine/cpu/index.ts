// The CPU engine: compiles a graph to WebAssembly made for its very shapes, and runs it on several threads.
//
//   graph ─ simplify ─ cluster ─ schedule ─ plan ─ emit ─ program ─ threads
//
// The first four know no machine (src/engine); from emit on, it is this folder. CUTAWAY_DEBUG=graph,schedule,kernels shows
// what was built, and what each kernel took.

import { cells, describeAxes } from '../../tensor/axes.ts'
import type { Node } from '../../tensor/node.ts'
import { attentionRuns } from '../alone.ts'
import { checkInputs, type Engine, type Graph, type Inputs, nodesOf, type Program, type Values } from '../engine.ts'
import type { Kernel, Value } from '../kernel.ts'
import { bytes, strides } from '../layout.ts'
import { planMemory } from '../plan.ts'
import { type Call as ScheduledCall, schedule } from '../schedule.ts'
import { fromBfloat16, type Storage, type StorageType, toBfloat16 } from '../storage.ts'
import { emitAttention } from './attention.ts'
import { emitColumns } from './columns.ts'
import { copyIn, copyOut, forRows } from './copies.ts'
import { effortOf } from './effort.ts'
import type { Emitted, Machine } from './emitted.ts'
import { type DetectedMachine, detectMachine, type MachineOptions } from './machine.ts'
import { Arena } from './memory.ts'
import { emitPlace } from './place.ts'
import { emitProduct } from './product.ts'
import { type Call, importMark, type Slot, scratchBytes, type Waves, writeProgram } from './program.ts'
import { emitRows } from './rows.ts'
import { emitScatter } from './scatter.ts'
import { canShare, Pool } from './threads.ts'
import { WasmModule } from './wasm.ts'
import { arrange } from './waves.ts'
import { emitWindow } from './window.ts'

/** What the engine writes about its work, and where. */
export interface CpuOptions extends MachineOptions {
  /** Any of 'graph', 'schedule', 'kernels', separated by commas; CUTAWAY_DEBUG if not given. */
  readonly debug?: string
  readonly print?: (line: string) => void
  /** Programs of less work than about so many microseconds are run by one thread; 100 if not given. */
  readonly aloneBelow?: number
}

/**
 * An engine on this machine's processor.
 *
 * Takes as many threads as the processor runs at once (options.threads or CUTAWAY_THREADS say otherwise); where memory cannot be
 * shared, one. Throws if an option names what this machine lacks.
 */
export async function cpu(options: CpuOptions = {}): Promise<Engine> {
  const machine = await detectMachine(options)
  const threads = canShare() ? machine.threads : 1
  const arena = new Arena({ shared: threads > 1 })
  const pool = await Pool.start({ memory: arena.memory, threads })
  return new CpuEngine(machine, arena, pool, options)
}

/** In microseconds: to wake a thread takes half of that. */
const usualAloneBelow = 100

class CpuEngine implements Engine {
  readonly description: string
  readonly #machine: Machine
  readonly #arena: Arena
  readonly #pool: Pool
  readonly #debug: ReadonlySet<string>
  readonly #print: (line: string) => void
  readonly #aloneBelow: number
  readonly #addresses = new Map<Node, number>()
  /** The parameters that are kept as bf16. */
  readonly #halves = new Set<Node>()

  constructor(machine: DetectedMachine, arena: Arena, pool: Pool, options: CpuOptions) {
    this.description = `cpu: ${machine.arithmetic}, ${pool.threads === 1 ? 'one thread' : `${pool.threads} threads`}`
    this.#machine = machine
    this.#arena = arena
    this.#pool = pool
    this.#debug = new Set((options.debug ?? globalThis.process?.env?.CUTAWAY_DEBUG ?? '').split(','))
    this.#print = options.print ?? ((line) => console.error(line))
    this.#aloneBelow = pool.hostWorks ? (options.aloneBelow ?? usualAloneBelow) : 0
  }

  async compile(graph: Graph): Promise<Program> {
    const begun = performance.now()
    for (const parameter of graph.updates?.keys() ?? []) this.#checkUpdate(parameter)
    const isHalf = (node: Node): boolean => this.#halves.has(node)
    const scheduled = schedule(graph, attentionRuns, isHalf)
    const memory = planMemory(scheduled)
    for (const node of memory.lasting) this.#address(node)
    const measures = this.#debug.has('kernels')
    const wasm = new WasmModule()
    const mark = measures ? importMark(wasm) : undefined
    const emitted = emitAll(wasm, scheduled.calls, this.#machine)
    const lasting = (node: Node): number | undefined => this.#addresses.get(scheduled.inPlace.get(node) ?? node)
    // Where passing values begin is known only when the scratch is; for telling them apart any far away place will do.
    const addressAt = (base: number) => (node: Node) => lasting(node) ?? base + (memory.offsets.get(node) ?? 0)
    const order = arrange(scheduled.calls, addressAt(2 ** 40))
    const wavesAt = (base: number): Waves =>
      order.map((wave) => wave.map((i) => callOf(scheduled.calls[i], emitted[i], addressAt(base))))
    const isAlone = effortOf(scheduled.calls) < this.#aloneBelow
    const threads = isAlone ? 1 : this.#pool.threads
    const scratch = scratchBytes(wavesAt(0), threads)
    const passing = Math.ceil(memory.size / 128) * 128
    const base = this.#arena.reserve(passing + scratch + 512)
    const placed = wavesAt(base)
    const slots = writeProgram({
      wasm,
      waves: placed,
      threads,
      scratch: base + passing,
      ...(mark ? { mark } : {}),
    })
    const code = wasm.encode(this.#arena.limits)
    const module = await WebAssembly.compile(code)
    const times = measures ? this.#arena.allocate(8 * Math.max(1, slots.length)) : 0
    const id = await this.#pool.load(module, { times })
    if (this.#debug.has('graph')) for (const node of scheduled.nodes) this.#print(describeNode(node))
    if (this.#debug.has('schedule')) {
      for (const [i, wave] of placed.entries()) for (const call of wave) this.#print(`wave ${i}: ${call.label}`)
      this.#print(
        `${scheduled.calls.length} kernels of ${new Set(emitted).size} kinds in ${placed.length} waves for ${threads === 1 ? 'one thread' : `${threads} threads`}, ${code.length} bytes of code, ${(performance.now() - begun).toFixed(1)} ms to compile`,
      )
    }
    const inputs = nodesOf(graph).filter(({ operation }) => operation.kind === 'input')
    const address = addressAt(base)
    const pool = this.#pool
    const arena = this.#arena
    const get = (node: Node): Promise<Float32Array> => this.get(node)
    const report = (): void => this.#report(slots, times)
    return {
      plan: {
        lasting: memory.lasting.reduce((sum, node) => sum + this.#bytesOf(node), 0),
        passing: passing + scratch,
        kernels: scheduled.calls.length,
      },
      async run(given: Inputs) {
        checkInputs(inputs, given)
        for (const node of inputs)
          if (node.operation.kind === 'input') copyIn(arena, address(node), node.axes, given[node.operation.name])
        await (isAlone ? pool.runAlone(id) : pool.run(id))
        if (measures) report()
      },
      async read(output): Promise<Values> {
        const node = scheduled.outputs.get(output)
        if (!node)
          throw new Error(
            `read: the program has no output "${output}". It has ${[...scheduled.outputs.keys()].join(', ')}.`,
          )
        const { axes } = graph.outputs[output]
        return { axes, data: isHalf(node) ? await get(node) : copyOut(arena, address(node), axes) }
      },
    }
  }

  set(parameter: Node, values: ArrayLike<number>): void {
    if (values.length !== cells(parameter.axes))
      throw new Error(
        `set: ${parameter.path ?? 'the parameter'} ${describeAxes(parameter.axes)} has ${cells(parameter.axes)} cells, but ${values.length} numbers were given.`,
      )
    const { data, strides: along } = this.memory(parameter, this.#typeOf(parameter))
    const isHalf = data instanceof Uint16Array
    const convert = isHalf ? toBfloat16 : (value: number): number => value
    forRows(parameter.axes, along, (from, to, size) => {
      if (!isHalf && ArrayBuffer.isView(values)) data.set((values as Float32Array).subarray(from, from + size), to)
      else for (let i = 0; i < size; i++) data[to + i] = convert(values[from + i])
    })
  }

  async get(parameter: Node): Promise<Float32Array> {
    const { data, strides: along } = this.memory(parameter, this.#typeOf(parameter))
    const values = new Float32Array(cells(parameter.axes))
    forRows(parameter.axes, along, (to, from, size) => {
      if (data instanceof Uint16Array) for (let i = 0; i < size; i++) values[to + i] = fromBfloat16(data[from + i])
      else values.set(data.subarray(from, from + size), to)
    })
    return values
  }

  memory(parameter: Node, type?: StorageType): Storage {
    const { axes, path = 'the parameter' } = parameter
    const isKnown = this.#addresses.has(parameter)
    const kept = this.#typeOf(parameter)
    if (isKnown && type !== undefined && type !== kept)
      throw new Error(`memory: ${path} is kept as ${kept} already; ask for ${type} before it is used in any other way.`)
    if (!isKnown && type === 'bf16') {
      if (axes.length < 2)
        throw new Error(`memory: ${path} ${describeAxes(axes)} cannot be kept as bf16, only matrices can; ask for f32.`)
      this.#halves.add(parameter)
    }
    const address = this.#address(parameter)
    const all = strides(axes)
    const count = bytes(axes, 1)
    const isHalf = this.#halves.has(parameter)
    const { buffer } = this.#arena.memory
    const data = isHalf ? new Uint16Array(buffer, address, count) : new Float32Array(buffer, address, count)
    return { type: isHalf ? 'bf16' : 'f32', data, strides: all }
  }

  close(): void {
    void this.#pool.close()
  }

  #checkUpdate(parameter: Node): void {
    if (this.#halves.has(parameter))
      throw new Error(
        `compile: ${parameter.path ?? 'a parameter'} is kept as bf16, but the program gives it new values; keep it as f32.`,
      )
  }

  #bytesOf(node: Node): number {
    return bytes(node.axes, this.#halves.has(node) ? 2 : 4)
  }

  #typeOf(parameter: Node): StorageType {
    return this.#halves.has(parameter) ? 'bf16' : 'f32'
  }

  /** Where a parameter or an input lies; it gets its memory when it is first asked for. */
  #address(node: Node): number {
    const known = this.#addresses.get(node)
    if (known !== undefined) return known
    const made = this.#arena.allocate(this.#bytesOf(node))
    this.#addresses.set(node, made)
    if (node.operation.kind === 'table') copyIn(this.#arena, made, node.axes, node.operation.values)
    return made
  }

  /** Prints what the kernels of the last run took, the slowest first. */
  #report(slots: readonly Slot[], times: number): void {
    const measured = new Float64Array(this.#arena.memory.buffer, times, slots.length)
    const byLabel = new Map<string, { ms: number; flops: number; bytes: number; calls: number }>()
    slots.forEach(({ label, stage, flops, bytes: moved }, i) => {
      const so = byLabel.get(label) ?? { ms: 0, flops: 0, bytes: 0, calls: 0 }
      so.ms += measured[i]
      if (stage === 0) {
        so.flops += flops
        so.bytes += moved
        so.calls++
      }
      byLabel.set(label, so)
    })
    measured.fill(0)
    const total = [...byLabel.values()].reduce((sum, { ms }) => sum + ms, 0)
    this.#print(`run: ${total.toFixed(3)} ms`)
    for (const [label, { ms, flops, bytes: moved, calls }] of [...byLabel].sort((a, b) => b[1].ms - a[1].ms)) {
      const rate = flops > 0 ? `${(flops / ms / 1e6).toFixed(1)} GFLOP/s` : `${(moved / ms / 1e6).toFixed(1)} GB/s`
      this.#print(`  ${ms.toFixed(3).padStart(9)} ms ${rate.padStart(16)}  ${String(calls).padStart(3)}×  ${label}`)
    }
  }
}

/** Emits every kernel once; calls of equal kernels share their code. */
function emitAll(wasm: WasmModule, calls: readonly ScheduledCall[], machine: Machine): Emitted[] {
  const known = new Map<string, Emitted>()
  return calls.map(({ kernel }) => {
    const key = keyOf(kernel)
    const made = known.get(key) ?? emit(wasm, kernel, machine)
    known.set(key, made)
    return made
  })
}

function emit(wasm: WasmModule, kernel: Kernel, machine: Machine): Emitted {
  switch (kernel.kind) {
    case 'rows':
      return emitRows(wasm, kernel, machine)
    case 'columns':
      return emitColumns(wasm, kernel, machine)
    case 'product':
      return emitProduct(wasm, kernel, machine)
    case 'attention':
    case 'attentionGradient':
      return emitAttention(wasm, kernel, machine)
    case 'scatter':
      return emitScatter(wasm, kernel, machine)
    case 'place':
      return emitPlace(wasm, kernel, machine)
    case 'window':
      return emitWindow(wasm, kernel)
  }
}

/** A text that two kernels share if and only if they are the same computation. */
function keyOf(kernel: Kernel): string {
  const numbers = new Map<Value, number>()
  const lines: string[] = []
  const number = (value: Value): number => {
    const known = numbers.get(value)
    if (known !== undefined) return known
    const line =
      value.kind === 'apply'
        ? `${value.operation} ${value.inputs.map(number).join(' ')}`
        : value.kind === 'reduce'
          ? `reduce ${value.operation} ${number(value.input)}`
          : value.kind === 'random'
            ? `random ${value.key} ${number(value.step)} ${value.strides.join(' ')}`
            : JSON.stringify(value)
    numbers.set(value, lines.length)
    return lines.push(line) - 1
  }
  const stores = 'stores' in kernel ? kernel.stores.map(({ operand, value }) => `${operand} ${number(value)}`) : []
  return JSON.stringify({ ...kernel, stores: [stores, lines] })
}

function callOf(
  { kernel, operands, label, flops }: ScheduledCall,
  emitted: Emitted,
  addressOf: (node: Node) => number,
): Call {
  const moved = operands.reduce((sum, { axes }) => sum + bytes(axes), 0)
  return { emitted, operands: operands.map(addressOf), label: `${kernel.kind} ${label}`, flops, bytes: moved }
}

function describeNode(node: Node): string {
  const { kind, ...details } = node.operation
  const what = Object.values(details)
    .filter((detail) => typeof detail !== 'object')
    .join(' ')
  return `${node.id} = ${kind} ${what} of ${node.inputs.map(({ id }) => id).join(' ')} ${describeAxes(node.axes)} ${node.path ?? node.place ?? ''}`
}
