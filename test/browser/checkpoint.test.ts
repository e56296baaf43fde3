// A page saves a model as files and loads it from files, with threads and without.

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { callInPage, noBrowser, openBrowser, openPage, type TestBrowser } from './browsers.ts'
import type { Kept } from './pages/checkpoint.ts'
import { serve } from './server.ts'

describe('a checkpoint in a page', { skip: noBrowser }, () => {
  let browser: TestBrowser
  before(async () => {
    browser = await openBrowser()
  })
  after(() => browser?.close())

  for (const isolated of [true, false]) {
    test(isolated ? 'whose memory threads share' : 'on one thread', async () => {
      await using server = await serve({ isolated })
      const page = await openPage(browser, server)
      for (const dtype of ['F32', 'BF16'] as const) {
        const kept: Kept = await callInPage(page, 'test/browser/pages/checkpoint.ts', 'keep', [{ threads: 2, dtype }])
        assert.match(kept.engine, isolated ? /2 threads$/ : /one thread$/)
        assert.ok(kept.names.includes('model.safetensors.index.json') && kept.names.includes('tokenizer.json'))
        assert.equal(kept.text, 'a rose')
        if (dtype === 'F32') assert.equal(kept.difference, 0)
        else assert.ok(kept.difference > 0 && kept.difference <= 2 ** -8, `${kept.difference}`)
      }
    })
  }
})
