// Takes the pictures of the Studio that README.md and docs/ show: builds the page, opens it in Chromium, and does what a person would do.
//
//   node tools/screenshots.ts [FOLDER] [STATE…]        all states into docs/studio, or only those named

import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { driveChromium } from '../test/browser/chromium.ts'
import { type Server, serve } from '../test/browser/server.ts'
import { builtStudio } from '../test/studio/built.ts'
import { pause, train, visit } from '../test/studio/visit.ts'

interface State {
  readonly name: string
  /** The hash that it begins with. */
  readonly hash?: string
  readonly size?: { readonly width: number; readonly height: number }
  readonly colours?: 'light' | 'dark'
  /** Everything that is done before the picture. */
  readonly reach: (page: Page) => Promise<void>
}

const desk = { width: 1440, height: 900 }
const phone = { width: 360, height: 640 }

/** Trains so many steps of the smallest run of the sample that is there, and rests. */
async function trained(page: Page, steps: number): Promise<void> {
  await page.getByRole('radio').first().check()
  await train(page, steps)
  await pause(page)
}

const states: readonly State[] = [
  {
    name: 'beginning',
    reach: async (page) => {
      await page.getByRole('radio').first().waitFor()
    },
  },
  { name: 'trained', reach: (page) => trained(page, 600) },
  { name: 'trained-dark', colours: 'dark', reach: (page) => trained(page, 600) },
  { name: 'phone-text', size: phone, reach: async (page) => void (await page.getByRole('radio').first().waitFor()) },
  { name: 'phone-train', size: phone, colours: 'dark', reach: (page) => trained(page, 300) },
]

async function take(browser: Browser, server: Server, state: State, folder: string): Promise<void> {
  const { name, hash = '', size = desk, colours = 'light', reach } = state
  const { page, unseen } = await visit(browser, server.url + hash, { viewport: size, colorScheme: colours })
  page.setDefaultTimeout(300_000)
  await reach(page)
  await page.screenshot({ path: join(folder, `${name}.png`) })
  await page.context().close()
  for (const message of unseen) console.error(`${name}: ${message}`)
  console.log(`${name}.png`)
}

const [folder = fileURLToPath(new URL('../docs/studio', import.meta.url)), ...names] = process.argv.slice(2)
await mkdir(folder, { recursive: true })
const server = await serve({ root: await builtStudio() })
const browser = await driveChromium()
try {
  for (const state of states)
    if (names.length === 0 || names.includes(state.name)) await take(browser, server, state, folder)
} finally {
  await browser.close()
  await server.close()
}
