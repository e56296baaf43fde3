// `npm run build`: src/ becomes dist/, one .js for each .ts, and a .d.ts for each that the public interface speaks of.
//
// tsc strips the types and turns the endings of imports from .ts into .js. What it leaves alone is done here: the endings of
// imports in .d.ts files. What users download is then made small: comments stay in the .d.ts files, where editors show them,
// and the .js files lose them and their blanks. Who wants to read the code reads src/.

import { spawnSync } from 'node:child_process'
import { globSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { minifySync } from 'vite'

const root = fileURLToPath(new URL('..', import.meta.url))
const dist = join(root, 'dist')

const importEnding = /((?:\bfrom|\bimport\(?)\s*['"]\.{1,2}\/[^'"]+)\.ts(['"])/g

rmSync(dist, { recursive: true, force: true })
const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
const { status } = spawnSync(process.execPath, [compiler, '--project', 'tsconfig.build.json'], {
  cwd: root,
  stdio: 'inherit',
})
if (status !== 0) process.exit(status ?? 1)

for (const file of globSync('**/*.d.ts', { cwd: dist })) {
  const path = join(dist, file)
  writeFileSync(path, readFileSync(path, 'utf8').replace(importEnding, '$1.js$2'))
}

const reached = new Set<string>()
for (const entry of ['index', 'tensor', 'checkpoint', 'tasks', 'node']) reach(join(dist, `${entry}.d.ts`))
for (const file of globSync('**/*.d.ts', { cwd: dist })) if (!reached.has(join(dist, file))) rmSync(join(dist, file))

for (const file of globSync('**/*.js', { cwd: dist })) {
  const path = join(dist, file)
  const { code, errors } = minifySync(file, readFileSync(path, 'utf8'), { module: true })
  if (errors.length > 0) throw new Error(`build: ${file} cannot be made small: ${errors[0].message}`)
  writeFileSync(path, code)
}

/** Marks a .d.ts file and all that it refers to. */
function reach(path: string): void {
  if (reached.has(path)) return
  reached.add(path)
  const text = readFileSync(path, 'utf8')
  for (const [, from] of text.matchAll(/(?:\bfrom|\bimport\(?)\s*['"](\.{1,2}\/[^'"]+)\.js['"]/g))
    reach(join(dirname(path), `${from}.d.ts`))
}
