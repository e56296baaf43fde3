// What few programs need of the writers of kernels. It is loaded when the first such program is written (program/rareParts.ts), and stays.

import type * as hiding from './attention/hiding.ts'
import type * as window from './loops/window.ts'
import type * as pieces from './product/pieces.ts'
import type * as stream from './product/stream.ts'
import type * as bfloat16 from './values/bfloat16.ts'
import type * as functions from './values/rareFunctions.ts'

export interface RareParts {
  readonly hiding: typeof hiding
  readonly window: typeof window
  readonly pieces: typeof pieces
  readonly stream: typeof stream
  readonly bfloat16: typeof bfloat16
  readonly functions: typeof functions
}

const loaded: Partial<RareParts> = {}

/** Thrown where a kernel needs a part that is not there yet. */
export class Unloaded extends Error {
  readonly part: keyof RareParts

  constructor(part: keyof RareParts) {
    super(`cpu: "${part}" is not loaded.`)
    this.part = part
  }
}

/** A part, for a kernel that needs it. Throws `Unloaded` where it is not there. */
export function rare<Name extends keyof RareParts>(name: Name): RareParts[Name] {
  const part = loaded[name]
  if (!part) throw new Unloaded(name)
  return part
}

export function keepRare<Name extends keyof RareParts>(name: Name, part: RareParts[Name]): void {
  loaded[name] = part
}
