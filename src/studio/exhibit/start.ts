// Begins an exhibit: takes its files out of the page that it stands in, and starts the program as the Studio does.

import { messageOf } from '../talk/messageOf.ts'
import { bytesOfText, fromHTML } from './bytesInHTML.ts'
import type { PageFiles } from './exhibit.ts'
import type { Exhibited } from './exhibited.ts'
import { unpackFiles } from './pack.ts'

async function start(): Promise<void> {
  const element = document.getElementById('exhibit')
  if (!element) throw new Error('exhibit: the file has been cut. Get it again.')
  const files = await unpackFiles(fromHTML(await bytesIn(element)))
  element.textContent = ''
  const list = JSON.parse(new TextDecoder().decode(files.get('list'))) as PageFiles
  const text = (name: string): string => new TextDecoder().decode(files.get(`page/${name}`))
  const address = (script: string): string => URL.createObjectURL(new Blob([script], { type: 'text/javascript' }))

  const style = document.createElement('style')
  style.textContent = text(list.style)
  document.head.append(style)
  const model = new Map(
    [...files].flatMap(([name, bytes]) => (name.startsWith('model/') ? [[name.slice(6), bytes]] : [])),
  )
  if (location.hash === '') location.hash = element.dataset['hash'] ?? ''

  // Each script names those that it needs by their place beside it; here they have addresses of their own.
  const addresses = new Map<string, string>()
  const addressOf = (name: string): string => {
    const known = addresses.get(name)
    if (known !== undefined) return known
    let script = text(name).replace(/\bimport\(([`"'])\.\/([^`"']+)\1\)/g, 'exhibited.load("$2")')
    for (const other of list.page[name])
      script = script.replaceAll(
        new RegExp(`([\`"'])\\./${lastPart(other).replace(/[.$]/g, '\\$&')}\\1`, 'g'),
        `"${addressOf(other)}"`,
      )
    const own = address(script)
    addresses.set(name, own)
    return own
  }
  const load = (file: string): Promise<unknown> => {
    const name = Object.keys(list.page).find((each) => lastPart(each) === file)
    return import(/* @vite-ignore */ addressOf(name ?? file))
  }
  const exhibited: Exhibited = { worker: address(text(list.worker)), model, load }
  Object.assign(globalThis, { exhibited })
  document.getElementById('studio')?.replaceChildren()
  await load(lastPart(list.entry))
}

const lastPart = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

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

start().catch((error: unknown) => {
  document.getElementById('studio')?.replaceChildren(messageOf(error))
})
