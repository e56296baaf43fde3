// What few programs need of the writers of kernels. It is loaded before such a program is written (program/rareParts.ts), and stays.

import type * as hiding from './attention/hiding.ts'
import type * as window from './loops/window.ts'
import type * as stream from './product/stream.ts'
import type * as bfloat16 from './values/bfloat16.ts'
import type * as functions from './values/rareFunctions.ts'

export interface RareParts {
  readonly hiding: typeof hiding
  readonly window: typeof window
  readonly stream: typeof stream
  readonly bfloat16: typeof bfloat16
  readonly functions: typeof functions
}

const loaded: Partial<RareParts> = {}

/** A part that has been loaded, because a kernel of the program needs it. */
export function rare<Name extends keyof RareParts>(name: Name): RareParts[Name] {
  const part = loaded[name]
  if (!part) throw new Error(`cpu: "${name}" was not loaded for this program.`)
  return part
}

export function keepRare<Name extends keyof RareParts>(name: Name, part: RareParts[Name]): void {
  loaded[name] = part
}
