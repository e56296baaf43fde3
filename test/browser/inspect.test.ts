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

test('<attention-view> is drawn, looked at by keys and saved', { skip: noBrowser }, async () => {
  await using server = await serve()
  await using browser = await openBrowser()
  const page = await openPage(browser, server)
  const seen = await callInPage(page, 'test/browser/pages/attentionView.ts', 'attentionView')
  assert.deepEqual(seen, {
    heads: 2,
    said: 'position 1 b reads position 0 a: 0.75, largest of 2',
    pinned: { position: 1, source: 0 },
    isPainted: true,
    types: ['image/svg+xml', 'image/png', 'text/html', 'text/csv'],
    csv: 'position,token,source,source token,share of attention\r\n0,a,0,a,1\r\n1,b,0,a,0.75\r\n1,b,1,b,0.25\r\n',
  })
})
