// The Studio as it is built from these sources, for all tests that need it: built once, and kept until a source changes.

import { createHash } from 'node:crypto'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildStudio } from '../../tools/studio.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const kept = join(root, 'node_modules/.cache/cutaway-studio')

/** The folder with the built page. */
export async function builtStudio(): Promise<string> {
  const folder = join(kept, digestOfSources())
  if (existsSync(join(folder, 'index.html'))) return folder
  await mkdir(kept, { recursive: true })
  const own = await mkdtemp(join(kept, 'new-'))
  await buildStudio(own)
  // Another test may have been as quick: then its folder stands there, and is as good.
  await rename(own, folder).catch(() => rm(own, { recursive: true }))
  for (const name of await readdir(kept))
    if (!name.startsWith('new-') && join(kept, name) !== folder) await rm(join(kept, name), { recursive: true })
  return folder
}

function digestOfSources(): string {
  const files = [
    'package-lock.json',
    'tools/studio.ts',
    'tools/exhibits.ts',
    ...globSync('src/**/*.{ts,svelte,css,html,json}', { cwd: root }),
  ]
  const digest = createHash('sha256')
  for (const file of files.sort()) digest.update(file).update(readFileSync(join(root, file)))
  return digest.digest('hex').slice(0, 16)
}
