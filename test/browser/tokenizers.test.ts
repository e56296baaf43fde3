// Tokenizers in a page, as a bundler packs them for one: the same ids and texts as in Node.

import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { build } from 'vite'
import { trainBytePairs } from '../../src/text/tokenizer/trainBytePairs.ts'
import { fixture, texts } from '../text/tokenizer/fixtures.ts'
import { callInPage, noBrowser, openBrowser, openPage } from './browsers.ts'
import { repository, serve } from './server.ts'

test('tokenizers and chat templates run in a page', { skip: noBrowser }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'cutaway-page-'))
  try {
    await build({
      root: repository,
      configFile: false,
      logLevel: 'error',
      build: {
        outDir: folder,
        lib: { entry: 'test/browser/pages/tokenizers.ts', formats: ['es'], fileName: () => 'page.js' },
      },
    })
    await using server = await serve({ root: folder })
    await using browser = await openBrowser()
    const page = await openPage(browser, server)
    for (const name of ['bert', 't5', 'llama3']) {
      const { tokenizer: json, results } = fixture(name)
      const made = await callInPage(page, 'page.js', 'tokenize', [json, texts])
      assert.deepEqual(made, {
        ids: results.map(([plain]) => plain),
        decoded: results.map(([, , decoded], i) => decoded ?? texts[i]),
      })
    }
    const text = 'the cat sat on the mat 👍'
    const tokenizer = trainBytePairs(text, { vocab: 270 })
    assert.deepEqual(await callInPage(page, 'page.js', 'train', [text]), {
      size: tokenizer.size,
      ids: Array.from(tokenizer.encode(text)),
      prompt: `<user>${text}`,
    })
  } finally {
    await rm(folder, { recursive: true })
  }
})
