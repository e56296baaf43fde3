// Threads on hosts that send no headers: the service worker isolates the page from its second load on, and without one the page works
// on one thread.

import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { driveChromium, noChromium } from '../browser/chromium.ts'
import { serve } from '../browser/server.ts'
import { builtStudio } from './built.ts'
import { visit } from './visit.ts'

describe('the Studio on a host without headers', { skip: noChromium }, () => {
  let root: string
  before(async () => {
    root = await builtStudio()
  })

  const isIsolated = (page: Page): Promise<boolean> => page.evaluate(() => globalThis.crossOriginIsolated)

  test('is isolated from its second load on, and is there without the host', async () => {
    const server = await serve({ root, isolated: false })
    await using browser = await driveChromium()
    const { page } = await visit(browser, server.url)
    await page.evaluate(() => navigator.serviceWorker.ready)
    await page.reload()
    assert.equal(await isIsolated(page), true)
    await page.getByRole('heading', { name: 'Cutaway', exact: true }).waitFor()
    await page.reload()
    await server.close()
    await page.reload()
    await page.getByRole('heading', { name: 'Cutaway', exact: true }).waitFor()
  })

  test('works on one thread where there is no service worker', async () => {
    await using server = await serve({ root, isolated: false })
    await using browser = await driveChromium()
    const { page } = await visit(browser, server.url, { serviceWorkers: 'block' })
    assert.equal(await isIsolated(page), false)
    await page.getByRole('heading', { name: 'Cutaway', exact: true }).waitFor()
  })
})
