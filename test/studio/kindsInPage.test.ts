// Models of every kind in Chromium, as a person meets them: a tiny run of each is trained, written with and looked at from the model down
// to a cell, and no line says that something is wrong.

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { noChromium } from '../browser/chromium.ts'
import { bringAxe, faultsOf, screens } from './faults.ts'
import { studioInChromium } from './inChromium.ts'
import { choose, go, takeText, train, visit } from './visit.ts'

const steps = 8
const tiny = { blocks: 1, heads: 2, width: 16, batch: 16, steps }
const words = ['red', 'blue', 'green', 'white', 'black', 'pink', 'brown', 'grey']
const colours = words.flatMap((a) => words.map((b) => `${a} ${b}`))

interface Visited {
  readonly name: string
  /** Takes what it learns from. */
  readonly take: (page: Page) => Promise<void>
  /** Writes as its kind does. */
  readonly write: (page: Page) => Promise<void>
  /** Addresses to look at: a block, a head, values and cells. */
  readonly addresses: readonly string[]
  /** Looks on a phone, where what is seen is wider than the screen. */
  readonly onPhone?: (page: Page) => Promise<void>
}

/** How far the lattice of the model is scrolled, and how far it could be. */
const scrolled = (page: Page): Promise<{ readonly left: number; readonly most: number }> =>
  page
    .locator('.subject .scroll')
    .evaluate(({ scrollLeft, scrollWidth, clientWidth }) => ({ left: scrollLeft, most: scrollWidth - clientWidth }))

const sample =
  (name: string) =>
  (page: Page): Promise<void> =>
    page.getByRole('button', { name, exact: true }).click()

const own = (as: string, text: string) => async (page: Page) => {
  await takeText(page, text)
  await page.getByLabel('A model that is').selectOption(as)
}

const down = (attention: string, block: string): readonly string[] => [
  block,
  attention,
  `${attention} {head: 1}`,
  `${attention}.scores {head: 1}`,
  `${attention}.scores {head: 1, position: 0, source: 1}`,
]

async function translates(page: Page): Promise<void> {
  const source = page.getByRole('textbox', { name: 'from', exact: true })
  assert.notEqual(await source.inputValue(), '')
  await page.getByRole('table', { name: 'What may come next' }).waitFor()
  await page.getByRole('button', { name: 'Translate' }).click()
  await page.getByRole('button', { name: 'Take back' }).and(page.locator(':enabled')).waitFor()
  await page.getByRole('button', { name: 'Search' }).click()
  await page.locator('.beams li').nth(3).waitFor()
  // The decoder's lattice, and below it what it reads.
  await page.getByRole('button', { name: /^Pin source 1,/ }).waitFor()
  await page.locator('path.arc.cross').first().waitFor({ state: 'attached' })
}

async function draws(page: Page): Promise<void> {
  const words = page.getByRole('textbox', { name: 'words', exact: true })
  assert.match(await words.inputValue(), /^a (small|large) /)
  await page.getByRole('spinbutton', { name: 'pictures' }).fill('2')
  await page.getByRole('button', { name: 'Draw', exact: true }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Others' }).and(page.locator(':not([aria-disabled="true"])')).waitFor()
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'Draw')
  await page.getByRole('button', { name: 'Picture 2 of 2' }).and(page.locator(':enabled')).click()
  await page.getByRole('button', { name: 'Patch at row 3, column 4' }).click()
  await page.keyboard.press('ArrowRight')
  await page.getByRole('button', { name: 'Patch at row 3, column 5', pressed: true }).waitFor()
  const read = page.getByRole('list', { name: 'Words that were read' })
  const shares = await read
    .locator('data')
    .evaluateAll((all) => all.map((each) => Number((each as HTMLDataElement).value)))
  assert.ok(Math.abs(shares.reduce((a, b) => a + b) - 1) < 1e-5, shares.join(' '))
  await read.getByRole('button').first().click()
  await page.getByRole('button', { name: /^Patch at row 0, column 0: read “a” by / }).waitFor()
  await page.getByRole('combobox', { name: 'Head of attention across' }).selectOption('block 0, head 1')
  const before = await page.evaluate(() => new URLSearchParams(location.hash.slice(1)).get('text'))
  await page.getByRole('table', { name: 'What may come next' }).getByRole('button').nth(3).click()
  await page.waitForFunction((text) => new URLSearchParams(location.hash.slice(1)).get('text') !== text, before)
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Save PNG' }).click(),
  ])
  assert.match(file.suggestedFilename(), /^a-.*\.png$/)
  assert.deepEqual(await faultsOf(page, '.view.write'), [])
  await page.setViewportSize(screens.desk)
}

