// What an engine writes about its work, for people to read (CUTAWAY_DEBUG).

import { describeGraph, describeSchedule } from '../../lower/describe.ts'
import type { Lowered } from '../../lower/lower.ts'
import type { Arena } from '../memory/arena.ts'
import type { Slot } from './program.ts'

/** The times of a measuring program, and what they belong to. */
export interface Times {
  readonly slots: readonly Slot[]
  /** One f64 for each slot, in milliseconds. */
  readonly address: number
}

/** Prints what the kernels of the last run took, the slowest first, and begins to count anew. */
export function reportTimes(arena: Arena, { slots, address }: Times, print: (line: string) => void): void {
  const measured = new Float64Array(arena.memory.buffer, address, slots.length)
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
  print(`run: ${total.toFixed(3)} ms`)
  for (const [label, { ms, flops, bytes: moved, calls }] of [...byLabel].sort((a, b) => b[1].ms - a[1].ms)) {
    const rate = flops > 0 ? `${(flops / ms / 1e6).toFixed(1)} GFLOP/s` : `${(moved / ms / 1e6).toFixed(1)} GB/s`
    print(`  ${ms.toFixed(3).padStart(9)} ms ${rate.padStart(16)}  ${String(calls).padStart(3)}×  ${label}`)
  }
}

/** A program that was compiled. */
export interface Compiled {
  readonly lowered: Lowered
  readonly threads: number
  /** The number of kernels that differ. */
  readonly kinds: number
  readonly codeBytes: number
  readonly ms: number
}

/** Prints the graph and the schedule of a program, where they are asked for. */
export function reportCompiled(
  asked: ReadonlySet<string>,
  { lowered, threads, kinds, codeBytes, ms }: Compiled,
  print: (line: string) => void,
): void {
  if (asked.has('graph')) for (const line of describeGraph(lowered)) print(line)
  if (!asked.has('schedule')) return
  for (const line of describeSchedule(lowered)) print(line)
  print(
    `${lowered.calls.length} kernels of ${kinds} kinds in ${lowered.waves.length} waves for ${threads === 1 ? 'one thread' : `${threads} threads`}, ${codeBytes} bytes of code, ${ms.toFixed(1)} ms to compile`,
  )
}
