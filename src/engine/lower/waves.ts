// Which calls run side by side: those that do not wait for one another.

import type { Node } from '../../tensor/node.ts'
import type { Call } from './call.ts'
import { bytes } from './layout.ts'

/** Calls that may run side by side, at most. */
const mostInWave = 64
/** How many waves a call may overtake. */
const farthest = 100

/**
 * Puts calls that do not wait for one another side by side: each goes into the earliest wave after all that it must not
 * overtake, which is what writes where it reads or writes, and what reads where it writes. Gives back the calls' numbers.
 */
export function arrange(calls: readonly Call[], addressOf: (node: Node) => number): number[][] {
  const waves: { readonly calls: number[]; readonly read: Span[]; readonly written: Span[] }[] = []
  calls.forEach(({ operands, writes }, i) => {
    const spans = operands.map((node) => {
      const from = addressOf(node)
      return { from, to: from + bytes(node.axes), isWritten: writes.has(node) }
    })
    const waitsFor = ({ read, written }: (typeof waves)[number]): boolean =>
      spans.some((span) => meets(span, written) || (span.isWritten && meets(span, read)))
    let at = waves.length
    let room = at
    while (at > 0 && waves.length - at < farthest && !waitsFor(waves[at - 1])) {
      at--
      if (waves[at].calls.length < mostInWave) room = at
    }
    if (room === waves.length) waves.push({ calls: [], read: [], written: [] })
    waves[room].calls.push(i)
    for (const span of spans) (span.isWritten ? waves[room].written : waves[room].read).push(span)
  })
  return waves.map((wave) => wave.calls)
}

interface Span {
  readonly from: number
  readonly to: number
}

const meets = ({ from, to }: Span, others: readonly Span[]): boolean =>
  others.some((other) => from < other.to && other.from < to)
