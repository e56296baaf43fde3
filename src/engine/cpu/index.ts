// The CPU engine: compiles a graph to WebAssembly made for its very shapes, and runs it on several threads.
//
//   graph ─ lower (src/engine/lower, for target.ts) ─ program/code.ts ─ threads
//
// What is lowered knows no machine; from its code on, it is this folder. CUTAWAY_DEBUG=graph,schedule,kernels shows what was
// built, and what each kernel took.

import type { Node } from '../../tensor/node.ts'
import { type Engine, type Graph, isInput, type Program, type RowsOf } from '../engine.ts'
import { hostParameters, type Parameters } from '../hostParameters.ts'
import type { Box, Lent } from '../lent.ts'
import { describeGraph, describeSchedule } from '../lower/describe.ts'
import { effortOf } from '../lower/effort.ts'
import { lower } from '../lower/lower.ts'
import { checkKept, type StorageType } from '../storage.ts'
import type { Machine } from './emitted.ts'
import { type DetectedMachine, detectMachine, type MachineOptions } from './machine/machine.ts'
import { Arena, ArenaFull, mostPages, type Passing } from './memory/arena.ts'
import { Lasting, type Place } from './memory/lasting.ts'
import { urgeCollector, Watch } from './memory/unreachable.ts'
import { ProgramCode } from './program/code.ts'
import { LoadedProgram } from './program/loaded.ts'
import { timesBytes } from './program/profile.ts'
import { bytes, strides, target } from './target.ts'
import { type Started, startThreads } from './threads/startThreads.ts'
import type { Pool } from './threads/threads.ts'
import { compileModule } from './wasm/compileModule.ts'

/** What the engine writes about its work, and where. */
export interface CpuOptions extends MachineOptions {
  /** Any of 'graph', 'schedule', 'kernels', separated by commas; CUTAWAY_DEBUG if not given. */
  readonly debug?: string
  readonly print?: (line: string) => void
  /** Programs of less work than about so many microseconds are run by one thread; 100 if not given, on a page's main thread 400. */
  readonly aloneBelow?: number
}

/**
 * An engine on this machine's processor.
 *
 * Takes as many threads as help: what a browser says of its machine is put to the test. `options.threads` or CUTAWAY_THREADS say
 * how many instead. Where memory cannot be shared, or no thread can be started, it takes one; `description` says why.
 *
 * Throws if an option names what this machine lacks, and if WebAssembly cannot run here at all.
 */
export async function cpu(options: CpuOptions = {}): Promise<CpuEngine> {
  const machine = await detectMachine(options)
  const arena = await openArena(machine.threads > 1)
  return new ThreadedEngine(machine, arena, await startThreads(arena, machine), options)
}

/**
 * A page may open so many engines with 4 GiB of addresses each; those that come on top have 1 GiB. WebKit has some 64 GiB for all
 * memories together, and what nobody has written to counts.
 */
const mostLarge = 8
const smallerPages = 2 ** 14

/** An arena for one more engine. Where it cannot be as large as it should, memories of engines that are gone may be in its way. */
async function openArena(shared: boolean): Promise<Arena> {
  const isPage = globalThis.process?.versions?.node === undefined
  const maximumPages = isPage && openPools.size >= mostLarge ? smallerPages : mostPages
  const arena = new Arena({ shared, maximumPages })
  if (arena.limits.maximumPages === maximumPages) return arena
  urgeCollector()
  await new Promise((resolve) => setTimeout(resolve))
  return new Arena({ shared, maximumPages })
}

/** In microseconds: to wake a thread takes half of that, and to hear of it in a message, as the main thread of a page must, more. */
const usualAloneBelow = 100
const aloneBelowInPage = 400

/** What an engine keeps at the moment. */
export interface Usage {
  /** Bytes of its memory that are given out: to parameters, to programs, and 64 KiB for its own. */
  readonly bytes: number
  /** Programs that are open, as far as is known: of what nobody can reach, the collector says so later. */
  readonly programs: number
}

export interface CpuEngine extends Engine {
  readonly usage: Usage
}

/** What a program has of its engine. It must not lead to the program. */
interface Held {
  readonly places: Place[]
  passing?: Passing
  times?: { readonly address: number; readonly bytes: number }
  id?: number
}

/** The collector is not urged before so many bytes are in use, and then again whenever they are twice as many. */
const leastToCollect = 2 ** 29
/** How often it is urged at most; in most cases it looks at the first or the second time. */
const collections = 4

