// A process that is told things in lines and answers in lines of JSON.

import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

export interface Command {
  readonly command: string
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

export type Answer = Readonly<Record<string, unknown>>

/** How much of what a process complains of is kept, in characters. */
const mostKept = 10_000

export class TalkingProcess {
  readonly #command: Command
  readonly #process: ChildProcess
  readonly #lines: AsyncIterator<string>
  /** Gives the exit code, or what kept the process from starting. */
  readonly #ended: Promise<number | string | null>
  #complaint = ''

  constructor(command: Command) {
    const { command: file, args, env } = command
    const child = spawn(file, args, { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, ...env } })
    this.#command = command
    this.#process = child
    this.#ended = new Promise((resolve) => {
      child.on('close', resolve)
      child.on('error', ({ message }) => resolve(message))
    })
    // It may end before it is told anything; next() says so.
    child.stdin.on('error', () => {})
    child.stderr.on('data', (data) => {
      this.#complaint = (this.#complaint + data).slice(-mostKept)
    })
    this.#lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  }

  write(text: string): void {
    this.#process.stdin?.write(text)
  }

  /** The next answer. Throws if there will be none. */
  async next(): Promise<Answer> {
    const { value, done } = await this.#lines.next()
    if (done) throw this.#failure(await this.#ended)
    return JSON.parse(value)
  }

  /** All answers that are still to come. Throws after the last one if the process failed. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Answer, void, undefined> {
    for (;;) {
      const { value, done } = await this.#lines.next()
      if (done) break
      yield JSON.parse(value)
    }
    const code = await this.#ended
    if (code !== 0) throw this.#failure(code)
  }

  /**
   * Stops the process until it goes on: threads that wait for work by spinning would take the processor from whoever's turn it
   * is. (Windows cannot, and lets it spin.)
   */
  pause(): void {
    if (process.platform !== 'win32') this.#process.kill('SIGSTOP')
  }

  goOn(): void {
    if (process.platform !== 'win32') this.#process.kill('SIGCONT')
  }

  /** Tells the process that there is no more to do. */
  async end(): Promise<void> {
    this.goOn()
    this.#process.stdin?.end()
    await this.#ended
  }

  async kill(): Promise<void> {
    this.#process.kill('SIGKILL')
    await this.#ended
  }

  #failure(code: number | string | null): Error {
    const { command, args } = this.#command
    // Node and Python both begin the line that says what it was with the kind of error, among lines that say where.
    const lines = this.#complaint.trim().split('\n')
    const reason = lines.findLast((line) => /^[\w.]*(Error|Exception)\b/.test(line)) ?? lines.at(-1)
    return new Error(`bench: ${command} ${args[0]} ended (${code}) before its work was done: ${reason}`)
  }
}
