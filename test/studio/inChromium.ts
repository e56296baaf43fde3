// The Studio in Chromium for the tests of a `describe`: served and started before them, closed behind them.

import { after, before } from 'node:test'
import type { Browser } from 'playwright-core'
import { driveChromium } from '../browser/chromium.ts'
import { type Server, serve } from '../browser/server.ts'
import { builtStudio } from './built.ts'

export interface StudioInChromium {
  readonly browser: Browser
  /** Where the Studio is. */
  readonly url: string
}

/** Serves the Studio and starts Chromium. What comes back can be asked in hooks that are written below, and in tests. */
export function studioInChromium(): StudioInChromium {
  let server: Server
  let browser: Browser
  before(async () => {
    server = await serve({ root: await builtStudio() })
    browser = await driveChromium()
  })
  after(async () => {
    await browser?.close()
    await server?.close()
  })
  return {
    get browser() {
      return browser
    },
    get url() {
      return server.url
    },
  }
}
