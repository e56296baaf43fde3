// The phases of a program: which stages of which calls its threads work on side by side, and where they have scratch.

import type { Emitted, Stage } from '../emitted.ts'
import { lineBytes } from '../memory/arena.ts'

/** One call of a kernel. */
export interface EmittedCall {
  readonly emitted: Emitted
  /** Addresses in bytes. */
  readonly operands: readonly number[]
  /** The name that its time is counted under. */
  readonly label: string
  /** Floating-point operations, and bytes read and written, of one call: for the rates in a profile. */
  readonly flops?: number
  readonly bytes?: number
}

export type Waves = readonly (readonly EmittedCall[])[]

/** One stage of one call. */
export interface CallStage {
  readonly call: EmittedCall
  readonly stage: Stage
  /** Address of what the threads share while it runs. */
  readonly shared: number
  readonly chunks: number
}

export interface ProgramPhase {
  readonly parts: readonly CallStage[]
  /** The one of the two sets of counters in which its bites are counted. */
  readonly set: number
  /** The number of the barrier that follows, from 1 on, or 0 for none. */
  readonly barrier: number
}

/** The number of parts of a phase that can be handed out in bites: each has a counter in every thread's line. */
const mostCounted = lineBytes / 4

/** Puts the stages of each wave's calls side by side. */
export function programPhases(waves: Waves, threads: number, scratch: number, measures: boolean): ProgramPhase[] {
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
function splitWave(wave: readonly EmittedCall[], threads: number, scratch: number): CallStage[][] {
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
function isForOne(parts: readonly CallStage[]): boolean {
  return parts.length === 1 && parts[0].chunks === 1
}

/** The bytes of scratch that the kernels need while the program runs. */
export function scratchBytes(waves: Waves, threads: number): number {
  return sharedBytes(waves) + ownBytes(waves) * threads
}

export function sharedBytes(waves: Waves): number {
  return Math.max(0, ...waves.map((wave) => wave.reduce((sum, { emitted }) => sum + roundUp(emitted.sharedScratch), 0)))
}

export function ownBytes(waves: Waves): number {
  return Math.max(0, ...waves.flat().map(({ emitted }) => roundUp(emitted.ownScratch)))
}

function roundUp(bytes: number): number {
  return Math.ceil(bytes / lineBytes) * lineBytes
}
