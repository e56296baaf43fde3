// Installs the packages that package-lock.json names, if any of them is missing or of another version.
//
// Every npm script runs this first, so one command is enough in a fresh clone. It is plain JavaScript because it runs on
// the machine's own Node (20 or newer): Node 26, which runs the TypeScript sources, is one of the packages it installs.

import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { delimiter } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

/** The first difference between the lock file and what is installed, in words, or undefined. */
function firstMissing() {
  const installedFile = `${root}node_modules/.package-lock.json`
  if (!existsSync(installedFile)) return 'node_modules'
  const wanted = JSON.parse(readFileSync(`${root}package-lock.json`, 'utf8')).packages
  const installed = JSON.parse(readFileSync(installedFile, 'utf8')).packages
  for (const [path, { version, optional }] of Object.entries(wanted)) {
    // An optional package is for some platforms only; if it is here at all, its version must agree.
    if (path === '' || (optional && !installed[path])) continue
    if (installed[path]?.version !== version || !existsSync(root + path)) return `${path} ${version}`
  }
  return existsSync(`${root}node_modules/node/bin`) ? undefined : 'node_modules/node/bin'
}

function install() {
  // npm names itself and the Node that runs it. They are used rather than the `node` on the PATH, because that one may
  // lie in node_modules, which `npm ci` removes.
  const { npm_execpath: npm, npm_node_execpath: node, PATH = '' } = process.env
  const path = PATH.split(delimiter).filter((folder) => !folder.startsWith(`${root}node_modules`))
  const options = {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, PATH: path.join(delimiter) },
  }
  const flags = ['ci', '--loglevel=error', '--no-audit', '--no-fund']
  return npm && node && !node.startsWith(`${root}node_modules`)
    ? spawnSync(node, [npm, ...flags], options)
    : spawnSync('npm', flags, { ...options, shell: process.platform === 'win32' })
}

const missing = firstMissing()
if (missing !== undefined) {
  console.error(`Installing what is missing (${missing}); this takes about half a minute, once.`)
  const { status, error } = install()
  if (status !== 0) {
    console.error(
      `install-missing: npm ci ended with ${error?.message ?? `exit code ${status}`}. Run "npm install" to see why.`,
    )
    process.exit(1)
  }
}
