// The Studio's worker in each browser: it trains, is killed and comes back to the same bits; with threads and without, with fused
// multiply-add and without; and two tabs do not write over each other.

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Recipe } from '../../src/studio/talk/questions.ts'
import { smallRecipe } from '../studio/workshop.ts'
import { browserName, callInPage, noBrowser, openBrowser, openPage, type TestBrowser } from './browsers.ts'
import type { killed, Trained, twice } from './pages/studioWorker.ts'
import { serve } from './server.ts'

const module = 'test/browser/pages/studioWorker.ts'
const recipe: Recipe = { ...smallRecipe, choices: { ...smallRecipe.choices, steps: 100 } }

/** The lives of a run that is killed: CUTAWAY_KILLS=50 gives it so many, of random lengths. */
const kills = Number(process.env['CUTAWAY_KILLS'] ?? 2)
const longer: Recipe = { ...recipe, choices: { ...recipe.choices, steps: 200 + 40 * kills, evaluateEvery: 100 } }
const lives = Array.from({ length: kills }, (_, i) => (kills > 2 ? Math.floor(400 * Math.random()) : 60 + 90 * i))

describe("the Studio's worker", { skip: noBrowser }, () => {
  let browser: TestBrowser
  before(async () => {
    browser = await openBrowser()
  })
  after(() => browser?.close())

  test('is killed while it trains, comes back, and to the same bits', async (t) => {
    await using server = await serve()
    const page = await openPage(browser, server)
    const unbroken: Trained = await callInPage(page, module, 'trained', [longer, { threads: 2 }])
    const { machine, digest, resumed }: Awaited<ReturnType<typeof killed>> = await callInPage(page, module, 'killed', [
      longer,
      { threads: 2 },
      lives,
    ])
    t.diagnostic(
      `${machine.storage?.kind}; came back at ${resumed.map(({ step, ms }) => `${step} in ${Math.round(ms)} ms`).join(', ')}`,
    )
    assert.equal(digest, unbroken.digest)
    assert.ok((resumed[0]?.step ?? 0) > 0)
    assert.ok(resumed.every(({ step }, i) => step >= (resumed[i - 1]?.step ?? 0)))
    assert.equal(machine.storage?.kind, browserName === 'webkit' ? 'indexeddb' : 'opfs')
  })

  test('computes without fused multiply-add to nearly the same losses, and says so', async (t) => {
    await using server = await serve()
    const page = await openPage(browser, server)
    const usual: Trained = await callInPage(page, module, 'trained', [recipe, { threads: 1 }])
    const portable: Trained = await callInPage(page, module, 'trained', [
      recipe,
      { threads: 1, arithmetic: 'portable' },
    ])
    t.diagnostic(`portable takes ${(portable.msPerStep / usual.msPerStep).toFixed(2)} times as long`)
    assert.equal(usual.machine.arithmetic, browserName === 'webkit' ? 'portable' : 'fma')
    assert.deepEqual([portable.machine.arithmetic, portable.machine.isAsked], ['portable', true])
    assert.equal(portable.losses.length, 100)
    assert.ok(Math.abs(portable.losses[99] - usual.losses[99]) < 1e-4, `${portable.losses[99]} ${usual.losses[99]}`)
  })

  test('works where a page has no threads', async () => {
    await using server = await serve({ isolated: false })
    const page = await openPage(browser, server)
    const { machine, losses }: Trained = await callInPage(page, module, 'trained', [recipe, {}])
    assert.equal(machine.threads, 1)
    assert.equal(losses.length, 100)
    assert.ok(losses[99] < 1)
  })

  test('refuses a run that another tab has open', async () => {
    await using server = await serve()
    const page = await openPage(browser, server)
    const { refusal, step }: Awaited<ReturnType<typeof twice>> = await callInPage(page, module, 'twice', [recipe])
    assert.equal(refusal, 'studio: this run is open in another tab. Close it there, or train another one here.')
    assert.equal(step, 0)
  })
})
