// Begins an exhibit: takes its files out of the page that it stands in, and starts the program as the Studio does.

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
  const exhibited: Exhibited = { worker: address(text(list.worker)), model }
  Object.assign(globalThis, { exhibited })
  if (location.hash === '') location.hash = element.dataset['hash'] ?? ''

  // Each file names those that it needs by their place beside it; here they have addresses of their own.
  const addresses = new Map<string, string>()
  for (const name of list.page) {
    let script = text(name)
    for (const [other, place] of addresses)
      script = script.replaceAll(`./${other.slice(other.lastIndexOf('/') + 1)}`, place)
    addresses.set(name, address(script))
  }
  document.getElementById('studio')?.replaceChildren()
  await import(/* @vite-ignore */ addresses.get(list.page[list.page.length - 1]) ?? '')
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

start().catch((error: unknown) => {
  document.getElementById('studio')?.replaceChildren(error instanceof Error ? error.message : String(error))
})
