// An exhibit: one HTML file that has a model in it and the page that shows it, as this page is. It opens from a disk, asks nobody for
// anything, and needs no installation. Its program is the one that made it (start.ts begins it there).

import { toHTML } from './bytesInHTML.ts'
import { type PackedFiles, packFiles } from './pack.ts'

/** The names of the files of the page. */
export interface PageFiles {
  /** Its scripts, and those that each needs before it can begin. Others are loaded when they are asked for. */
  readonly page: Readonly<Record<string, readonly string[]>>
  /** The script that begins it. */
  readonly entry: string
  readonly style: string
  readonly worker: string
  readonly start: string
}

/** The file that lists them, beside the page (tools/studio.ts). */
export const listName = 'exhibit.json'

export interface ExhibitOptions {
  /** The title of the window. */
  readonly title: string
  /** Where it opens: the hash of a standpoint. */
  readonly hash: string
  /** The model's folder, its weights in eight bits. */
  readonly model: PackedFiles
  /** Gives a file of the page. */
  read(name: string): Promise<Uint8Array>
}

/** The parts of an exhibit, to be put together as they are. */
export async function exhibitParts({ title, hash, model, read }: ExhibitOptions): Promise<Uint8Array[]> {
  const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)
  const list = JSON.parse(text(await read(listName))) as PageFiles
  const names = [...Object.keys(list.page), list.style, list.worker]
  const program = await Promise.all(names.map(async (name) => [`page/${name}`, await read(name)] as const))
  const packed = await packFiles(
    new Map([
      ['list', new TextEncoder().encode(JSON.stringify(list))],
      ...program,
      ...[...model].map(([name, bytes]) => [`model/${name}`, bytes] as const),
    ]),
  )
  const start = text(await read(list.start)).trim()
  const head = `<!doctype html>
<html lang="en">
<head>
<meta charset="windows-1252">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
</head>
<body>
<div id="studio"><p>This page holds a model and all that is needed to look into it. It needs JavaScript.</p></div>
<script type="text/plain" id="exhibit" data-hash="${escaped(hash)}">`
  const tail = `</script>
<script>${start}</script>
</body>
</html>
`
  return [new TextEncoder().encode(head), toHTML(packed), new TextEncoder().encode(tail)]
}

/** A text in HTML, in ASCII alone. */
const escaped = (text: string): string => text.replace(/[^ !#%'-;=?-~]/gu, (letter) => `&#${letter.codePointAt(0)};`)
