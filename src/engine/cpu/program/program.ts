// A program: one WebAssembly function that calls kernels one after another, run by all threads at once.
//
//   wave    calls that do not depend on one another
//   phase   the first stages of a wave's calls, or their second ones, …: no thread waits within it
//   unit    what a stage is divided into; its result is the same bits whoever computes it
//   chunk   a stage's grain of units: what is not divided further
//
// Between two phases stands a barrier: all threads have finished the one before any begins the next.
//
// The chunks of a stage are split evenly, a run of neighbours for each thread, which so finds in its cache what it
// wrote there before. Each thread takes its share in a few bites, and helps others with theirs when it is done:
// cores are not equally fast, and one may be taken away by another process. A stage of no more chunks than threads
// gives each to one thread, and the next such stage of the phase begins with the threads that are left over.
//
// Next to read: pool.ts, for how the threads come to run it.

import { control, lineBytes } from '../memory/arena.ts'
import type { Local, Pushable, WasmFunction } from '../wasm/function.ts'
import type { WasmModule } from '../wasm/module.ts'
import { writeBarrier, writeTake } from './agreement.ts'
import { ownBytes, type ProgramPhase, programPhases, sharedBytes, type Waves } from './phases.ts'

export interface ProgramOptions {
  /** Holds the kernels. The program is added to it, exported as `run`: its parameter is the thread's number. */
  readonly wasm: WasmModule
  readonly waves: Waves
  /** The number of threads that will run it: as many as the pool has. */
  readonly threads: number
  /** The address of `scratchBytes(waves, threads)` bytes, a multiple of 128. */
  readonly scratch: number
  /** The number of loads that a thread makes at a barrier before it goes to sleep (meeting.ts measures it). */
  readonly spins: number
  /** From `importMark`: writes the variant that measures, in which calls of one wave run one after another. */
  readonly mark?: WasmFunction
}

/** The stage of a call that one time of a measuring program belongs to. */
export interface Slot {
  readonly label: string
  readonly stage: number
  readonly flops: number
  readonly bytes: number
}

/** Bytes of the times of so many slots: milliseconds, one f64 for each. */
export const timesBytes = (slots: readonly Slot[]): number => 8 * Math.max(1, slots.length)

/** In how many bites a thread takes its share. */
const bitesPerThread = 8
/** V8 takes long to compile long functions. */
const phasesPerFunction = 32

/** For a program that measures: declares the host's clock. Comes before the module's first function, as imports do. */
export function importMark(wasm: WasmModule): WasmFunction {
  return wasm.import('mark', ['i32'])
}

/**
 * Adds the program to its module. Gives back what the times of a measuring program belong to: the host adds up
 * milliseconds, one f64 for each slot (Pool.load says where).
 */
export function writeProgram({ wasm, waves, threads, scratch, spins, mark }: ProgramOptions): readonly Slot[] {
  const phases = programPhases(mark ? waves.flat().map((call) => [call]) : waves, threads, scratch, mark !== undefined)
  const helpers = threads > 1 ? { barrier: writeBarrier(wasm, spins), take: writeTake(wasm, threads) } : undefined
  const pieces: WasmFunction[] = []
  for (let at = 0; at < phases.length; at += phasesPerFunction) {
    const piece = wasm.function('', ['i32', 'i32'])
    for (let i = at; i < Math.min(at + phasesPerFunction, phases.length); i++) {
      writePhase(piece, phases[i], threads, helpers?.take)
      if (helpers && phases[i].barrier > 0) {
        clearCounters(piece, phases[i + 1], threads)
        piece.push(phases[i].barrier * threads).call(helpers.barrier)
      }
      if (mark) callMark(piece, mark, i)
    }
    pieces.push(piece)
  }

  const run = wasm.function('run', ['i32'])
  const [thread] = run.parameters
  const own = { base: scratch + sharedBytes(waves), bytes: ownBytes(waves) }
  if (mark) callMark(run, mark, -1)
  for (const piece of pieces) run.push(thread, thread, own.bytes).op('i32.mul').push(own.base).op('i32.add').call(piece)
  if (!mark) return []
  return phases.map(({ parts: [{ call, stage }] }) => ({
    label: call.label,
    stage: call.emitted.stages.indexOf(stage),
    flops: call.flops ?? 0,
    bytes: call.bytes ?? 0,
  }))
}

/** `f` has the parameters thread and own scratch. */
function writePhase(
  f: WasmFunction,
  { parts, set }: ProgramPhase,
  threads: number,
  take: WasmFunction | undefined,
): void {
  const [thread, own] = f.parameters
  let first = 0
  let counted = 0
  for (const { call, stage, shared, chunks } of parts) {
    const work = (from: Pushable, to: Pushable) => f.push(from, to, ...call.operands, shared, own).call(stage.function)
    if (!take) {
      work(0, stage.units)
    } else if (chunks === 1) {
      f.push(thread, first).op('i32.eq')
      f.if(() => work(0, stage.units))
      first = (first + 1) % threads
    } else if (chunks <= threads) {
      // Thread `first` has the first chunk.
      const [place, to] = f.locals('i32', 2)
      f.push(thread, threads - first)
        .op('i32.add')
        .push(threads)
        .op('i32.rem_u')
        .tee(place)
      f.push(chunks).op('i32.lt_u')
      f.if(() => {
        f.push(place, stage.grain).op('i32.mul').tee(place)
        endOfChunk(f, to, stage.grain, stage.units)
        work(place, to)
      })
      first = (first + chunks) % threads
    } else {
      const bite = Math.ceil(chunks / (threads * bitesPerThread)) * stage.grain
      const bites = Math.ceil(stage.units / bite)
      const counters = control.counters + set * threads * lineBytes + counted * 4
      const [from, to] = f.locals('i32', 2)
      f.block(() =>
        f.loop(() => {
          f.push(thread, counters, Math.floor(bites / threads), bites % threads).call(take)
          f.tee(from).push(0).op('i32.lt_s').branchIf(1)
          f.push(from, bite).op('i32.mul').tee(from)
          endOfChunk(f, to, bite, stage.units)
          work(from, to).branch(0)
        }),
      )
      counted++
    }
  }
}

/** to = min(what is on the stack + size, units) */
function endOfChunk(f: WasmFunction, to: Local, size: number, units: number): void {
  f.push(size).op('i32.add').set(to)
  f.push(to, units, to, units).op('i32.lt_u', 'select').set(to)
}

/**
 * Before the barrier in front of `next`: each thread clears its line of the counters that `next` uses. They were in use
 * before the barrier that came last. (The host clears the first set before it publishes a run.)
 */
function clearCounters(f: WasmFunction, next: ProgramPhase | undefined, threads: number): void {
  const counted = next?.parts.filter(({ chunks }) => chunks > threads).length ?? 0
  if (!next || counted === 0) return
  const [thread] = f.parameters
  for (let offset = 0; offset < counted * 4; offset += 16) {
    f.push(thread, lineBytes).op('i32.mul').i32x4(0, 0, 0, 0)
    f.store('v128.store', control.counters + next.set * threads * lineBytes + offset)
  }
}

/** The first thread, for all, tells the host that slot `slot` is done. */
function callMark(f: WasmFunction, mark: WasmFunction, slot: number): void {
  const [thread] = f.parameters
  f.push(thread).op('i32.eqz')
  f.if(() => f.push(slot).call(mark))
}
