// Going about in the Studio while it trains: how soon something is seen of a key, a click or the pointer.

import type { Page } from 'playwright-core'
import { openTraining, type StudioPlace, share } from './studioPages.ts'
import type { Block } from './table.ts'

const forMs = 30_000
const restMs = 80
/** The browser tells of nothing that took less. */
const untold = 16

/** From what a person does to the picture with what came of it, by the browser's own count. */
export async function touchBlock(place: StudioPlace): Promise<Block> {
  const page = await openTraining(place)
  await page.evaluate(() => {
    location.hash = '#view=look'
  })
  await page.locator('.lattice, [data-to]').first().waitFor()
  await page.evaluate(watchEvents)
  const acts = actsOn(page)
  const began: number[] = []
  const end = performance.now() + forMs
  for (let i = 0; performance.now() < end; i++) {
    began.push(await page.evaluate(() => performance.now()))
    await acts[i % acts.length]()
    await page.waitForTimeout(restMs)
  }
  const seen = await page.evaluate(() => (globalThis as unknown as { seen: readonly Seen[] }).seen)
  await page.context().close()
  const waits = began.map((from, i) => {
    const until = began[i + 1] ?? Number.POSITIVE_INFINITY
    return Math.max(untold, ...seen.flatMap(({ at, took }) => (at >= from && at < until ? [took] : [])))
  })
  const [usual, most] = [share(waits, 0.5), Math.max(...waits)]
  return {
    title:
      'the Studio: from a key, a click or the pointer to its picture while it trains, 98 of 100 within at most 100',
    unit: 'ms',
    isRate: false,
    lines: [
      {
        name: `${waits.length} in ${forMs / 1000} s, Look live`,
        values: [share(waits, 0.98)],
        remark: `half of them within ${usual.toFixed(0)}, all within ${most.toFixed(0)}`,
      },
    ],
  }
}

interface Seen {
  readonly at: number
  readonly took: number
}

/** In the page: notes every event with the time to the picture after it. */
function watchEvents(): void {
  const seen: Seen[] = []
  Object.assign(globalThis, { seen })
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) seen.push({ at: startTime, took: duration })
  }).observe({ type: 'event', durationThreshold: 16 } as PerformanceObserverInit)
}

/** The things that are done in turn: letters are typed, tokens pinned, the pointer goes over the picture, a head is opened and left. */
function actsOn(page: Page): readonly (() => Promise<void>)[] {
  let turn = 0
  const token = () => page.getByRole('button', { name: /^Pin position/ })
  const press = (key: string) => () => page.keyboard.press(key)
  const open = (address: string) => () => page.locator(`[data-to="${address}"]`).first().click()
  const over = async (): Promise<void> => {
    turn++
    await page.mouse.move(500 + 37 * (turn % 11), 380 + 19 * (turn % 7))
  }
  return [
    over,
    async () =>
      token()
        .nth(turn++ % 12)
        .click(),
    over,
    open('blocks.1'),
    over,
    open('blocks.1.attention'),
    open('blocks.1.attention {head: 1}'),
    over,
    press('Escape'),
    press('Escape'),
    press('Escape'),
    async () => page.getByRole('button', { name: 'Edit' }).click(),
    press('End'),
    ...[...' the'].map((letter) => press(letter === ' ' ? 'Space' : letter)),
    press('Backspace'),
    press('Enter'),
    over,
  ]
}
