// What an engine is asked to use: by its options or, in Node, by environment variables.

import { tooOld } from '../../nodeVersion.ts'

export interface MachineOptions {
  /** Uses fused multiply-add, or does not. */
  readonly fma?: boolean
  /** Bits of a vector operation: 256 where V8 is to pair them. */
  readonly simd?: 128 | 256
  /** At most so many threads; one where none can share a memory. */
  readonly threads?: number
}

const mostThreads = 64

/** The options, and where one is not given the environment variable. Throws for what is not allowed, and in a Node that is too old. */
export function machineChoices(options: MachineOptions): MachineOptions {
  const old = globalThis.process?.version && tooOld(globalThis.process.version)
  if (old) throw new Error(old)
  return {
    simd: choice(options.simd, 'simd', 'CUTAWAY_SIMD', { 128: 128, 256: 256 }),
    fma: choice(options.fma, 'fma', 'CUTAWAY_FMA', { 0: false, 1: true }),
    threads: threadsAsked(options.threads),
  }
}

/** Throws where fused multiply-add is asked for, and there is none. */
export function refuseFma(hasRelaxed: boolean): never {
  const lacks = hasRelaxed
    ? 'relaxed SIMD that rounds once, but it rounds twice on this processor or in this browser'
    : 'relaxed SIMD, which WebAssembly lacks here'
  throw new Error(`engine: fma (CUTAWAY_FMA) needs ${lacks}; leave it out.`)
}

/** An option, or else an environment variable, that is one of a few. */
function choice<T>(
  option: T | undefined,
  name: string,
  variable: string,
  allowed: Readonly<Record<string, T>>,
): T | undefined {
  if (option !== undefined) {
    if (Object.values(allowed).includes(option)) return option
    throw new Error(`engine: ${name} is ${option}; allowed are ${Object.values(allowed).join(' and ')}.`)
  }
  const text = environment(variable)
  if (text === undefined) return undefined
  if (Object.hasOwn(allowed, text)) return allowed[text]
  throw new Error(`engine: ${variable} is "${text}"; allowed are ${Object.keys(allowed).join(' and ')}.`)
}

function threadsAsked(option: number | undefined): number | undefined {
  const text = environment('CUTAWAY_THREADS')
  const asked = option ?? (text === undefined ? undefined : Number(text))
  if (asked !== undefined && !(Number.isInteger(asked) && asked >= 1 && asked <= mostThreads)) {
    const place = option === undefined ? `CUTAWAY_THREADS is "${text}"` : `threads is ${option}`
    throw new Error(`engine: ${place}; allowed are whole numbers from 1 to ${mostThreads}.`)
  }
  return asked
}

/** A variable that is empty is not set. */
function environment(variable: string): string | undefined {
  return globalThis.process?.env?.[variable] || undefined
}
