// The Studio in Chromium, against what it is to be: how soon it is there, how soon pressing Train shows something, what an open page costs the
// training, and how far the plan that is taken by default gets.

import type { Page } from 'playwright-core'
import { driveChromium, noChromium } from '../test/browser/chromium.ts'
import { serve } from '../test/browser/server.ts'
import { builtStudio } from '../test/studio/built.ts'
import { attentionBlock } from './studioAttention.ts'
import { exhibitBlocks } from './studioExhibit.ts'
import { heapBlock, soakBlock } from './studioHeap.ts'
import { newVisitor, openStudio, type StudioPlace, stepOf, type Watched, watchedIn } from './studioPages.ts'
import { touchBlock } from './studioTouch.ts'
import { trainingBlocks } from './studioTraining.ts'
import type { Block } from './table.ts'

/** 1.6 Mbit/s down, 150 ms there and back, and a processor of a fourth of the speed. */
const slowNetwork = { offline: false, latency: 150, downloadThroughput: 200_000, uploadThroughput: 94_000 }
const slowdown = 4
/** Otherwise the browser waits for a collection that comes by itself. */
const measuresMemoryAtOnce = '--enable-blink-features=ForceEagerMeasureMemory'

export interface StudioChoice {
  readonly rounds: number
  /** A file that the default plan learns; the novel that comes with the page if not given. */
  readonly text: string | undefined
  /** Only what is left in memory is measured, after so many minutes of training. */
  readonly soak: number | undefined
}

export async function* studioBlocks({ rounds, text, soak }: StudioChoice): AsyncGenerator<Block> {
  if (noChromium) {
    yield { title: 'the Studio', unit: 'ms', isRate: false, lines: [noChromium] }
    return
  }
  const root = await builtStudio()
  await using browser = await driveChromium([measuresMemoryAtOnce])
  await using server = await serve({ root })
  if (soak !== undefined) {
    yield await soakBlock({ browser, server }, soak)
    return
  }
  await using packed = await serve({ root, packed: true })
  yield* attempt('the Studio: first paint', () => firstPaint({ browser, server: packed }, rounds))
  yield* attempt('the Studio: pressing Train', () => pressing({ browser, server }, rounds))
  yield* attempt('an exhibit from a disk', () => exhibitBlocks(browser, Math.max(rounds, 5)))
  yield* attempt('the Studio: the default plan', () => defaultPlan({ browser, server }, text))
  yield* attempt('the Studio: training', () => trainingBlocks({ browser, server }, rounds))
  yield* attempt('the Studio: going about', async () => [await touchBlock({ browser, server })])
  yield* attempt('the Studio: attention', async () => [await attentionBlock({ browser, server })])
  yield* attempt('the Studio: memory', async () => [await heapBlock({ browser, server })])
}

/** The blocks, or a line on why there are none: the others are measured all the same. */
async function* attempt(title: string, measure: () => Promise<readonly Block[]>): AsyncGenerator<Block> {
  try {
    yield* await measure()
  } catch (error) {
    yield {
      title,
      unit: 'not measured',
      isRate: false,
      lines: [error instanceof Error ? error.message : String(error)],
    }
  }
}

const block = (title: string, unit: string, name: string, values: readonly number[], remark?: string): Block => ({
  title: `the Studio: ${title}`,
  unit,
  isRate: false,
  lines: [{ name, values, ...(remark !== undefined && { remark }) }],
})

async function firstPaint({ browser, server }: StudioPlace, rounds: number): Promise<Block[]> {
  const [first, largest]: [number[], number[]] = [[], []]
  for (let round = 0; round < rounds; round++) {
    const page = await newVisitor(browser)
    const session = await page.context().newCDPSession(page)
    await session.send('Network.emulateNetworkConditions', slowNetwork)
    await session.send('Emulation.setCPUThrottlingRate', { rate: slowdown })
    await page.goto(server.url)
    await page.getByText('Time on this machine').waitFor()
    const painted = await page.evaluate(
      () =>
        new Promise<{ first: number; largest: number }>((resolve) => {
          const first = performance.getEntriesByName('first-contentful-paint')[0].startTime
          new PerformanceObserver((list) =>
            resolve({ first, largest: list.getEntries().at(-1)?.startTime ?? Number.NaN }),
          ).observe({ type: 'largest-contentful-paint', buffered: true })
        }),
    )
    first.push(painted.first)
    largest.push(painted.largest)
    await page.context().close()
  }
  const how = '1.6 Mbit/s, 150 ms, processor ÷ 4'
  return [
    block('first contentful paint, at most 1,000', 'ms', how, first),
    block('largest contentful paint, at most 1,500', 'ms', how, largest),
  ]
}

