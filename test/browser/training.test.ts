// A page trains and writes with the very code that Node runs, and comes to the same bits: on its main thread, in a worker,
// with threads and without. Two things decide about bits, so Node has here what a page has: whether multiply-add is fused
// (WebKit's is not), and vectors of 128 bits, since with 256 some sums are taken in another order.

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { browserName, callInPage, noBrowser, openBrowser, openPage, type TestBrowser } from './browsers.ts'
import { type Lesson, learn } from './pages/training.ts'
import { serve } from './server.ts'

const module = 'test/browser/pages/training.ts'

/** Everything but the engine's description, in which threads and bits differ. */
function assertSame({ engine: _, ...actual }: Lesson, { engine: __, ...expected }: Lesson): void {
  assert.deepEqual(actual, expected)
}

describe('a tiny model, trained in a browser as in Node', { skip: noBrowser }, () => {
  let browser: TestBrowser
  let fused: Lesson
  let separate: Lesson
  before(async () => {
    fused = await learn({ simd: 128, fma: true })
    separate = await learn({ simd: 128, fma: false })
    browser = await openBrowser()
  })
  after(() => browser?.close())

  const assertAsInNode = (lesson: Lesson): void =>
    assertSame(lesson, lesson.engine.includes('fused') ? fused : separate)

  test('learns at all', () => {
    assert.ok(fused.losses[0] > 2, `at first ${fused.losses[0]}`)
    assert.ok(fused.evaluations[1][1] < 0.5, `at last ${fused.evaluations[1][1]}`)
    assert.match(fused.likeliest, /^ is a rose is a rose/)
    assert.notDeepEqual(fused.losses, separate.losses)
  })

  test('on two threads in a worker of the page', async () => {
    await using server = await serve()
    const page = await openPage(browser, server)
    const lesson: Lesson = await callInPage(page, module, 'learnInWorker', [{ threads: 2 }])
    assert.match(lesson.engine, /128 bits, .*, 2 threads$/)
    if (browserName !== 'webkit') assert.match(lesson.engine, /fused multiply-add/)
    assertAsInNode(lesson)
    assertSame(await callInPage(page, module, 'learnInWorker', [{ threads: 2, fma: false }]), separate)
  })

  test("on two threads, asked for by the page's main thread", async () => {
    await using server = await serve()
    const page = await openPage(browser, server)
    const lesson: Lesson = await callInPage(page, module, 'learn', [{ threads: 2 }])
    assert.match(lesson.engine, /2 threads$/)
    assertAsInNode(lesson)
  })

  test('on one thread where the page is not isolated', async () => {
    await using server = await serve({ isolated: false })
    const page = await openPage(browser, server)
    for (const where of ['learn', 'learnInWorker']) {
      const lesson: Lesson = await callInPage(page, module, where, [{ threads: 2 }])
      assert.match(lesson.engine, /one thread$/)
      assertAsInNode(lesson)
    }
  })
})
