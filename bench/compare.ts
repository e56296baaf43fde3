// A comparison: contenders take turns. A B C, C B A, A B C … A machine is quicker in one minute than in another, and what is
// to be compared must be measured in the same minutes.

import type { Contender, Report } from './contender.ts'
import type { Line } from './table.ts'

/** A contender, and what its reports mean. */
export interface Entry {
  readonly contender: Contender
  line(report: Report): Line
}

export interface Turns {
  readonly rounds: number
  /** How often the work is done in a turn. */
  readonly times: number
  /** Whether the first turn does not count, in which compilers notice what is worth their while. */
  readonly warmsUp?: boolean
}

/** The lines of those that are there, and why the others are not, in their order. Ends the contenders' processes. */
export async function compare(
  entries: readonly (Entry | string)[],
  { rounds, times, warmsUp = true }: Turns,
): Promise<(Line | string)[]> {
  const there = entries.filter((entry) => typeof entry !== 'string')
  const reports = new Map(there.map((entry) => [entry, { ms: [] } as Report]))
  try {
    if (warmsUp) for (const { contender } of there) await contender.run(times)
    for (let round = 0; round < rounds; round++) {
      for (const entry of round % 2 === 0 ? there : there.toReversed()) {
        const report = await entry.contender.run(times)
        reports.set(entry, { ...report, ms: [...(reports.get(entry)?.ms ?? []), ...report.ms] })
      }
    }
  } finally {
    await Promise.all(there.map(({ contender }) => contender.close()))
  }
  return entries.map((entry) => (typeof entry === 'string' ? entry : entry.line(reports.get(entry) ?? { ms: [] })))
}
