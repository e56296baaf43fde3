// Cutaway's work in a page: workProcess.ts in a worker. The page calls `open` once and then `run`; the worker hears a job
// and then numbers.

import { type Job, prepare, type Work } from './work.ts'

let worker: Worker | undefined

/** In the page: gets a job ready. */
export async function open(job: Job): Promise<void> {
  // The worker is this very file.
  worker = new Worker(import.meta.url, { type: 'module' })
  await ask(job)
}

/** In the page: does the work so many times. */
export function run(times: number): Promise<unknown> {
  return ask(times)
}

function ask(message: Job | number): Promise<unknown> {
  const asked = worker
  if (!asked) throw new Error('bench: the page has no work yet. Call open first.')
  return new Promise((resolve, reject) => {
    asked.onmessage = ({ data }) => ('error' in data ? reject(new Error(data.error)) : resolve(data))
    asked.onerror = ({ message }) => reject(new Error(message))
    asked.postMessage(message)
  })
}

/** In the worker: answers each message when it has done what it says. */
function listen(): void {
  let work: Work | undefined
  addEventListener('message', async ({ data }: MessageEvent<Job | number>) => {
    try {
      if (typeof data === 'number') postMessage(await work?.run(data))
      else {
        work = await prepare(data)
        postMessage(await work.run(1))
      }
    } catch (error) {
      postMessage({ error: String(error) })
    }
  })
}

if (typeof document === 'undefined') listen()