const translator = [
  ...down('decoder.blocks.0.cross', 'decoder.blocks.0'),
  ...down('encoder.blocks.0.attention', 'encoder.blocks.0').slice(2),
  'decoder.blocks.0.attention',
]

const kinds: readonly Visited[] = [
  { name: 'dates', take: sample('dates'), write: translates, addresses: translator },
  { name: 'scenes', take: sample('scenes'), write: draws, addresses: translator },
  {
    name: 'pairs',
    take: own('encoder-decoder', colours.map((each) => `${each}\t${each.split(' ').reverse().join(' ')}\n`).join('')),
    write: translates,
    addresses: ['decoder.blocks.0.cross {head: 1}'],
  },
  {
    name: 'an encoder',
    take: own('encoder', 'the cat sat on the mat. the dog sat on the log. '.repeat(40)),
    async write(page) {
      await page
        .getByRole('button', { name: /“\[MASK\]”/ })
        .first()
        .waitFor()
      const fillings = page.getByRole('list', { name: /^Fillings/ }).getByRole('button')
      await fillings.first().click()
      await page.getByText('if it did not see').or(page.getByText('Write [MASK] where')).waitFor()
    },
    addresses: down('bert.blocks.0.attention', 'bert.blocks.0'),
    // All of the text is there at once: its lattice begins with the first token.
    async onPhone(page) {
      await go(page, { view: 'look', text: 'the cat sat on the [MASK]at.' })
      await page.locator('.subject .scroll').waitFor()
      const { left, most } = await scrolled(page)
      assert.ok(left === 0 && most > 100, `${left} of ${most}`)
      assert.equal(await page.getByRole('button', { name: 'surprise' }).count(), 0)
    },
  },
  {
    name: 'a classifier',
    take: own('classifier', colours.map((each) => `${each.includes('red') ? 'warm' : 'other'}\t${each}\n`).join('')),
    async write(page) {
      const shares = await page
        .getByRole('list', { name: 'Classes' })
        .locator('data')
        .evaluateAll((all) => all.map((each) => Number((each as HTMLDataElement).value)))
      assert.equal(shares.length, 2)
      assert.ok(Math.abs(shares[0] + shares[1] - 1) < 1e-5 && shares[0] >= shares[1])
    },
    addresses: down('bert.blocks.0.attention', 'bert.blocks.0'),
  },
]

describe('models of every kind in the page', { skip: noChromium }, () => {
  const studio = studioInChromium()
  let page: Page
  let unseen: readonly string[] = []
  before(async () => {
    ;({ page, unseen } = await visit(studio.browser, studio.url))
    await bringAxe(page)
  })
  after(() => {
    assert.deepEqual(unseen, [])
  })

  for (const { name, take, write, addresses, onPhone } of kinds)
    test(name, async () => {
      const shown = page
      const noFault = async (where: string): Promise<void> => {
        const lines = await shown.getByRole('alert').allInnerTexts()
        assert.deepEqual(
          lines.filter((line) => line.trim() !== ''),
          [],
          where,
        )
      }
      await go(page, { view: 'text' })
      await take(page)
      await choose(page, tiny)
      await train(page, steps)
      await page.getByText('finished', { exact: true }).waitFor()
      await page.locator('.subject a[data-to]').first().waitFor()
      const ways = await page.evaluate(() => history.length)
      await write(page)
      await noFault('write')
      assert.ok((await page.evaluate(() => history.length)) - ways <= 2)
      const { text, source } = await page.evaluate(() => {
        const said = new URLSearchParams(location.hash.slice(1))
        return { text: said.get('text') ?? '', source: said.get('source') ?? '' }
      })
      const at = async (address: string, as = 'picture'): Promise<void> => {
        await go(shown, { view: 'look', text, source, as, at: address })
        await noFault(`${address} ${as}`)
      }
      await at('', 'ledger')
      await page.getByRole('table').or(page.locator('.subject [data-to]')).first().waitFor()
      for (const address of addresses) {
        await at(address)
        if (/(attention|cross)( \{head: 1\})?$/.test(address)) await page.locator('attention-view').waitFor()
        if (address.includes('position')) await page.locator(`.subject h3[data-open="value ${address}"]`).waitFor()
        await noFault(address)
      }
      if (!onPhone) return
      await page.setViewportSize(screens.phone)
      await onPhone(page)
      await page.setViewportSize(screens.desk)
    })
})
