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

import type { Emitted, Stage } from '../emitted.ts'
import { control, lineBytes } from '../memory/arena.ts'
import type { Local, Pushable, WasmFunction } from '../wasm/function.ts'
import type { WasmModule } from '../wasm/module.ts'

/** One call of a kernel. */
export interface Call {
  readonly emitted: Emitted
  /** Addresses in bytes. */
  readonly operands: readonly number[]
  /** The name that its time is counted under. */
  readonly label: string
  /** Floating-point operations, and bytes read and written, of one call: for the rates in a profile. */
  readonly flops?: number
  readonly bytes?: number
}

export type Waves = readonly (readonly Call[])[]

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

/** One stage of one call. */
interface Part {
  readonly call: Call
  readonly stage: Stage
  /** Address of what the threads share while it runs. */
  readonly shared: number
  readonly chunks: number
}

interface Phase {
  readonly parts: readonly Part[]
  /** The one of the two sets of counters in which its bites are counted. */
  readonly set: number
  /** The number of the barrier that follows, from 1 on, or 0 for none. */
  readonly barrier: number
}

/** In how many bites a thread takes its share. */
const bitesPerThread = 8
/** The number of parts of a phase that can be handed out in bites: each has a counter in every thread's line. */
const mostCounted = lineBytes / 4
/** V8 takes long to compile long functions. */
const phasesPerFunction = 32

/** The bytes of scratch that the kernels need while the program runs. */
export function scratchBytes(waves: Waves, threads: number): number {
  return sharedBytes(waves) + ownBytes(waves) * threads
}

/** For a program that measures: declares the host's clock. Comes before the module's first function, as imports do. */
export function importMark(wasm: WasmModule): WasmFunction {
  return wasm.import('mark', ['i32'])
}

/**
 * Adds the program to its module. Gives back what the times of a measuring program belong to: the host adds up
 * milliseconds, one f64 for each slot (Pool.load says where).
 */
