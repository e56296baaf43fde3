// The CPU engine: compiles a graph to WebAssembly made for its very shapes, and runs it on several threads.
//
//   graph ─ lower (src/engine/lower, for target.ts) ─ program/code.ts ─ threads
//
// What is lowered knows no machine; from its code on, it is this folder. CUTAWAY_DEBUG=graph,schedule,kernels shows what was
// built, and what each kernel took.

import { detectMachine } from './machine/machine.ts'
import { Arena, mostPages } from './memory/arena.ts'
import { urgeCollector } from './memory/unreachable.ts'
import { type CpuEngine, type CpuOptions, ThreadedEngine } from './threadedEngine.ts'
import { openPools } from './threads/openPools.ts'
import { startThreads } from './threads/startThreads.ts'

export type { CpuEngine, CpuOptions, Usage } from './threadedEngine.ts'

/**
 * An engine on this machine's processor.
 *
 * Takes as many threads as help: what a browser says of its machine is put to the test. `options.threads` or CUTAWAY_THREADS say
 * how many instead. Where memory cannot be shared, or no thread can be started, it takes one; `description` says why.
 *
 * Throws if an option names what this machine lacks, if WebAssembly cannot run here at all, and in a Node that is too old.
 */
export async function cpu(options: CpuOptions = {}): Promise<CpuEngine> {
  const machine = await detectMachine(options)
  const arena = await openArena(machine.threads > 1)
  return new ThreadedEngine(machine, arena, await startThreads(arena, machine), options)
}

/**
 * A page may open so many engines with 4 GiB of addresses each; those that come on top have 1 GiB. WebKit has some 64 GiB for all
 * memories together, and what nobody has written to counts.
 */
const mostLarge = 8
const smallerPages = 2 ** 14

/** An arena for one more engine. Where it cannot be as large as it should, memories of engines that are gone may be in its way. */
async function openArena(shared: boolean): Promise<Arena> {
  const isPage = globalThis.process?.versions?.node === undefined
  const maximumPages = isPage && openPools.size >= mostLarge ? smallerPages : mostPages
  const arena = new Arena({ shared, maximumPages })
  if (arena.limits.maximumPages === maximumPages) return arena
  urgeCollector()
  await new Promise((resolve) => setTimeout(resolve))
  return new Arena({ shared, maximumPages })
}
