// Threads need a page that is isolated from others. Where the host does not say so, the service worker does, from the next load on: the
// page begins at once with one thread, and can be loaded again for all of them. It keeps the page's files everywhere, so that the page is there when
// its host is not.

/** `offered`: loaded again, the page has threads. */
export type Isolation = 'isolated' | 'offered' | 'impossible'

/** A page that has just come may be loaded again unasked, once, before anybody has done anything. */
const unnoticedMs = 300
/** The page has come by then, over a slow line too. */
const quietMs = 5000
const triedKey = 'cutaway-isolation-tried'

/** Isolates the page as far as its host and its browser let it. */
export async function isolate(): Promise<Isolation> {
  const registered = register()
  void registered.then(keepAll)
  // Where the host does it, the service worker is for times without a network alone.
  if (globalThis.crossOriginIsolated) return 'isolated'
  const worker = await registered
  if (!worker) return 'impossible'
  // It was tried, and did not help.
  if (sessionStorage.getItem(triedKey) !== null && navigator.serviceWorker.controller) return 'impossible'
  if (performance.now() < unnoticedMs && !navigator.userActivation?.hasBeenActive) reload()
  return 'offered'
}

/** Loads the page again, isolated. */
export function reload(): void {
  sessionStorage.setItem(triedKey, 'yes')
  location.reload()
}

/** Has the service worker keep all files of the page, for times without a network: after a while, since what is seen comes first. */
function keepAll(worker: ServiceWorker | undefined | null): void {
  if (worker) setTimeout(() => worker.postMessage('keep all'), quietMs)
}

/** The service worker, when it answers for this page's files; undefined where there can be none. */
async function register(): Promise<ServiceWorker | undefined> {
  try {
    await navigator.serviceWorker.register(new URL('serviceWorker.js', document.baseURI), { updateViaCache: 'none' })
    return (await navigator.serviceWorker.ready).active ?? undefined
  } catch {
    // No service workers here: a private window, a file, an insecure host.
    return undefined
  }
}
