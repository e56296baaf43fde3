// The main way through the Studio: a text, its model, what it writes, one number of a head followed to where it is from; and all of it
// is there when the page is loaded again.

import assert from 'node:assert/strict'
import { relative } from 'node:path'
import { describe, test } from 'node:test'
import { builtStudio } from '../studio/built.ts'
import { callInPage, noBrowser, openBrowser, openPage } from './browsers.ts'
import type { WaySeen } from './pages/studio.ts'
import { repository, serve } from './server.ts'

describe('the Studio in a browser', { skip: noBrowser }, () => {
  test('trains, writes, opens a cell and follows it, and goes on where it was', async (t) => {
    const built = relative(repository, await builtStudio())
    await using server = await serve()
    await using browser = await openBrowser()
    const page = await openPage(browser, server)
    const text = 'to be or not to be, that is the question. '.repeat(40)
    const address = `/${built.replaceAll('\\', '/')}/index.html`
    const seen = await callInPage<WaySeen>(page, 'test/browser/pages/studio.ts', 'goTheWay', [address, text, 100])
    t.diagnostic(`${browser.name}: ${seen.machine}; loss ${seen.loss}; ${seen.origins.length} links back`)
    assert.ok(seen.loss > 0 && seen.loss < 2.4, `loss ${seen.loss}`)
    assert.match(seen.cell, /^blocks\.1\.attention\.scores /)
    const sum = seen.products.reduce((sum, product) => sum + product, 0)
    assert.ok(Math.abs(sum - seen.sum) <= 1e-5 * Math.max(1, Math.abs(seen.sum)), `${sum} is not ${seen.sum}`)
    assert.ok(seen.origins.length > 2 && seen.origins.length < 60, seen.origins.join('\n'))
    assert.match(seen.end, /here the way back ends/i)
    assert.equal(seen.resumedAt, 100)
  })
})
