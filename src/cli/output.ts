// What is printed may lose its reader: `cutaway generate … | head`, a terminal that is closed, a disk that is full. A command that
// only prints then ends. One that saves something goes on: a training is worth more than what it says of itself.

/** A stream of a process, as far as it matters here. */
export interface PrintedStream {
  readonly isTTY?: boolean
  readonly columns?: number
  write(text: string): unknown
  on?(event: 'error', listener: (error: NodeJS.ErrnoException) => void): unknown
}

/** A process, as far as it matters here. */
export interface Printing {
  readonly stdout: PrintedStream
  readonly stderr: PrintedStream
  exit?(code: number): void
}

/** Nobody reads any more: the pipe is closed, or the terminal is gone. */
const unread = ['EPIPE', 'EIO', 'ECONNRESET']

export class Output {
  readonly #process: Printing
  readonly #lost = new Set<PrintedStream>()
  #goesOn = false
  #hasFailed = false

  constructor(process: Printing) {
    this.#process = process
    for (const stream of [process.stdout, process.stderr]) stream.on?.('error', (error) => this.#lose(stream, error))
  }

  /** True where something that was printed could not be written, though somebody may have wanted it. */
  get hasFailed(): boolean {
    return this.#hasFailed
  }

  /** From here on the work is not ended when its output is. */
  goOn(): void {
    this.#goesOn = true
  }

  /** Writes, as long as the stream can be written to. */
  write(stream: PrintedStream, text: string): void {
    if (!this.#lost.has(stream)) stream.write(text)
  }

  #lose(stream: PrintedStream, { code, message }: NodeJS.ErrnoException): void {
    if (this.#lost.has(stream)) return
    this.#lost.add(stream)
    const { stdout, stderr, exit } = this.#process
    if (stream !== stdout) return
    if (!unread.includes(code ?? '')) {
      this.#hasFailed = true
      const end = this.#goesOn ? ' The work goes on without it.' : ''
      this.write(stderr, `cutaway: what is printed cannot be written (${message}).${end}\n`)
    }
    if (!this.#goesOn) exit?.(this.#hasFailed ? 1 : 0)
  }
}
