// For hosts that send no headers of their own, and for times without a network: a service worker that answers for the page's files. It
// keeps those that were asked for, and the others when the page says that it has nothing else to do; and says of each that the page may share
// memory between threads.
//
// Files in assets/ are named by their content and never change; of the page itself the newest is taken that can be had.

/** Stands for the names of all files of a build, so that another build keeps its files elsewhere (tools/studio.ts). */
const build = '__build__'
/** Stands for the names of all files of a build that may be asked for, with a space between them. */
const files = '__files__'

/** The part of a service worker's world that is used here; the library of types has it only in place of a page's. */
interface ServiceWorkerWorld {
  readonly registration: { readonly scope: string }
  readonly clients: { claim(): Promise<void> }
  skipWaiting(): Promise<void>
  addEventListener(
    kind: 'install' | 'activate',
    hear: (event: { waitUntil(work: Promise<unknown>): void }) => void,
  ): void
  addEventListener(
    kind: 'message',
    hear: (event: { readonly data: unknown; waitUntil(work: Promise<unknown>): void }) => void,
  ): void
  addEventListener(
    kind: 'fetch',
    hear: (event: { readonly request: Request; respondWith(answer: Promise<Response>): void }) => void,
  ): void
}

const world = globalThis as unknown as ServiceWorkerWorld

world.addEventListener('install', (event) => event.waitUntil(world.skipWaiting()))
world.addEventListener('activate', (event) => event.waitUntil(forgetOthers().then(() => world.clients.claim())))
world.addEventListener('fetch', (event) => {
  const { method, url } = event.request
  if (method === 'GET' && url.startsWith(world.registration.scope)) event.respondWith(answer(event.request))
})

world.addEventListener('message', (event) => {
  if (event.data === 'keep all') event.waitUntil(keepAll())
})

/** Keeps the files that nobody has asked for yet, one after the other: a part of the page that was never opened is there without a network. */
async function keepAll(): Promise<void> {
  const kept = await caches.open(build)
  for (const name of files.split(' ')) {
    const request = new Request(new URL(name, world.registration.scope))
    if (!(await kept.match(request))) await answer(request)
  }
}

async function forgetOthers(): Promise<void> {
  const names = await caches.keys()
  await Promise.all(
    names.filter((name) => name.startsWith('cutaway-') && name !== build).map((name) => caches.delete(name)),
  )
}

async function answer(request: Request): Promise<Response> {
  const kept = await caches.open(build)
  const isLasting = new URL(request.url).pathname.includes('/assets/')
  const before = isLasting ? await kept.match(request) : undefined
  if (before) return before
  try {
    const response = isolated(await fetch(request))
    if (response.ok) await kept.put(request, response.clone())
    return response
  } catch (error) {
    const last = await kept.match(request)
    if (last) return last
    throw error
  }
}

/** The same answer, with the headers that a page needs for threads. */
function isolated(response: Response): Response {
  if (response.status === 0 || response.status === 304) return response
  const headers = new Headers(response.headers)
  headers.set('cross-origin-opener-policy', 'same-origin')
  headers.set('cross-origin-embedder-policy', 'require-corp')
  headers.set('document-isolation-policy', 'isolate-and-require-corp')
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers })
}
