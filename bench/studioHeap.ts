// What going about in the Studio leaves behind: the page's heap before and after many changes of view, and the engine's memory. A soak is
// the same for minutes, while it trains.

import type { Page } from 'playwright-core'
import { choose, go, pause, smallModel, smallText, takeText, train } from '../test/studio/visit.ts'
import { engineMemoryOf, mebibytes, noteMemoriesIn } from './studioMemory.ts'
import { newVisitor, type StudioPlace, stepOf, type Watched } from './studioPages.ts'
import type { Block } from './table.ts'

const changes = 100
const soakChanges = 500
const text = 'to be or not to be'
const head = '{head: 1}'
const views: readonly Readonly<Record<string, string>>[] = [
  { view: 'look', text },
  { view: 'look', text, at: 'blocks.1' },
  { view: 'look', text, at: 'blocks.1.attention' },
  { view: 'look', text, at: `blocks.1.attention ${head}` },
  { view: 'look', text, at: `blocks.1.attention.scores ${head}` },
  { view: 'look', text, at: 'blocks.1.attention.scores {head: 1, position: 9, source: 4}' },
  { view: 'look', text, as: 'ledger' },
  { view: 'write', text },
  { view: 'train', text },
  { view: 'text', text },
]

/** Of a run that rests, so that nothing but the changes of view can leave something behind. */
export async function heapBlock(place: StudioPlace): Promise<Block> {
  const page = await openNoted(place, place.server.url)
  await takeText(page, smallText)
  await choose(page, { ...smallModel, steps: 100_000 })
  await train(page, 20)
  await pause(page)
  const wander = async (): Promise<void> => {
    for (let i = 0; i < changes; i++) await go(page, views[i % views.length])
  }
  return leftBehind(page, `the page's heap after ${changes} changes of view, at most 5 more than before`, wander)
}

/** Of the default plan while it trains, for minutes. */
export async function soakBlock(place: StudioPlace, minutes: number): Promise<Block> {
  const page = await openNoted(place, place.server.url)
  await page.getByText('Time on this machine').waitFor()
  await choose(page, { steps: 1_000_000 })
  await train(page, 50)
  const wander = async (): Promise<void> => {
    const began = performance.now()
    for (let i = 0; i < soakChanges; i++) {
      await go(page, views[i % views.length])
      // What the bench itself keeps is not the page's.
      await page.evaluate(() => {
        ;(globalThis as unknown as { watched: Watched }).watched.heard = []
      })
      await page.waitForTimeout(Math.max(0, began + (60_000 * minutes * (i + 1)) / soakChanges - performance.now()))
    }
  }
  const title = `the page's heap after ${minutes} minutes of training and ${soakChanges} changes of view, at most 5 more than before`
  return leftBehind(page, title, wander)
}

/** The Studio for a visitor who was never here, with the memories of its worker noted. */
async function openNoted({ browser }: StudioPlace, url: string): Promise<Page> {
  const page = await newVisitor(browser)
  await noteMemoriesIn(page)
  await page.goto(url)
  return page
}

/** The memory that going about leaves in use. */
async function leftBehind(page: Page, title: string, wander: () => Promise<void>): Promise<Block> {
  // What is loaded and compiled the first time stays.
  for (let i = 0; i < 3 * views.length; i++) await go(page, views[i % views.length])
  const [heapBefore, memoryBefore] = [await heapOf(page), await engineMemoryOf(page)]
  const stepBefore = await stepOf(page)
  await wander()
  const [heapAfter, memoryAfter] = [await heapOf(page), await engineMemoryOf(page)]
  const steps = (await stepOf(page)) - stepBefore
  await page.context().close()
  return {
    title: `the Studio: ${title}`,
    unit: 'MiB',
    isRate: false,
    lines: [
      {
        name: steps > 0 ? `more, after ${steps} steps` : 'more',
        values: [mebibytes(heapAfter - heapBefore)],
        remark: `${mebibytes(heapBefore).toFixed(1)} before; the engine's memory ${mebibytes(memoryBefore).toFixed(2)} and ${mebibytes(memoryAfter).toFixed(2)}, constant: ${memoryAfter === memoryBefore}`,
      },
    ],
  }
}

async function heapOf(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page)
  // The first collection sets free what the second one takes.
  for (let i = 0; i < 2; i++) await session.send('HeapProfiler.collectGarbage')
  const { usedSize } = await session.send('Runtime.getHeapUsage')
  await session.detach()
  return usedSize
}
