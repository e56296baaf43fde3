// What a fuzzed part is: something that makes an input by chance, and something that reads it.
//
// An input may be refused, by an Error that says where and what. Everything else is a finding: an error that nobody wrote, a
// claim that does not hold of what was read, an input that takes too long or ends the worker.

import type { Random } from './random.ts'

export interface Target {
  readonly name: string
  /** Whether an error names a place; a command line has none. */
  readonly hasPlaces: boolean
  /** Makes an input and gives how to read it. */
  begin(random: Random): { readonly input: unknown; read(): unknown }
}

export function target<I>(
  name: string,
  make: (random: Random) => I,
  read: (input: I, random: Random) => unknown,
  { hasPlaces = true } = {},
): Target {
  return {
    name,
    hasPlaces,
    begin(random) {
      const input = make(random)
      return { input, read: () => read(input, random) }
    },
  }
}

/** What was said of something that was read, and is not so. */
export class Broken extends Error {
  override readonly name = 'Broken'
}

export function claim(holds: boolean, what: string): void {
  if (!holds) throw new Broken(what)
}

/** Claims that every number in something is finite. */
export function claimFinite(value: unknown, path = 'result'): void {
  if (typeof value === 'number') claim(Number.isFinite(value), `${path} is ${value}`)
  else if (ArrayBuffer.isView(value) && !(value instanceof DataView))
    claim((value as Float32Array).every(Number.isFinite), `${path} has a number that is not finite`)
  else if (typeof value === 'object' && value !== null)
    for (const [name, inner] of Object.entries(value)) claimFinite(inner, `${path}.${name}`)
}

/** Whether an error was written for whoever gave the input: a plain Error that begins with a place. */
export function isRefusal(error: unknown, hasPlaces = true): boolean {
  if (!(error instanceof Error) || 'code' in error) return false
  return (error.constructor === Error || error.name === 'AxisError') && (!hasPlaces || /^[^\n]+?: /.test(error.message))
}
