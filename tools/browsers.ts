// Runs the tests in a page in other browsers than Chromium, which `npm test` opens: `npm run browsers`, or `npm run browsers -- webkit`, or
// some of the tests by their names: `npm run browsers -- studio exhibit`.

import { spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { noFirefox } from '../test/browser/firefox.ts'
import { noWebKit } from '../test/browser/webkit.ts'

const absent: Readonly<Record<string, string | false>> = { firefox: noFirefox, webkit: noWebKit }
const asked = process.argv.slice(2)
const cwd = fileURLToPath(new URL('..', import.meta.url))
const tests = new Map(globSync('test/browser/*.test.ts', { cwd }).map((path) => [basename(path, '.test.ts'), path]))
const unknown = asked.find((name) => !Object.hasOwn(absent, name) && !tests.has(name))
if (unknown !== undefined)
  throw new Error(`browsers: "${unknown}" is none of ${[...Object.keys(absent), ...tests.keys()].join(', ')}.`)

const askedBrowsers = asked.filter((name) => Object.hasOwn(absent, name))
const askedTests = asked.flatMap((name) => tests.get(name) ?? [])
const paths = askedTests.length > 0 ? askedTests : [...tests.values()]
for (const [name, why] of Object.entries(absent)) {
  if (askedBrowsers.length > 0 && !askedBrowsers.includes(name)) continue
  if (why) {
    console.log(`${name}: ${why}`)
    if (askedBrowsers.length > 0) process.exitCode = 1
    continue
  }
  console.log(`${name}:`)
  // One at a time: each test opens a browser of its own.
  const args = [
    '--disable-warning=ExperimentalWarning',
    '--test',
    '--test-concurrency=1',
    '--test-reporter=spec',
    ...paths,
  ]
  const env = { ...process.env, BROWSER: name }
  if (spawnSync(process.execPath, args, { cwd, env, stdio: 'inherit' }).status !== 0) process.exitCode = 1
}
