// Ways through the Studio as a person goes them: controls are found by the names that they have for everybody.

import { join } from 'node:path'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'

/** The longest that anything in a page may take where other tests compute on all cores. */
export const patienceMs = 200_000

export interface Visit {
  readonly page: Page
  /** All that went wrong in the page unseen: errors, refused files, breaches of the policy of what may run. */
  readonly unseen: string[]
}

/** Opens the page. Motion is put off, unless it is asked for. */
export async function visit(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Visit> {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    reducedMotion: 'reduce',
    ...options,
  })
  const page = await context.newPage()
  page.setDefaultTimeout(patienceMs)
  const unseen: string[] = []
  page.on('pageerror', (error) => unseen.push(error.message))
  page.on('console', (message) => message.type() === 'error' && unseen.push(message.text()))
  await page.goto(url)
  await page.getByRole('heading', { name: 'Text', exact: true }).waitFor()
  return { page, unseen }
}

/** A text with something to learn, that is small. */
export const smallText = 'to be or not to be, that is the question. '.repeat(40)

/** The text in the field, as if it had been pasted. */
export async function takeText(page: Page, text: string): Promise<void> {
  const own = page.getByRole('button', { name: 'Own text' })
  const field = page.getByRole('textbox', { name: 'Text to learn from' })
  await own.or(field).first().waitFor()
  if (await own.isVisible()) await own.click()
  await field.fill(text)
}

/** Settings by their labels: `{ blocks: 2, steps: 100 }`. */
export async function choose(page: Page, settings: Readonly<Record<string, number>>): Promise<void> {
  const details = page.locator('details', { hasText: 'All settings' })
  if (!(await details.evaluate((element: HTMLDetailsElement) => element.open))) await details.locator('summary').click()
  for (const [name, value] of Object.entries(settings)) {
    const field = page.getByRole('spinbutton', { name: new RegExp(`^${name}\\b`) })
    await field.fill(String(value))
    await field.blur()
  }
}

/** A model that takes no time. */
export const smallModel = { blocks: 2, heads: 2, width: 16, context: 32, batch: 4 }

/** Trains what the settings say, until so many steps are done. */
export async function train(page: Page, steps: number): Promise<void> {
  await page.getByRole('button', { name: /^(Train|Changed: restart)/ }).click()
  // Before, the steps are those of another run. On a phone the view with this button is left.
  await page.getByRole('button', { name: /^(Train$|Train another|Changed: restart)/ }).waitFor({ state: 'hidden' })
  await page.getByRole('button', { name: /^(Pause|Go on)$/ }).waitFor()
  await page.waitForFunction(
    (steps) => Number(document.querySelector<HTMLElement>('[data-step]')?.dataset['step'] ?? -1) >= steps,
    steps,
  )
}

export async function pause(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Pause' }).click()
  await page.getByRole('button', { name: 'Go on', exact: true }).waitFor()
}

/** Files as a field of the page takes them. */
export const takenFiles = (files: Iterable<readonly [name: string, blob: Blob]>) =>
  Promise.all(
    Array.from(files, async ([name, blob]) => ({
      name,
      mimeType: 'application/octet-stream',
      buffer: Buffer.from(await blob.arrayBuffer()),
    })),
  )

/** Presses the button that gives a file away, and puts the file into a folder by the name that it has; its path. */
export async function givenAway(page: Page, button: string, folder: string): Promise<string> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: button }).click(),
  ])
  const path = join(folder, download.suggestedFilename())
  await download.saveAs(path)
  return path
}

/** Goes somewhere as a link does, and waits until it is all there. */
export async function go(page: Page, standpoint: Readonly<Record<string, string | number>>): Promise<void> {
  const words = new URLSearchParams(Object.entries(standpoint).map(([name, value]) => [name, String(value)]))
  await page.evaluate((hash) => {
    location.hash = hash
  }, `#${words}`)
  await settled(page)
}

/** Waits until nothing is being read any more, and two pictures have been drawn since. */
export async function settled(page: Page): Promise<void> {
  const drawn = () =>
    page.evaluate(() => new Promise<void>((drawn) => requestAnimationFrame(() => requestAnimationFrame(() => drawn()))))
  await drawn()
  await page.waitForFunction(() => !document.body.innerText.includes('Reading …'))
  await drawn()
}
