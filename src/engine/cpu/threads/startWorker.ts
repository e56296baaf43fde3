// Starts a worker, of Node or of a page. Loaded where there is more than one thread.

import { nodeThreads } from './canShare.ts'
import type { Events, PoolWorker } from './talk.ts'
import { pagePrelude, workerSource } from './workerSource.ts'

/** The function that starts a worker here; Node's is loaded there. */
export async function workerStarter(): Promise<(events: Events) => PoolWorker> {
  const threads = nodeThreads()
  if (!threads) return startPageWorker
  const node = await import('./nodeWorker.ts')
  return (events) => node.startNodeWorker(threads, events)
}

function startPageWorker({ message, error }: Events): PoolWorker {
  const url = URL.createObjectURL(new Blob([pagePrelude, workerSource], { type: 'text/javascript' }))
  const worker = pageWorker(url)
  worker.onmessage = () => {
    URL.revokeObjectURL(url)
    message()
  }
  worker.onerror = (event) => error(event.message ? new Error(event.message) : notLet(event))
  return {
    post: (told) => worker.postMessage(told),
    hold: () => {},
    end: async () => worker.terminate(),
  }
}

/** Browsers say that a page's policy forbids a worker at once, or in an event without words. */
function pageWorker(url: string): Worker {
  try {
    return new globalThis.Worker(url, { name: 'cutaway' })
  } catch (cause) {
    throw notLet(cause)
  }
}

function notLet(cause: unknown): Error {
  return new Error('the page does not let it start (worker-src blob: in its Content-Security-Policy)', { cause })
}
