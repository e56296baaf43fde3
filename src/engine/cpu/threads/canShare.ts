// Whether there can be more than one thread.

/** True if several threads can share a memory here. In a page that takes cross-origin isolation. */
export function canShare(): boolean {
  if (typeof SharedArrayBuffer !== 'function') return false
  return (
    nodeThreads() !== undefined || (globalThis.crossOriginIsolated === true && typeof globalThis.Worker === 'function')
  )
}

/** Node's worker threads, where there are any. Not imported, as bundlers for pages would look for them. */
export function nodeThreads(): typeof import('node:worker_threads') | undefined {
  return globalThis.process?.getBuiltinModule?.('node:worker_threads')
}
