// Which calls run side by side: those that do not wait for one another.

import type { Call } from './call.ts'
import type { MemoryPlan } from './plan.ts'
import type { Target } from './target.ts'

/** So many waves a call may overtake: to look further costs more time than it saves. */
const farthest = 100

/**
 * Puts calls that do not wait for one another side by side: each goes into the earliest wave after all that it must not
 * overtake, which is what writes where it reads or writes, and what reads where it writes.
 */
export function arrange(calls: readonly Call[], memory: MemoryPlan, { layout, mostInWave }: Target): Call[][] {
  const waves: { readonly calls: Call[]; readonly read: Span[]; readonly written: Span[] }[] = []
  for (const call of calls) {
    const spans = call.operands.map((node) => {
      const place = memory.placeOf(node)
      const from = 'slab' in place ? place.offset : 0
      const of = 'slab' in place ? place.slab : place.lasting
      return { of, from, to: from + layout.bytes(node.axes), isWritten: call.writes.has(node) }
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
    waves[room].calls.push(call)
    for (const span of spans) (span.isWritten ? waves[room].written : waves[room].read).push(span)
  }
  return waves.map((wave) => wave.calls)
}

/** Bytes of a slab, or of what has memory of its own. */
interface Span {
  readonly of: unknown
  readonly from: number
  readonly to: number
}

const meets = ({ of, from, to }: Span, others: readonly Span[]): boolean =>
  others.some((other) => of === other.of && from < other.to && other.from < to)