export function writeProgram({ wasm, waves, threads, scratch, spins, mark }: ProgramOptions): readonly Slot[] {
  const phases = plan(mark ? waves.flat().map((call) => [call]) : waves, threads, scratch, mark !== undefined)
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

/** Puts the stages of each wave's calls side by side. */
function plan(waves: Waves, threads: number, scratch: number, measures: boolean): Phase[] {
  const phases = waves.flatMap((wave) => splitWave(wave, threads, scratch))
  let barriers = 0
  return phases.map((parts, i) => {
    const set = barriers % 2
    const isLast = i === phases.length - 1
    const needsBarrier = isLast ? measures : !(isForOne(parts) && isForOne(phases[i + 1]))
    if (needsBarrier) barriers++
    return { parts, set, barrier: needsBarrier ? barriers : 0 }
  })
}

/** The phases of one wave. */
function splitWave(wave: readonly Call[], threads: number, scratch: number): Part[][] {
  let shared = scratch
  const placed = wave.map((call) => {
    const at = { call, shared }
    shared += roundUp(call.emitted.sharedScratch)
    return at
  })
  const stages = Math.max(0, ...wave.map(({ emitted }) => emitted.stages.length))
  return Array.from({ length: stages }, (_, s) => {
    const parts = placed.flatMap(({ call, shared }) => {
      const stage = call.emitted.stages[s]
      if (stage === undefined || stage.units === 0) return []
      return [{ call, stage, shared, chunks: Math.ceil(stage.units / stage.grain) }]
    })
    // Few chunks first: whoever gets none begins with the others.
    const counted = parts.filter(({ chunks }) => chunks > threads)
    const few = parts.filter(({ chunks }) => chunks <= threads)
    const phases = [few.concat(counted.slice(0, mostCounted))]
    for (let at = mostCounted; at < counted.length; at += mostCounted) phases.push(counted.slice(at, at + mostCounted))
    return phases
  })
    .flat()
    .filter((parts) => parts.length > 0)
}

/** True if one thread, always the first, does it all: two such phases need no barrier between them. */
function isForOne(parts: readonly Part[]): boolean {
  return parts.length === 1 && parts[0].chunks === 1
}

/** `f` has the parameters thread and own scratch. */
function writePhase(f: WasmFunction, { parts, set }: Phase, threads: number, take: WasmFunction | undefined): void {
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
function clearCounters(f: WasmFunction, next: Phase | undefined, threads: number): void {
  const counted = next?.parts.filter(({ chunks }) => chunks > threads).length ?? 0
  if (!next || counted === 0) return
  const [thread] = f.parameters
  for (let offset = 0; offset < counted * 4; offset += 16) {
    f.push(thread, lineBytes).op('i32.mul').i32x4(0, 0, 0, 0)
    f.store('v128.store', control.counters + next.set * threads * lineBytes + offset)
  }
}

/**
 * take(thread, counters, each, more): the number of the next bite for a thread, or -1 when none is left.
 *
 * A share is `each` bites, and one more for the first `more` threads. Each share has a counter of the bites taken
 * from it: `counters`, plus a line for every thread. A thread looks at its own first, then at the others in turn.
 */
function writeTake(wasm: WasmModule, threads: number): WasmFunction {
  const f = wasm.function('', ['i32', 'i32', 'i32', 'i32'], ['i32'])
  const [owner, counters, each, more] = f.parameters
  const [looked, counter, share, taken] = f.locals('i32', 4)
  f.loop(() => {
    f.push(owner, lineBytes).op('i32.mul').push(counters).op('i32.add').set(counter)
    f.push(each, owner, more).op('i32.lt_u', 'i32.add').set(share)
    // Only looks at first: to count up takes the line away from its owner.
    f.push(counter).atomic('i32.atomic.load').push(share).op('i32.lt_u')
    f.if(() => {
      f.push(counter, 1).atomic('i32.atomic.rmw.add').tee(taken).push(share).op('i32.lt_u')
      f.if(() => {
        f.push(owner, each).op('i32.mul').push(owner, more, owner, more).op('i32.lt_u', 'select', 'i32.add')
        f.push(taken).op('i32.add', 'return')
      })
    })
    f.push(owner, 1).op('i32.add').push(threads).op('i32.rem_u').set(owner)
    f.push(looked, 1).op('i32.add').tee(looked).push(threads).op('i32.lt_u').branchIf(0)
  })
  f.push(-1)
  return f
}

/**
 * barrier(target): waits until `target` arrivals have been counted in this run, its own included.
 *
 * A thread that fails never arrives. It says so in `failed`, takes 2³⁰ arrivals away, lest anybody goes to sleep on a
 * number that will not change again, and wakes the sleepers; they find out and fail too.
 */
function writeBarrier(wasm: WasmModule, mostSpins: number): WasmFunction {
  const f = wasm.function('', ['i32'])
  const [target] = f.parameters
  const [seen, spins] = f.locals('i32', 2)
  const isReached = () => f.push(target).op('i32.sub').push(0).op('i32.ge_s')

  f.push(0, 1).atomic('i32.atomic.rmw.add', control.arrived).push(1).op('i32.add').push(target).op('i32.eq')
  f.if(() => {
    f.push(0).atomic('i32.atomic.load', control.sleepers)
    f.if(() => f.push(0, -1).atomic('memory.atomic.notify', control.arrived).op('drop'))
    f.op('return')
  })

  f.push(mostSpins).set(spins)
  f.loop(() => {
    f.push(0).atomic('i32.atomic.load', control.arrived)
    isReached().if(() => f.op('return'))
    f.push(spins, 1).op('i32.sub').tee(spins).branchIf(0)
  })

  f.push(0, 1).atomic('i32.atomic.rmw.add', control.sleepers).op('drop')
  f.block(() =>
    f.loop(() => {
      f.push(0).atomic('i32.atomic.load', control.arrived).tee(seen)
      isReached().branchIf(1)
      f.push(0).atomic('i32.atomic.load', control.failed)
      f.if(() => f.op('unreachable'))
      f.push(0, seen).i64(-1).atomic('memory.atomic.wait32', control.arrived).op('drop').branch(0)
    }),
  )
  f.push(0, -1).atomic('i32.atomic.rmw.add', control.sleepers).op('drop')
  return f
}

/** The first thread, for all, tells the host that slot `slot` is done. */
function callMark(f: WasmFunction, mark: WasmFunction, slot: number): void {
  const [thread] = f.parameters
  f.push(thread).op('i32.eqz')
  f.if(() => f.push(slot).call(mark))
}

function sharedBytes(waves: Waves): number {
  return Math.max(0, ...waves.map((wave) => wave.reduce((sum, { emitted }) => sum + roundUp(emitted.sharedScratch), 0)))
}

function ownBytes(waves: Waves): number {
  return Math.max(0, ...waves.flat().map(({ emitted }) => roundUp(emitted.ownScratch)))
}

function roundUp(bytes: number): number {
  return Math.ceil(bytes / lineBytes) * lineBytes
}
