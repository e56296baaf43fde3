// Loops that run on in every operand become one.

/** One loop of a kernel: its size, and its stride in each operand. */
export interface Loop {
  readonly size: number
  readonly strides: readonly number[]
}

/**
 * Makes one loop of neighbours that run on in every operand: the outer stride is the inner stride times the inner size.
 * Loops of size 1 vanish. `apart(i)` forbids joining loop i to the next.
 */
export function collapse(
  loops: readonly Loop[],
  apart: (index: number) => boolean = () => false,
): { loops: Loop[]; from: number[] } {
  const joined: Loop[] = []
  /** For every loop given, the loop that it went into. */
  const from: number[] = []
  let free = false
  loops.forEach((loop, i) => {
    const last = joined.at(-1)
    const runsOn = last?.strides.every((stride, k) => stride === loop.strides[k] * loop.size)
    if (last && free && (runsOn || last.size === 1))
      joined[joined.length - 1] = { size: last.size * loop.size, strides: loop.strides }
    else if (last && free && loop.size === 1) joined[joined.length - 1] = last
    else joined.push(loop)
    from.push(joined.length - 1)
    free = !apart(i)
  })
  return { loops: joined, from }
}
