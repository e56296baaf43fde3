// A contender: somebody who does a piece of work as often as asked, and waits otherwise. Several of them take turns
// (turns.ts), so that whatever else the machine does hits all of them alike.

import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

/** What came of doing a piece of work several times. */
export interface Report {
  /** How long each time took. */
  readonly ms: readonly number[]
  /** The last loss, if the work has one. */
  readonly loss?: number
  /** The most memory that its process has had so far. */
  readonly bytes?: number
}

export interface Contender {
  /** What it runs on, in its own words. */
  readonly name: string
  run(times: number): Promise<Report>
  close(): Promise<void>
}

export interface Command {
  readonly command: string
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

/** Starts a process that works as workProcess.ts does, and waits until it is ready. Throws what it says if it ends before. */
export async function startProcess(command: Command): Promise<Contender> {
  const lines = new Lines(command)
  const { name } = await lines.next()
  return {
    name: String(name),
    async run(times) {
      lines.write(`${times}\n`)
      return (await lines.next()) as unknown as Report
    },
    close: () => lines.end(),
  }
}

/**
 * A contender whose work is to start a process anew each time, up to the first line of its output that `isReached`.
 * `input`: what it is told as soon as it is there.
 */
export function launching(
  name: string,
  command: Command,
  isReached: (line: Readonly<Record<string, unknown>>) => boolean,
  { input = '' } = {},
): Contender {
  return {
    name,
    async run(times) {
      const ms: number[] = []
      let line: Readonly<Record<string, unknown>> = {}
      for (let i = 0; i < times; i++) {
        const begun = performance.now()
        const lines = new Lines(command)
        lines.write(input)
        do line = await lines.next()
        while (!isReached(line))
        ms.push(performance.now() - begun)
        await lines.kill()
      }
      return { ms }
    },
    close: async () => {},
  }
}

/** A process that answers in lines of JSON. */
class Lines {
  readonly #command: Command
  readonly #process: ChildProcess
  readonly #lines: AsyncIterator<string>
  readonly #ended: Promise<void>
  #complaint = ''

  constructor(command: Command) {
    this.#command = command
    const { command: file, args, env } = command
    const child = spawn(file, args, { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, ...env } })
    this.#process = child
    this.#ended = new Promise((resolve) => {
      child.on('close', () => resolve())
      child.on('error', (error) => {
        this.#complaint += error.message
        resolve()
      })
    })
    child.stdin.on('error', () => {})
    child.stderr.on('data', (data) => {
      this.#complaint = (this.#complaint + data).slice(-4000)
    })
    this.#lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  }

  write(text: string): void {
    this.#process.stdin?.write(text)
  }

  async next(): Promise<Readonly<Record<string, unknown>>> {
    const { value, done } = await this.#lines.next()
    if (!done) return JSON.parse(value)
    await this.#ended
    const { command, args } = this.#command
    const last = this.#complaint.trim().split('\n').slice(-6).join('\n')
    throw new Error(`bench: ${command} ${args[0]} ended before its work was done:\n${last}`)
  }

  /** Says that there is no more to do. */
  end(): Promise<void> {
    this.#process.stdin?.end()
    return this.#ended
  }

  kill(): Promise<void> {
    this.#process.kill('SIGKILL')
    return this.#ended
  }
}
