// A small server on the loopback address that gives a page the repository's own sources, with no bundler: a .ts file is
// sent as JavaScript with its types stripped (line and column numbers stay), everything else as it is.
//
// `/` is an empty page that makes the calls it is told (pages/agent.ts). With `isolated` (the default) every answer carries the two headers that a page needs for
// SharedArrayBuffer, COOP and COEP; without it the page is an ordinary one, as most hosts serve it.

import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { stripTypeScriptTypes } from 'node:module'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize, sep } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { Calls } from './calls.ts'

const agentFile = new URL('pages/agent.ts', import.meta.url)
export const repository = fileURLToPath(new URL('../..', import.meta.url))

/** The script of a page that makes calls. */
export const agent = '/agent/agent.ts'
const emptyPage = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Cutaway</title><body></body><script type="module" src="${agent}"></script></html>`

const contentTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.ts': 'text/javascript; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
}

const isolation = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
}

export interface Server extends AsyncDisposable {
  /** Ends in a slash: `http://127.0.0.1:1234/`. */
  readonly url: string
  /** Has the page that is open call a function (calls.ts). */
  call<T>(module: string, name: string, args: readonly unknown[]): Promise<T>
  close(): Promise<void>
}

/**
 * Serves the files below `root` until it is closed.
 *
 * `root`: a folder; the repository when left out. An index.html in it takes the place of the empty page.
 * `isolated`: whether pages may use SharedArrayBuffer.
 * `policy`: a Content-Security-Policy.
 * `port`: 0 for any that is free.
 * `packed`: whether what is sent is packed by gzip, as hosts do.
 */
export async function serve({
  root = repository,
  isolated = true,
  policy = '',
  packed = false,
  port: wanted = 0,
} = {}): Promise<Server> {
  const calls = new Calls()
  const server = createServer(async (request, response) => {
    const headers = {
      'cache-control': 'no-store',
      // For pages from a disk.
      'access-control-allow-origin': '*',
      ...(isolated ? isolation : {}),
      ...(policy && { 'content-security-policy': policy }),
      ...(packed && { 'content-encoding': 'gzip' }),
    }
    try {
      const path = decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname)
      if (request.method === 'POST') {
        const reply = await converse(calls, path, await text(request))
        response.writeHead(reply ? 200 : 204, { ...headers, 'content-type': 'application/json' })
        response.end(reply && JSON.stringify(reply))
        return
      }
      const { body, type } = await answer(root, path)
      response.writeHead(200, { ...headers, 'content-type': type }).end(packed ? gzipSync(body) : body)
    } catch (error) {
      const isMissing = error instanceof Error && 'code' in error && ['ENOENT', 'EISDIR'].includes(String(error.code))
      response.writeHead(isMissing ? 404 : 500, { 'content-type': 'text/plain; charset=utf-8' })
      response.end(`${request.url}: ${isMissing ? 'there is no such file' : error}`)
    }
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(wanted, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  const close = async () => {
    const closed = new Promise((resolve) => server.close(resolve))
    server.closeAllConnections()
    await closed
  }
  const call: Server['call'] = (module, name, args) => calls.call(module, name, args)
  return { url: `http://127.0.0.1:${port}/`, call, close, [Symbol.asyncDispose]: close }
}

/** What the page says, and what it is told. */
async function converse(calls: Calls, path: string, said: string): Promise<object | undefined> {
  if (path === '/agent/next') return calls.next()
  if (path === '/agent/answer') calls.answer(JSON.parse(said))
  return undefined
}

async function answer(root: string, path: string): Promise<{ body: string | Buffer; type: string }> {
  if (path === '/favicon.ico') return { body: '', type: 'image/svg+xml' }
  if (path === '/') {
    const index = await readFile(join(root, 'index.html')).catch(() => emptyPage)
    return { body: index, type: 'text/html; charset=utf-8' }
  }
  // A URL's dots are resolved before they reach this line, but not those that were written as %2e.
  if (path === agent)
    return { body: stripTypeScriptTypes(await readFile(agentFile, 'utf8')), type: contentTypes['.ts'] }
  const file = normalize(join(root, path))
  if (!file.startsWith(root.endsWith(sep) ? root : root + sep)) throw new Error(`server: ${path} lies outside ${root}.`)
  const body = await readFile(file)
  const type = contentTypes[extname(file)] ?? 'application/octet-stream'
  return { body: extname(file) === '.ts' ? stripTypeScriptTypes(body.toString()) : body, type }
}
