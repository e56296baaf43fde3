// Patterns as a page: one file with <attention-view> in it, opened from a disk.

import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { before, describe, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { attentionScript } from '../../src/cli/attentionScript.ts'
import type { AttentionPattern } from '../../src/inspect/pattern.ts'
import { patternsPage } from '../../src/show/patternsPage.ts'
import { driveChromium, noChromium } from '../browser/chromium.ts'

const tokens = ['a', '<', '\n']
const pattern: AttentionPattern = {
  address: 'blocks.0.attention.pattern',
  layer: 0,
  head: 2,
  positions: 3,
  sources: 3,
  shares: Float32Array.from([1, 0, 0, 0.25, 0.75, 0, 0.5, 0.375, 0.125]),
}

describe('a page of patterns', () => {
  const ids = [0, 1, 2]
  let script = ''
  let html = ''
  before(async () => {
    script = await attentionScript()
    html = await patternsPage([pattern], { tokens, ids, notes: ['Of runs/cat'], script })
  })

  test('is one file that loads nothing', () => {
    const [head, rest] = html.split('<script>')
    assert.doesNotMatch(head, /\b(src|href)=|@import|url\(/)
    assert.ok(rest.startsWith(`\n${script.slice(0, 100)}`))
    assert.equal(html.split('</script>').length, 3)
  })

  test('holds no text as it came', async () => {
    const hostile = '</script><script>alert(1)</script><!--'
    const page = await patternsPage([{ ...pattern, positions: 1, sources: 1, shares: Float32Array.of(1) }], {
      tokens: [hostile],
      ids: [0],
      notes: [hostile],
      script,
    })
    assert.doesNotMatch(page, /<script>alert|<!--/)
  })

  test('opens from a disk, asks for nothing, and says what a cell holds', { skip: noChromium }, async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'cutaway-page-'))
    t.after(() => rm(folder, { recursive: true }))
    const file = join(folder, 'attention.html')
    await writeFile(file, html)
    await using browser = await driveChromium()
    const page = await browser.newPage()
    const [asked, wrong]: string[][] = [[], []]
    page.on('request', (request) => asked.push(request.url()))
    page.on('pageerror', (error) => wrong.push(error.message))
    await page.goto(pathToFileURL(file).href)
    await page.getByRole('gridcell', { name: 'layer 0, head 2: previous token 0.313' }).click()
    await page.getByRole('grid', { name: 'layer 0, head 2: 3 positions × 3 positions' }).press('Home')
    await page.keyboard.press('ArrowRight')
    const cell = page.getByRole('gridcell')
    assert.equal(await cell.textContent(), 'position 2 ⏎ reads position 1 <: 0.375, 2nd of 3')
    await page.keyboard.press('ArrowUp')
    await page.keyboard.press('ArrowUp')
    assert.equal(await cell.textContent(), 'position 0 a cannot see position 1 <')
    assert.deepEqual(asked, [pathToFileURL(file).href])
    assert.deepEqual(wrong, [])
  })
})
