// Training steps a second in a page: the small model in headless Chromium, in a worker of an isolated page, with threads.

import { callInPage, noBrowser, openBrowser, openPage } from '../test/browser/browsers.ts'
import { serve } from '../test/browser/server.ts'
import { compare } from './compare.ts'
import type { Contender, Report } from './contender.ts'
import { startCutaway } from './cutaway.ts'
import { plain } from './pytorch.ts'
import type { Block } from './table.ts'
import { pyTorch, steps, stepsInTurn } from './training.ts'
import type { Job } from './work.ts'
import { workloads } from './workloads.ts'

export async function pageBlock(rounds: number): Promise<Block> {
  const job: Job = { kind: 'step', workload: workloads.small, threads: 2 }
  const inNode = await startCutaway(job)
  const lines = await compare(
    [
      noBrowser || steps(await startPage(job)),
      typeof inNode === 'string' ? inNode : steps({ ...inNode, name: 'Cutaway in Node' }),
      ...(await pyTorch('small', 2, [plain])),
    ],
    { rounds, times: stepsInTurn.small },
  )
  return { title: 'training step, small, in a page, two threads', unit: 'steps/s', isRate: true, lines }
}

async function startPage(job: Job): Promise<Contender> {
  const server = await serve()
  const browser = await openBrowser()
  const page = await openPage(browser, server)
  const inPage = (name: string, argument: unknown): Promise<Report> =>
    callInPage(page, 'bench/pageWork.ts', name, [argument])
  const close = async (): Promise<void> => {
    await browser.close()
    await server.close()
  }
  try {
    await inPage('open', job)
  } catch (error) {
    await close()
    throw error
  }
  return {
    name: `Cutaway in ${browser.name}`,
    run: (times) => inPage('run', times),
    close,
  }
}
