// What the page does so that no work is lost: it opens what was open, and has the state kept when nobody looks any more.

import { exhibited } from '../exhibit/exhibited.ts'
import type { RunFacts } from '../talk/questions.ts'
import type { Talk } from '../talk/talk.ts'

/**
 * The run to begin with: the model that the page brought along, the run that the server was asked to open (`cutaway studio RUN`), or
 * the one that was open here last.
 */
export function runAtFirst(talk: Talk): Promise<RunFacts | undefined> {
  const brought = exhibited()
  if (brought) return talk.ask('openExhibit', { files: brought.model })
  const served = document.querySelector<HTMLMetaElement>('meta[name="cutaway-run"]')?.content
  if (served) return talk.ask('openServed', { name: served, base: location.origin })
  return talk.ask('restore', {})
}

const lastKey = 'cutaway-last'

/** The name of the run that will be opened first, as far as it is known before the worker is there. */
export function nameOfLast(): string | undefined {
  if (exhibited()) return undefined
  const served = document.querySelector<HTMLMetaElement>('meta[name="cutaway-run"]')?.content
  try {
    return served ?? localStorage.getItem(lastKey) ?? undefined
  } catch {
    return served
  }
}

/** Notes the name of the run that is here, for the next time; undefined where none is kept. */
export function noteLast(name: string | undefined): void {
  try {
    if (name === undefined) localStorage.removeItem(lastKey)
    else localStorage.setItem(lastKey, name)
  } catch {}
}

/** Has the state of the run kept when the page is hidden, frozen or left: the browser may end it then without a word. */
export function keepWhenLeft(talk: Talk): void {
  const keep = (): void => void talk.ask('keep', {}).catch(() => {})
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') keep()
  })
  document.addEventListener('freeze', keep)
  addEventListener('pagehide', keep)
}
