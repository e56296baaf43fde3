// Looking into a model in a page, as in Node.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { callInPage, noBrowser, openBrowser, openPage } from './browsers.ts'
import { serve } from './server.ts'

test('shapes, patterns and figures are the same in a page', { skip: noBrowser }, async () => {
  await using server = await serve()
  await using browser = await openBrowser()
  const page = await openPage(browser, server)
  const seen = await callInPage(page, 'test/browser/pages/inspect.ts', 'inspect')
  assert.deepEqual(seen, {
    parameters: 2632,
    lastLine: 'together  53 matrix products   221 kFLOP  100.0 %',
    patterns: 6,
    hasPanels: true,
    isPage: true,
  })
})
