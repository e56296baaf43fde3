// How soon an exhibit is there: the first picture of its page, and its model's answer, from a disk.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser } from 'playwright-core'
import { savedExhibit } from '../test/studio/savedExhibit.ts'
import type { Block } from './table.ts'

/** The sizes of the model that the page takes by default. */
const usual = { as: 'decoder', layer: 4, head: 4, model: 64, context: 64, batch: 4, steps: 5 } as const

export async function exhibitBlocks(browser: Browser, rounds: number): Promise<Block[]> {
  const folder = await mkdtemp(join(tmpdir(), 'cutaway-exhibit-'))
  try {
    const file = await savedExhibit(folder, { choices: usual })
    const [painted, answered]: [number[], number[]] = [[], []]
    for (let round = 0; round < rounds; round++) {
      const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' })
      const page = await context.newPage()
      await page.goto(pathToFileURL(file).href)
      const seen = await page.evaluate(whenSeen)
      painted.push(seen.painted)
      answered.push(seen.answered)
      await context.close()
    }
    const block = (title: string, values: readonly number[]): Block => ({
      title: `an exhibit from a disk: ${title}`,
      unit: 'ms',
      isRate: false,
      lines: [{ name: '204,864 weights', values }],
    })
    return [block('its page is seen', painted), block('its model has answered: its lattice is seen', answered)]
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** In the page, by its clock: when its head stands there, and when there is a cell of the lattice. */
function whenSeen(): Promise<{ readonly painted: number; readonly answered: number }> {
  return new Promise((resolve) => {
    let painted: number | undefined
    requestAnimationFrame(function look() {
      if (document.querySelector('h2')) painted ??= performance.now()
      if (painted !== undefined && document.querySelector('[data-lattice]'))
        resolve({ painted, answered: performance.now() })
      else requestAnimationFrame(look)
    })
  })
}
