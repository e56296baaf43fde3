// A contender: somebody who does a piece of work as often as asked, and is stopped otherwise.

import { type Command, TalkingProcess } from './talkingProcess.ts'

/** What came of doing a piece of work several times. */
export interface Report {
  /** How long each time took. */
  readonly ms: readonly number[]
  /** The last loss, if the work has one. */
  readonly loss?: number
  /** The most memory that its process has had so far. */
  readonly bytes?: number
}

export interface Contender {
  readonly name: string
  run(times: number): Promise<Report>
  close(): Promise<void>
}

/** Starts a process that works as workProcess.ts does, and waits until it is ready. Throws what it says if it ends before. */
export async function startProcess(command: Command): Promise<Contender> {
  const process = new TalkingProcess(command)
  const { name } = await process.next()
  process.pause()
  return {
    name: String(name),
    async run(times) {
      process.goOn()
      process.write(`${times}\n`)
      const report = await process.next()
      process.pause()
      return report as unknown as Report
    },
    close: () => process.end(),
  }
}

/** A contender whose work is to start a process anew each time, up to the first answer that `isReached`. */
export function startingAnew(
  name: string,
  command: Command,
  isReached: (answer: Readonly<Record<string, unknown>>) => boolean = () => true,
): Contender {
  return timed(name, async () => {
    const process = new TalkingProcess(command)
    while (!isReached(await process.next()));
    return { endedAt: performance.now(), after: () => process.kill() }
  })
}

/** A contender whose work is to run a process to its end. Its loss is the last one on unseen text that it tells. */
export function runningWhole(name: string, command: Command): Contender {
  return timed(name, async () => {
    let loss: number | undefined
    for await (const { validation } of new TalkingProcess(command)) {
      if (typeof validation === 'number') loss = validation
    }
    return { endedAt: performance.now(), loss }
  })
}

interface Timed {
  readonly endedAt: number
  readonly loss?: number
  readonly after?: () => Promise<void>
}

function timed(name: string, once: () => Promise<Timed>): Contender {
  return {
    name,
    async run(times) {
      const ms: number[] = []
      let loss: number | undefined
      for (let i = 0; i < times; i++) {
        const begun = performance.now()
        const done = await once()
        ms.push(done.endedAt - begun)
        loss = done.loss
        await done.after?.()
      }
      return { ms, loss }
    },
    close: async () => {},
  }
}
