// Begins an exhibit: takes its files out of the page that it stands in, and starts its program. The worker takes its own out for itself,
// at the same time: it begins with this very script.

import { unsqueeze } from '../../text/squeeze.ts'
import { messageOf } from '../talk/messageOf.ts'
import { bytesOfText, fromHTML } from './bytesInHTML.ts'
import type { Exhibited } from './exhibited.ts'
import type { ExhibitedFacts } from './exhibitedModel.ts'
import { inflated, unpackFiles } from './pack.ts'

const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)

async function startPage(element: HTMLElement, own: string): Promise<void> {
  const files = unpackFiles(fromHTML(await bytesIn(element)))
  element.textContent = ''
  const file = (name: string): Uint8Array<ArrayBuffer> => {
    const bytes = files.get(name)
    if (!bytes) throw new Error('exhibit: the file has been cut. Get it again.')
    return bytes
  }
  const worker = new Worker(URL.createObjectURL(new Blob([own], { type: 'text/javascript' })))
  const program = file('worker')
  worker.postMessage(program, [program.buffer])
  const facts = JSON.parse(textOf(file('facts'))) as ExhibitedFacts
  const model = { ...facts, files: unpackFiles(await inflated(file('model'))) }
  if (location.hash === '') location.hash = element.dataset['hash'] ?? ''
  const { style, page } = JSON.parse(textOf(unsqueeze(file('page')))) as {
    readonly style: string
    readonly page: string
  }
  document.head.append(Object.assign(document.createElement('style'), { textContent: style }))
  const exhibited: Exhibited = { worker, model }
  Object.assign(globalThis, { exhibited })
  document.head.append(Object.assign(document.createElement('script'), { textContent: page }))
}

/** The bytes of the element, as they stand in the file. A host may say that the page is UTF-8: then the file is read once more. */
async function bytesIn(element: HTMLElement): Promise<Uint8Array> {
  if (document.characterSet === 'windows-1252') return bytesOfText(element.textContent ?? '')
  const file = new Uint8Array(await (await fetch(location.href)).arrayBuffer())
  const begin = after(file, 'id="exhibit"', 0)
  const first = after(file, '>', begin)
  return file.subarray(first, after(file, '</script>', first) - '</script>'.length)
}

/** The place behind some ASCII text in a file. */
function after(file: Uint8Array, text: string, from: number): number {
  const wanted = new TextEncoder().encode(text)
  for (let at = file.indexOf(wanted[0], from); at >= 0; at = file.indexOf(wanted[0], at + 1))
    if (wanted.every((byte, i) => file[at + i] === byte)) return at + wanted.length
  throw new Error('exhibit: the file has been cut. Get it again.')
}

/** Starts the worker's program, which comes in its first message: before the next one is heard, all of it has begun. */
function startWorker(): void {
  const begin = ({ data }: MessageEvent<Uint8Array>): void => new Function(textOf(unsqueeze(data)))()
  addEventListener('message', begin, { once: true })
}

if (typeof document === 'undefined') startWorker()
else {
  const element = document.getElementById('exhibit')
  const own = document.currentScript?.textContent ?? ''
  const started = element
    ? startPage(element, own)
    : Promise.reject(new Error('exhibit: the file has been cut. Get it again.'))
  started.catch((error: unknown) => {
    document.getElementById('studio')?.replaceChildren(messageOf(error))
  })
}
