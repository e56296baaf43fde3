// Firefox, without a window and driven by nobody: under WebDriver BiDi it now and then never comes back from a worker that starts
// workers.

import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { TestBrowser } from './browsers.ts'
import { emptyFolder, end, start } from './processes.ts'

const path = process.env['FIREFOX'] || ['/usr/bin/firefox-esr', '/usr/bin/firefox'].find((place) => existsSync(place))

export const noFirefox: string | false = path
  ? false
  : 'no Firefox found: install one (Debian: apt-get install firefox-esr), or set FIREFOX to its path'

const preferences = {
  'app.update.enabled': false,
  'browser.aboutwelcome.enabled': false,
  'browser.shell.checkDefaultBrowser': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'toolkit.startup.max_resumed_crashes': -1,
}

export async function startFirefox(args: readonly string[]): Promise<TestBrowser> {
  const profile = await emptyFolder('firefox')
  const lines = Object.entries(preferences).map(([name, value]) => `user_pref("${name}", ${value});\n`)
  await writeFile(join(profile.path, 'user.js'), lines.join(''))
  let child: ReturnType<typeof start> | undefined
  const close = async (): Promise<void> => {
    await end(child)
    await profile.remove()
  }
  const name = execFileSync(path ?? '', ['--version'])
    .toString()
    .trim()
  return {
    name,
    async open(url) {
      await end(child)
      child = start(path ?? '', ['--headless', '--no-remote', '--profile', profile.path, ...args, url])
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}
