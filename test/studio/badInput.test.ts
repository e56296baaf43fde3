// Whatever is put into the page that makes no sense is answered by one clear line; the run stays, and nothing of it runs as a script.

import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { noChromium } from '../browser/chromium.ts'
import { studioInChromium } from './inChromium.ts'
import { choose, go, settled, smallModel, smallText, takeText, train, visit } from './visit.ts'

const hostile = '<img src=x onerror="globalThis.hacked=1">"\'`{globalThis.hacked=1}'

/** What is done, and the line that answers it. */
const cases: readonly (readonly [what: string, act: (page: Page) => Promise<void>, says: RegExp])[] = [
  ['one character', (page) => takeText(page, 'a'), /^text: its only character is "a", .*\.$/],
  [
    'one character, 500 times',
    (page) => takeText(page, 'a'.repeat(500)),
    /^text: every one of its 500 characters is "a"/,
  ],
  ['nothing but zeros', (page) => takeText(page, '\0\0\0'), /^text: every one of its 3 characters is "\\u0000"/],
  ['a file of other bytes', (page) => drop(page, 'a.bin'), /^text: a\.bin is no UTF-8 text: byte \d+ .*\.$/],
  [
    'a zip that is none',
    (page) => drop(page, 'a.zip'),
    /^a\.zip: it is no zip archive, or a damaged one\. Choose another\.$/,
  ],
  [
    'a rate that is far too high',
    (page) => rate(page, 1e30),
    /^train: loss is NaN at step \d+ .* Lower the learning rate/,
  ],
  [
    'a rate with which the loss rises',
    (page) => rate(page, 10, { 'evaluate every': 5, 'warm-up': 0 }, 5),
    /^train: the loss on the training text is .*: it does not learn\. Lower the learning rate \(now 10\)\.$/,
  ],
  [
    'a prompt with an unknown letter',
    (page) => go(page, { text: 'žebra' }),
    /^tokenizer: the vocabulary has no "ž" \(character 1\)/,
  ],
  [
    'a link to a part that is not there',
    (page) => go(page, { view: 'look', at: 'blocks.99.x' }),
    /^look: there is no blocks\.99\.x in this model\. /,
  ],
  [
    'a link to a head that is not there',
    (page) => go(page, { view: 'look', at: 'blocks.0.attention.scores {head: 77}' }),
    /^look: blocks\.0\.attention\.scores \{head: 77\}.*0 to 1/,
  ],
  ['a hostile view', (page) => go(page, { view: hostile }), /^link: view is "<img .*It is left out\.$/],
  ['a hostile text', (page) => go(page, { text: hostile }), /^tokenizer: the vocabulary has no "</],
  ['a hostile address', (page) => go(page, { view: 'look', at: hostile }), /^address: "<img .* is no address\./],
  ['a hostile step', (page) => go(page, { step: hostile }), /^link: step is "<img .*It is left out\.$/],
  [
    'a step beside it whose weights are not kept',
    (page) => go(page, { view: 'look', besideStep: 777_777 }),
    /^link: besideStep is 777777, but the weights of this run are kept of the steps 0, .*\. It is held beside none\.$/,
  ],
  [
    'places behind the end of the sentence',
    (page) => go(page, { view: 'look', text: 'to be', position: 999, from: 2, besidePosition: 17 }),
    /^link: position is 999, but there are the places 0 to 4; besidePosition is 17, but there are the places 0 to 4\. They are left out\.$/,
  ],
  [
    'an instrument that this model has no use for, and a place that is not there',
    (page) => go(page, { view: 'look', text: 'to be', at: 'blocks.0.mlp', instrument: 'circuits', from: 5 }),
    /^link: .*instrument is circuits, which has nothing to say of this place in this model\. It is left out\./,
  ],
  [
    'a picture, where none is read',
    (page) => go(page, { view: 'look', picture: '1.1.1.AAc' }),
    /^link: it has a picture, but this model reads none\. It is left out\.$/,
  ],
  [
    'a recipe that is none',
    (page) => go(page, { view: 'look', recipe: 'abc' }),
    /^link: recipe: its 3 characters are no recipe\. The link may have been cut; copy it again\.$/,
  ],
  [
    'a hostile temperature',
    (page) => go(page, { temperature: '1e99' }),
    /^link: temperature is "1e99", but it is no number from 0 to 2\. It is left out\.$/,
  ],
]

describe('what makes no sense to the Studio', { skip: noChromium }, () => {
  const studio = studioInChromium()
  let page: Page
  before(async () => {
    ;({ page } = await visit(studio.browser, studio.url))
    await takeText(page, smallText)
    await choose(page, { ...smallModel, steps: 20 })
    await train(page, 20)
    await page.getByText('finished', { exact: true }).waitFor()
  })

  for (const [what, act, says] of cases)
    test(what, async () => {
      await act(page)
      await page.waitForFunction((source) => {
        const alerts = [...document.querySelectorAll<HTMLElement>('[role=alert]')]
        return alerts.some(({ innerText }) => new RegExp(source).test(innerText.replace(/\s*✕$/, '').trim()))
      }, says.source)
      await settled(page)
      const lines = (await page.getByRole('alert').allInnerTexts())
        .map((line) => line.replace(/\s*✕$/, '').trim())
        .filter(Boolean)
      assert.ok(
        lines.some((line) => says.test(line)),
        lines.join('\n'),
      )
      for (const line of lines) assert.doesNotMatch(line, /\n/)
      assert.ok(await page.locator('[data-step]').isVisible(), 'the run is kept')
      assert.equal(await page.evaluate(() => 'hacked' in globalThis), false)
    })

  test('the rest of a link stays as it is said', async () => {
    assert.ok(page)
    await go(page, { view: 'look', text: 'to be', position: 999, from: 2, as: 'ledger' })
    await page.getByText(/^link: position is 999/).waitFor()
    const said = await page.evaluate(() => Object.fromEntries(new URLSearchParams(location.hash.slice(1))))
    assert.deepEqual(said, { view: 'look', text: 'to be', from: '2', as: 'ledger' })
  })

  test('a line about a link is gone when somebody goes on', async () => {
    await go(page, { temperature: '1e99' })
    const line = page.getByText(/^link: temperature/)
    await line.waitFor()
    await page.getByRole('button', { name: 'Ledger' }).click()
    await line.waitFor({ state: 'detached' })
  })
})

/** Chooses a file of bytes that are no text. */
async function drop(page: Page, name: string): Promise<void> {
  const buffer = Buffer.from([0x91, 0xff, 0xfe, 0, 1, 2, 3])
  await page.getByLabel('Choose files').setInputFiles({ name, mimeType: 'application/octet-stream', buffer })
}

async function rate(page: Page, rate: number, more: Record<string, number> = {}, steps = 1): Promise<void> {
  await takeText(page, smallText)
  await choose(page, { 'learning rate': rate, clip: 0, ...more })
  await train(page, steps)
}
