// Starts a worker, of Node or of a page.

import { type Events, type PoolWorker, pagePrelude, workerSource } from './workerSource.ts'

/** True if several threads can share a memory here. In a page that takes cross-origin isolation. */
export function canShare(): boolean {
  if (typeof SharedArrayBuffer !== 'function') return false
  return (
    nodeThreads() !== undefined || (globalThis.crossOriginIsolated === true && typeof globalThis.Worker === 'function')
  )
}

/** Node's worker threads, where there are any. Not imported, as bundlers for pages would look for them. */
function nodeThreads(): typeof import('node:worker_threads') | undefined {
  return globalThis.process?.getBuiltinModule?.('node:worker_threads')
}

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
