// The Studio where a person's own few colours are forced upon it: what is told by the length of a bar is seen there too.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { readPng } from '../../src/image/readPng.ts'
import { noChromium } from '../browser/chromium.ts'
import { studioInChromium } from './inChromium.ts'
import { choose, smallModel, smallText, takeText, train, visit } from './visit.ts'

interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** The colours of what is seen in a box. */
async function coloursIn(page: Page, clip: Box): Promise<ReadonlySet<string>> {
  const { channels, pixels } = await readPng(new Uint8Array(await page.screenshot({ clip })), 'screenshot')
  return new Set(
    Array.from({ length: pixels.length / channels }, (_, i) =>
      pixels.slice(i * channels, (i + 1) * channels).join(' '),
    ),
  )
}

describe('bars where colours are forced', { skip: noChromium }, () => {
  const studio = studioInChromium()

  test('of letters, of baselines and of what may come next are seen', async () => {
    const { page, unseen } = await visit(studio.browser, studio.url, { forcedColors: 'active' })
    await takeText(page, smallText)
    const boxOf = async (selector: string): Promise<Box> => {
      const found = page.locator(selector).first()
      await found.scrollIntoViewIfNeeded()
      const box = await found.boundingBox()
      assert.ok(box, selector)
      return box
    }
    const letter = await boxOf('ul[aria-label^="Letters"] li')
    // The bar of the commonest letter is the highest: below the letter, above which the ground is seen.
    const bar = await coloursIn(page, { ...letter, y: letter.y + letter.height - 5, height: 3 })
    const ground = await coloursIn(page, { ...letter, height: 1 })
    assert.equal(bar.size, 1)
    assert.ok(ground.isDisjointFrom(bar))

    const baseline = await boxOf('dl:has(dd[title]) dd[title]')
    const middle = baseline.y + baseline.height / 2
    const line = await coloursIn(page, { x: baseline.x + 4, y: middle - 0.5, width: 8, height: 1 })
    assert.ok(ground.isDisjointFrom(line))

    await choose(page, { ...smallModel, steps: 4 })
    await train(page, 4)
    await page.getByRole('table', { name: 'What may come next' }).waitFor()
    const share = await boxOf('.shares .bar')
    const filled = await coloursIn(page, { x: share.x + 2, y: share.y + share.height - 2, width: 4, height: 1 })
    assert.ok(ground.isDisjointFrom(filled))
    assert.deepEqual(unseen, [])
  })
})
