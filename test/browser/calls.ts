// The calls that a page is to make for its server (pages/agent.ts), and their answers.

import type { Command } from './pages/agent.ts'

interface Asked {
  readonly resolve: (value: never) => void
  readonly reject: (error: Error) => void
}

/** How long a call may take; browsers that are emulated or share their processor are slow. */
const mostMs = 120_000

export class Calls {
  readonly #commands: Command[] = []
  readonly #asked: Asked[] = []
  #wake: (() => void) | undefined

  /**
   * Has the page import a module, call one of its functions and send back what that returns or resolves to. Arguments and result
   * travel as JSON.
   */
  call<T>(module: string, name: string, args: readonly unknown[]): Promise<T> {
    return new Promise((resolve, reject) => {
      const id = this.#asked.push({ resolve, reject }) - 1
      this.#commands.push({ id, module, name, args })
      this.#wake?.()
      setTimeout(() => {
        const isTaken = !this.#commands.some((each) => each.id === id)
        const who = isTaken ? 'a page that was told to call it' : 'no page has asked for it, and so it'
        reject(new Error(`page: ${name} of ${module}: ${who} gave no answer in ${mostMs} ms.`))
      }, mostMs).unref()
    })
  }

  /** The next call for the page, or nothing if there is none for a while. */
  async next(): Promise<Command | undefined> {
    if (this.#commands.length === 0)
      await new Promise<void>((resolve) => {
        this.#wake = resolve
        setTimeout(resolve, 1000).unref()
      })
    this.#wake = undefined
    return this.#commands.shift()
  }

  answer({ id, value, error }: { id: number; value: unknown; error?: string }): void {
    const { resolve, reject } = this.#asked[id]
    if (error === undefined) resolve(value as never)
    else reject(new Error(error))
  }
}
