// A model on Hugging Face's hub, or on any server that answers as the hub does: every file is read where it is, by ranges.
//
//   GET <base>/<owner>/<name>/resolve/<revision>/<file>     with Range: bytes=<from>-<to>
//   GET <base>/api/models/<owner>/<name>/revision/<revision>      the list of files
//
// https://huggingface.co/docs/hub/api. Nothing is stored on this machine.

import { checkIsObject } from '../text/json.ts'
import type { FolderFiles, OpenFile } from './folderFiles.ts'

export interface HubOptions {
  /** A branch, a tag or a commit; main if not given. */
  readonly revision?: string
  /** Where the hub is, if not at Hugging Face. */
  readonly base?: string
  /** What shows that one may read a model that is not public. */
  readonly token?: string
  readonly fetch?: typeof fetch
}

/** The files of a model: `owner/name`. */
export function hubFiles(model: string, options: HubOptions = {}): FolderFiles {
  const { revision = 'main', base = 'https://huggingface.co', token, fetch: get = fetch } = options
  if (!/^[\w.-]+\/[\w.-]+$/.test(model) || model.includes('..'))
    throw new Error(`hub: "${model}" is no model's name. Give it as owner/name.`)
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` }
  const ask = async (path: string, more: Record<string, string> = {}): Promise<Response> => {
    const url = `${base.replace(/\/$/, '')}/${path}`
    const response = await get(url, { headers: { ...headers, ...more } }).catch((cause: unknown) => {
      const reason = cause instanceof Error ? cause.message : String(cause)
      throw new Error(`${url}: it cannot be reached (${reason}). Check the connection.`, { cause })
    })
    if (response.status === 401 || response.status === 403) {
      throw new Error(
        `${url}: the server says ${response.status}: the model is not there or not public. Check the name, or give a token.`,
      )
    }
    if (!response.ok && response.status !== 404 && response.status !== 416)
      throw new Error(`${url}: the server says ${response.status} ${response.statusText}. Try again later.`)
    return response
  }
  return {
    name: model,
    async list() {
      const response = await ask(`api/models/${model}/revision/${encodeURIComponent(revision)}`)
      if (!response.ok) throw new Error(`${model}: there is no such model at ${base}. Check the name and the revision.`)
      const json: unknown = await response.json()
      checkIsObject(json, `${model}: the list of its files`)
      const siblings = Array.isArray(json['siblings']) ? json['siblings'] : []
      return siblings.flatMap((each: { rfilename?: unknown }) =>
        typeof each?.rfilename === 'string' ? [each.rfilename] : [],
      )
    },
    async open(file) {
      const path = `${model}/resolve/${encodeURIComponent(revision)}/${file.split('/').map(encodeURIComponent).join('/')}`
      // A part of a file that was compressed on the way would not be that part.
      const part = (range: string): Promise<Response> => ask(path, { range, 'accept-encoding': 'identity' })
      const first = await part('bytes=0-0')
      await first.body?.cancel()
      return first.status === 404 ? undefined : openedFile(`${model}/${file}`, first, part)
    },
  }
}

/** Reads on from where it stopped without asking again: one answer serves all that is read in the order of the file. */
function openedFile(place: string, first: Response, ask: (range: string) => Promise<Response>): OpenFile {
  // 416: not even byte 0 is there, the file is empty.
  const size = Number(/\/(\d+)$/.exec(first.headers.get('content-range') ?? '')?.[1])
  const onlyWhole = (): Error =>
    new Error(`${place}: the server sends files only as a whole, not by ranges. Download it, and name the folder.`)
  if ((first.status !== 206 && first.status !== 416) || !Number.isSafeInteger(size)) throw onlyWhole()
  let stream: ReadableStreamDefaultReader<Uint8Array> | undefined
  /** The byte with which the stream goes on, and what of it came already. */
  let at = 0
  let come: Uint8Array = new Uint8Array(0)
  const next = async (): Promise<Uint8Array | undefined> => {
    try {
      return (await stream?.read())?.value
    } catch (cause) {
      throw new Error(`${place}: the connection broke at byte ${at} of ${size}. Try again.`, { cause })
    }
  }
  /** A stream that broke says so once more when it is given up; then it is of no interest. */
  const end = async (): Promise<void> => stream?.cancel().catch(() => {})
  return {
    size,
    async read(offset, into) {
      if (into.length === 0) return
      if (stream === undefined || at !== offset) {
        await end()
        const response = await ask(`bytes=${offset}-`)
        if (response.status !== 206) throw onlyWhole()
        ;[stream, at, come] = [response.body?.getReader(), offset, new Uint8Array(0)]
      }
      for (let done = 0; done < into.length; ) {
        const chunk: Uint8Array | undefined = come.length > 0 ? come : await next()
        if (chunk === undefined)
          throw new Error(`${place}: the server sent only ${at} of the file's ${size} bytes. Try again.`)
        const some = chunk.subarray(0, into.length - done)
        into.set(some, done)
        done += some.length
        at += some.length
        come = chunk.subarray(some.length)
      }
    },
    close: end,
  }
}
