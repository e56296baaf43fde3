// Threads in a page: on its main thread, which may not wait; in a worker, which may; and where memory cannot be shared.

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { callInPage, noChromium, openBrowser, openPage } from './chromium.ts'
import type { Report } from './pages/threads.ts'
import { serve } from './server.ts'

const module = 'test/browser/pages/threads.ts'

function expected(threads: number, runs: number, canShare: boolean): Report {
  return {
    canShare,
    threads,
    turned: Array.from({ length: 300 }, () => 70 * runs),
    far: 1_000_000,
    failure: `Error: engine: thread ${threads - 1} failed: RuntimeError: unreachable`,
    goesOn: true,
    ended: 'Error: engine: its threads were closed; start another one.',
  }
}

describe('threads in Chromium', { skip: noChromium }, () => {
  let browser: Browser
  before(async () => {
    browser = await openBrowser()
  })
  after(() => browser?.close())

  test('on the main thread of a page are all workers', async () => {
    await using server = await serve()
    const page = await openPage(browser, server)
    for (const threads of [1, 2, 3]) {
      assert.deepEqual(await callInPage(page, module, 'exercise', [threads, 50]), expected(threads, 50, true))
    }
  })

  test('in a worker of a page take part', async () => {
    await using server = await serve()
    const page = await openPage(browser, server)
    for (const threads of [1, 2, 3]) {
      assert.deepEqual(await callInPage(page, module, 'exerciseInWorker', [threads, 50]), expected(threads, 50, true))
    }
  })

  test('are one where a page is not isolated', async () => {
    await using server = await serve({ isolated: false })
    const page = await openPage(browser, server)
    for (const where of ['exercise', 'exerciseInWorker']) {
      assert.deepEqual(await callInPage(page, module, where, [3, 50]), expected(1, 50, false))
    }
  })
})
