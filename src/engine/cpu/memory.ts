// The arena: the one WebAssembly memory in which an engine keeps everything its kernels read and write.
//
//   page 0            control words, over which the threads agree (below)
//   then, as asked    weights, states, caches, constants: they stay where they are
//   among them        transient regions: the values of one run, and the threads' scratch
//
// Programs have addresses baked in, so nothing ever moves. They never run at the same time, so all of them share one
// transient region. A program that needs a larger one gets a new one, and earlier programs keep theirs: compile the
// largest first where that is known.

const pageBytes = 65536
/** 4 GiB: addresses have 32 bits. */
const mostPages = 65536

/** What different threads write stands so many bytes apart: a pair of cache lines, as processors fetch pairs. */
export const lineBytes = 128

/**
 * Where the control words stand: byte addresses of i32s. threads.ts says how a job begins and ends, program.ts what a
 * barrier is.
 */
export const control = {
  /** Counts jobs; workers sleep on it. */
  sequence: 128,
  /** The number of the program to run, or -1: look at the messages. */
  job: 256,
  /** How many workers sleep on `sequence`. */
  idle: 384,
  /** How many workers have finished the job; the host sleeps on it. */
  finished: 512,
  /** 1 while the host sleeps on `finished`. */
  hostSleeps: 640,
  /** Counts arrivals at the barriers of a run; threads sleep on it. */
  arrived: 768,
  /** How many threads sleep on `arrived`. */
  sleepers: 896,
  /** 1 + the first thread that failed in this job, or 0. */
  failed: 1024,
  /** What it said: the number of characters, then a word for each. */
  failure: 1152,
  mostFailure: 500,
  /** Two sets of a line for each thread, out of which a run's bites are counted. */
  counters: 4096,
  bytes: pageBytes,
} as const

export interface ArenaOptions {
  /** Several threads are to use it. Needs SharedArrayBuffer. */
  readonly shared: boolean
}

export class Arena {
  readonly memory: WebAssembly.Memory
  /** How the memory was declared; a module that imports it must say the same. */
  readonly limits: { readonly shared: boolean; readonly maximumPages: number }
  #end = pageBytes
  #transient = { base: 0, bytes: 0 }

  constructor({ shared }: ArenaOptions) {
    const { memory, maximumPages } = declare(shared)
    this.memory = memory
    this.limits = { shared, maximumPages }
  }

  /** Bytes given out so far, with the control page. */
  get bytesInUse(): number {
    return this.#end
  }

  /**
   * Gives out memory that stays: zeros at first. `align` is a power of two.
   *
   * Throws if WebAssembly's 4 GiB or the system's memory do not suffice; the arena is then as it was.
   */
  allocate(bytes: number, align = 64): number {
    const address = Math.ceil(this.#end / align) * align
    this.#growTo(address + bytes)
    this.#end = address + bytes
    return address
  }

  /**
   * The base, a multiple of 128, of a transient region of at least so many bytes. What stands there lasts until the
   * next program runs.
   */
  reserve(bytes: number): number {
    const { base, bytes: reserved } = this.#transient
    if (bytes <= reserved) return base
    const isLast = base + reserved === this.#end && reserved > 0
    if (isLast) this.allocate(bytes - reserved, 1)
    this.#transient = { base: isLast ? base : this.allocate(bytes, lineBytes), bytes }
    return this.#transient.base
  }

  /** A view of `count` numbers. It goes stale when the arena grows: ask again rather than keep it. */
  floats(address: number, count: number): Float32Array {
    return new Float32Array(this.memory.buffer, address, count)
  }

  #growTo(end: number): void {
    const pages = Math.ceil(end / pageBytes)
    const present = this.memory.buffer.byteLength / pageBytes
    if (pages <= present) return
    const { maximumPages } = this.limits
    if (pages > maximumPages) {
      const limit =
        maximumPages === mostPages ? "WebAssembly's memory ends at" : 'this system gives WebAssembly at most'
      const most = gigabytes(maximumPages * pageBytes)
      throw new Error(
        `engine: the arena would need ${gigabytes(end)}, but ${limit} ${most}; lower the batch or the context.`,
      )
    }
    try {
      this.memory.grow(pages - present)
    } catch (cause) {
      const soFar = gigabytes(present * pageBytes)
      throw new Error(
        `engine: the arena needs ${gigabytes(end)}, but the system gave only ${soFar}; lower the batch or the context.`,
        { cause },
      )
    }
  }
}

/** Declares 4 GiB at most, or as much as can be: some browsers refuse to set so many addresses aside. */
function declare(shared: boolean): { memory: WebAssembly.Memory; maximumPages: number } {
  for (let maximumPages = mostPages; ; maximumPages /= 2) {
    try {
      return { memory: new WebAssembly.Memory({ initial: 1, maximum: maximumPages, shared }), maximumPages }
    } catch (cause) {
      if (maximumPages <= 1024)
        throw new Error('engine: the system gives WebAssembly no memory, not even 64 MB.', { cause })
    }
  }
}

/** 1 GB is 2³⁰ bytes here, rounded up, so that what is too much also looks like more. */
function gigabytes(bytes: number): string {
  return `${(Math.ceil((bytes / 2 ** 30) * 10) / 10).toFixed(1).replace('.0', '')} GB`
}
