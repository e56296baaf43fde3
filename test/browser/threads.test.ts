// Threads in a page: on its main thread, which may not wait; in a worker, which may; and where memory cannot be shared.

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { callInPage, noBrowser, openBrowser, openPage, type TestBrowser } from './browsers.ts'
import type { Report } from './pages/threads.ts'
import { type Server, serve } from './server.ts'

const module = 'test/browser/pages/threads.ts'

function expected(threads: number, runs: number, canShare: boolean): Report {
  return {
    canShare,
    threads,
    turned: Array.from({ length: 300 }, () => 70 * runs),
    far: 1_000_000,
    // Every browser says it in words of its own.
    failure: `Error: engine: thread ${threads - 1} failed: RuntimeError`,
    goesOn: true,
    ended: 'Error: engine: its threads were closed; start another one.',
  }
}

async function report(page: Server, name: string, args: readonly unknown[]): Promise<Report> {
  const said: Report = await callInPage(page, module, name, args)
  return { ...said, failure: said.failure.replace(/(RuntimeError): .*/s, '$1') }
}

describe('threads in a browser', { skip: noBrowser }, () => {
  let browser: TestBrowser
  before(async () => {
    browser = await openBrowser()
  })
  after(() => browser?.close())

  test('on the main thread of a page are all workers', async () => {
    await using server = await serve()
    const page = await openPage(browser, server)
    for (const threads of [1, 2, 3]) {
      assert.deepEqual(await report(page, 'exercise', [threads, 50]), expected(threads, 50, true))
    }
  })

  test('in a worker of a page take part', async () => {
    await using server = await serve()
    const page = await openPage(browser, server)
    for (const threads of [1, 2, 3]) {
      assert.deepEqual(await report(page, 'exerciseInWorker', [threads, 50]), expected(threads, 50, true))
    }
  })

  test('are one where a page is not isolated', async () => {
    await using server = await serve({ isolated: false })
    const page = await openPage(browser, server)
    for (const where of ['exercise', 'exerciseInWorker']) {
      assert.deepEqual(await report(page, where, [3, 50]), expected(1, 50, false))
    }
  })
})
