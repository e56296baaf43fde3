// A pool of threads that run programs together over one shared memory.
//
// The host publishes a job: it writes down what is to be done and counts `sequence` up. Every worker sees the new
// number, does the job, and counts `finished` up; the last one to do so wakes the host. Whoever waits spins for a
// while, since to be woken takes fifty times as long as to see a number change, and then sleeps, so that an idle pool
// costs nothing and a busy machine gives the processor to somebody who can use it.
//
// Where the host may block (Node, a worker of a page) it is thread 0 itself and the rest are workers. The main thread
// of a page may not: there all threads are workers, and the end of a job comes as a message.
//
// Next to read: program.ts, for what a run consists of.

import { control, lineBytes } from '../memory/arena.ts'
import { type Events, type Message, messageJob, type PoolWorker, spinMs, word } from './talk.ts'

export interface PoolOptions {
  /** Shared, if there is more than one thread. Its first page holds control words (arena.ts). */
  readonly memory: WebAssembly.Memory
  readonly threads: number
}

/** Runs programs on several threads. One pool belongs to one memory. */
export class Pool {
  readonly threads: number
  #memory: WebAssembly.Memory | undefined
  #words: Int32Array
  readonly #workers: readonly PoolWorker[]
  /** The host is thread 0. */
  readonly hostWorks: boolean
  readonly #programs = new Map<number, ((thread: number) => void) | undefined>()
  /** The host's alone. */
  readonly #alone = new Map<number, (thread: number) => void>()
  #loaded = 0
  #isClosed = false
  /** The last job asked for: jobs are done one after another. */
  #last: Promise<unknown> = Promise.resolve()
  /** Ends the wait for a message. */
  #settle: { readonly resolve: () => void; readonly reject: (error: Error) => void } | undefined
  /** The error that ended a worker before its time. */
  #broken: Error | undefined

