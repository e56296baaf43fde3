// A picture classifier that is opened without its training, in Chromium: Write is called Draw, the page says that there is no curve, instruments speak of classes
// and of no tokens, and a drawing is put to where digits lie only if the classes are digits.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { blobsOf } from '../../src/checkpoint/blobFiles.ts'
import { withSizes } from '../../src/checkpoint/engineWeights.ts'
import { savedFiles } from '../../src/checkpoint/savedFiles.ts'
import { writtenDigits } from '../../src/data/writtenDigits.ts'
import { initialValues } from '../../src/model/start.ts'
import { prepareRun } from '../../src/runs/prepareRun.ts'
import { noChromium } from '../browser/chromium.ts'
import { studioInChromium } from './inChromium.ts'
import { go, takenFiles, visit } from './visit.ts'

/** The files of a model that has learnt nothing, and whose ten classes have these names. */
async function filesOf(labels: readonly string[]) {
  const source = { kind: 'pictures' as const, ...writtenDigits({ training: 20, validation: 10 }), labels }
  const run = await prepareRun({ as: 'picture-classifier', layer: 1, head: 2, model: 16, batch: 8, steps: 4 }, source)
  const blobs = await blobsOf(await savedFiles({ ...run, weights: withSizes(run.model, initialValues(run.model, 1)) }))
  return takenFiles(blobs)
}

describe('a picture classifier that is opened', { skip: noChromium }, () => {
  const studio = studioInChromium()

  const kinds = [
    { labels: [...'0123456789'], isCentred: true, says: 'as MNIST’s digits lie' },
    { labels: [...'abcdefghij'], isCentred: false, says: 'fitted, in the middle' },
  ]
  for (const { labels, isCentred, says } of kinds)
    test(`with classes from ${labels[0]} to ${labels[9]}`, async () => {
      const { page, unseen } = await visit(studio.browser, studio.url)
      await page.getByRole('button', { name: 'Runs' }).click()
      await page
        .locator('#runs input[type=file]')
        .first()
        .setInputFiles(await filesOf(labels))
      await page
        .getByText('This model came without its training: there is no curve. Draw and Look show all of it.')
        .waitFor()
      await page.getByRole('heading', { name: 'Draw', exact: true }).waitFor()
      await page.getByRole('link', { name: 'Draw', exact: true }).waitFor({ state: 'attached' })
      assert.equal(await page.getByRole('button', { name: 'Go on' }).count(), 0)
      const centred = page.getByRole('checkbox', { name: says })
      assert.equal(await centred.isChecked(), isCentred)

      await page.getByRole('button', { name: 'Clear' }).click()
      const picture = new URLSearchParams(new URL(page.url()).hash.slice(1)).get('picture')
      assert.ok(picture)
      await go(page, { view: 'look', picture, instrument: 'lens' })
      await page.getByText('A cell is the class that the model would name').waitFor()
      // A class is laid over the picture, after every block: the one that it says, or another.
      const over = page.getByRole('combobox', { name: 'Over the picture' })
      assert.equal(await over.locator('option').count(), 11)
      await over.selectOption(labels[7])
      await page.getByText(`Where the picture looks like “${labels[7]}”`, { exact: false }).first().waitFor()
      const laid = page.getByRole('img', { name: /^Where the picture looks like/ })
      assert.equal(await laid.locator('image[href^="data:image/png"]').count(), 2)
      assert.deepEqual(unseen, [])
    })
})
