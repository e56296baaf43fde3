// What the host and the workers of a pool tell one another. pool.ts says how they agree.

import { control } from '../memory/arena.ts'

/**
 * So long a worker without work, and a host that has done its share, spin before they sleep. Where the host gets a
 * message, they do not: it could need the processor that they spin on, and is not quick to answer anyway.
 */
export const spinMs = 0.1

/** So many loads a thread makes before it goes to sleep at a barrier, where the clock is too coarse to measure how many would be best. */
export const usualSpins = 200_000

/** A job is the number of a program, or this: look at the messages. */
export const messageJob = -1

/** A message to a worker. */
export type Message =
  | {
      readonly kind: 'start'
      readonly memory: WebAssembly.Memory
      readonly thread: number
      readonly workers: number
      readonly posts: boolean
    }
  | { readonly kind: 'load'; readonly id: number; readonly module: WebAssembly.Module; readonly times: number }
  | { readonly kind: 'drop'; readonly id: number }
  | { readonly kind: 'quit' } // prettier-ignore

/** A worker of Node or of a page. */
export interface PoolWorker {
  post(message: Message): void
  /** Lets Node wait for this worker before it ends the process, or not. */
  hold(isHeld: boolean): void
  end(): Promise<void>
}

export interface Events {
  readonly message: () => void
  readonly error: (error: Error) => void
}

/** The index of a control word among i32s. */
export function word(name: keyof typeof control): number {
  return control[name] / 4
}
