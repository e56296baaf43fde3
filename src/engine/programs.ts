// Programs by what they are for: each is compiled when it is first asked for, and all of them go together.

import type { Engine, Graph, Program } from './engine.ts'

export class Programs {
  readonly #engine: Engine
  readonly #programs = new Map<string, Promise<Program>>()

  constructor(engine: Engine) {
    this.#engine = engine
  }

  /** The program with this key; `graph` says what it computes if there is none yet. One that cannot be made is tried anew next time. */
  get(key: string, graph: () => Graph): Promise<Program> {
    const known = this.#programs.get(key)
    if (known) return known
    const made = this.#engine.compile(graph())
    this.#programs.set(key, made)
    made.catch(() => this.#programs.delete(key))
    return made
  }

  /** Gives back what they have, after the runs that were asked for; asked for again they are compiled anew. */
  async close(): Promise<void> {
    const all = [...this.#programs.values()]
    this.#programs.clear()
    await Promise.all(
      all.map((made) =>
        made.then(
          (program) => program.close(),
          () => {},
        ),
      ),
    )
  }
}
