// What is given away: a link whose recipe grows the same model to the bit, elsewhere; and a page with the model in it, from a disk.

import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { describe, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { recipeWord } from '../../src/studio/place/recipeLink.ts'
import type { PlainChoices } from '../../src/studio/talk/questions.ts'
import { answers } from '../../src/studio/worker/answers/answers.ts'
import { driveChromium, noChromium } from '../browser/chromium.ts'
import { serve } from '../browser/server.ts'
import { builtStudio } from './built.ts'
import { choose, givenAway, patienceMs, smallModel, smallText, takeText, train, visit } from './visit.ts'
import { openWorkshop } from './workshop.ts'

const material = { kind: 'text', name: 'cat.txt', text: 'the cat sat on the mat. '.repeat(40) } as const
const choices = {
  as: 'decoder',
  layer: 1,
  head: 2,
  model: 16,
  context: 16,
  batch: 4,
  steps: 30,
  rate: 3e-3,
  seed: 3,
} satisfies PlainChoices

/** The link's part that grows the model, with the loss that comes out here. */
async function grownHere(): Promise<{ readonly word: string; readonly arithmetic: string }> {
  await using opened = await openWorkshop()
  const { workshop, of, until } = opened
  const { arithmetic } = await answers.begin(workshop, { material, choices })
  workshop.training.move('on')
  await until('finished')
  const last = of('steps')
    .flatMap(({ losses }) => losses)
    .at(-1)
  assert.equal(last?.step, 30)
  return {
    word: await recipeWord({ material, choices, expected: { step: 30, loss: last.loss, arithmetic } }),
    arithmetic,
  }
}

describe('what the Studio gives away', { skip: noChromium }, () => {
  test('grows again to the bit, and opens as one page without anything else', async () => {
    const { word } = await grownHere()
    const folder = await mkdtemp(join(tmpdir(), 'cutaway-share-'))
    try {
      await using server = await serve({ root: await builtStudio() })
      await using browser = await driveChromium()
      const { page } = await visit(browser, `${server.url}#view=look&text=the+cat&recipe=${word}`)
      await page.getByRole('button', { name: 'Grow it' }).click()
      const promised = page.getByRole('region', { name: 'A model from a link' })
      await promised.getByText(/got \d/).waitFor({ timeout: 300_000 })
      assert.match(await promised.innerText(), /the same model, to the bit/)

      await page.getByRole('button', { name: 'Share' }).click()
      const file = await givenAway(page, 'Save a page with the model in it', folder)
      assert.equal(basename(file), 'cat.html')

      const alone = await browser.newPage()
      alone.setDefaultTimeout(patienceMs)
      const asked: string[] = []
      alone.on('request', (request) => /^http/.test(request.url()) && asked.push(request.url()))
      alone.on('pageerror', (error) => asked.push(String(error)))
      await alone.goto(pathToFileURL(file).href)
      await alone.getByRole('link', { name: /^decoder.*numbers$/ }).waitFor()
      assert.equal(await alone.evaluate(() => new URLSearchParams(location.hash.slice(1)).get('text')), 'the cat')
      // It is there to be looked into: what belongs to training is not in it.
      await alone.getByRole('heading', { name: 'Look' }).waitFor()
      await alone
        .getByRole('link', { name: 'head 1', exact: true })
        .or(alone.getByRole('button', { name: 'Write on' }))
        .first()
        .waitFor()
      for (const name of ['Text', 'Train']) assert.equal(await alone.getByRole('heading', { name }).count(), 0)
      assert.deepEqual(asked, [])
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })

  test('is offered in a page that is open, too: what is under way there is asked about, and kept', async () => {
    const word = await recipeWord({ material, choices, expected: { step: 30, loss: 1, arithmetic: 'fma' } })
    await using server = await serve({ root: await builtStudio() })
    await using browser = await driveChromium()
    const { page } = await visit(browser, server.url)
    await takeText(page, smallText)
    await choose(page, { ...smallModel, steps: 100_000 })
    await train(page, 3)
    await page.evaluate((word) => {
      location.hash = `#view=look&text=the+cat&recipe=${word}`
    }, word)
    const promised = page.getByRole('region', { name: 'A model from a link' })
    await promised.getByText('Your run own text is under way: it rests then, and is kept as it is.').waitFor()
    await promised.getByRole('button', { name: 'Let it rest, and grow this one' }).click()
    await promised.getByText(/got \d/).waitFor({ timeout: 300_000 })
    await page.getByRole('button', { name: 'Runs' }).click()
    await page
      .locator('#runs')
      .getByText(/step [\d,]+ of 100,000/)
      .waitFor()
    await page.keyboard.press('Escape')
    await promised.getByRole('button', { name: 'Put this away' }).click()
    await promised.waitFor({ state: 'detached' })
  })

  test('says in one line what is wrong with a link', async () => {
    await using server = await serve({ root: await builtStudio() })
    await using browser = await driveChromium()
    const { page } = await visit(browser, `${server.url}#recipe=%3Cscript%3Ealert(1)%3C%2Fscript%3E`)
    await page
      .getByText('link: recipe: its 25 characters are no recipe. The link may have been cut; copy it again.')
      .waitFor()
  })
})
