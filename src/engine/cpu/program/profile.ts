// What the kernels of a measuring program took, for people to read.

import type { Arena } from '../memory/arena.ts'
import type { Slot } from './program.ts'

/** The times of a measuring program, and what they belong to. */
export interface Times {
  readonly slots: readonly Slot[]
  /** One f64 for each slot, in milliseconds. */
  readonly address: number
}

/** Bytes of the times of so many slots. */
export const timesBytes = (slots: readonly Slot[]): number => 8 * Math.max(1, slots.length)

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
