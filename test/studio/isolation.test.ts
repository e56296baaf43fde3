// Threads on hosts that send no headers: the service worker isolates the page from its second load on, and without one the page works
// on one thread.

import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { before, describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { driveChromium, noChromium } from '../browser/chromium.ts'
import { serve } from '../browser/server.ts'
import { builtStudio } from './built.ts'
import { choose, go, pause, smallModel, smallText, takeText, train, visit } from './visit.ts'

describe('the Studio on a host without headers', { skip: noChromium }, () => {
  let root: string
  before(async () => {
    root = await builtStudio()
  })

  const isIsolated = (page: Page): Promise<boolean> => page.evaluate(() => globalThis.crossOriginIsolated)

  test('is isolated from its second load on, and is there without the host', async () => {
    await using server = await serve({ root, isolated: false })
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

  for (const isolated of [false, true])
    test(`keeps the parts that were never opened, too: without the ${isolated ? 'server that isolates it' : 'host'} a model is trained and looked into`, async () => {
      await using server = await serve({ root, isolated })
      await using browser = await driveChromium()
      const { page, unseen } = await visit(browser, server.url)
      const assets = (await readdir(join(root, 'assets'))).length
      const kept = (): Promise<number> =>
        page.evaluate(async () => {
          const requests = await Promise.all(
            (await caches.keys()).map(async (name) => (await caches.open(name)).keys()),
          )
          return requests.flat().filter(({ url }) => url.includes('/assets/')).length
        })
      for (let tries = 0; (await kept()) < assets && tries < 200; tries++) await page.waitForTimeout(200)
      assert.equal(await kept(), assets)
      // A page of a host without headers has its threads from the next load on.
      if (!isolated) await page.reload()
      await page.getByRole('heading', { name: 'Cutaway', exact: true }).waitFor()
      await server.close()
      await page.reload()
      assert.equal(await isIsolated(page), true)
      await takeText(page, smallText)
      await choose(page, { ...smallModel, steps: 1000 })
      await train(page, 3)
      await pause(page)
      await go(page, { view: 'look', at: 'blocks.1.attention' })
      await page.locator('attention-view').waitFor()
      await go(page, { view: 'look', instrument: 'lens' })
      await page.getByRole('heading', { name: /lens/i }).first().waitFor()
      assert.deepEqual(
        unseen.filter((message) => !message.includes('net::ERR')),
        [],
      )
    })

  test('goes where another page is served at its address', async () => {
    await using browser = await driveChromium()
    const first = await serve({ root })
    const { page } = await visit(browser, first.url)
    await page.evaluate(() => navigator.serviceWorker.ready)
    await first.close()
    await using other = await serve({ isolated: false, port: Number(new URL(first.url).port) })
    await page.goto(other.url)
    assert.equal(await page.title(), 'Cutaway')
    await page.waitForFunction(async () => (await navigator.serviceWorker.getRegistrations()).length === 0)
    await page.reload()
    assert.equal(await isIsolated(page), false)
  })

  test('works on one thread where there is no service worker', async () => {
    await using server = await serve({ root, isolated: false })
    await using browser = await driveChromium()
    const { page } = await visit(browser, server.url, { serviceWorkers: 'block' })
    assert.equal(await isIsolated(page), false)
    await page.getByRole('heading', { name: 'Cutaway', exact: true }).waitFor()
  })
})
