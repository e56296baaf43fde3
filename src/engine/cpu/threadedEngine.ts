// The engine itself: compiles graphs, and keeps parameters, in an arena and on threads of its own.

import type { Node } from '../../tensor/node.ts'
import { type Engine, type Graph, isInput, type Program, type RowsOf } from '../engine.ts'
import type { Parameters } from '../hostParameters.ts'
import type { Box, Lent } from '../lent.ts'
import { effortOf } from '../lower/effort.ts'
import { lower } from '../lower/lower.ts'
import type { StorageType } from '../storage.ts'
import type { MachineOptions } from './machine/choices.ts'
import type { DetectedMachine } from './machine/machine.ts'
import { type Arena, ArenaFull } from './memory/arena.ts'
import { type Held, Holdings } from './memory/holdings.ts'
import { Lasting, type LastingPlace } from './memory/lasting.ts'
import { arenaParameters } from './memory/parameters.ts'
import { urgeCollector } from './memory/unreachable.ts'
import { ProgramCode } from './program/code.ts'
import { LoadedProgram } from './program/loaded.ts'
import { timesBytes } from './program/program.ts'
import { target } from './target.ts'
import { lostEngines, openPools } from './threads/openPools.ts'
import type { Pool } from './threads/pool.ts'
import type { Started } from './threads/startTogether.ts'
import { compileModule } from './wasm/compileModule.ts'

/** The machine to compute on, and what the engine writes about its work, and where. */
export interface CpuOptions extends MachineOptions {
  /** Any of 'graph', 'schedule', 'kernels', separated by commas; CUTAWAY_DEBUG if not given. */
  readonly debug?: string
  readonly print?: (line: string) => void
  /** Programs of less work than about so many microseconds are run by one thread; 100 if not given, on a page's main thread 400. */
  readonly aloneBelow?: number
}

/** All that an engine keeps at the moment. */
export interface Usage {
  /** Bytes of its memory that are given out: to parameters, to programs, and 64 KiB for its own. */
  readonly bytes: number
  /** Programs that are open, as far as is known: of what nobody can reach, the collector says so later. */
  readonly programs: number
}

export interface CpuEngine extends Engine {
  readonly usage: Usage
  /** True where multiply-add rounds once: results are the same bits only between engines alike in this. */
  readonly fma: boolean
  readonly threads: number
  /** Why there is one thread only, where more were to be. */
  readonly remark: string | undefined
}

/** In microseconds: to wake a thread takes half of that, and to hear of it in a message, as the main thread of a page must, more. */
const usualAloneBelow = 100
const aloneBelowInPage = 400

/** The collector is not urged before so many bytes are in use, and then again whenever they are twice as many. */
const leastToCollect = 2 ** 29
/** It is urged so often at most; in most cases it looks at the first or the second time. */
const collections = 4

export class ThreadedEngine implements CpuEngine {
  readonly description: string
  readonly fma: boolean
  readonly threads: number
  readonly remark: string | undefined
  readonly #machine: DetectedMachine
  readonly #arena: Arena
  readonly #pool: Pool
  readonly #spins: number
  readonly #debug: ReadonlySet<string>
  readonly #print: (line: string) => void
  readonly #aloneBelow: number
  readonly #lasting: Lasting
  readonly #parameters: Parameters
  readonly #holdings: Holdings
  #toCollect = leastToCollect

  constructor(machine: DetectedMachine, arena: Arena, { pool, spins, remark }: Started, options: CpuOptions) {
    const threads = pool.threads === 1 ? 'one thread' : `${pool.threads} threads`
    this.description = `cpu: ${machine.arithmetic}, ${threads}${remark ? ` (${remark})` : ''}`
    this.fma = machine.fma
    this.threads = pool.threads
    this.remark = remark
    this.#spins = spins
    this.#machine = machine
    this.#arena = arena
    this.#lasting = new Lasting(arena)
    this.#holdings = new Holdings(arena, this.#lasting, pool)
    this.#parameters = arenaParameters(arena, this.#lasting, () => {
      urgeCollector()
      this.#holdings.sweep()
      this.#lasting.sweep()
    })
    this.#pool = pool
    const debug = options.debug ?? globalThis.process?.env?.CUTAWAY_DEBUG ?? ''
    this.#debug = new Set(debug.split(',').filter((each) => each !== ''))
    this.#print = options.print ?? ((line) => console.error(line))
    this.#aloneBelow = options.aloneBelow ?? (pool.hostWorks ? usualAloneBelow : aloneBelowInPage)
    openPools.add(pool)
    lostEngines.register(this, pool, this)
  }

  get usage(): Usage {
    return { bytes: this.#arena.bytesInUse, programs: this.#holdings.count }
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
      this.#holdings.add(program, held)
      return program
    } catch (error) {
      this.#holdings.leave(held)
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
    const code = await ProgramCode.of(lowered, { machine: this.#machine, threads, measures })

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
    const report = this.#debug.size > 0 ? await import('./program/report.ts') : undefined
    const ms = performance.now() - begun
    report?.reportCompiled(
      this.#debug,
      { lowered, threads, kinds: code.kinds, codeBytes: bytes.length, ms },
      this.#print,
    )
    const [arena, print] = [this.#arena, this.#print]
    return new LoadedProgram({
      engine: this,
      arena,
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
      afterRun: measures ? () => report?.reportTimes(arena, { slots, address: times }, print) : this.#machine.afterRun,
      giveBack: this.#holdings.returning(held),
    })
  }

  /** Where a node lies that a program needs. */
  #hold(node: Node, held: Held): LastingPlace {
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
    this.#parameters.forget(parameter)
  }

  close(): void {
    lostEngines.unregister(this)
    openPools.delete(this.#pool)
    this.#arena.close()
    void this.#pool.close()
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
}
