// Who has the room: Train makes way for Look on a desk, and what it says there of time; and a page that says nothing of a run before it knows.

import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { noChromium } from '../browser/chromium.ts'
import { studioInChromium } from './inChromium.ts'
import { choose, go, pause, smallModel, smallText, takeText, train, visit } from './visit.ts'

describe('the room of the Studio', { skip: noChromium }, () => {
  const studio = studioInChromium()
  let page: Page
  before(async () => {
    ;({ page } = await visit(studio.browser, studio.url))
    await takeText(page, smallText)
    await choose(page, { ...smallModel, steps: 1000 })
    await train(page, 20)
    await pause(page)
  })

  test('is for Look while it is in front, unless the person says otherwise, which is remembered', async () => {
    const curve = page.getByRole('slider', { name: /^Loss curve/ })
    const heightOfLook = async (): Promise<number> =>
      (await page?.locator('.view.look').evaluate(({ clientHeight }) => clientHeight)) ?? 0
    await go(page, { view: 'train' })
    await curve.waitFor()
    const before = await heightOfLook()
    await go(page, { view: 'look' })
    await curve.waitFor({ state: 'detached' })
    assert.ok((await heightOfLook()) >= before + 200, `${before} before, ${await heightOfLook()} in front`)
    await page.getByRole('button', { name: 'Curve and diary' }).click()
    await curve.waitFor()
    await page.reload()
    await curve.waitFor()
    await page.getByRole('button', { name: 'Fold', exact: true }).click()
    await curve.waitFor({ state: 'detached' })
    await page.reload()
    await page.getByRole('button', { name: 'Curve and diary' }).waitFor()
    assert.equal(await curve.count(), 0)
  })

  test('has a slider of the kept steps, and another step beside which all is seen', async () => {
    await go(page, { view: 'look' })
    const slider = page.getByRole('slider', { name: 'Step that is looked at' })
    await slider.press('Home')
    await page.getByText(/^Seen above: step/).waitFor()
    const standpoint = (): Promise<URLSearchParams> | undefined =>
      page?.evaluate(() => location.hash.slice(1)).then((words) => new URLSearchParams(words))
    const first = Number((await standpoint())?.get('step'))
    const beside = page.getByRole('combobox', { name: 'seen beside' })
    const offered = await beside.locator('option').allTextContents()
    assert.ok(!offered.includes(`step ${first}`), `step ${first} is beside itself`)
    await beside.selectOption({ index: 1 })
    await page.getByRole('button', { name: 'difference', pressed: true }).waitFor()
    assert.ok((await standpoint())?.has('besideStep'))
    await beside.selectOption('no other step')
    await page.getByRole('button', { name: 'difference' }).waitFor({ state: 'detached' })
    await slider.press('End')
    await page.getByText(/^Seen above: step/).waitFor({ state: 'detached' })
  })

  test('has no recorded run before the script knows that there is none of the person’s own', async () => {
    const context = await studio.browser.newContext({ javaScriptEnabled: false })
    const silent = await context.newPage()
    await silent.goto(studio.url)
    await silent.getByRole('heading', { name: 'Train', exact: true }).waitFor()
    const text = await silent.locator('body').innerText()
    assert.doesNotMatch(text, /recorded|no model yet/)
    await context.close()
  })
})