async function pressing({ browser, server }: StudioPlace, rounds: number): Promise<Block[]> {
  const [steps, samples, restored, goesOn, lost]: number[][] = [[], [], [], [], []]
  for (let round = 0; round < rounds; round++) {
    const page = await openStudio(browser, server)
    const shown = await page.evaluate(pressTrain)
    steps.push(shown.step)
    samples.push(shown.sample)
    await page.waitForFunction(() =>
      (globalThis as unknown as { watched: Watched }).watched.heard.some(({ news }) => news.kind === 'saved'),
    )
    const before = await stepOf(page)
    await page.reload({ waitUntil: 'commit' })
    const again = await page.evaluate(comeBack)
    restored.push(again.shownAt)
    goesOn.push(again.trainsAt)
    lost.push(Math.max(0, before - again.step))
    await page.context().close()
  }
  return [
    block('from pressing Train to the first step that is shown, at most 700', 'ms', 'Emma, default plan', steps),
    block('from pressing Train to the first sample, at most 2,000', 'ms', 'Emma, default plan', samples),
    block(
      'from reloading to the run as it was, at most 2,000',
      'ms',
      'shown',
      restored,
      `trains on after ${goesOn.map((ms) => ms.toFixed(0)).join(', ')} ms; steps lost: ${lost.join(', ')}`,
    ),
  ]
}

/** In the page: presses Train, and sees when a step and a sample stand there. */
function pressTrain(): Promise<{ readonly step: number; readonly sample: number }> {
  return new Promise((resolve) => {
    const began = performance.now()
    let step: number | undefined
    document.querySelector<HTMLElement>('button.train')?.click()
    requestAnimationFrame(function look() {
      // A run of one's own has buttons; the recorded one has none.
      const isOwn = document.querySelector('section.train .segments') !== null
      const shown = Number(document.querySelector<HTMLElement>('section.train [data-step]')?.dataset['step'])
      if (isOwn && shown > 0) step ??= performance.now() - began
      if (isOwn && step !== undefined && document.querySelector('.diary .sample'))
        resolve({ step, sample: performance.now() - began })
      else requestAnimationFrame(look)
    })
  })
}

/** In the page that was loaded again: by its clock, when its run stands there and when it takes a step. */
function comeBack(): Promise<{ readonly shownAt: number; readonly trainsAt: number; readonly step: number }> {
  return new Promise((resolve) => {
    let seen: { readonly shownAt: number; readonly step: number } | undefined
    requestAnimationFrame(function look() {
      const isOwn = document.querySelector('section.train .segments') !== null
      const step = Number(document.querySelector<HTMLElement>('section.train [data-step]')?.dataset['step'])
      if (isOwn && step > 0) seen ??= { shownAt: performance.now(), step }
      const { heard } = (globalThis as unknown as { watched: Watched }).watched
      const on = heard.find(({ news }) => news.kind === 'steps')
      if (seen && on) resolve({ ...seen, trainsAt: on.at })
      else requestAnimationFrame(look)
    })
  })
}

/** Seconds after which the default plan is stopped where it has not come as far as it should. */
const longestSeconds = 100

/** A run of the default plan, from pressing Train until it is as good as it should be, or its end. */
async function defaultPlan({ browser, server }: StudioPlace, text: string | undefined): Promise<Block[]> {
  const page = await openStudio(browser, server)
  if (text !== undefined) {
    const before = await excerpt(page)
    await page.getByLabel('Choose files').first().setInputFiles(text)
    await page.waitForFunction(
      (before) => document.querySelector<HTMLTextAreaElement>('textarea.text')?.value !== before,
      before,
    )
  }
  const began = await page.evaluate(() => {
    document.querySelector<HTMLElement>('button.train')?.click()
    return performance.now()
  })
  await page
    .waitForFunction(isGoodEnough, undefined, { timeout: 1000 * longestSeconds, polling: 500 })
    .catch((error: Error) => {
      if (error.name !== 'TimeoutError') throw error
    })
  const { heard, begun } = await watchedIn(page)
  const after = (at: number | undefined): number => (at === undefined ? Number.NaN : (at - began) / 1000)
  const passed = heard.find(
    ({ news }) =>
      news.kind === 'milestone' &&
      news.milestone.kind === 'passed' &&
      news.milestone.baseline.name === 'counting pairs',
  )
  const evaluations = heard.flatMap(({ at, news }) => (news.kind === 'evaluation' ? [{ at, ...news.evaluation }] : []))
  const good = evaluations.find(({ validation }) => validation <= 2)
  const last = evaluations.at(-1)
  const threads = await page.getByRole('button', { name: /^This machine/ }).textContent()
  await page.context().close()
  const name = `${begun?.material.name}, ${threads?.trim()}`
  const steps = heard.flatMap(({ news }) => (news.kind === 'steps' ? [news.step] : []))
  const remark = `${last?.validation.toFixed(3)} after step ${last?.step} of ${begun?.choices.steps}, ${after(last?.at).toFixed(1)} s; ${steps.at(-1)} steps in ${after(heard.at(-1)?.at).toFixed(1)} s`
  return [
    block('the default plan below the bigram line, at most 15', 's', name, [after(passed?.at)]),
    block('the default plan at a validation loss of 2.0, at most 45', 's', name, [after(good?.at)], remark),
  ]
}

/** In the page: a run that has come as far as it should, or as it can. */
function isGoodEnough(): boolean {
  const { heard } = (globalThis as unknown as { watched: Watched }).watched
  return heard.some(
    ({ news }) =>
      (news.kind === 'evaluation' && news.evaluation.validation <= 2) ||
      (news.kind === 'state' && (news.state === 'finished' || news.state === 'failed')),
  )
}

const excerpt = (page: Page): Promise<string | undefined> =>
  page.evaluate(() => document.querySelector<HTMLTextAreaElement>('textarea.text')?.value)
