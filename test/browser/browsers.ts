// Opens pages in a browser of this machine: Chromium, or the one that BROWSER names (firefox, webkit). `npm run browsers` runs the
// tests of this folder in the other two.
//
// A test of what happens in a page reads:
//
//   test('…', { skip: noBrowser }, async () => {
//     await using server = await serve()
//     await using browser = await openBrowser()
//     const page = await openPage(browser, server)
//     const sum = await callInPage(page, 'test/browser/pages/sum.ts', 'sum', [1, 2])
//   })

import { noChromium, startChromium } from './chromium.ts'
import { noFirefox, startFirefox } from './firefox.ts'
import type { Server } from './server.ts'
import { noWebKit, startWebKit } from './webkit.ts'

/** A browser with an empty profile, and one page in it. */
export interface TestBrowser extends AsyncDisposable {
  readonly name: string
  /** Goes to an address; what the page did before ends. */
  open(url: string): Promise<void>
  close(): Promise<void>
}

const kinds = {
  chromium: { absent: noChromium, start: startChromium },
  firefox: { absent: noFirefox, start: startFirefox },
  webkit: { absent: noWebKit, start: startWebKit },
}

function named(): keyof typeof kinds {
  const name = process.env['BROWSER'] || 'chromium'
  if (name === 'chromium' || name === 'firefox' || name === 'webkit') return name
  throw new Error(`browsers: BROWSER is "${name}"; there are ${Object.keys(kinds).join(', ')}.`)
}

export const browserName = named()

/** Why tests in a browser are skipped, or false when there is a browser. */
export const noBrowser: string | false = kinds[browserName].absent

/** Starts the browser with a new, empty profile. `args`: more arguments of its command. */
export async function openBrowser({ args = [] }: { args?: readonly string[] } = {}): Promise<TestBrowser> {
  if (noBrowser) throw new Error(`browsers: ${noBrowser}.`)
  return kinds[browserName].start(args)
}

/** The page at the server's start. */
export async function openPage(browser: TestBrowser, server: Server): Promise<Server> {
  await browser.open(server.url)
  return server
}

/**
 * Imports a module in the page, calls one of its functions and gives back what that function returns or resolves to.
 * Arguments and result travel as JSON.
 *
 * `module`: a path from the server's root.
 */
export function callInPage<T>(page: Server, module: string, name: string, args: readonly unknown[] = []): Promise<T> {
  return page.call(module, name, args)
}
