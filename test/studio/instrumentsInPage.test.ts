// Instruments in the page, by keyboard alone: each is opened where it belongs and put down again, its links lead on and back, and nothing
// about it shuts people out.

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { noChromium } from '../browser/chromium.ts'
import { bringAxe, faultsOf, screens } from './faults.ts'
import { studioInChromium } from './inChromium.ts'
import { openTrained, sentence } from './looking.ts'
import { go, settled } from './visit.ts'

/** Those in which all kinds of panels are: on every screen, and with axe. */
const audited = ['Lens', 'What spoke for it', 'Graph of tokens', 'Circuits']

const atHead = { view: 'look', text: sentence, at: 'blocks.1.attention {head: 1}' }

describe('instruments in the page', { skip: noChromium, timeout: 800_000 }, () => {
  const studio = studioInChromium()
  let page: Page
  const faults: string[] = []
  before(async () => {
    page = await openTrained(studio)
    await bringAxe(page)
    page.on('pageerror', ({ message }) => faults.push(message))
  })
  after(() => {
    assert.deepEqual(faults, [])
  })

  const hash = (): Promise<string> => page.evaluate(() => location.hash)
  /** Opens an instrument by its name, and waits for what it finds. */
  const open = async (name: string): Promise<void> => {
    const link = page
      .getByRole('navigation', { name: 'Instruments for this place' })
      .getByRole('link', { name, exact: true })
    await link.waitFor()
    await link.focus()
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name, exact: true, level: 3 }).waitFor()
    await settled(page)
    await page.locator('.drawn .picture svg, .drawn table').first().waitFor()
  }
  const offered = (): Promise<string[]> =>
    page.getByRole('navigation', { name: 'Instruments for this place' }).getByRole('link').allInnerTexts()

  test('each is opened and put down by keys, with its numbers, small; of every kind of picture one is open to everybody on every screen', async () => {
    const places: readonly (readonly [Readonly<Record<string, string>>, readonly string[]])[] = [
      [
        { view: 'look', text: sentence },
        [
          'Lens',
          'What spoke for it',
          'What heads do',
          'Circuits',
          'Who reads whom',
          'Graph of tokens',
          'Patch from here',
          'Without it',
          'Tokens as vectors',
        ],
      ],
      [
        atHead,
        [
          'What spoke for it',
          'What heads do',
          'Circuits',
          'Who reads whom',
          'Graph of tokens',
          'Patch from here',
          'Without it',
        ],
      ],
    ]
    for (const [place, names] of places) {
      await go(page, place)
      const before = await hash()
      await page.getByRole('navigation', { name: 'Instruments for this place' }).waitFor()
      assert.deepEqual(await offered(), names)
      for (const name of names) {
        await open(name)
        const text = await page.locator('.drawn').innerText()
        assert.match(text, /\d/, name)
        if (audited.includes(name)) {
          assert.deepEqual(await faultsOf(page, '.view.look'), [], name)
          await page.setViewportSize(screens.desk)
          await page.emulateMedia({ colorScheme: 'light' })
        } else {
          const elements = await page.evaluate(() => document.querySelectorAll('*').length)
          assert.ok(elements <= 3000, `${name}: ${elements} elements`)
        }
        await page.keyboard.press('Escape')
        assert.equal(await hash(), before, name)
        await page.waitForFunction((label) => document.activeElement?.textContent?.trim() === label, name)
      }
    }
  })

  test('whoever moves on without a key is not called back by what comes later', async () => {
    await go(page, { view: 'look', text: sentence })
    await open('What heads do')
    await page.keyboard.press('Escape')
    const links = page.getByRole('navigation', { name: 'Instruments for this place' }).getByRole('link')
    await page.waitForFunction(() => document.activeElement?.textContent?.trim() === 'What heads do')
    const focused = await links.filter({ hasText: 'Circuits' }).evaluate(async (link: HTMLElement) => {
      link.focus()
      link.closest('section')?.append(document.createElement('i'))
      await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))
      return document.activeElement?.textContent?.trim()
    })
    assert.equal(focused, 'Circuits')
  })

  test('a link leads to another head with the instrument in hand, and Escape back to the very link', async () => {
    await go(page, atHead)
    await open('Who reads whom')
    const here = await hash()
    const link = page.locator('.drawn .picture a').first()
    const href = (await link.getAttribute('href')) ?? ''
    await link.focus()
    await page.keyboard.press('ArrowDown')
    const to = await page.evaluate(() => (document.activeElement as HTMLElement).dataset['to'] ?? '')
    assert.notEqual(to, href)
    await page.keyboard.press('Enter')
    await page.waitForFunction((to) => location.hash === to, to)
    assert.match(decodeURIComponent(to), /at=blocks\.0\.attention\+\{head:\+1\}.*instrument=composition/)
    await settled(page)
    await page.locator('[aria-current="location"]', { hasText: 'head 1' }).waitFor()
    await page.keyboard.press('Escape')
    assert.equal(await hash(), here)
    await page.waitForFunction((to) => (document.activeElement as HTMLElement)?.dataset['to'] === to, to)
  })

  test('a cell of the lens leads to its state, and pins its position', async () => {
    await go(page, { view: 'look', text: sentence, instrument: 'lens' })
    const cell = page.getByRole('link', { name: /^block 0, ␣: / }).first()
    await cell.waitFor()
    await cell.focus()
    await page.keyboard.press('Enter')
    await page.waitForFunction(() => new URLSearchParams(location.hash.slice(1)).get('at') === 'blocks.0.output')
    const said = new URLSearchParams((await hash()).slice(1))
    assert.equal(said.get('position'), '3')
    assert.equal(said.get('instrument'), null)
  })

  test('what is asked stands in the link; what makes no sense there is left out, and a fault is one line', async () => {
    await go(page, {
      view: 'look',
      text: sentence,
      instrument: 'vectors',
      asked: JSON.stringify({ what: 'analogy', sum: 'c - a + t' }),
    })
    await page.getByText('c − a + t = ', { exact: false }).waitFor()
    await page.getByRole('textbox', { name: 'Sum' }).fill('c a')
    await page.keyboard.press('Enter')
    await page.getByRole('alert').filter({ hasText: 'analogy: "c a" is no sum of words.' }).waitFor()
    await go(page, {
      view: 'look',
      text: sentence,
      instrument: 'lens',
      asked: JSON.stringify({ scale: '<img src=x>' }),
    })
    await page.getByRole('heading', { name: 'Lens', exact: true }).waitFor()
    assert.equal(await page.getByRole('combobox', { name: /^Scale/ }).inputValue(), 'own')
    await go(page, { view: 'look', text: sentence, instrument: 'hammer', asked: '[1]' })
    await page.getByRole('alert').filter({ hasText: 'link: instrument is "hammer"' }).waitFor()
  })
})
