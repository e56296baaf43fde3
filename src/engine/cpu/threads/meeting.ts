// Whether several threads help here, found out by letting them meet.
//
// Browsers may report more processors than there are: rounded, made up for privacy, or shared with other programs. Threads that
// wait for one that is not running make everything many times slower. So before the number that was reported is believed, the
// threads do what they will do all the time: work for some microseconds, wait for one another, and again.
//
// How long a thread waits awake is counted in loads (program.ts). A load takes JavaScriptCore several times as long as V8, so it
// is measured how many make the wished time.

import type { Emitted } from '../emitted.ts'
import { writeProgram } from '../program/program.ts'
import { compileModule } from '../wasm/compileModule.ts'
import type { WasmFunction } from '../wasm/function.ts'
import { WasmModule } from '../wasm/module.ts'
import type { Pool } from './pool.ts'
import { usualSpins } from './talk.ts'

/** So long a thread waits awake: to be woken takes 30 to 50 µs, and most waits are shorter than this. */
const wakefulMs = 0.09
const [fewestSpins, mostSpins] = [5_000, 2_000_000]

const meetings = 100
/** So long each thread works between two meetings. */
const workMs = 0.01
/** A machine that is busy for a moment gets other chances, for so long; before it is left to one thread, for longer. */
const patienceMs = 60
const lastPatienceMs = 300
const fewestRounds = 3

/** A word of the control page that nothing writes. */
const quietWord = 64

/** The number of loads that a thread makes in 0.09 ms. Takes about a millisecond. */
export function measureSpins(): number {
  const wasm = new WasmModule()
  writeLoads(wasm)
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true })
  const module = new WebAssembly.Module(wasm.encode({ shared: true, maximumPages: 1 }))
  const run = new WebAssembly.Instance(module, { host: { memory } }).exports['loads'] as (count: number) => void
  let leastMs = Infinity
  // Browsers compile twice: what counts is the quickest.
  for (let round = 0; round < 20; round++) {
    const start = performance.now()
    run(usualSpins / 10)
    leastMs = Math.min(leastMs, performance.now() - start)
  }
  if (!(leastMs > 0)) return usualSpins
  return Math.min(mostSpins, Math.max(fewestSpins, Math.round((wakefulMs / leastMs) * (usualSpins / 10))))
}

/** True if all threads of a pool get on with work between meetings faster than one of them would with the work of all. */
export async function meetsWell(
  pool: Pool,
  { limits, spins }: { limits: { readonly shared: boolean; readonly maximumPages: number }; spins: number },
): Promise<boolean> {
  const { threads } = pool
  const wasm = new WasmModule()
  const loads = writeLoads(wasm)
  const work = wasm.function('', ['i32', 'i32', 'i32', 'i32'])
  work.push(Math.ceil((spins * workMs) / wakefulMs)).call(loads)
  const emitted: Emitted = {
    stages: [{ function: work, units: threads, grain: 1 }],
    sharedScratch: 0,
    ownScratch: 0,
  }
  const waves = Array.from({ length: meetings }, () => [{ emitted, operands: [], label: 'meeting' }])
  writeProgram({ wasm, waves, threads, scratch: quietWord, spins })
  const id = await pool.load(await compileModule(wasm.encode(limits)))
  try {
    const begun = performance.now()
    const patience = threads > 2 ? patienceMs : lastPatienceMs
    for (let round = 0; round < fewestRounds || performance.now() - begun < patience; round++) {
      const start = performance.now()
      await pool.run(id)
      if (performance.now() - start < threads * meetings * workMs) return true
    }
    return false
  } finally {
    await pool.drop(id)
  }
}

/** loads(count): reads a word so many times, as a thread that waits does. */
function writeLoads(wasm: WasmModule): WasmFunction {
  const f = wasm.function('loads', ['i32'])
  const [count] = f.parameters
  f.loop(() => {
    f.push(0).atomic('i32.atomic.load', quietWord).op('drop')
    f.push(count, 1).op('i32.sub').tee(count).branchIf(0)
  })
  return f
}
