// Finds out, at start, what the kernels may use here: fused multiply-add, pairing to 256 bits, how many threads.
//
//   fma      relaxed SIMD that rounds once; in Chrome, Firefox and Node on processors that can, not in Safari
//   paired   V8 can run two neighbouring 128-bit operations as one of 256 bits: experimental, so Node alone has it, and
//            only if it is switched on before the first module is compiled. It is put to the test, bits and speed.
//   threads  where a memory can be shared
//
// Each can be forced, by an option or, in Node, by an environment variable: CUTAWAY_FMA, CUTAWAY_SIMD, CUTAWAY_THREADS.

import type { Machine } from '../emitted.ts'
import { canShare } from '../threads/canShare.ts'
import { checkWebAssembly, fusesMultiplyAdd, hasRelaxedSimd } from './abilities.ts'
import type { MachineOptions } from './choices.ts'

export interface DetectedMachine extends Machine {
  readonly threads: number
  /** True if that number is to be believed: it was asked for, or Node says it. Browsers round, or make it up for privacy. */
  readonly isCertain: boolean
  /** For people: how numbers are computed here. Results are the same bits only between machines with the same `fma`. */
  readonly arithmetic: string
  /** The work that is to be done after every run, if any. */
  readonly afterRun?: () => void
}

/** More threads wait for one another longer than they help. */
const mostDefaultThreads = 16

/** Takes about 10 ms in Node, and next to nothing in a page. Call it before any other module is compiled. */
export async function detectMachine(options: MachineOptions = {}): Promise<DetectedMachine> {
  const isNode = globalThis.process?.versions?.node !== undefined
  const isAsked = isNode || options.simd !== undefined || options.fma !== undefined || options.threads !== undefined
  const asked = isAsked ? await import('./choices.ts') : undefined
  const choices = asked?.machineChoices(options) ?? {}
  const threads = canShare() ? (choices.threads ?? usualThreads()) : 1
  // In a page it can have been switched on from outside, by whoever asks for it.
  const pairing = isNode && choices.simd !== 128 ? await import('./pairing.ts') : undefined
  const canPair = pairing?.switchPairingOn(choices.simd === 256) ?? false

  await checkWebAssembly()
  const hasRelaxed = hasRelaxedSimd()
  const fma = choices.fma !== false && hasRelaxed && fusesMultiplyAdd()
  if (choices.fma && !fma) asked?.refuseFma(hasRelaxed)
  // Sums, columns and a cell have to fit into registers, and without fma a product too. V8 used to waste some.
  const rows = isOldV8() ? 4 : fma ? 6 : 5
  const paired = choices.simd === 256 || (canPair && pairing?.pairingPays(fma, rows) === true)
  const vectors = paired ? 4 : 2
  const adding = fma ? 'fused multiply-add' : 'multiply, then add'
  const arithmetic = `${adding}, ${paired ? 256 : 128} bits, ${rows}x${vectors} tile`
  const isCertain = isNode || choices.threads !== undefined
  const afterRun = paired ? pairing?.clearUpperHalves : undefined
  return { fma, paired, tile: { rows, vectors }, threads, isCertain, arithmetic, ...(afterRun && { afterRun }) }
}

function usualThreads(): number {
  return Math.min(globalThis.navigator?.hardwareConcurrency ?? 1, mostDefaultThreads)
}

/** Up to Node 22. */
function isOldV8(): boolean {
  const version = globalThis.process?.versions?.v8
  return version !== undefined && Number.parseInt(version, 10) < 13
}
