// How far a work is: a line that is repainted; where nobody looks at a terminal, a line beside the output now and then.

import { grouped } from '../show/amounts.ts'
import type { Terminal } from './terminal.ts'

/** Where it is not repainted, a line comes at most so often; where it is, so often: what takes less shows nothing. */
const lineEveryMs = 10_000
const repaintEveryMs = 200

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
    const now = clock()
    if (now - last < (terminal.isInteractive ? repaintEveryMs : lineEveryMs)) return
    last = now
    if (terminal.isInteractive) terminal.repaint(say(done, of))
    else terminal.note(say(done, of))
  }
}

/** Tells how many files of many are read. */
export const readingProgress = (command: string, terminal: Terminal): ReturnType<typeof progressOn> =>
  progressOn(terminal, (done, of) => `${command}: ${grouped(done)} of ${grouped(of)} files are read`)
