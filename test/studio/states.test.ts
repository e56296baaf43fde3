// Every state of the page, on a desk and on a phone, light and dark: nothing that axe knows to shut people out, nothing wider than the
// screen, and no more elements than a page stays quick with.

import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { noChromium } from '../browser/chromium.ts'
import { bringAxe, faultsOf, screens } from './faults.ts'
import { studioInChromium } from './inChromium.ts'
import { choose, go, pause, smallModel, smallText, takeText, train, visit } from './visit.ts'

/** A sentence as long as the model reads. */
const longSentence = 'to be or not to be, that is the question. '.repeat(4).slice(0, 128)
const look = '.view.look'
const cell = { head: '{head: 1}', place: '{head: 1, position: 9, source: 4}' }

/**
 * Each state, the way to it from the one before, and where it differs from that one: a desk shows all views at once, and in those that stay
 * as they are nothing new is found. Without a part it is the whole page.
 */
const states: readonly (readonly [name: string, way: (page: Page) => Promise<void>, part?: string])[] = [
  ['start', async () => {}],
  ['text pasted', (page) => takeText(page, smallText), '.view.text'],
  [
    'training',
    async (page) => {
      await choose(page, { ...smallModel, context: 128, batch: 2, steps: 100_000 })
      await train(page, 3)
    },
  ],
  ['resting', pause, '.view.train'],
  ['writing', (page) => go(page, { view: 'write' }), '.view.write'],
  ['the model', (page) => go(page, { view: 'look' }), look],
  ['the ledger', (page) => go(page, { view: 'look', as: 'ledger' }), look],
  ['a block', (page) => go(page, { view: 'look', at: 'blocks.1' }), look],
  ['attention', (page) => go(page, { view: 'look', at: 'blocks.1.attention' }), look],
  ['a head', (page) => go(page, { view: 'look', at: `blocks.1.attention ${cell.head}` }), look],
  ['a product', (page) => go(page, { view: 'look', at: `blocks.1.attention.scores ${cell.head}` }), look],
  ['a cell', (page) => go(page, { view: 'look', at: `blocks.1.attention.scores ${cell.place}` }), look],
  [
    'the gradient of a cell',
    (page) => go(page, { view: 'look', of: 'gradient', at: `blocks.1.attention.scores ${cell.place}` }),
    look,
  ],
  [
    'the numbers of a cell are checked',
    async (page) => {
      await page.getByRole('button', { name: 'Check', exact: true }).click()
      await page.getByRole('button', { name: 'checked' }).waitFor()
    },
    '#check, header',
  ],
  ['the model, of 128 letters', (page) => go(page, { view: 'look', text: longSentence })],
  [
    'attention, of 128 letters',
    (page) => go(page, { view: 'look', text: longSentence, at: 'blocks.1.attention' }),
    look,
  ],
  [
    'a product, of 128 letters',
    (page) => go(page, { view: 'look', text: longSentence, at: `blocks.1.attention.scores ${cell.head}` }),
    look,
  ],
  [
    'finished',
    async (page) => {
      await go(page, { view: 'text' })
      await choose(page, { steps: 5 })
      await train(page, 5)
      await page.getByText('finished', { exact: true }).waitFor()
    },
    '.view.text, .view.train',
  ],
  [
    'failed',
    async (page) => {
      await go(page, { view: 'text' })
      await choose(page, { 'learning rate': 1e30, clip: 0, steps: 50 })
      await train(page, 1)
      await page.getByRole('alert').filter({ hasText: /step/ }).first().waitFor()
    },
  ],
  [
    'sharing, with questions for a class',
    async (page) => {
      await page.getByRole('button', { name: 'Share', exact: true }).click()
      await page.getByText('A link with questions, for a class').click()
      await page.getByRole('textbox', { name: /^Questions/ }).fill('Which head looks at the "b"? | Head 1\nWhy?')
    },
  ],
  [
    'a lesson',
    async (page) => {
      await page.getByRole('checkbox', { name: 'Text', exact: true }).check()
      await page.getByRole('button', { name: 'Try it here' }).click()
      await page.keyboard.press('Escape')
      await page.getByRole('region', { name: 'Questions from a link' }).getByText('Answer').click()
      await page.locator('.view.text').waitFor({ state: 'detached' })
    },
  ],
  ['all keys', (page) => page.getByRole('button', { name: 'All keys' }).click()],
]

describe('every state of the Studio', { skip: noChromium }, () => {
  const studio = studioInChromium()
  let page: Page
  before(async () => {
    ;({ page } = await visit(studio.browser, studio.url))
    await bringAxe(page)
  })

  for (const [name, way, part] of states)
    test(name, async () => {
      await page.setViewportSize(screens.desk)
      await page.emulateMedia({ colorScheme: 'light' })
      await way(page)
      assert.deepEqual(await faultsOf(page, part), [])
    })
})
