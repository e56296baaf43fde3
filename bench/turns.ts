// Taking turns: A B C, C B A, A B C … A machine is quicker in one minute than in another, and what is to be compared must
// be measured in the same minutes.

import type { Contender, Report } from './contender.ts'

export interface Turns {
  readonly rounds: number
  /** How often the work is done in a turn. */
  readonly times: number
  /** Whether there is a turn before the first that does not count, for compilers to notice what is worth their while. */
  readonly warmsUp?: boolean
}

/** What each contender reported, all turns together, in the order of the contenders. Closes them. */
export async function takeTurns(contenders: readonly Contender[], { rounds, times, warmsUp = true }: Turns): Promise<Report[]> {
  const reports = contenders.map((): Report => ({ ms: [] }))
  try {
    if (warmsUp) for (const contender of contenders) await contender.run(times)
    for (let round = 0; round < rounds; round++) {
      const order = [...contenders.keys()]
      for (const i of round % 2 === 0 ? order : order.reverse()) {
        const report = await contenders[i].run(times)
        reports[i] = { ...report, ms: [...reports[i].ms, ...report.ms] }
      }
    }
  } finally {
    await Promise.all(contenders.map((contender) => contender.close()))
  }
  return reports
}
