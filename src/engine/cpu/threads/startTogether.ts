// Starts several threads, as many as help. Loaded where there can be more than one.

import type { DetectedMachine } from '../machine/machine.ts'
import type { Arena } from '../memory/arena.ts'
import { measureSpins, meetsWell } from './meeting.ts'
import type { Pool } from './pool.ts'
import { usualSpins } from './talk.ts'

export interface Started {
  readonly pool: Pool
  /** The number of loads that a thread makes before it goes to sleep at a barrier. */
  readonly spins: number
  /** Why there is one thread only, where more were to be. */
  readonly remark?: string
}

/** Threads for the programs of an arena, which is shared: one where others cannot be started, or do not help. */
export async function startTogether(
  { limits }: Arena,
  machine: DetectedMachine,
  start: (threads: number) => Promise<Pool>,
): Promise<Started> {
  const alone = async (remark: string): Promise<Started> => ({
    pool: await start(1),
    spins: usualSpins,
    remark,
  })
  const spins = measureSpins()
  for (let { threads } = machine; threads > 1; threads = Math.floor(threads / 2)) {
    try {
      const pool = await start(threads)
      if (machine.isCertain || (await meetsWell(pool, { limits, spins }))) return { pool, spins }
      await pool.close()
    } catch (error) {
      return alone(`no others can be started: ${reasonOf(error)}`)
    }
  }
  return alone('others would have to wait for a processor')
}

/** The reason why a thread did not start: the engine's error about it has it as its cause. */
function reasonOf(error: unknown): string {
  const { message, cause } = error instanceof Error ? error : new Error(String(error))
  return message.startsWith('engine: a thread ended') && cause instanceof Error ? cause.message : message
}
