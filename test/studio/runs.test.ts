// Runs that are kept in the browser: listed, renamed, given out as a folder, forgotten, and brought in again as files.

import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { test } from 'node:test'
import { recipeWord } from '../../src/studio/place/recipeLink.ts'
import { driveChromium, noChromium } from '../browser/chromium.ts'
import { serve } from '../browser/server.ts'
import { builtStudio } from './built.ts'
import { givenAway, patienceMs, visit } from './visit.ts'

const material = { kind: 'text', name: 'cat.txt', text: 'the cat sat on the mat. '.repeat(40) } as const
const choices = { as: 'decoder', layer: 1, head: 2, model: 16, context: 16, batch: 4, steps: 20 } as const

test('a run is kept, renamed, given out, forgotten and brought in again', { skip: noChromium }, async () => {
  const word = await recipeWord({ material, choices, expected: { step: 20, loss: 1, arithmetic: 'fma' } })
  const folder = await mkdtemp(join(tmpdir(), 'cutaway-runs-'))
  try {
    await using server = await serve({ root: await builtStudio() })
    await using browser = await driveChromium()
    const { page } = await visit(browser, `${server.url}#recipe=${word}`, { serviceWorkers: 'block' })
    await page.getByRole('button', { name: 'Grow it' }).click()
    await page.getByText(/Expected 1\.0000, got/).waitFor()
    await page.getByRole('button', { name: 'Put this away' }).click()

    await page.getByRole('button', { name: 'Share' }).click()
    const zip = await givenAway(page, 'Save the run as a folder', folder)
    assert.equal(basename(zip), 'cat.zip')
    await page.keyboard.press('Escape')

    await page.getByRole('button', { name: 'Runs' }).click()
    const list = page.locator('#runs')
    await list.getByText('step 20 of 20').waitFor()
    await list.getByRole('button', { name: 'Rename cat.txt' }).click()
    await list.getByRole('textbox').fill('tom <b>')
    await list.getByRole('textbox').press('Enter')
    await list.getByText('tom <b>', { exact: true }).waitFor()
    await list.getByRole('button', { name: 'Forget tom <b>' }).click()
    await list.getByRole('button', { name: 'Forget tom <b>' }).click()
    await list.getByText('None yet.').waitFor()
    await page.getByText('no model yet').waitFor()

    await list.locator('input[type=file]').first().setInputFiles(zip)
    await page.getByRole('link', { name: /^decoder.*numbers$/ }).waitFor()
    await page.getByRole('button', { name: 'Runs' }).click()
    await list.getByText('step 20 of 20').waitFor()

    // What was here is said to come back, and nothing else is shown in its place.
    await page.keyboard.press('Escape')
    let letGo = (): void => {}
    const held = new Promise<void>((resolve) => {
      letGo = resolve
    })
    const worker = /assets\/main-[^/]*\.js$/
    await page.context().route(worker, async (route) => {
      await held
      await route.continue()
    })
    await page.reload()
    await page.getByText('Your run cat is coming back …').waitFor()
    assert.equal(await page.getByText('recorded · train your own').count(), 0)
    const text = page.getByRole('textbox', { name: 'Text to learn from' })
    assert.equal(await text.getAttribute('placeholder'), 'The text of your run cat is coming back …')
    assert.equal(await text.inputValue(), '')
    assert.equal(await page.getByRole('textbox', { name: 'Beginning of the text' }).count(), 0)
    assert.ok(await page.getByRole('button', { name: 'Train', exact: true }).isDisabled())
    letGo()
    await page.getByRole('link', { name: /^decoder.*numbers$/ }).waitFor()
    await page.context().unroute(worker)
    await page.getByRole('button', { name: 'Runs' }).click()

    await list
      .locator('input[type=file]')
      .first()
      .setInputFiles({
        name: 'broken.zip',
        mimeType: 'application/zip',
        buffer: Buffer.from('PK but no archive'),
      })
    const fault = list.getByRole('alert')
    await fault.waitFor()
    assert.match((await fault.textContent()) ?? '', /^broken\.zip: /)
    await page.getByRole('link', { name: /^decoder.*numbers$/ }).waitFor()
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})

test('a run that is begun before the page has asked for the last one stays, and is the last', {
  skip: noChromium,
}, async () => {
  const word = await recipeWord({ material, choices, expected: { step: 20, loss: 1, arithmetic: 'fma' } })
  await using server = await serve({ root: await builtStudio() })
  await using browser = await driveChromium()
  const context = await browser.newContext({ serviceWorkers: 'block' })
  await context.addInitScript(askLate)
  const page = await context.newPage()
  page.setDefaultTimeout(patienceMs)
  await page.goto(`${server.url}#recipe=${word}`)
  await page.getByRole('button', { name: 'Grow it' }).click()
  await page.getByText(/Expected 1\.0000, got/).waitFor()
  await page.evaluate(() => (globalThis as { askNow?: () => void }).askNow?.())
  await page.getByRole('button', { name: 'Runs' }).click()
  await page.locator('#runs').getByText('step 20 of 20').waitFor()
  assert.equal((await page.getByRole('alert').allInnerTexts()).join(''), '')
  assert.equal(await page.evaluate(() => localStorage.getItem('cutaway-last')), 'cat.txt')
})

/** In the page: what it asks of its worker for the run to begin with goes only when `askNow` is called, as on a busy machine. */
function askLate(): void {
  const post = Worker.prototype.postMessage
  Worker.prototype.postMessage = function (message: { kind?: string }, ...more: []) {
    const send = (): void => post.call(this, message, ...more)
    if (message.kind === 'restore') Object.assign(globalThis, { askNow: send })
    else send()
  }
}
