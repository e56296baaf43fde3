// What going about in the Studio leaves behind: the page's heap before and after many changes of view, and the engine's memory.

import type { Browser, Page } from 'playwright-core'
import type { Server } from '../test/browser/server.ts'
import { choose, go, pause, smallModel, smallText, takeText, train } from '../test/studio/visit.ts'
import { newVisitor } from './studioPages.ts'
import type { Block } from './table.ts'

const changes = 100
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

export async function heapBlock({
  browser,
  server,
}: {
  readonly browser: Browser
  readonly server: Server
}): Promise<Block> {
  const page = await newVisitor(browser)
  await page.route(/\/assets\/main-[^/]*\.js$/, async (route) => {
    const response = await route.fetch()
    await route.fulfill({ response, body: `(${noteMemories})();\n${await response.text()}` })
  })
  await page.goto(server.url)
  await takeText(page, smallText)
  await choose(page, { ...smallModel, steps: 100_000 })
  await train(page, 20)
  await pause(page)
  const wander = async (count: number): Promise<void> => {
    for (let i = 0; i < count; i++) await go(page, views[i % views.length])
  }
  // What is loaded and compiled the first time stays.
  await wander(3 * views.length)
  const [heapBefore, memoryBefore] = [await heapOf(page), await memoryOf(page)]
  await wander(changes)
  const [heapAfter, memoryAfter] = [await heapOf(page), await memoryOf(page)]
  await page.context().close()
  const mebibytes = (bytes: number): number => bytes / 2 ** 20
  return {
    title: `the Studio: the page's heap after ${changes} changes of view, at most 5 more than before`,
    unit: 'MiB',
    isRate: false,
    lines: [
      {
        name: 'more',
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

interface Noted {
  memories: WeakRef<WebAssembly.Memory>[]
}

/** In the worker, before all else. */
function noteMemories(): void {
  const noted: Noted = { memories: [] }
  Object.assign(globalThis, { noted })
  WebAssembly.Memory = new Proxy(WebAssembly.Memory, {
    construct(target, args: ConstructorParameters<typeof WebAssembly.Memory>) {
      const memory = new target(...args)
      noted.memories.push(new WeakRef(memory))
      return memory
    },
  })
}

/** The bytes of the largest memory that the worker made: the engine's. */
function memoryOf(page: Page): Promise<number> {
  const [worker] = page.workers()
  return worker.evaluate(() =>
    Math.max(
      ...(globalThis as unknown as { noted: Noted }).noted.memories.map((each) => each.deref()?.buffer.byteLength ?? 0),
    ),
  )
}
