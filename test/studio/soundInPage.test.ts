// Models that hear and speak in Chromium: a recording is chosen and its words come, words are said and heard; no state shuts anybody out.

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import type { RunKind } from '../../src/checkpoint/newConfig.ts'
import { writeWav } from '../../src/sound/wav.ts'
import { noChromium } from '../browser/chromium.ts'
import { say } from '../runs/toyVoice.ts'
import { bringAxe, cutFigures, faultsOf, screens } from './faults.ts'
import { studioInChromium } from './inChromium.ts'
import { filesOf } from './soundRuns.ts'
import { go, settled, takenFiles, visit } from './visit.ts'

describe('sound in the page', { skip: noChromium }, () => {
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

  async function open(as: RunKind): Promise<Page> {
    await go(page, { view: 'text' })
    const files = await filesOf(as)
    await page.getByLabel('Choose files').setInputFiles(await takenFiles(files.map((file) => [file.name, file])))
    return page
  }

  async function noFaults(shown: Page): Promise<void> {
    assert.deepEqual(await faultsOf(shown), [])
    await shown.setViewportSize(screens.desk)
  }

  test('a recording is chosen: its words come, with their times, and are heard', async () => {
    const shown = await open('listener')
    const chooser = shown.getByLabel('Choose a recording')
    await chooser.waitFor()
    await noFaults(shown)
    const recording = { name: 'abc.wav', mimeType: 'audio/wav', buffer: Buffer.from(writeWav(say('abc'))) }
    await chooser.setInputFiles({ ...recording, buffer: Buffer.from('to be or not to be') })
    await shown.getByRole('alert').filter({ hasText: 'abc.wav' }).waitFor()
    await chooser.setInputFiles(recording)
    const words = shown.getByRole('list', { name: /^Words that were heard/ })
    await words.getByRole('button').first().click()
    await shown.getByText('Attention across, and the way').waitFor()
    await shown.getByRole('button', { name: /^Pin position 1,/ }).waitFor()
    // However much was heard, there is room to look at it, and for what stands below.
    const bottomOf = (view: string): Promise<number> =>
      shown.locator(`.view.${view}`).evaluate((element) => element.getBoundingClientRect().bottom)
    const [write, look, train] = await Promise.all(['write', 'look', 'train'].map(bottomOf))
    assert.ok(look - write > 150 && train <= screens.desk.height, `${write}, ${look}, ${train}`)
    await settled(shown)
    await noFaults(shown)
    assert.deepEqual(await cutFigures(shown), [])
    const here = Object.fromEntries(new URLSearchParams(new URL(shown.url()).hash.slice(1)))
    await go(shown, { ...here, view: 'look', instrument: 'attribution' })
    await shown.getByRole('region', { name: /^Picture: What attention brings from each place/ }).waitFor()
    await shown.getByRole('region', { name: 'Picture: The sound, as the model reads it' }).last().waitFor()
    assert.deepEqual(await cutFigures(shown), [])
    await noFaults(shown)
  })

  test('words are said: the sound comes, is heard, and is given away', async () => {
    const shown = await open('encoder-decoder')
    await shown.getByRole('textbox', { name: 'words', exact: true }).fill('ab')
    // By keys alone: who has said it stays where he is.
    await shown.getByRole('button', { name: 'Say it' }).focus()
    await shown.keyboard.press('Enter')
    await shown.getByLabel('What was said').waitFor()
    assert.equal(await shown.evaluate(() => document.activeElement?.textContent), 'Say it')
    await shown.getByRole('img', { name: /^The spectrogram of/ }).waitFor()
    const [file] = await Promise.all([
      shown.waitForEvent('download'),
      shown.getByRole('button', { name: 'Save WAV' }).click(),
    ])
    assert.equal(file.suggestedFilename(), 'spoken.wav')
    // No page by itself has the parts that speak: said in a line, with what to do.
    await shown.getByRole('button', { name: 'Share', exact: true }).click()
    await shown.getByRole('button', { name: 'Save a page with the model in it' }).click()
    await shown
      .getByText(
        /^exhibit: a page shows no models that draw, hear or speak\. Give away the folder from which this one was opened/,
      )
      .waitFor()
    await shown.keyboard.press('Escape')
    await settled(shown)
    await noFaults(shown)
    assert.equal((await shown.getByRole('alert').allInnerTexts()).join(''), '')
  })
})
