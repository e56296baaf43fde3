// `npm run build`: src/ becomes dist/, one .js and one .d.ts for each .ts.
//
// tsc strips the types and turns the endings of imports from .ts into .js. What it leaves alone is done here: the address
// of a worker, which is written `new URL('./worker.ts', import.meta.url)` so that bundlers find it, and the endings of
// imports in .d.ts files.

import { spawnSync } from 'node:child_process'
import { globSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const dist = join(root, 'dist')

const workerAddress = /(new URL\(\s*['"]\.{1,2}\/[^'"]+)\.ts(['"],\s*import\.meta\.url)/g
const importEnding = /((?:\bfrom|\bimport\(?)\s*['"]\.{1,2}\/[^'"]+)\.ts(['"])/g

rmSync(dist, { recursive: true, force: true })
const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
const { status } = spawnSync(process.execPath, [compiler, '--project', 'tsconfig.build.json'], {
  cwd: root,
  stdio: 'inherit',
})
if (status !== 0) process.exit(status ?? 1)

for (const file of globSync('**/*.{js,d.ts}', { cwd: dist })) {
  const path = join(dist, file)
  const before = readFileSync(path, 'utf8')
  const after = before.replace(file.endsWith('.d.ts') ? importEnding : workerAddress, '$1.js$2')
  if (after !== before) writeFileSync(path, after)
}
