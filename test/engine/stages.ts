// Small kernels written by hand, whose results show at once if a unit was left out, done twice or done too early;
// and a pool with an arena to run them on. For the tests of threads, in Node and in pages.

import type { Emitted, Stage } from '../../src/engine/cpu/emitted.ts'
import { Arena } from '../../src/engine/cpu/memory/arena.ts'
import { type EmittedCall, scratchBytes, type Waves } from '../../src/engine/cpu/program/phases.ts'
import { importMark, type Slot, writeProgram } from '../../src/engine/cpu/program/program.ts'
import { Pool } from '../../src/engine/cpu/threads/pool.ts'
import { usualSpins } from '../../src/engine/cpu/threads/talk.ts'
import type { Local, WasmFunction } from '../../src/engine/cpu/wasm/function.ts'
import { WasmModule } from '../../src/engine/cpu/wasm/module.ts'

interface Parameters {
  readonly unit: Local
  readonly operands: readonly Local[]
  readonly shared: Local
  readonly own: Local
}

/** A stage of kernels with `operands` operands: `body` is written for one unit. */
function stage(
  wasm: WasmModule,
  { units, grain = 1, operands }: { units: number; grain?: number; operands: number },
  body: (f: WasmFunction, parameters: Parameters) => void,
): Stage {
  const f = wasm.function(
    '',
    Array.from({ length: operands + 4 }, () => 'i32' as const),
  )
  const [from, to] = f.parameters
  const unit = f.local('i32')
  const [shared, own] = f.parameters.slice(-2)
  f.for(unit, from, to, 1, () => body(f, { unit, operands: f.parameters.slice(2, -2), shared, own }))
  return { function: f, units, grain }
}

/** Pushes the address of cell `index` of what begins at `base`. */
function cell(f: WasmFunction, base: Local, index: Local): WasmFunction {
  return f.push(index).push(2).op('i32.shl').push(base).op('i32.add')
}

/** a[unit] += unit + 1 */
export function addUp(wasm: WasmModule, units: number, grain = 1): Emitted {
  const only = stage(wasm, { units, grain, operands: 1 }, (f, { unit, operands: [a] }) => {
    cell(f, a, unit)
    cell(f, a, unit).load('i32.load').push(unit, 1).op('i32.add', 'i32.add').store('i32.store')
  })
  return { stages: [only], sharedScratch: 0, ownScratch: 0 }
}

/** b[unit] = a[units - 1 - unit] + 1: whoever writes it, somebody else wrote what it reads. */
export function turnRound(wasm: WasmModule, units: number, grain = 1): Emitted {
  const only = stage(wasm, { units, grain, operands: 2 }, (f, { unit, operands: [a, b] }) => {
    const from = f.local('i32')
    f.push(units - 1, unit)
      .op('i32.sub')
      .set(from)
    cell(f, b, unit)
    cell(f, a, from).load('i32.load').push(1).op('i32.add').store('i32.store')
  })
  return { stages: [only], sharedScratch: 0, ownScratch: 0 }
}

/** The same in two stages, through shared scratch; each unit takes a detour over the thread's own scratch. */
export function turnRoundTwice(wasm: WasmModule, units: number, grain = 1): Emitted {
  const first = stage(wasm, { units, grain, operands: 2 }, (f, { unit, operands: [a], shared, own }) => {
    f.push(own)
    cell(f, a, unit).load('i32.load').store('i32.store', 64)
    cell(f, shared, unit)
    f.push(own).load('i32.load', 64).store('i32.store')
  })
  const second = stage(wasm, { units, grain, operands: 2 }, (f, { unit, operands: [, b], shared }) => {
    const from = f.local('i32')
    f.push(units - 1, unit)
      .op('i32.sub')
      .set(from)
    cell(f, b, unit)
    cell(f, shared, from).load('i32.load').push(1).op('i32.add').store('i32.store')
  })
  return { stages: [first, second], sharedScratch: units * 4, ownScratch: 68 }
}

/** Fails at one unit, if the number at its operand is not zero: after so many turns of a loop. */
export function trapAt(wasm: WasmModule, units: number, at: number): Emitted {
  const only = stage(wasm, { units, operands: 1 }, (f, { unit, operands: [turns] }) => {
    const left = f.local('i32')
    f.push(turns).load('i32.load').set(left)
    f.push(unit, at).op('i32.eq').push(0, left).op('i32.lt_u', 'i32.and')
    f.if(() => {
      f.loop(() => f.push(left, 1).op('i32.sub').tee(left).branchIf(0))
      f.op('unreachable')
    })
  })
  return { stages: [only], sharedScratch: 0, ownScratch: 0 }
}

/** An arena and a pool on it, and what the tests do with both. */
export class Bench {
  readonly arena: Arena
  readonly pool: Pool

  static async open(threads: number): Promise<Bench> {
    const arena = new Arena({ shared: threads > 1 })
    return new Bench(arena, await Pool.start({ memory: arena.memory, threads }))
  }

  constructor(arena: Arena, pool: Pool) {
    this.arena = arena
    this.pool = pool
  }

  /** A fresh run of cells, all zero, with a view of it that is new at every call (memory grows). */
  cells(count: number): { address: number; values: () => Int32Array } {
    const address = this.arena.allocate(count * 4)
    return { address, values: () => new Int32Array(this.arena.memory.buffer, address, count) }
  }

  /** Writes, compiles and loads a program; the result runs it. */
  async program(waves: (wasm: WasmModule) => Waves): Promise<() => Promise<void>> {
    const { id } = await this.#load(waves, false)
    return () => this.pool.run(id)
  }

  /** The same, for one that measures. */
  async measured(waves: (wasm: WasmModule) => Waves) {
    const { id, slots, times } = await this.#load(waves, true)
    const read = () => [...new Float64Array(this.arena.memory.buffer, times, slots.length)]
    return { run: () => this.pool.run(id), slots, times: read }
  }

  async #load(
    write: (wasm: WasmModule) => Waves,
    measures: boolean,
  ): Promise<{ id: number; slots: readonly Slot[]; times: number }> {
    const wasm = new WasmModule()
    const mark = measures ? importMark(wasm) : undefined
    const waves = write(wasm)
    const { threads } = this.pool
    const { base: scratch } = this.arena.reserve(scratchBytes(waves, threads))
    const slots = writeProgram({ wasm, waves, threads, scratch, spins: usualSpins, ...(mark ? { mark } : {}) })
    const times = this.arena.allocate(8 * slots.length)
    const module = await WebAssembly.compile(wasm.encode(this.arena.limits))
    return { id: await this.pool.load(module, { times }), slots, times }
  }
}

export function call(emitted: Emitted, operands: readonly number[], label = ''): EmittedCall {
  return { emitted, operands, label }
}
