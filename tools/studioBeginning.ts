// The Studio as it is before its script has run, as HTML: the page is rendered here in surroundings in which nothing has happened yet.
// They are a thread of their own, so that nobody else takes them for a browser.

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'

/** - `program`: a module that exports `beginning`, which gives the page */
export async function renderedBeginning(program: string): Promise<string> {
  // In a folder below this one, as modules of a thread are found from where they stand.
  const folder = await mkdtemp(join(import.meta.dirname, '../node_modules/.cache-'))
  try {
    const file = join(folder, 'beginning.mjs')
    await writeFile(file, program)
    return await new Promise<string>((resolve, reject) => {
      const worker = new Worker(new URL(import.meta.url), { workerData: file })
      worker.once('message', resolve).once('error', reject)
    })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

if (!isMainThread) {
  const listens = { addEventListener() {} }
  class SilentWorker {
    addEventListener(): void {}
    postMessage(): void {}
  }
  const surroundings = {
    ...listens,
    location: { hash: '', search: '', hostname: '' },
    history: {},
    document: { ...listens, documentElement: { dataset: {} }, querySelector: () => null, baseURI: 'http://localhost/' },
    matchMedia: () => ({ ...listens, matches: false }),
    localStorage: { getItem: () => null, setItem() {} },
    Worker: SilentWorker,
  }
  for (const [name, value] of Object.entries(surroundings)) Object.defineProperty(globalThis, name, { value })
  const { beginning } = (await import(workerData)) as { beginning(): string }
  // Marks by which a script would take the page over: this one is replaced.
  parentPort?.postMessage(beginning().replaceAll(/<!--.*?-->/g, ''))
}
