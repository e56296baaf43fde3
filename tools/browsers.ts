// Runs the tests in a page in other browsers than Chromium, which `npm test` opens: `npm run browsers`, or `npm run browsers -- webkit`.

import { spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { noFirefox } from '../test/browser/firefox.ts'
import { noWebKit } from '../test/browser/webkit.ts'

const absent: Readonly<Record<string, string | false>> = { firefox: noFirefox, webkit: noWebKit }
const asked = process.argv.slice(2)
const unknown = asked.find((name) => !Object.hasOwn(absent, name))
if (unknown !== undefined) throw new Error(`browsers: "${unknown}" is none of ${Object.keys(absent).join(', ')}.`)

const cwd = fileURLToPath(new URL('..', import.meta.url))
const tests = globSync('test/browser/*.test.ts', { cwd })
for (const [name, why] of Object.entries(absent)) {
  if (asked.length > 0 && !asked.includes(name)) continue
  if (why) {
    console.log(`${name}: ${why}`)
    if (asked.length > 0) process.exitCode = 1
    continue
  }
  console.log(`${name}:`)
  // One at a time: each test opens a browser of its own.
  const args = ['--disable-warning=ExperimentalWarning', '--test', '--test-concurrency=1', ...tests]
  const env = { ...process.env, BROWSER: name }
  if (spawnSync(process.execPath, args, { cwd, env, stdio: 'inherit' }).status !== 0) process.exitCode = 1
}
