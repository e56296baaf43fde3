// A model on Hugging Face's hub, or on any server that answers as the hub does: every file is read where it is, by ranges.
//
//   GET <base>/<owner>/<name>/resolve/<revision>/<file>     with Range: bytes=<from>-<to>
//   GET <base>/api/models/<owner>/<name>/revision/<revision>      the list of files
//
// https://huggingface.co/docs/hub/api. Nothing is stored on this machine. A server is not believed: what it says of a range
// is compared with what was asked for (rangeFile.ts).

import { checkIsObject, kindOf, parseJSON } from '../text/json.ts'
import { checkIsInside, type FolderFiles } from './folderFiles.ts'
import { type Patience, patientFetch, type ServerAnswer } from './patientFetch.ts'
import { rangeFile } from './rangeFile.ts'

export interface HubOptions extends Patience {
  /** A branch, a tag or a commit; main if not given. */
  readonly revision?: string
  /** Where the hub is, if not at Hugging Face. */
  readonly base?: string
  /** The token that shows that one may read a model which is not public. */
  readonly token?: string
}

/** The longest list of files that is read, in bytes. */
const mostList = 50_000_000

/**
 * The files of a model: `owner/name`.
 *
 * Throws for a name that is none; what is read later throws for a server that does not answer as it should, with what it did.
 */
export function hubFiles(model: string, options: HubOptions = {}): FolderFiles {
  const { revision = 'main', base = 'https://huggingface.co' } = options
  if (!/^[\w.-]+\/[\w.-]+$/.test(model) || model.split('/').some((part) => /^\.+$/.test(part)) || model.includes('..'))
    throw new Error(`hub: "${model}" is no model's name. Give it as owner/name.`)
  const address = checkAddress(base)
  const headers = authorization(options.token)
  const asker = patientFetch(options)
  const ask = async (path: string, more: Readonly<Record<string, string>> = {}): Promise<ServerAnswer> => {
    const url = `${address}/${path}`
    const answer = await asker.ask(url, { ...headers, ...more })
    const { status, statusText } = answer
    if ((status >= 200 && status < 300) || status === 404 || status === 416) return answer
    await answer.cancel()
    if (status === 401 || status === 403)
      throw new Error(
        `${url}: the server says ${status}: the model is not there or not public. Check the name, or give a token.`,
      )
    throw new Error(`${url}: the server says ${`${status} ${statusText}`.trim()}. Try again later.`)
  }
  return {
    name: model,
    async list() {
      const path = `api/models/${model}/revision/${encodeURIComponent(revision)}`
      const answer = await ask(path)
      if (answer.status !== 200) {
        await answer.cancel()
        throw new Error(`${model}: there is no such model at ${base}. Check the name and the revision.`)
      }
      const place = `${model}: the list of its files`
      const text = await textOf(answer, place)
      if (/^\s*</.test(text))
        throw new Error(`${place}: ${address}/${path} gave a page instead. Check that the address is that of a hub.`)
      return namesIn(parseJSON(text, place), place)
    },
    async open(file) {
      checkIsInside(this, file)
      const path = `${model}/resolve/${encodeURIComponent(revision)}/${file.split('/').map(encodeURIComponent).join('/')}`
      // A part of a file that was compressed on the way would not be that part.
      return rangeFile(`${model}/${file}`, {
        ask: (range) => ask(path, { range, 'accept-encoding': 'identity' }),
        waits: asker.waits,
      })
    },
  }
}

function checkAddress(base: string): string {
  const protocol = URL.canParse(base) ? new URL(base).protocol : ''
  if (protocol === 'https:' || protocol === 'http:') return base.replace(/\/+$/, '')
  throw new Error(`hub: "${base}" is no address of a server. Give one that begins with https://.`)
}

function authorization(token: string | undefined): Record<string, string> {
  // What was read from a file often has the end of its line with it.
  const trimmed = token?.trim() ?? ''
  if (trimmed === '') return {}
  if (!/^[\x20-\x7e]+$/.test(trimmed))
    throw new Error('hub: the token has characters that no token has. Give it as the hub showed it.')
  return { authorization: `Bearer ${trimmed}` }
}

async function textOf(answer: ServerAnswer, place: string): Promise<string> {
  const decoder = new TextDecoder()
  let [text, bytes] = ['', 0]
  for (;;) {
    const chunk = await answer.next().catch((cause: unknown) => {
      throw new Error(`${place}: the connection broke at byte ${bytes}. Try again.`, { cause })
    })
    if (chunk === undefined) return text + decoder.decode()
    bytes += chunk.length
    if (bytes > mostList) {
      await answer.cancel()
      throw new Error(`${place}: it is longer than ${mostList} bytes. Download the model, and name the folder.`)
    }
    text += decoder.decode(chunk, { stream: true })
  }
}

function namesIn(json: unknown, place: string): string[] {
  checkIsObject(json, place)
  const { siblings } = json
  if (!Array.isArray(siblings))
    throw new Error(`${place}: siblings is ${kindOf(siblings)}, not a list. Check that the address is that of a hub.`)
  return siblings.map((each: unknown) => {
    const name = typeof each === 'object' && each !== null && 'rfilename' in each ? each.rfilename : undefined
    if (typeof name === 'string') return name
    throw new Error(
      `${place}: the name of a file is ${kindOf(name)}, not a text. Check that the address is that of a hub.`,
    )
  })
}