  /** Starts the workers, and gives back the pool when all of them are there. */
  static async start({ memory, threads }: PoolOptions): Promise<Pool> {
    const startWorker = threads === 1 ? startNone : await (await import('./startWorker.ts')).workerStarter()
    const pool = new Pool(memory, threads, startWorker)
    try {
      await pool.#tell((thread) => ({
        kind: 'start',
        memory,
        thread,
        workers: pool.#workers.length,
        posts: !pool.hostWorks,
      }))
    } catch (error) {
      await pool.close()
      throw error
    }
    return pool
  }

  private constructor(memory: WebAssembly.Memory, threads: number, startWorker: (events: Events) => PoolWorker) {
    this.threads = threads
    this.#memory = memory
    // Alone it has nobody to agree with, and a view of a memory that is not shared ends when that grows.
    this.#words = new Int32Array(threads === 1 ? new ArrayBuffer(control.bytes) : memory.buffer, 0, control.bytes / 4)
    this.hostWorks = threads === 1 || mayBlock(this.#words)
    const events: Events = {
      message: () => this.#settle?.resolve(),
      error: (cause) => {
        this.#broken = new Error(`engine: a thread ended: ${cause.message}. Close the engine, or ask for one thread.`, {
          cause,
        })
        this.#settle?.reject(this.#broken)
      },
    }
    this.#workers = Array.from({ length: this.hostWorks ? threads - 1 : threads }, () => startWorker(events))
  }

  /**
   * Gives a program (of program.ts) to all threads; the result is its number.
   * `times`: if it was written for measuring, the address of its times.
   */
  load(module: WebAssembly.Module, { times = 0 }: { readonly times?: number } = {}): Promise<number> {
    return this.#next(async () => {
      const id = this.#loaded++
      await this.#tell(() => ({ kind: 'load', id, module, times }))
      const memory = this.hostWorks ? this.#memory : undefined
      this.#programs.set(id, memory && instantiate(module, memory, times))
      return id
    })
  }

  /** Gives a program that was written for one thread to the host, which will run it: the others never hear of it. */
  loadAlone(module: WebAssembly.Module, { times = 0 }: { readonly times?: number } = {}): Promise<number> {
    return this.#next(() => {
      const id = this.#loaded++
      if (this.#memory) this.#alone.set(id, instantiate(module, this.#memory, times))
      return id
    })
  }

  /** Forgets a program. */
  drop(id: number): Promise<void> {
    return this.#next(async () => {
      if (this.#alone.delete(id)) return
      if (this.#programs.delete(id)) await this.#tell(() => ({ kind: 'drop', id }))
    })
  }

  /**
   * Runs a program on all threads, after all that was asked before. Where the host may block, the program has run
   * before any timer or event comes between: who runs many in a row lets these come now and then.
   */
  run(id: number): Promise<void> {
    return this.#next(() => this.#run(id))
  }

  /** Runs a program of `loadAlone`, after all that was asked before. */
  runAlone(id: number): Promise<void> {
    return this.#next(() => {
      const run = this.#alone.get(id)
      if (!run) throw new Error(`engine: no program ${id} is loaded for one thread.`)
      if (this.#broken) throw this.#broken
      run(0)
    })
  }

  /** Ends the workers, after what they are doing. */
  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    await this.#last
    try {
      if (!this.#broken) await this.#tell(() => ({ kind: 'quit' }))
    } finally {
      await Promise.all(this.#workers.map((worker) => worker.end()))
      // Whoever still holds the pool holds none of its memory.
      this.#programs.clear()
      this.#alone.clear()
      this.#memory = undefined
      this.#words = new Int32Array(0)
    }
  }

  #next<T>(job: () => T | Promise<T>): Promise<T> {
    if (this.#isClosed) return Promise.reject(new Error('engine: its threads were closed; start another one.'))
    const done = this.#last.then(job)
    this.#last = done.catch(() => {})
    return done
  }

  #run(id: number): void | Promise<void> {
    if (!this.#programs.has(id)) throw new Error(`engine: no program ${id} is loaded.`)
    const run = this.#programs.get(id)
    this.#publish(id)
    if (!run) return this.#message().then(() => this.#throwFailure())
    let own: unknown
    try {
      run(0)
    } catch (error) {
      own = error
      this.#fail()
    }
    this.#waitUntilFinished()
    this.#throwFailure(own)
  }

  /** Sends each worker a message, and waits until all have done what it says. */
  async #tell(message: (thread: number) => Message): Promise<void> {
    if (this.#workers.length === 0) return
    this.#publish(messageJob)
    const first = this.hostWorks ? 1 : 0
    for (const [i, worker] of this.#workers.entries()) worker.post(message(first + i))
    await this.#message()
    this.#throwFailure()
  }

  #publish(job: number): void {
    if (this.#broken) throw this.#broken
    for (const name of ['finished', 'hostSleeps', 'arrived', 'sleepers', 'failed'] as const) this.#words[word(name)] = 0
    this.#words.fill(0, word('counters'), word('counters') + (this.threads * lineBytes) / 4)
    Atomics.store(this.#words, word('job'), job)
    Atomics.add(this.#words, word('sequence'), 1)
    if (Atomics.load(this.#words, word('idle')) > 0) Atomics.notify(this.#words, word('sequence'))
  }

  async #message(): Promise<void> {
    if (this.#broken) throw this.#broken
    for (const worker of this.#workers) worker.hold(true)
    try {
      await new Promise<void>((resolve, reject) => {
        this.#settle = { resolve, reject }
      })
    } finally {
      this.#settle = undefined
      for (const worker of this.#workers) worker.hold(false)
    }
  }

  #waitUntilFinished(): void {
    const words = this.#words
    const start = performance.now()
    let finished: number
    for (let spins = 1; (finished = Atomics.load(words, word('finished'))) < this.#workers.length; spins++) {
      if (spins % 64 > 0 || performance.now() - start < spinMs) continue
      Atomics.store(words, word('hostSleeps'), 1)
      Atomics.wait(words, word('finished'), finished)
    }
  }

  /** Twin of the worker's `fail`, without the text. */
  #fail(): void {
    if (Atomics.compareExchange(this.#words, word('failed'), 0, 1) !== 0) return
    Atomics.sub(this.#words, word('arrived'), 2 ** 30)
    Atomics.notify(this.#words, word('arrived'))
  }

  /** Threads wait for one another, so one that fails takes the others along: the first is the one to name. */
  #throwFailure(own?: unknown): void {
    const thread = Atomics.load(this.#words, word('failed')) - 1
    if (thread < 0) return
    const text = this.#words.subarray(word('failure') + 1).subarray(0, this.#words[word('failure')])
    const isOwn = this.hostWorks && thread === 0
    throw new Error(
      `engine: thread ${thread} failed: ${isOwn ? own : String.fromCharCode(...text)}`,
      isOwn ? { cause: own } : undefined,
    )
  }
}

function startNone(): never {
  throw new Error('engine: one thread needs no worker.')
}

/** Twin of the worker's. */
function instantiate(module: WebAssembly.Module, memory: WebAssembly.Memory, times: number): (thread: number) => void {
  let last = 0
  const mark = (slot: number) => {
    const now = performance.now()
    if (slot >= 0) new Float64Array(memory.buffer, times)[slot] += now - last
    last = now
  }
  return new WebAssembly.Instance(module, { host: { memory, mark } }).exports.run as (thread: number) => void
}

/** The main thread of a page may not wait, and says so before it looks at anything else. */
function mayBlock(words: Int32Array): boolean {
  try {
    Atomics.wait(words, 0, 1, 0)
    return true
  } catch {
    return false
  }
}
