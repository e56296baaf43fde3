// For hosts that send no headers of their own, and for times without a network or a server: a service worker that answers for the page's
// files. It keeps those that were asked for, and the others when the page says that it has nothing else to do; and says of each, where
// its host does not, that the page may share memory between threads.
//
// Files in assets/ are named by their content and never change; of the page itself the newest is taken that can be had. An address of this
// machine may serve another page some day: then this worker goes.

/** Stands for the names of all files of a build, so that another build keeps its files elsewhere (tools/studio.ts). */
const build = '__build__'
/** All files of a build that the page may ask for. What stands here stands for their names, with a space between them. */
const files = '__files__'.split(' ')

/** The part of a service worker's world that is used here; the library of types has it only in place of a page's. */
interface ServiceWorkerWorld {
  readonly registration: { readonly scope: string; unregister(): Promise<boolean> }
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
  const name = nameIn(event.request)
  if (name !== undefined && (isPage(name) || isFile(name))) event.respondWith(answer(event.request, name))
})

/** The name of what is asked for, below the address of the page: '' is the page itself. */
function nameIn({ method, url }: Request): string | undefined {
  const { scope } = world.registration
  return method === 'GET' && url.startsWith(scope) ? url.slice(scope.length).replace(/[?#].*$/, '') : undefined
}

const isPage = (name: string): boolean => name === '' || name === 'index.html'
/** True for files of this build, and of a newer one. */
const isFile = (name: string): boolean => isAsset(name) || files.includes(name)
const isAsset = (name: string): boolean => name.startsWith('assets/')

world.addEventListener('message', (event) => {
  if (event.data === 'keep all') event.waitUntil(keepAll())
})

/** Keeps the page and the files that nobody has asked for yet, one after the other: a part of it that was never opened is there without a network. */
async function keepAll(): Promise<void> {
  const kept = await caches.open(build)
  for (const name of ['', ...files]) {
    const request = new Request(new URL(name, world.registration.scope))
    if (!(await kept.match(request))) await answer(request, name)
  }
}

async function forgetOthers(): Promise<void> {
  const names = await caches.keys()
  await Promise.all(
    names.filter((name) => name.startsWith('cutaway-') && name !== build).map((name) => caches.delete(name)),
  )
}

async function answer(request: Request, name: string): Promise<Response> {
  const kept = await caches.open(build)
  const before = isAsset(name) ? await kept.match(request) : undefined
  if (before) return before
  try {
    const response = await fetch(request)
    if (isPage(name) && response.ok && !(await isStudio(response.clone()))) {
      await world.registration.unregister()
      return response
    }
    const answered = isolated(response)
    if (answered.ok) await kept.put(request, answered.clone())
    return answered
  } catch (error) {
    const last = await kept.match(request, { ignoreSearch: isPage(name) })
    if (last) return last
    throw error
  }
}

const isStudio = async (page: Response): Promise<boolean> => (await page.text()).includes('id="studio"')

/** The same answer, with the headers that a page needs for threads, unless its host has said what it shares. */
function isolated(response: Response): Response {
  if (response.status === 0 || response.status === 304) return response
  if (response.headers.has('cross-origin-embedder-policy')) return response
  const headers = new Headers(response.headers)
  headers.set('cross-origin-opener-policy', 'same-origin')
  headers.set('cross-origin-embedder-policy', 'require-corp')
  headers.set('document-isolation-policy', 'isolate-and-require-corp')
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers })
}
