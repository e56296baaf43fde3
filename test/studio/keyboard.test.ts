// The whole way without a pointer, under the policy with which `cutaway studio` serves the page: controls are found by their names, and
// reached by Tab. Whatever moves on the way is short, and still for those who want no motion.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { diskFiles } from '../../src/checkpoint/diskFiles.ts'
import { serveStudio } from '../../src/cli/studioServer.ts'
import { driveChromium, noChromium } from '../browser/chromium.ts'
import { builtStudio } from './built.ts'
import { settled, smallModel, smallText, visit } from './visit.ts'

type Role = 'button' | 'link' | 'textbox' | 'spinbutton'

/** As `transition` and `animation` say it, in milliseconds. */
const longestMotion = 600

describe('the Studio without a pointer', { skip: noChromium }, () => {
  test('learns a pasted text, opens a head and a cell, reads its dot product, goes back to the very cell, and shares it', async () => {
    const page = diskFiles(await builtStudio())
    const server = await serveStudio({ page, port: 0 })
    try {
      await using browser = await driveChromium()
      await goTheWay(browser, server.url)
    } finally {
      await server.close()
    }
  })
})

async function goTheWay(browser: Browser, url: string): Promise<void> {
  const { page, unseen } = await visit(browser, url, { reducedMotion: 'no-preference' })
  await page.evaluate(logMotion)

  await reach(page, 'button', 'Own text')
  await page.keyboard.press('Enter')
  await reach(page, 'textbox', 'Text to learn from')
  await page.keyboard.insertText(smallText)
  await reach(page, 'button', /^Train$/, /^All settings/)
  await page.keyboard.press('Enter')
  for (const [name, value] of Object.entries({ ...smallModel, steps: 60 })) {
    await reach(page, 'spinbutton', new RegExp(`^${name}\\b`))
    await page.keyboard.type(String(value))
  }
  await reach(page, 'button', /^Train$/)
  await page.keyboard.press('Enter')
  await page.getByText('finished', { exact: true }).waitFor()

  for (const link of ['block 1', 'attention', 'head 1', /^scores position/]) {
    await reach(page, 'link', link)
    await page.keyboard.press('Enter')
    await settled(page)
  }
  await reach(page, 'button', /^scores, position .* Arrows move, Enter opens\.$/)
  for (const key of ['Home', 'ArrowRight', 'ArrowRight', 'PageDown']) await page.keyboard.press(key)
  const cell = await focused(page)
  assert.match(cell, /\{head: 1, position: 16, source: 2\}$/)
  await page.keyboard.press('Enter')
  const heading = page.getByRole('heading', { name: /^scores .*position 16 .*source 2 / })
  await heading.waitFor()

  const value = Number(await heading.locator('[data-value]').getAttribute('data-value'))
  const products = await page
    .getByRole('table', { name: /terms along key$/ })
    .getByRole('row')
    .evaluateAll((rows) =>
      rows.slice(1).map((row) => Number(row.querySelector<HTMLElement>('data[data-value]')?.dataset['value'])),
    )
  const sum = products.reduce((sum, product) => sum + product, 0)
  // 16 numbers stand for a letter, shared out among 2 heads.
  assert.equal(products.length, 8)
  assert.ok(Math.abs(sum / Math.sqrt(8) - value) <= 1e-5 * Math.max(1, Math.abs(value)), `${sum} / √8 is not ${value}`)

  await page.keyboard.press('Escape')
  await settled(page)
  assert.equal(await focused(page), cell)
  const here = page.url()
  await page.keyboard.press('?')
  await page.getByRole('heading', { name: 'Keys' }).waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('heading', { name: 'Keys' }).waitFor({ state: 'hidden' })
  assert.equal(page.url(), here)

  await reach(page, 'button', 'Share')
  await page.keyboard.press('Enter')
  await reach(page, 'button', 'Copy a link to this view')
  await page.keyboard.press('Enter')
  const length = here.length
  await page.getByText(`Copied: a link of ${length} characters.`).waitFor()
  await page.keyboard.press('Escape')

  const moved = await page.evaluate(motions)
  assert.ok(moved.some(({ what }) => what === 'morph'))
  assert.deepEqual(
    moved.filter(({ duration }) => duration > longestMotion),
    [],
  )
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await page.evaluate(forgetMotion)
  for (const key of ['Escape', 'Escape', 'f', 'f']) await page.keyboard.press(key)
  await settled(page)
  await page.getByRole('button', { name: 'Train again from the start' }).hover()
  await settled(page)
  assert.deepEqual(await page.evaluate(motions), [])
  assert.deepEqual(unseen, [])
}

/** Goes on by Tab until a control has the focus. */
async function reach(page: Page, role: Role, name: string | RegExp, summary?: RegExp): Promise<void> {
  const target = summary
    ? page.locator('summary', { hasText: summary })
    : page.getByRole(role, { name, exact: true }).first()
  await target.waitFor()
  for (let tabs = 0; tabs < 400; tabs++) {
    if (await target.evaluate((element) => element === document.activeElement)) return
    await page.keyboard.press('Tab')
  }
  assert.fail(`${summary ?? name} is not reached by Tab`)
}

/** The cell that the focus is on. */
const focused = (page: Page): Promise<string> =>
  page.evaluate(() => (document.activeElement instanceof HTMLElement && document.activeElement.dataset['cell']) || '')

interface Motion {
  readonly what: string
  readonly duration: number
}

/** In the page: notes whatever begins to move from now on. */
function logMotion(): void {
  const log: Motion[] = []
  Object.assign(globalThis, { motionLog: log })
  const note = (event: Event): void => {
    for (const animation of (event.target as Element).getAnimations()) {
      const { duration, iterations } = animation.effect?.getComputedTiming() ?? {}
      log.push({ what: `${(event.target as Element).className}`, duration: Number(duration) * Number(iterations) })
    }
  }
  const { animate } = Element.prototype
  Element.prototype.animate = function (frames, how) {
    log.push({ what: this.className, duration: Number(typeof how === 'object' ? how.duration : how) })
    return animate.call(this, frames, how)
  }
  document.addEventListener('transitionrun', note)
  document.addEventListener('animationstart', note)
}

const motions = (): readonly Motion[] => (globalThis as unknown as { motionLog: Motion[] }).motionLog
const forgetMotion = (): void => {
  ;(globalThis as unknown as { motionLog: Motion[] }).motionLog.length = 0
}
