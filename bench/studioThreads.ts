// What the threads of the browser beside those that train take of a core while the Studio trains: by the kernel's own count, which holds on a
// busy machine too.

import { readdirSync, readFileSync } from 'node:fs'
import { platform } from 'node:os'
import type { Browser } from 'playwright-core'
import type { Block, Line } from './table.ts'

/** The milliseconds in which the kernel counts: Linux has 100 ticks a second. */
const msPerTick = 10

/** Those who train are no part of what the page costs. */
const isTraining = (name: string): boolean => name.includes('DedicatedWorker')

/** A part of a turn: trains for a while, and is over. */
export interface WatchedTurn {
  readonly name: string
  ready(): Promise<void>
  train(): Promise<unknown>
}

/** One line for each turn: percents of one core, the dearest threads by their names. */
export async function threadsBlock(browser: Browser, turns: readonly WatchedTurn[]): Promise<Block> {
  const lines: (Line | string)[] = []
  if (platform() !== 'linux') lines.push('only Linux tells what a thread has computed')
  else
    for (const { name, ready, train } of turns) {
      await ready()
      const [before, begun] = [await threadTimes(browser), performance.now()]
      await train()
      const [after, ms] = [await threadTimes(browser), performance.now() - begun]
      const shares = [...after]
        .filter(([thread]) => !isTraining(thread))
        .map(([thread, time]) => ({ thread, share: (100 * (time - (before.get(thread) ?? 0))) / ms }))
        .sort((a, b) => b.share - a.share)
      const dearest = shares.slice(0, 5).map(({ thread, share }) => `${thread} ${share.toFixed(1)}`)
      lines.push({ name, values: [shares.reduce((sum, { share }) => sum + share, 0)], remark: dearest.join(', ') })
    }
  return { title: 'the Studio: threads that do not train', unit: '% of a core', isRate: false, lines }
}

/** Milliseconds that threads have computed so far, by the kinds of their processes and their names. */
async function threadTimes(browser: Browser): Promise<ReadonlyMap<string, number>> {
  const session = await browser.newBrowserCDPSession()
  const { processInfo } = await session.send('SystemInfo.getProcessInfo')
  await session.detach()
  const times = new Map<string, number>()
  for (const { type, id } of processInfo)
    for (const { name, ms } of timesOfProcess(id)) {
      const thread = `${type} ${name}`
      times.set(thread, (times.get(thread) ?? 0) + ms)
    }
  return times
}

function timesOfProcess(id: number): { readonly name: string; readonly ms: number }[] {
  const tasks = `/proc/${id}/task`
  return readdirSync(tasks).flatMap((task) => {
    try {
      // The name stands in brackets and may have spaces; the times of user and kernel are the 12th and 13th word behind it.
      const [, name, rest] = /^\d+ \((.*)\) (.*)$/s.exec(readFileSync(`${tasks}/${task}/stat`, 'utf8')) ?? []
      const words = rest.split(' ')
      return [{ name, ms: msPerTick * (Number(words[11]) + Number(words[12])) }]
    } catch {
      // A thread that has ended meanwhile.
      return []
    }
  })
}
