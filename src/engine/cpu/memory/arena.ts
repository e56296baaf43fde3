// The arena: the one WebAssembly memory in which an engine keeps everything its kernels read and write.
//
//   page 0            control words, over which the threads agree (below)
//   then, as asked    weights, states, caches, constants: they stay where they are until they are given back
//   among them        passing regions: the values of one run, and the threads' scratch
//
// Programs have addresses baked in, so nothing ever moves, and what a program uses is its own as long as it can run. Programs
// never run at the same time, so all of them share one passing region. A program that needs a larger one gets a new one, and
// earlier programs keep theirs: compile the largest first where that is known. What is given back leaves a hole (holes.ts).

import { wasClosed } from '../../engine.ts'
import { aligned, Holes } from './holes.ts'

const pageBytes = 65536
/** 4 GiB: addresses have 32 bits. */
export const mostPages = 65536

/** Values that different threads write stand so many bytes apart: a pair of cache lines, as processors fetch pairs. */
export const lineBytes = 128

/**
 * Where the control words stand: byte addresses of i32s. pool.ts says how a job begins and ends, program.ts what a
 * barrier is.
 */
export const control = {
  /** Counts jobs; workers sleep on it. */
  sequence: 128,
  /** The number of the program to run, or -1: look at the messages. */
  job: 256,
  /** The number of workers that sleep on `sequence`. */
  idle: 384,
  /** The number of workers that have finished the job; the host sleeps on it. */
  finished: 512,
  /** 1 while the host sleeps on `finished`. */
  hostSleeps: 640,
  /** Counts arrivals at the barriers of a run; threads sleep on it. */
  arrived: 768,
  /** The number of threads that sleep on `arrived`. */
  sleepers: 896,
  /** 1 + the first thread that failed in this job, or 0. */
  failed: 1024,
  /** Its words: the number of characters, then a word for each. */
  failure: 1152,
  mostFailure: 500,
  /** Two sets of a line for each thread, out of which a run's bites are counted. */
  counters: 4096,
  bytes: pageBytes,
} as const

export interface ArenaOptions {
  /** Several threads are to use it. Needs SharedArrayBuffer. */
  readonly shared: boolean
  /** The size to which it may grow, in pages of 64 KiB; 4 GiB if not given. Addresses are set aside for that, memory is not. */
  readonly maximumPages?: number
}

/** There is no room: what is thrown where a larger memory cannot be had. */
export class ArenaFull extends Error {}

/** Where programs put the values of one run. */
export interface Passing {
  readonly base: number
  readonly bytes: number
}

/** All regions are so many bytes long, or a multiple: then holes fit again. */
const grain = 64

export class Arena {
  /** The memory as it was declared; a module that imports it must say the same. */
  readonly limits: { readonly shared: boolean; readonly maximumPages: number }
  #memory: WebAssembly.Memory | undefined
  readonly #holes = new Holes()
  #end = pageBytes
  #inUse = pageBytes
  /** Up to here something may have been written; behind it are zeros. */
  #written = pageBytes
  #passing: { base: number; bytes: number } | undefined
  readonly #users = new Map<Passing, number>()

  constructor({ shared, maximumPages: asked = mostPages }: ArenaOptions) {
    const { memory, maximumPages } = declare(shared, asked)
    this.#memory = memory
    this.limits = { shared, maximumPages }
  }