/** Of engines that are open. */
const openPools = new Set<Pool>()

/** Ends the threads of engines that nobody can reach. */
const lostEngines = new FinalizationRegistry<Pool>((pool) => {
  openPools.delete(pool)
  void pool.close()
})

class ThreadedEngine implements CpuEngine {
  readonly description: string
  readonly #machine: Machine
  readonly #arena: Arena
  readonly #pool: Pool
  readonly #spins: number
  readonly #debug: ReadonlySet<string>
  readonly #print: (line: string) => void
  readonly #aloneBelow: number
  readonly #lasting: Lasting
  readonly #parameters: Parameters
  readonly #programs = new Watch<Held>((held) => {
    this.#leave(held)
    void this.#drop(held)
  })
  #toCollect = leastToCollect

  constructor(machine: DetectedMachine, arena: Arena, { pool, spins, remark }: Started, options: CpuOptions) {
    const threads = pool.threads === 1 ? 'one thread' : `${pool.threads} threads`
    this.description = `cpu: ${machine.arithmetic}, ${threads}${remark ? ` (${remark})` : ''}`
    this.#spins = spins
    this.#machine = machine
    this.#arena = arena
    this.#lasting = new Lasting(arena)
    this.#parameters = hostParameters({
      of: (parameter) => this.#memoryOf(parameter),
      keep: (parameter, type) => {
        checkKept(parameter, this.#lasting.find(parameter)?.type, type)
        this.#place(parameter, type)
      },
      // Memory of one thread alone is another object whenever it has grown.
      moves: !arena.limits.shared,
    })
    this.#pool = pool
    this.#debug = new Set((options.debug ?? globalThis.process?.env?.CUTAWAY_DEBUG ?? '').split(','))
    this.#print = options.print ?? ((line) => console.error(line))
    this.#aloneBelow = options.aloneBelow ?? (pool.hostWorks ? usualAloneBelow : aloneBelowInPage)
    openPools.add(pool)
    lostEngines.register(this, pool, this)
  }

  get usage(): Usage {
    return { bytes: this.#arena.bytesInUse, programs: this.#programs.size }
  }

  async compile(graph: Graph): Promise<Program> {
    if (this.#arena.bytesInUse > this.#toCollect) await this.#collect()
    try {
      return await this.#compile(graph)
    } catch (error) {
      if (!(error instanceof ArenaFull)) throw error
      await this.#collect()
      return this.#compile(graph)
    }
  }

  async #compile(graph: Graph): Promise<Program> {
    const held: Held = { places: [] }
    try {
      const program = await this.#load(graph, held)
      this.#programs.add(program, held)
      return program
    } catch (error) {
      this.#leave(held)
      throw error
    }
  }

  async #load(graph: Graph, held: Held): Promise<Program> {
    const begun = performance.now()
    const lowered = lower(graph, target, (node) => this.#lasting.find(node)?.type === 'bf16')
    const { calls, memory, inputs } = lowered
    const isAlone = effortOf(calls, target) < this.#aloneBelow
    const threads = isAlone ? 1 : this.#pool.threads
    const measures = this.#debug.has('kernels')
    const code = new ProgramCode(lowered, { machine: this.#machine, threads, measures })

    const places = new Map(memory.lasting.map((node) => [node, this.#hold(node, held)]))
    held.passing = this.#arena.reserve(code.passingBytes + 512)
    const placed = { base: held.passing.base, lasting: (node: Node) => places.get(node)?.address ?? 0 }
    const address = (node: Node): number => code.addressOf(node, placed)
    const { bytes, slots } = code.encode(placed, { spins: this.#spins, limits: this.#arena.limits })
    if (measures) held.times = { address: this.#arena.allocate(timesBytes(slots)), bytes: timesBytes(slots) }

    const module = await compileModule(bytes)
    const { address: times = 0 } = held.times ?? {}
    const id = await (isAlone ? this.#pool.loadAlone(module, { times }) : this.#pool.load(module, { times }))
    held.id = id
    if (this.#debug.has('graph')) for (const line of describeGraph(lowered)) this.#print(line)
    if (this.#debug.has('schedule')) {
      for (const line of describeSchedule(lowered)) this.#print(line)
      const { kinds } = code
      const ms = (performance.now() - begun).toFixed(1)
      this.#print(
        `${calls.length} kernels of ${kinds} kinds in ${lowered.waves.length} waves for ${threads === 1 ? 'one thread' : `${threads} threads`}, ${bytes.length} bytes of code, ${ms} ms to compile`,
      )
    }
    return new LoadedProgram({
      arena: this.#arena,
      pool: this.#pool,
      plan: {
        lasting: held.places.reduce((sum, { bytes }) => sum + bytes, 0),
        passing: code.passingBytes,
        kernels: calls.length,
      },
      id,
      isAlone,
      inputs,
      places: new Map(memory.lasting.filter(isInput).map((node) => [node, address(node)])),
      outputs: new Map(
        [...lowered.outputs].map(([name, node]) => [
          name,
          { address: address(node), type: places.get(node)?.type ?? 'f32', axes: graph.outputs[name].axes },
        ]),
      ),
      lasting: memory.lasting,
      times: measures ? { slots, address: times } : undefined,
      print: this.#print,
      giveBack: this.#returning(held),
    })
  }

  /** Where a node lies that a program needs. */
  #hold(node: Node, held: Held): Place {
    const place = this.#lasting.use(node)
    held.places.push(place)
    return place
  }

  keep(parameter: Node, type: StorageType): void {
    this.#parameters.keep(parameter, type)
  }

  set(parameter: Node, values: ArrayLike<number>): void {
    this.#parameters.set(parameter, values)
  }

  get(parameter: Node): Promise<Float32Array> {
    return this.#parameters.get(parameter)
  }

  fill(parameter: Node, write: (room: Lent) => void | Promise<void>, box?: Box): Promise<void> {
    return this.#parameters.fill(parameter, write, box)
  }

  read<Result>(parameter: Node, use: (held: Lent) => Result | Promise<Result>, box?: Box): Promise<Result> {
    return this.#parameters.read(parameter, use, box)
  }

  copyRows(copies: readonly RowsOf[], rows: ArrayLike<number>, length: number): Promise<void> {
    return this.#parameters.copyRows(copies, rows, length)
  }

  forget(parameter: Node): void {
    this.#lasting.forget(parameter)
  }

  close(): void {
    lostEngines.unregister(this)
    openPools.delete(this.#pool)
    this.#arena.close()
    void this.#pool.close()
  }

  #memoryOf(parameter: Node): Lent {
    const { type, address } = this.#place(parameter)
    const { axes } = parameter
    const count = bytes(axes, 1)
    const { buffer } = this.#arena.memory
    return type === 'bf16'
      ? { type, data: new Uint16Array(buffer, address, count), strides: strides(axes) }
      : { type, data: new Float32Array(buffer, address, count), strides: strides(axes) }
  }

  /** Where a parameter lies. Where there is no room for it, what is lost makes room, as far as the collector says so at once. */
  #place(parameter: Node, type?: StorageType): Place {
    try {
      return this.#lasting.place(parameter, type)
    } catch (error) {
      if (!(error instanceof ArenaFull)) throw error
      urgeCollector()
      this.#sweep()
      return this.#lasting.place(parameter, type)
    }
  }

  /** Gives the collector the time to say what is lost; to ask it in between would keep alive what is asked about. */
  async #collect(): Promise<void> {
    const before = this.#arena.bytesInUse
    for (let i = 0; i < collections && this.#arena.bytesInUse === before; i++) {
      urgeCollector()
      await new Promise((resolve) => setTimeout(resolve))
    }
    this.#toCollect = Math.max(leastToCollect, 2 * this.#arena.bytesInUse)
  }

  #sweep(): void {
    this.#programs.sweep()
    this.#lasting.sweep()
  }

  /** For a program that is closed: after the runs that were asked for. Made here, lest it hold all that compiling made. */
  #returning(held: Held): () => Promise<void> {
    return async () => {
      this.#programs.delete(held)
      await this.#drop(held)
      this.#leave(held)
    }
  }

  #leave({ places, passing, times }: Held): void {
    for (const place of places) this.#lasting.leave(place)
    if (passing) this.#arena.leave(passing)
    if (times) this.#arena.release(times.address, times.bytes)
  }

  /** Lets the threads forget a program. Where they were closed, or one of them has failed, there is nothing to forget. */
  async #drop({ id }: Held): Promise<void> {
    if (id !== undefined) await this.#pool.drop(id).catch(() => {})
  }
}
