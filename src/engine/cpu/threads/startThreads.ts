// Starts an engine's threads: as many as were asked for, or as many as help. Where a page or Node lets no others start, one thread
// does everything.

import type { DetectedMachine } from '../machine/machine.ts'
import type { Arena } from '../memory/arena.ts'
import { measureSpins, meetsWell, usualSpins } from './meeting.ts'
import { Pool } from './pool.ts'

export interface Started {
  readonly pool: Pool
  /** The number of loads that a thread makes before it goes to sleep at a barrier. */
  readonly spins: number
  /** Why there is one thread only, where more were to be. */
  readonly remark?: string
}

/** Threads for the programs of an arena, which is shared if there is to be more than one. */
export async function startThreads({ memory, limits }: Arena, machine: DetectedMachine): Promise<Started> {
  const startAlone = (): Promise<Pool> => Pool.start({ memory, threads: 1 })
  if (machine.threads === 1) return { pool: await startAlone(), spins: usualSpins }
  const spins = measureSpins()
  for (let { threads } = machine; threads > 1; threads = Math.floor(threads / 2)) {
    try {
      const pool = await Pool.start({ memory, threads })
      if (machine.isCertain || (await meetsWell(pool, { limits, spins }))) return { pool, spins }
      await pool.close()
    } catch (error) {
      return { pool: await startAlone(), spins, remark: `no others can be started: ${reasonOf(error)}` }
    }
  }
  return { pool: await startAlone(), spins, remark: 'others would have to wait for a processor' }
}

/** The reason why a thread did not start: the engine's error about it has it as its cause. */
function reasonOf(error: unknown): string {
  const { message, cause } = error instanceof Error ? error : new Error(String(error))
  return message.startsWith('engine: a thread ended') && cause instanceof Error ? cause.message : message
}
