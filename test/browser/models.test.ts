// Models of every kind in a page, as in Node.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { callInPage, noBrowser, openBrowser, openPage } from './browsers.ts'
import { runModels } from './pages/models.ts'
import { serve } from './server.ts'

test('models write, translate, embed and classify in a page as they do in Node', { skip: noBrowser }, async () => {
  await using server = await serve()
  await using browser = await openBrowser()
  const page = await openPage(browser, server)
  assert.deepEqual(await callInPage(page, 'test/browser/pages/models.ts', 'runModels'), await runModels())
})
