// Patterns as a page: in a browser, pointing at a cell tells what it is.

import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import type { AttentionPattern } from '../../src/inspect/pattern.ts'
import { figurePage } from '../../src/show/figurePage.ts'
import { gridSizes } from '../../src/show/panels/multiplesPicture.ts'
import { patternsFigure } from '../../src/show/patternsFigure.ts'
import { driveChromium, drivePage, noChromium } from '../browser/chromium.ts'
import { serve } from '../browser/server.ts'

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
  const figure = patternsFigure([pattern], { tokens })
  const html = figurePage(figure)

  test('is one file that loads nothing', () => {
    assert.doesNotMatch(html, /\b(src|href)=|@import|url\(/)
  })

  test('holds no text as it came', () => {
    const hostile = figurePage(
      patternsFigure([{ ...pattern, positions: 1, sources: 1 }], { tokens: ['</script><script>alert(1)</script>'] }),
    )
    assert.doesNotMatch(hostile, /<script>alert/)
  })

  test('tells of the cell below the pointer', { skip: noChromium }, async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'cutaway-page-'))
    t.after(() => rm(folder, { recursive: true }))
    await writeFile(join(folder, 'index.html'), html)
    await using server = await serve({ root: folder })
    await using browser = await driveChromium()
    const page = await drivePage(browser, server)
    const [panel] = figure.panels
    assert.ok(panel.kind === 'multiples')
    const { left, top, cell } = gridSizes(panel)
    const pointAt = async (position: number, source: number) => {
      await page
        .locator('.small')
        .hover({ position: { x: left + (source + 0.5) * cell, y: top + (position + 0.5) * cell } })
      return page.locator('.told').textContent()
    }
    assert.equal(await pointAt(2, 1), 'layer 0, head 2: position 2 ⏎ gives 37.5 % of its attention to source 1 <')
    assert.equal(await pointAt(0, 1), 'layer 0, head 2: position 0 a cannot see source 1 <, which comes later')
    assert.deepEqual(await page.locator('.text span').allTextContents(), ['a', '<', '⏎'])
    await page.locator('.text span').nth(1).hover()
    assert.equal(await page.locator('.told').textContent(), 'layer 0, head 2: where position 1 < looks')
    assert.equal(await page.locator('.text .asks').textContent(), '<')
  })
})
