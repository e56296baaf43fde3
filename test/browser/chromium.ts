// Finds a Chromium on this machine, and starts it: as the browser of the tests (browsers.ts), or driven, for tests that look at what a
// page shows.

import { existsSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import type { TestBrowser } from './browsers.ts'
import type { Server } from './server.ts'

interface Executable {
  readonly path: string
  readonly args: readonly string[]
}

const places = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
]

async function findExecutable(): Promise<Executable | undefined> {
  const named = process.env['CHROMIUM']
  if (named) {
    if (existsSync(named)) return { path: named, args: [] }
    throw new Error(`chromium: CHROMIUM is "${named}", but there is no such file. Correct it, or unset it.`)
  }
  const path = places.find((place) => existsSync(place))
  return path ? { path, args: [] } : await findPackaged()
}

/** The Chromium that comes as a package, for machines where none can be installed; it is no dependency of ours. */
async function findPackaged(): Promise<Executable | undefined> {
  const name: string = '@sparticuz/chromium'
  const packaged = await import(name).catch(() => undefined)
  return packaged && { path: await packaged.default.executablePath(), args: packaged.default.args }
}

const executable = await findExecutable()

/** Why tests in a browser are skipped, or false when there is a browser. */
export const noChromium: string | false = executable
  ? false
  : 'no Chromium found: install one (Debian: apt-get install chromium), or set CHROMIUM to its path'

/** Starts Chromium with a new, empty profile, to be driven. */
export async function driveChromium(more: readonly string[] = []): Promise<Browser> {
  if (!executable) throw new Error(`chromium: ${noChromium}.`)
  const { chromium } = await import('playwright-core')
  return chromium.launch({
    executablePath: executable.path,
    args: [
      ...executable.args,
      ...more,
      '--no-sandbox',
      '--disable-dev-shm-usage',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
      '--disable-quic',
    ],
  })
}

/** A new page at the server's start. What goes wrong in it unseen (errors, missing files) is printed. */
export async function drivePage(browser: Browser, server: Server): Promise<Page> {
  const page = await browser.newPage()
  listen(page)
  await page.goto(server.url)
  return page
}

export async function startChromium(args: readonly string[]): Promise<TestBrowser> {
  const browser = await driveChromium(args)
  const page = await browser.newPage()
  listen(page)
  const close = (): Promise<void> => browser.close()
  const name = `Chromium ${browser.version().split('.')[0]}`
  return { name, open: async (url) => void (await page.goto(url)), close, [Symbol.asyncDispose]: close }
}

function listen(page: Page): void {
  page.on('pageerror', (error) => console.error(`page: ${error.stack ?? error.message}`))
  page.on('console', (message) => {
    // That the server of the last page is gone is as it should be.
    if (message.text().includes('/agent/') || message.location().url.includes('/agent/')) return
    if (message.type() === 'error' || message.type() === 'warning') console.error(`page: ${message.text()}`)
  })
}
