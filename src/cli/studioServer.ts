// Serves the Studio on this machine alone: its static files, and the run that was named, which the page reads as it would read a model
// on a hub (checkpoint/hubFiles.ts).
//
//   GET /                                       the page, which is told of the run in a <meta>
//   GET /api/models/<run>/revision/main         the names of the run's files
//   GET /<run>/resolve/main/<file>              a file of it, whole or by a range

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname } from 'node:path'
import type { FolderFiles, OpenFile } from '../checkpoint/folderFiles.ts'

export interface StudioServer {
  /** `http://127.0.0.1:4137/` */
  readonly url: string
  close(): Promise<void>
}

export interface ServedRun {
  /** The name by which the page asks for it: `runs/emma`. */
  readonly name: string
  readonly files: FolderFiles
}

export interface StudioServerOptions {
  /** The files of the page. */
  readonly page: FolderFiles
  readonly run?: ServedRun | undefined
  /** 0 for any that is free. */
  readonly port: number
}

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
}

/** Nothing but the page's own files runs, and nothing is asked of any other server. */
export const policy =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self' blob:; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; media-src blob:; font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'"

/** A microphone may be asked for, and nothing else of the machine; the next two let a page share memory between threads. */
const everywhere = {
  'permissions-policy': 'microphone=(self), camera=(), display-capture=(), geolocation=()',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'content-security-policy': `${policy}; frame-ancestors 'none'`,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
}

/** Serves the page until it is closed. Throws where the port is taken. */
export async function serveStudio({ page, run, port }: StudioServerOptions): Promise<StudioServer> {
  const server = createServer((request, response) => {
    answer(request, response, page, run).catch((error: unknown) => refuse(response, 500, String(error)))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve)
  })
  const { port: taken } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${taken}/`,
    close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      return closed
    },
  }
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  page: FolderFiles,
  run: ServedRun | undefined,
): Promise<void> {
  // A page of somebody else's, whose name has been pointed at this machine, gets nothing.
  if (!/^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(request.headers.host ?? '')) return refuse(response, 403, 'no')
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(response, 405, 'only GET')
  const path = pathOf(request.url)
  if (path === undefined) return refuse(response, 400, 'this is no address')
  if (path === 'index.html') return sendPage(response, page, run)
  if (run && path === `api/models/${run.name}/revision/main`) {
    const siblings = (await run.files.list()).map((rfilename) => ({ rfilename }))
    return send(response, 'application/json', Buffer.from(JSON.stringify({ siblings })))
  }
  const ofRun = run && `${run.name}/resolve/main/`
  if (ofRun && path.startsWith(ofRun)) return sendFile(request, response, run.files, path.slice(ofRun.length))
  return sendFile(request, response, page, path)
}

function pathOf(url = '/'): string | undefined {
  try {
    const path = decodeURIComponent(new URL(url, 'http://localhost').pathname).slice(1)
    return path === '' ? 'index.html' : path
  } catch {
    return undefined
  }
}

/** The page, told which run it begins with. */
async function sendPage(response: ServerResponse, page: FolderFiles, run: ServedRun | undefined): Promise<void> {
  const file = await page.open('index.html')
  if (!file) return refuse(response, 404, 'there is no page')
  const html = new TextDecoder().decode(await bytesOf(file, 0, file.size - 1))
  await file.close()
  // The name has no character that means anything in HTML (servedRun).
  const told = run ? html.replace('<head>', `<head>\n    <meta name="cutaway-run" content="${run.name}">`) : html
  return send(response, types['.html'], Buffer.from(told))
}

function send(response: ServerResponse, type: string, body: Buffer): void {
  response.writeHead(200, {
    ...everywhere,
    'content-type': type,
    'content-length': body.length,
    'cache-control': 'no-store',
  })
  response.end(body)
}

/** Sends a file, or the range of it that is asked for, in pieces. */
async function sendFile(
  request: IncomingMessage,
  response: ServerResponse,
  files: FolderFiles,
  name: string,
): Promise<void> {
  const file = await files.open(name).catch(() => undefined)
  if (!file) return refuse(response, 404, `${name}: there is no such file`)
  try {
    const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '')
    const first = range ? Number(range[1]) : 0
    const last = Math.min(file.size - 1, range?.[2] ? Number(range[2]) : file.size - 1)
    if (range && first > last) {
      response.writeHead(416, { ...everywhere, 'content-range': `bytes */${file.size}` }).end()
      return
    }
    response.writeHead(range ? 206 : 200, {
      ...everywhere,
      'content-type': types[extname(name)] ?? 'application/octet-stream',
      'content-length': last + 1 - first,
      'accept-ranges': 'bytes',
      // Names of what is built change with its content; those of a run do not.
      'cache-control': name.startsWith('assets/') ? 'max-age=31536000, immutable' : 'no-store',
      ...(range && { 'content-range': `bytes ${first}-${last}/${file.size}` }),
    })
    if (request.method === 'GET') await pour(response, file, first, last)
    response.end()
  } finally {
    await file.close()
  }
}

const pieceBytes = 2 ** 20

async function pour(response: ServerResponse, file: OpenFile, first: number, last: number): Promise<void> {
  for (let at = first; at <= last && !response.destroyed; at += pieceBytes) {
    const isTaken = response.write(await bytesOf(file, at, Math.min(last, at + pieceBytes - 1)))
    if (!isTaken) await new Promise<void>((resolve) => response.once('drain', resolve).once('close', resolve))
  }
}

async function bytesOf(file: OpenFile, first: number, last: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(last + 1 - first)
  await file.read(first, bytes)
  return bytes
}

function refuse(response: ServerResponse, status: number, why: string): void {
  if (response.headersSent) response.destroy()
  else response.writeHead(status, { ...everywhere, 'content-type': 'text/plain; charset=utf-8' }).end(`${why}\n`)
}
