// An exhibit, opened from a disk: in every browser its model is there, answers, is written with and looked into, and nothing is asked for.

import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { savedExhibit } from '../studio/savedExhibit.ts'
import { callInPage, noBrowser, openBrowser } from './browsers.ts'
import type { ExhibitSeen } from './pages/exhibit.ts'
import { agent, serve } from './server.ts'

describe('an exhibit in a browser', { skip: noBrowser }, () => {
  test('opens from a disk, writes, and is looked into down to a cell', async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'cutaway-exhibit-'))
    try {
      await using server = await serve()
      const more = `<script type="module" src="${new URL(agent, server.url)}"></script>`
      const file = await savedExhibit(folder, { more })
      await using browser = await openBrowser()
      await browser.open(pathToFileURL(file).href)
      const seen = await callInPage<ExhibitSeen>(server, 'test/browser/pages/exhibit.ts', 'lookAround')
      t.diagnostic(`${browser.name}: ${seen.model}; ${seen.before} → ${seen.after}`)
      assert.equal(seen.protocol, 'file:')
      assert.equal(seen.cells, 3 * 'the cat'.length)
      assert.ok(seen.after.startsWith(seen.before))
      const sum = seen.products.reduce((sum, product) => sum + product, 0)
      assert.ok(
        seen.products.length === 8 && Math.abs(sum - seen.sum) <= 1e-5 * Math.max(1, Math.abs(seen.sum)),
        `${sum} is not ${seen.sum}`,
      )
      assert.deepEqual(
        seen.asked.filter((address) => !address.startsWith(server.url) && !/^(blob|data):/.test(address)),
        [],
      )
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })
})
