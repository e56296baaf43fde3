// An exhibit: one HTML file that has a model in it and a page that shows it. It opens from a disk, asks nobody for anything, and needs no
// installation (start.ts begins it there).

import { toHTML } from './bytesInHTML.ts'
import type { ExhibitedModel } from './exhibitedModel.ts'
import { deflated, packFiles } from './pack.ts'
import { programFor } from './program.ts'

export interface ExhibitOptions {
  readonly model: ExhibitedModel
  /** Where it opens: the hash of a standpoint. */
  readonly hash: string
  /** The program of exhibits (program.ts). */
  readonly program: Uint8Array<ArrayBuffer>
}

/** The parts of an exhibit, to be put together as they are. */
export async function exhibitParts({ model, hash, program }: ExhibitOptions): Promise<Uint8Array<ArrayBuffer>[]> {
  const { files, ...facts } = model
  const { start, page, worker } = programFor(program, facts.parts)
  const packed = packFiles(
    new Map([
      ['facts', new TextEncoder().encode(JSON.stringify(facts))],
      ['page', page],
      ['worker', worker],
      ['model', await deflated(packFiles(files))],
    ]),
  )
  const head = `<!doctype html>
<html lang="en">
<head>
<meta charset="windows-1252">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(`${facts.name} – Cutaway`)}</title>
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
