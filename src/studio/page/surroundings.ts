// The surroundings of the page where models are trained: its worker, the run to begin with, and what is done so that no work is lost. It
// opens what was open, and has the state kept when nobody looks any more.

import type { RunFacts } from '../talk/questions.ts'
import type { Talk } from '../talk/talk.ts'
import { isolate } from './isolation.ts'
import type { PageSurroundings } from './studio.svelte.ts'

export const surroundings = (): PageSurroundings => ({
  worker: new Worker(new URL('../worker/main.ts', import.meta.url), { type: 'module' }),
  runAtFirst,
  keeping: { returning: nameOfLast(), noteLast, keepWhenLeft, isolate },
})

const served = (): string | undefined =>
  document.querySelector<HTMLMetaElement>('meta[name="cutaway-run"]')?.content || undefined

/** The run that the server was asked to open (`cutaway studio RUN`), or the one that was open here last. */
function runAtFirst(talk: Talk): Promise<RunFacts | undefined> {
  const name = served()
  return name === undefined ? talk.ask('restore', {}) : talk.ask('openServed', { name, base: location.origin })
}

const lastKey = 'cutaway-last'

function nameOfLast(): string | undefined {
  try {
    return served() ?? localStorage.getItem(lastKey) ?? undefined
  } catch {
    return served()
  }
}

function noteLast(name: string | undefined): void {
  try {
    if (name === undefined) localStorage.removeItem(lastKey)
    else localStorage.setItem(lastKey, name)
  } catch {}
}

/** The browser may end a page that is hidden, frozen or left without a word. */
function keepWhenLeft(talk: Talk): void {
  const keep = (): void => void talk.ask('keep', {}).catch(() => {})
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') keep()
  })
  document.addEventListener('freeze', keep)
  addEventListener('pagehide', keep)
}
