// Starts an engine's threads: as many as were asked for, or as many as help. Where a page or Node lets no others start, one thread
// does everything.

import type { DetectedMachine } from '../machine/machine.ts'
import type { Arena } from '../memory/arena.ts'
import { Pool } from './pool.ts'
import type { Started } from './startTogether.ts'
import { usualSpins } from './talk.ts'

/** Threads for the programs of an arena, which is shared if there is to be more than one. */
export async function startThreads(arena: Arena, machine: DetectedMachine): Promise<Started> {
  const start = (threads: number): Promise<Pool> => Pool.start({ memory: arena.memory, threads })
  if (machine.threads > 1) return (await import('./startTogether.ts')).startTogether(arena, machine, start)
  return { pool: await start(1), spins: usualSpins }
}
