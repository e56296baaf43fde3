// What programs have of their engine: taken as they are compiled, given back when they are closed or nobody can reach them.

import type { Pool } from '../threads/pool.ts'
import type { Arena, Passing } from './arena.ts'
import type { Lasting, LastingPlace } from './lasting.ts'
import { Watch } from './unreachable.ts'

/** All that a program has of its engine. It must not lead to the program. */
export interface Held {
  readonly places: LastingPlace[]
  passing?: Passing
  times?: { readonly address: number; readonly bytes: number }
  id?: number
}

export class Holdings {
  readonly #arena: Arena
  readonly #lasting: Lasting
  readonly #pool: Pool
  readonly #programs = new Watch<Held>((held) => {
    this.leave(held)
    void this.#drop(held)
  })

  constructor(arena: Arena, lasting: Lasting, pool: Pool) {
    this.#arena = arena
    this.#lasting = lasting
    this.#pool = pool
  }

  /** The number of programs that have something. */
  get count(): number {
    return this.#programs.size
  }

  /** From here on it goes with the program. */
  add(program: object, held: Held): void {
    this.#programs.add(program, held)
  }

  /** Gives back at once what programs have that are lost already. */
  sweep(): void {
    this.#programs.sweep()
  }

  /** For a program that is closed: after the runs that were asked for. Made here, lest it hold all that compiling made. */
  returning(held: Held): () => Promise<void> {
    return async () => {
      this.#programs.delete(held)
      await this.#drop(held)
      this.leave(held)
    }
  }

  /** Gives back memory. */
  leave({ places, passing, times }: Held): void {
    for (const place of places) this.#lasting.leave(place)
    if (passing) this.#arena.leave(passing)
    if (times) this.#arena.release(times.address, times.bytes)
  }

  /** Lets the threads forget a program. Where they were closed, or one of them has failed, there is nothing to forget. */
  async #drop({ id }: Held): Promise<void> {
    if (id !== undefined) await this.#pool.drop(id).catch(() => {})
  }
}
