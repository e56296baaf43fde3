// `npm run build`: src/ becomes dist/, the package: its JavaScript (bundle.ts), its types (declarations.ts),
// <attention-view> as files of its own (attentionView.ts), and the Studio (studio.ts).
//
// What users download is small: comments stay in the types, where editors show them, and the JavaScript loses them and its blanks.
// Who wants to read the code reads src/.

import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { attentionViewFiles } from './attentionView.ts'
import { bundle } from './bundle.ts'
import { writeDeclarations } from './declarations.ts'
import { buildStudio } from './studio.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const dist = join(root, 'dist')

rmSync(dist, { recursive: true, force: true })
mkdirSync(dist)
const faults = writeDeclarations(root, dist)
if (faults === '') {
  await bundle(root, dist)
  const { element, more } = await attentionViewFiles(root)
  writeFileSync(join(dist, 'attention-view.js'), element)
  writeFileSync(join(dist, 'attention-view-more.js'), more)
  await buildStudio(join(dist, 'studio'))
} else {
  console.error(faults)
  process.exitCode = 1
}
