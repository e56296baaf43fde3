// A picture classifier in Chromium, as a person meets it: it learns digits that are made on the spot, a digit is drawn with the pointer and
// with keys alone, a patch is painted out, a head is muted, files come in; and every state is open to everybody.

import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { before, describe, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { encode } from 'jpeg-js'
import type { Page } from 'playwright-core'
import { writePng } from '../../src/image/writePng.ts'
import { pictureWord } from '../../src/studio/place/pictureWord.ts'
import { noChromium } from '../browser/chromium.ts'
import { bringAxe, cutFigures, faultsOf, screens } from './faults.ts'
import { studioInChromium } from './inChromium.ts'
import { choose, givenAway, go, patienceMs, train, visit } from './visit.ts'

const classesOf = (page: Page) => page.getByRole('list', { name: 'Classes, the likeliest first' })
const picture = (page: Page): Promise<string | null> =>
  page.evaluate(() => new URLSearchParams(location.hash.slice(1)).get('picture'))

/** Waits until the picture is another. */
async function other(page: Page, was: string | null): Promise<void> {
  await page.waitForFunction((was) => new URLSearchParams(location.hash.slice(1)).get('picture') !== was, was)
}

describe('a picture classifier in the page', { skip: noChromium }, () => {
  const studio = studioInChromium()
  let page: Page
  let unseen: string[]
  before(async () => {
    ;({ page, unseen } = await visit(studio.browser, studio.url))
  })

  test('learns from digits that are made on the spot', async () => {
    await page.getByRole('button', { name: 'written-digits', exact: true }).click()
    const samples = page.getByRole('region', { name: 'Pictures that are learnt from' })
    await samples.locator('canvas').nth(29).waitFor()
    await choose(page, { blocks: 2, heads: 2, width: 16, batch: 8, steps: 6 })
    await train(page, 6)
    await classesOf(page).getByRole('listitem').nth(9).waitFor()
  })

  test('is drawn on with the pointer, undone, cleared', async () => {
    const pad = page.getByRole('application', { name: 'Pad of 28 × 28 pixels' })
    await page.getByRole('button', { name: 'Clear' }).click()
    const empty = await picture(page)
    await pad.hover({ position: { x: 35, y: 35 } })
    await page.mouse.down()
    await pad.hover({ position: { x: 140, y: 35 } })
    await pad.hover({ position: { x: 90, y: 160 } })
    await page.mouse.up()
    await other(page, empty)
    const drawn = await picture(page)
    await page.getByRole('button', { name: 'Undo' }).click()
    await other(page, drawn)
    assert.equal(await picture(page), empty)
  })

  test('is drawn on with keys alone', async () => {
    const pad = page.getByRole('application')
    await pad.focus()
    const was = await picture(page)
    for (const key of ['Space', 'ArrowDown', 'Shift+ArrowDown', 'ArrowRight', 'Space']) await page.keyboard.press(key)
    await other(page, was)
    await page.getByText('Row 19, column 15, pen up.').waitFor({ state: 'attached' })
    const drawn = await picture(page)
    await page.keyboard.press('Backspace')
    await other(page, drawn)
    await page.getByRole('button', { name: 'Write a 7' }).click()
    await other(page, was)
  })

  test('takes a file, and says in a line what is none', async () => {
    const was = await picture(page)
    const field = page.getByLabel('Choose a picture')
    const file = (name: string, buffer: Uint8Array) => ({ name, mimeType: 'image/png', buffer: Buffer.from(buffer) })
    const pixels = Uint8Array.from({ length: 40 * 30 * 3 }, (_, i) => i % 256)
    await field.setInputFiles(file('some.png', await writePng({ width: 40, height: 30, channels: 3, pixels })))
    await other(page, was)
    await field.setInputFiles(file('text.png', new TextEncoder().encode('no picture')))
    await page.getByRole('alert').filter({ hasText: 'text.png: this is no picture that can be read.' }).waitFor()
    await page.getByRole('button', { name: 'One it has not learnt' }).click()
    await page.getByText('it is said to be “0”').waitFor()
    await page.getByRole('alert').filter({ hasText: 'text.png' }).waitFor({ state: 'detached' })
  })

  test('shows where it looked, down to a cell', async () => {
    await go(page, { view: 'look', picture: (await picture(page)) ?? '' })
    const positions = page.getByRole('group', { name: 'Positions of the picture' })
    await positions.getByRole('button', { name: /^Pin patch 1·2, looked at by/ }).click()
    const whole = await picture(page)
    await page.getByRole('button', { name: 'Paint out patch 1·2' }).click()
    await other(page, whole)
    await page.goBack()
    assert.equal(await picture(page), whole)
    await page.getByRole('link', { name: /^block 1, head 0: patch 1·2 looks most at/ }).click()
    await page.getByText('From patch 1·2, most at:').waitFor()
    const first = page.locator('a.most').first()
    const share = await first.getAttribute('data-value')
    await first.click()
    await page.getByRole('heading', { name: 'What is this?' }).waitFor()
    await page.waitForFunction(
      (share) =>
        [...document.querySelectorAll('.look data')].some(
          (each) => Math.abs(Number((each as HTMLDataElement).value) - Number(share)) < 1e-6,
        ),
      share,
    )
  })

  test('lays over the picture what the class would be at each patch, and what spoke for it, as wide as a phone', async () => {
    const here = (await picture(page)) ?? ''
    await go(page, { view: 'look', instrument: 'attribution', picture: here })
    const brought = page.getByRole('region', { name: /^Picture: What attention brings from each place/ })
    assert.equal(await brought.locator('svg image').count(), 2)
    assert.deepEqual(await cutFigures(page), [])
    await go(page, { view: 'look', instrument: 'lens', picture: here })
    await page.getByRole('region', { name: /^Picture: Where the picture looks like/ }).waitFor()
    assert.deepEqual(await cutFigures(page), [])
    await page.setViewportSize(screens.desk)
  })

  test('says of a picture in a link that it has another size', async () => {
    const was = (await picture(page)) ?? ''
    const pixels = Uint8Array.from({ length: 14 * 14 }, (_, i) => (i % 15 === 0 ? 255 : 0))
    await go(page, { view: 'look', picture: pictureWord({ width: 14, height: 14, channels: 1, pixels }) })
    await page
      .getByText('link: its picture has 14 × 14 pixels, and this model reads 28 × 28. It is brought to that size.')
      .waitFor()
    await classesOf(page).getByRole('listitem').nth(9).waitFor()
    await go(page, { view: 'look', picture: was })
    await page.getByText(/^link: its picture/).waitFor({ state: 'detached' })
  })

  test('learns from a folder of photographs, of which a broken one is left out and named', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'cutaway-'))
    const photograph = (seed: number): Buffer => {
      const data = Uint8Array.from({ length: 1200 * 900 * 4 }, (_, i) => ((i >> 6) * seed) % 256)
      return Buffer.from(encode({ width: 1200, height: 900, data }, 80).data)
    }
    for (let i = 0; i < 6; i++) {
      const own = join(folder, i % 2 ? 'sea' : 'wood')
      await mkdir(own, { recursive: true })
      await writeFile(join(own, `${i}.jpg`), photograph(i + 1))
    }
    await writeFile(join(folder, 'sea', 'cut.jpg'), photograph(1).subarray(0, 300))
    await page.getByLabel('Choose a folder of pictures').setInputFiles(folder)
    await page.getByText('6 pictures, some of which stand here.').waitFor()
    const lines = await page.getByRole('list', { name: 'What was left out' }).getByRole('listitem').allInnerTexts()
    assert.deepEqual(lines, [`left out: ${basename(folder)}/sea/cut.jpg: the JPEG is cut or damaged. Copy it again.`])
    const kept = page.getByRole('region', { name: 'Pictures that are learnt from' }).locator('canvas').first()
    assert.deepEqual(await kept.evaluate(({ width, height }: HTMLCanvasElement) => [width, height]), [64, 64])
    await rm(folder, { recursive: true })
    await page.getByRole('button', { name: 'written-digits', exact: true }).click()
    await page.getByRole('list', { name: 'What was left out' }).waitFor({ state: 'detached' })
  })

  test('is saved as a page that opens from a disk: drawn on, it says a class, where it looked and what spoke for it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'cutaway-'))
    await page.getByRole('button', { name: 'Share', exact: true }).click()
    const file = await givenAway(page, 'Save a page with the model in it', folder)
    await page.keyboard.press('Escape')
    const alone = await page.context().newPage()
    alone.setDefaultTimeout(patienceMs)
    const asked: string[] = []
    alone.on('request', (request) => /^http/.test(request.url()) && asked.push(request.url()))
    alone.on('pageerror', (error) => asked.push(String(error)))
    await alone.goto(pathToFileURL(file).href)
    const pad = alone.getByRole('application', { name: 'Pad of 28 × 28 pixels' })
    await pad.waitFor()
    await alone.getByRole('button', { name: 'Write a 7' }).click()
    await classesOf(alone).getByRole('listitem').nth(9).waitFor()
    const was = await picture(alone)
    await pad.focus()
    for (const key of ['Space', 'Shift+ArrowDown', 'Space']) await alone.keyboard.press(key)
    await other(alone, was)
    await alone.getByRole('link', { name: /^block 1, head 1: the class token looks most at / }).waitFor()
    await alone.getByRole('link', { name: 'What spoke for it' }).click()
    const brought = alone.getByRole('region', { name: /^Picture: What attention brings from each place/ })
    await brought.waitFor()
    assert.equal(await brought.locator('svg image').count(), 2)
    assert.equal((await alone.getByRole('alert').allInnerTexts()).join(''), '')
    assert.deepEqual(asked, [])
    await alone.close()
    await rm(folder, { recursive: true })
  })

  test('is open to everybody in every state, and nothing went wrong unseen', async () => {
    const here = (await picture(page)) ?? ''
    await bringAxe(page)
    const states: readonly (readonly [string, Readonly<Record<string, string | number>>])[] = [
      ['the pad', { view: 'write' }],
      ['the model', { view: 'look' }],
      ['attention', { view: 'look', at: 'vit.blocks.1.attention' }],
      ['a head', { view: 'look', at: 'vit.blocks.1.attention {head: 1}', position: 5 }],
      ['a class over the picture', { view: 'look', instrument: 'lens' }],
      ['what spoke for it', { view: 'look', instrument: 'attribution' }],
      ['pixels', { view: 'look', at: 'pixels' }],
      ['the journey', { view: 'look', as: 'journey' }],
      ['the ledger', { view: 'look', as: 'ledger' }],
      ['what it learns from', { view: 'text' }],
    ]
    const faults: string[] = []
    for (const [name, standpoint] of states) {
      await page.setViewportSize(screens.desk)
      await page.emulateMedia({ colorScheme: 'light' })
      await go(page, { ...standpoint, picture: here })
      faults.push(...(await faultsOf(page)).map((each) => `${name}: ${each}`))
      const alerts = await page.getByRole('alert').allInnerTexts()
      faults.push(...alerts.filter((each) => each.trim() !== '').map((each) => `${name}: ${each}`))
    }
    assert.deepEqual(faults, [])
    assert.deepEqual(unseen, [])
  })
})
