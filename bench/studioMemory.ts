// The memories that a page's worker makes: noted as they are made, and told.

import type { Page } from 'playwright-core'

/** Notes from the next load on what memories the Studio's worker makes. */
export const noteMemoriesIn = (page: Page): Promise<unknown> =>
  page.route(/\/assets\/main-[^/]*\.js$/, async (route) => {
    const response = await route.fetch()
    await route.fulfill({ response, body: `(${noteMemories})();\n${await response.text()}` })
  })

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

/** Bytes in MiB. */
export const mebibytes = (bytes: number): number => bytes / 2 ** 20

/** The bytes of the largest memory that the worker made: the engine's. */
export function engineMemoryOf(page: Page): Promise<number> {
  const [worker] = page.workers()
  return worker.evaluate(() =>
    Math.max(
      ...(globalThis as unknown as { noted: Noted }).noted.memories.map((each) => each.deref()?.buffer.byteLength ?? 0),
    ),
  )
}
