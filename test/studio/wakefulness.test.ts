// The screen stays on while a training goes on, for whoever wishes it: not before, not while it rests, and not for others.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { driveChromium, noChromium } from '../browser/chromium.ts'
import { serve } from '../browser/server.ts'
import { builtStudio } from './built.ts'
import { choose, pause, smallModel, smallText, takeText, train, visit } from './visit.ts'

test('the screen is kept on while it trains, where that is wished for', { skip: noChromium }, async () => {
  await using server = await serve({ root: await builtStudio() })
  await using browser = await driveChromium()
  const { page } = await visit(browser, server.url)
  await page.evaluate(() => {
    const held = { count: 0 }
    Object.assign(globalThis, { held })
    navigator.wakeLock.request = async () => {
      held.count++
      const lock = {
        released: false,
        async release() {
          if (!lock.released) held.count--
          lock.released = true
        },
      }
      return lock as unknown as WakeLockSentinel
    }
  })
  const holds = (count: number): Promise<unknown> =>
    page.waitForFunction((count) => (globalThis as unknown as { held: { count: number } }).held.count === count, count)
  await takeText(page, smallText)
  await choose(page, { ...smallModel, steps: 100_000 })
  await train(page, 5)
  await holds(0)
  await page.getByRole('button', { name: /^This machine/ }).click()
  await page.getByRole('checkbox', { name: 'The screen stays on while it trains' }).check()
  await holds(1)
  await page.keyboard.press('Escape')
  await pause(page)
  await holds(0)
  await page.getByRole('button', { name: 'Go on', exact: true }).click()
  await holds(1)
  assert.equal(await page.evaluate(() => localStorage.getItem('cutaway-screen')), 'on')
})
