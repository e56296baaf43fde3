// How far a work is: a line that is repainted; where nobody looks at a terminal, a line beside the output now and then.

import type { Terminal } from './terminal.ts'

/** Where it is not repainted, a line comes at most so often. */
const lineEveryMs = 10_000

/**
 * A function that is told how far it is.
 *
 * - `say`: the line: `3 of 10 batches`
 * - `clock`: milliseconds
 */
export function progressOn(
  terminal: Terminal,
  say: (done: number, of: number) => string,
  clock: () => number = () => performance.now(),
): (done: number, of: number) => void {
  let last = clock()
  return (done, of) => {
    terminal.repaint(say(done, of))
    const now = clock()
    if (terminal.isInteractive || now - last < lineEveryMs) return
    last = now
    terminal.note(say(done, of))
  }
}