  get memory(): WebAssembly.Memory {
    if (this.#memory) return this.#memory
    throw wasClosed()
  }

  /** Bytes that are given out, with the control page. */
  get bytesInUse(): number {
    return this.#inUse
  }

  /** Lets the memory go, whoever still holds the arena. */
  close(): void {
    this.#memory = undefined
  }

  /**
   * Gives out memory that stays: zeros at first. `align` is a power of two.
   *
   * Throws ArenaFull if WebAssembly's 4 GiB or the system's memory do not suffice; the arena is then as it was.
   */
  allocate(bytes: number, align = grain): number {
    const address = this.#take(bytes, align)
    const used = Math.min(address + aligned(bytes, grain), this.#written) - address
    if (used > 0) new Uint8Array(this.memory.buffer, address, used).fill(0)
    this.#written = Math.max(this.#written, address + aligned(bytes, grain))
    return address
  }

  /** Takes memory back that was given out by `allocate`. */
  release(address: number, bytes: number): void {
    const size = aligned(bytes, grain)
    this.#holes.give(address, address + size)
    this.#inUse -= size
    this.#end = this.#holes.takeEnd(this.#end)
  }

  /**
   * A passing region of at least so many bytes, at a multiple of 128, for one more program, until it leaves. What stands there
   * lasts until the next program runs.
   */
  reserve(bytes: number): Passing {
    const size = aligned(bytes, grain)
    let passing = this.#passing
    if (!passing || (size > passing.bytes && !this.#extend(passing, size))) {
      passing = { base: this.#take(size, lineBytes), bytes: size }
      this.#written = Math.max(this.#written, passing.base + size)
      this.#passing = passing
    }
    this.#users.set(passing, (this.#users.get(passing) ?? 0) + 1)
    return passing
  }

  /** A program that has reserved it needs it no longer; the last one gives it back. */
  leave(passing: Passing): void {
    const users = (this.#users.get(passing) ?? 0) - 1
    if (users > 0) {
      this.#users.set(passing, users)
      return
    }
    this.#users.delete(passing)
    if (this.#passing === passing) this.#passing = undefined
    this.release(passing.base, passing.bytes)
  }

  /** A view of `count` numbers. It goes stale when the arena grows: ask again rather than keep it. */
  floats(address: number, count: number): Float32Array {
    return new Float32Array(this.memory.buffer, address, count)
  }

  /** Makes a passing region longer where it stands, if what lies behind it is free, or nothing; true if it did. */
  #extend(passing: { base: number; bytes: number }, size: number): boolean {
    const end = passing.base + passing.bytes
    const more = size - passing.bytes
    if (end === this.#end) {
      this.#growTo(passing.base + size, more)
      this.#end = passing.base + size
    } else if (!this.#holes.takeAt(end, more)) return false
    passing.bytes = size
    this.#inUse += more
    this.#written = Math.max(this.#written, passing.base + size)
    return true
  }

  /** Room, out of a hole or behind everything. */
  #take(bytes: number, align: number): number {
    const size = aligned(bytes, grain)
    let address = this.#holes.take(size, align)
    if (address === undefined) {
      address = aligned(this.#end, align)
      this.#growTo(address + size, size)
      this.#holes.give(this.#end, address)
      this.#end = address + size
    }
    this.#inUse += size
    return address
  }

  #growTo(end: number, asked: number): void {
    const pages = Math.ceil(end / pageBytes)
    const present = this.memory.buffer.byteLength / pageBytes
    if (pages <= present) return
    const { maximumPages } = this.limits
    const full = (limit: string, cause?: unknown): ArenaFull =>
      new ArenaFull(
        `engine: ${amount(asked)} more are asked for and ${amount(this.#inUse)} are in use, which makes an arena of ${amount(end)}, but ${limit}. Lower the batch or the context, keep weights as bf16, or close programs and forget models that are done with.`,
        { cause },
      )
    if (pages > maximumPages) {
      const most = amount(maximumPages * pageBytes)
      throw full(
        maximumPages === mostPages
          ? `WebAssembly's memory ends at ${most}`
          : `this system gives WebAssembly at most ${most}`,
      )
    }
    try {
      this.memory.grow(pages - present)
    } catch (cause) {
      throw full(`the system gave only ${amount(present * pageBytes)}`, cause)
    }
  }
}

/** Declares as much as is asked for at most, or as much as can be: some browsers refuse to set so many addresses aside. */
function declare(shared: boolean, asked: number): { memory: WebAssembly.Memory; maximumPages: number } {
  for (let maximumPages = asked; ; maximumPages /= 2) {
    try {
      return { memory: new WebAssembly.Memory({ initial: 1, maximum: maximumPages, shared }), maximumPages }
    } catch (cause) {
      if (maximumPages <= 1024)
        throw new Error(
          'engine: the system gives WebAssembly no memory, not even 64 MB. Close engines that are no longer needed.',
          { cause },
        )
    }
  }
}

/** 1 GB is 2³⁰ bytes here, and 1 MB 2²⁰, rounded up, so that what is too much also looks like more. */
function amount(bytes: number): string {
  if (bytes <= 2 ** 30 / 2) return `${Math.ceil(bytes / 2 ** 20)} MB`
  return `${(Math.ceil((bytes / 2 ** 30) * 10) / 10).toFixed(1).replace('.0', '')} GB`
}
