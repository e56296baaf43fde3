// Pages for measuring the Studio: its own, and a bare one that starts the same worker and only listens. In both it is noted when each piece of
// news came.

import { availableParallelism } from 'node:os'
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import type { MachineWishes } from '../src/studio/talk/machineFacts.ts'
import type { AnswerTo, Kind, MachineFacts, News, QuestionOf, Recipe } from '../src/studio/talk/questions.ts'
import type { Server } from '../test/browser/server.ts'
import { choose } from '../test/studio/visit.ts'

export interface Heard {
  /** By the page's clock. */
  readonly at: number
  readonly news: News
}

/** Whatever a page has that is measured: its worker, and what it said. */
export interface Watched {
  worker?: Worker
  address?: string
  begun?: Recipe
  heard: Heard[]
  ask(kind: string, question: unknown): Promise<unknown>
}

/** In a page, before it begins: notes what its worker is told and tells, and lets others ask it too. */
export function watch(): void {
  let number = -1e6
  const watched: Watched = {
    heard: [],
    ask: (kind, question) =>
      new Promise((resolve, reject) => {
        const own = number--
        const { worker } = watched
        worker?.addEventListener('message', function hear({ data }) {
          if (data.number !== own) return
          worker.removeEventListener('message', hear)
          if ('error' in data) reject(new Error(data.error))
          else resolve(data.answer)
        })
        worker?.postMessage({ number: own, kind, question })
      }),
  }
  Object.assign(globalThis, { watched })
  globalThis.Worker = new Proxy(Worker, {
    construct(target, args: ConstructorParameters<typeof Worker>) {
      const worker = new target(...args)
      worker.addEventListener('message', ({ data }) => {
        if ('news' in data) for (const news of data.news) watched.heard.push({ at: performance.now(), news })
      })
      const post = worker.postMessage.bind(worker)
      worker.postMessage = (letter) => {
        if (letter?.kind === 'begin') watched.begun = letter.question
        post(letter)
      }
      Object.assign(watched, { worker, address: String(args[0]) })
      return worker
    },
  })
}

const desk = { width: 1440, height: 900 }

/** A visitor who was never here, at the Studio. */
export async function newVisitor(browser: Browser, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ viewport: desk, reducedMotion: 'reduce', ...options })
  await context.addInitScript(watch)
  const page = await context.newPage()
  page.setDefaultTimeout(120_000)
  return page
}

/** The Studio, when it knows what Train would do. */
export async function openStudio(browser: Browser, server: Server, options: BrowserContextOptions = {}): Promise<Page> {
  const page = await newVisitor(browser, options)
  await page.goto(server.url)
  await page.getByText('Time on this machine').waitFor()
  return page
}

/** A page that has the worker of the Studio, and nothing else. */
export async function openBare(
  browser: Browser,
  server: Server,
  { address, wishes }: { readonly address: string; readonly wishes: MachineWishes },
): Promise<{ readonly page: Page; readonly machine: MachineFacts }> {
  const page = await newVisitor(browser)
  await emptyPage(page.context(), `${server.url}bare`)
  await page.goto(`${server.url}bare`)
  await page.evaluate((address) => void new Worker(address, { type: 'module' }), address)
  return { page, machine: await ask(page, 'machine', wishes) }
}

async function emptyPage(context: BrowserContext, url: string): Promise<void> {
  await context.route(url, (route) =>
    route.fulfill({
      contentType: 'text/html',
      headers: { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' },
      body: '<!doctype html><title>bare</title>',
    }),
  )
}

/** Asks a page's worker as the page does. */
export function ask<K extends Kind>(page: Page, kind: K, question: QuestionOf<K>): Promise<AnswerTo<K>> {
  return page.evaluate(
    ([kind, question]) =>
      (globalThis as unknown as { watched: Watched }).watched.ask(kind, question) as Promise<AnswerTo<never>>,
    [kind, question] as const,
  )
}

export interface StudioPlace {
  readonly browser: Browser
  readonly server: Server
}

/** More than there is time for. */
const endless = 1_000_000
/** A run has come so far that nothing is done for the first time any more. */
export const farEnough = 100

/** The Studio while it trains the default plan, on all threads that there are, however busy the machine is. */
export async function openTraining({ browser, server }: StudioPlace): Promise<Page> {
  const page = await openStudio(browser, { ...server, url: `${server.url}?threads=${availableParallelism()}` })
  await choose(page, { steps: endless })
  await page.locator('button.train').click()
  await reached(page)
  return page
}

/** Waits until a run is so far that nothing is done for the first time any more. */
export async function reached(page: Page): Promise<void> {
  await page.waitForFunction(
    (at) =>
      (globalThis as unknown as { watched: Watched }).watched.heard.some(
        ({ news }) => news.kind === 'steps' && news.step >= at,
      ),
    farEnough,
  )
}

/** The number of the step that a page shows. */
export const stepOf = (page: Page): Promise<number> =>
  page.evaluate(() => Number(document.querySelector<HTMLElement>('[data-step]')?.dataset['step']))

/** The number below which a share of numbers is. */
export const share = (values: readonly number[], part: number): number =>
  [...values].sort((a, b) => a - b)[Math.floor(part * (values.length - 1))] ?? Number.NaN

/** What is known of a page. */
export const watchedIn = (page: Page): Promise<Pick<Watched, 'address' | 'begun' | 'heard'>> =>
  page.evaluate(() => {
    const { address, begun, heard } = (globalThis as unknown as { watched: Watched }).watched
    return { address, begun, heard }
  }) as Promise<Pick<Watched, 'address' | 'begun' | 'heard'>>

/** A while of training, as the page saw it. */
export interface While {
  readonly stepsPerSecond: number
  /** Milliseconds between two pictures. */
  readonly gaps: readonly number[]
  /** Milliseconds of what kept the page busy for more than 50. */
  readonly longTasks: readonly number[]
}

/**
 * Trains on for a while, and then rests.
 *
 * - `drawnMs`: so long, after the time in which steps are counted, it goes on while pictures are: whoever counts them asks for each
 */
export function trainFor(page: Page, ms: number, drawnMs: number): Promise<While> {
  return page.evaluate(
    async ({ ms, drawnMs }) => {
      const { watched } = globalThis as unknown as { watched: Watched }
      const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
      const [gaps, longTasks]: [number[], number[]] = [[], []]
      const observer = new PerformanceObserver((list) => {
        for (const { duration } of list.getEntries()) longTasks.push(duration)
      })
      let isOver = false
      await watched.ask('move', { how: 'on' })
      // What is done once, when it goes on, does not count.
      await wait(1000)
      watched.heard = []
      observer.observe({ type: 'longtask' })
      await wait(ms)
      const told = watched.heard.flatMap(({ at, news }) => (news.kind === 'steps' ? [{ at, step: news.step }] : []))
      if (drawnMs > 0) {
        let before: number | undefined
        requestAnimationFrame(function draw(now) {
          if (before !== undefined) gaps.push(now - before)
          before = now
          if (!isOver) requestAnimationFrame(draw)
        })
      }
      await wait(drawnMs)
      isOver = true
      observer.disconnect()
      await watched.ask('move', { how: 'rest' })
      const [first, last] = [told[0], told.at(-1) ?? told[0]]
      const stepsPerSecond = told.length > 1 ? (1000 * (last.step - first.step)) / (last.at - first.at) : Number.NaN
      return { stepsPerSecond, gaps, longTasks }
    },
    { ms, drawnMs },
  )
}
