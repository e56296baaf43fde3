// Finds a Chromium on this machine and opens pages in it.
//
// A test of what happens in a page reads:
//
//   test('…', { skip: noChromium }, async () => {
//     await using server = await serve()
//     await using browser = await openBrowser()
//     const page = await openPage(browser, server)
//     const sum = await callInPage(page, 'test/browser/pages/sum.ts', 'sum', [1, 2])
//   })

import { existsSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
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

/** Starts Chromium with a new, empty profile. */
export async function openBrowser(): Promise<Browser> {
  if (!executable) throw new Error(`chromium: ${noChromium}.`)
  const { chromium } = await import('playwright-core')
  return chromium.launch({
    executablePath: executable.path,
    args: [
      ...executable.args,
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
export async function openPage(browser: Browser, server: Server): Promise<Page> {
  const page = await browser.newPage()
  page.on('pageerror', (error) => console.error(`page: ${error.stack ?? error.message}`))
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') console.error(`page: ${message.text()}`)
  })
  await page.goto(server.url)
  return page
}

/**
 * Imports a module in the page, calls one of its functions and gives back what that function returns or resolves to.
 * Arguments and result travel as JSON.
 *
 * `module`: a path from the repository's root.
 */
export async function callInPage(page: Page, module: string, name: string, args: readonly unknown[] = []) {
  return page.evaluate(
    async ({ module, name, args }) => {
      const exported = await import(`/${module}`)
      return exported[name](...args)
    },
    { module, name, args },
  )
}
