// The harness that the other tests in this folder stand on: sources served as they are, with shared memory and without.

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { browserName, callInPage, noBrowser, openBrowser, openPage, type TestBrowser } from './browsers.ts'
import { serve } from './server.ts'

const module = 'test/browser/pages/isolation.ts'

describe('a page in a browser', { skip: noBrowser }, () => {
  let browser: TestBrowser
  before(async () => {
    browser = await openBrowser()
  })
  after(() => browser?.close())

  test('runs TypeScript sources and has shared memory when the server isolates it', async () => {
    await using server = await serve()
    const page = await openPage(browser, server)
    const report = await callInPage(page, module, 'isolation', [21])
    assert.deepEqual(report, { isIsolated: true, hasSharedMemory: true, doubled: 42 })
  })

  test('runs them without shared memory when the server does not', async () => {
    await using server = await serve({ isolated: false })
    const page = await openPage(browser, server)
    const report = await callInPage(page, module, 'isolation', [21])
    // WebKit, told to have it, has it everywhere.
    const hasSharedMemory = browserName === 'webkit'
    assert.deepEqual(report, { isIsolated: false, hasSharedMemory, doubled: 42 })
  })
})

describe('the server', () => {
  test('strips types and keeps lines', async () => {
    await using server = await serve()
    const response = await fetch(`${server.url}test/browser/pages/double.ts`)
    const text = await response.text()
    assert.equal(response.headers.get('content-type'), 'text/javascript; charset=utf-8')
    assert.equal(text.split('\n')[2]?.replace(/\s+/g, ' '), 'export const double = (value ) => 2 * value')
  })

  test('says which file is missing, and gives nothing from outside its folder', async () => {
    await using server = await serve()
    const missing = await fetch(`${server.url}src/nowhere.ts`)
    assert.equal(missing.status, 404)
    assert.equal(await missing.text(), '/src/nowhere.ts: there is no such file')
    const outside = await fetch(`${server.url}..%2f..%2fetc%2fpasswd`)
    assert.equal(outside.status, 500)
  })
})
