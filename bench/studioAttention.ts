// What it takes to look at the attention of a model of 12 layers and 12 heads over 512 tokens, beyond the memory of the model itself.

import type { Page } from 'playwright-core'
import { choose, go, pause, takeText } from '../test/studio/visit.ts'
import { engineMemoryOf, mebibytes, noteMemoriesIn } from './studioMemory.ts'
import { newVisitor, type StudioPlace, type Watched } from './studioPages.ts'
import type { Block } from './table.ts'

const tokens = 512
const sentence = 'to be or not to be, that is the question. '

export async function attentionBlock({ browser, server }: StudioPlace): Promise<Block> {
  const page = await newVisitor(browser)
  await noteMemoriesIn(page)
  await page.goto(server.url)
  await takeText(page, sentence.repeat(400))
  await choose(page, { blocks: 12, heads: 12, width: 48, context: tokens, batch: 1, steps: 1000 })
  await page.getByRole('button', { name: /^Train/ }).click()
  await page.waitForFunction(() =>
    (globalThis as unknown as { watched: Watched }).watched.heard.some(({ news }) => news.kind === 'diary'),
  )
  await pause(page)
  const text = sentence.repeat(20).slice(0, tokens)
  await go(page, { view: 'look', text, as: 'ledger' })
  const before = await memoryOf(page)
  await go(page, { view: 'look', text, at: 'blocks.0.attention' })
  await page.locator('attention-view').waitFor()
  // Asked again and again, since what was chosen last may change while it is waited for.
  await page.waitForFunction(() => {
    const view = document.querySelector('attention-view') as (HTMLElement & { drawn: Promise<void> }) | null
    const isDrawn = view?.drawn.then(() => true)
    return Promise.race([isDrawn, new Promise((resolve) => setTimeout(resolve, 300, false))])
  })
  const after = await memoryOf(page)
  await page.context().close()
  return {
    title: `the Studio: the attention of 12 layers and 12 heads over ${tokens} tokens, at most 64 more than before`,
    unit: 'MiB',
    isRate: false,
    lines: [
      {
        name: 'page, worker and engine',
        values: [mebibytes(after.engine + after.rest - before.engine - before.rest)],
        remark: `of the engine ${mebibytes(after.engine - before.engine).toFixed(1)}, which has ${mebibytes(after.engine).toFixed(1)}`,
      },
    ],
  }
}

/** The engine's memory, and all that the page and its worker have besides: by the browser's own count, which waits for its collector. */
async function memoryOf(page: Page): Promise<{ readonly engine: number; readonly rest: number }> {
  const engine = await engineMemoryOf(page)
  const rest = await page.evaluate(async () => {
    const measured = performance as unknown as { measureUserAgentSpecificMemory(): Promise<{ readonly bytes: number }> }
    return (await measured.measureUserAgentSpecificMemory()).bytes
  })
  return { engine, rest }
}
