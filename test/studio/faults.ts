// All that is wrong with a page for somebody: what axe finds, what is wider than the screen, and more elements than a page stays quick with.

import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { settled } from './visit.ts'

const axe = readFileSync(fileURLToPath(new URL('../../node_modules/axe-core/axe.min.js', import.meta.url)), 'utf8')
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']
const mostElements = 3000

export const screens = {
  desk: { width: 1440, height: 900 },
  phone: { width: 360, height: 640 },
  // As wide as a screen of 1280 that is enlarged four times.
  narrow: { width: 320, height: 568 },
} as const

/** Brings axe into the page, for `faultsOf`. */
export async function bringAxe(page: Page): Promise<void> {
  await page.evaluate(axe)
}

/** All that is wrong with the page as it is now, on each screen: on the phone in the dark, on the desk in both lights. */
export async function faultsOf(page: Page, part?: string): Promise<string[]> {
  const faults: string[] = []
  for (const [screen, size] of Object.entries(screens)) {
    await page.setViewportSize(size)
    await settled(page)
    const note = (what: readonly string[]): number => faults.push(...what.map((each) => `${screen}: ${each}`))
    note(await page.evaluate(measure, mostElements))
    if (screen === 'narrow') continue
    note(await page.evaluate(audit, { where: part, type: 'tag', values: rules }))
    if (screen !== 'desk') continue
    await page.emulateMedia({ colorScheme: 'dark' })
    const inTheDark = await page.evaluate(audit, { where: part, type: 'rule', values: ['color-contrast'] })
    note(inTheDark.map((each) => `dark, ${each}`))
  }
  return faults
}

/** All that is wrong with the page as it is now: by every rule on every screen in both lights. */
export async function allFaultsOf(page: Page): Promise<string[]> {
  const faults: string[] = []
  for (const [screen, size] of Object.entries(screens))
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.setViewportSize(size)
      await page.emulateMedia({ colorScheme })
      await settled(page)
      const found = [
        ...(await page.evaluate(measure, mostElements)),
        ...(await page.evaluate(audit, { where: undefined, type: 'tag', values: rules })),
      ]
      faults.push(...found.map((each) => `${screen}, ${colorScheme}: ${each}`))
    }
  return faults
}

interface Audit {
  /** A selector; the whole page if not given. */
  readonly where: string | undefined
  readonly type: string
  readonly values: readonly string[]
}

/** In the page: what axe finds. */
async function audit({ where, ...runOnly }: Audit): Promise<string[]> {
  const { axe } = globalThis as unknown as { axe: Axe }
  const { violations } = await axe.run(where ?? document, { runOnly, resultTypes: ['violations'] })
  return violations.flatMap(({ id, nodes }) =>
    nodes
      .slice(0, 4)
      .map(({ target, failureSummary }) => `${id} (${nodes.length}): ${target.join(' ')} ${failureSummary}`),
  )
}

interface Axe {
  run(
    where: Document | string,
    how: object,
  ): Promise<{
    readonly violations: readonly {
      readonly id: string
      readonly nodes: readonly { readonly target: readonly string[]; readonly failureSummary: string }[]
    }[]
  }>
}

/** Figures that are wider than their places on a phone, where they would be cut at the right. */
export async function cutFigures(page: Page): Promise<string[]> {
  const faults: string[] = []
  for (const width of [390, 320])
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.setViewportSize({ width, height: 844 })
      await page.emulateMedia({ colorScheme })
      await settled(page)
      const cut = await page
        .locator('section.picture')
        .evaluateAll((all) =>
          all
            .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)
            .map((each) => `${each.getAttribute('aria-label')}: ${each.scrollWidth} in ${each.clientWidth}`),
        )
      faults.push(...cut.map((each) => `${width}, ${colorScheme}: ${each}`))
    }
  return faults
}

/** In the page: how much there is, and whether the page, or the one view that it shows, is wider than the screen. */
function measure(mostElements: number): string[] {
  const faults: string[] = []
  const { length } = document.querySelectorAll('*')
  if (length > mostElements) faults.push(`${length} elements`)
  for (const element of [document.documentElement, document.querySelector('main')])
    if (element && element.scrollWidth > element.clientWidth)
      faults.push(`${element.localName} is ${element.scrollWidth} wide, and ${element.clientWidth} are seen`)
  const { clientWidth } = document.documentElement
  const isBeyond = (element: Element): boolean => {
    const { width, right } = element.getBoundingClientRect()
    return width > 0 && right > clientWidth + 1
  }
  // What scrolls by itself may have more in it, and so may what hides it.
  const isInBox = (element: Element | null): boolean =>
    element !== null &&
    element.localName !== 'main' &&
    ((getComputedStyle(element).overflowX !== 'visible' && !isBeyond(element)) || isInBox(element.parentElement))
  const beyond = [...document.body.querySelectorAll('*')].filter(
    (each) => isBeyond(each) && !isInBox(each.parentElement),
  )
  for (const each of beyond.slice(0, 3))
    faults.push(`${each.localName} “${each.textContent?.trim().slice(0, 40)}” ends beyond the right edge`)
  return faults
}
