// The threads of the engines that are open, and of those that nobody can reach any more.

import type { Pool } from './pool.ts'

/** Of engines that are open. */
export const openPools = new Set<Pool>()

/** Ends the threads of engines that nobody can reach. */
export const lostEngines = new FinalizationRegistry<Pool>((pool) => {
  openPools.delete(pool)
  void pool.close()
})
