// What a page or its browser lacks: the engine does without, and says so, or says what to allow.

import assert from 'node:assert/strict'
import { availableParallelism } from 'node:os'
import { after, before, describe, test } from 'node:test'
import { bitsOfElementary } from '../tensor/elementaryBits.ts'
import { browserName, callInPage, noBrowser, openBrowser, openPage, type TestBrowser } from './browsers.ts'
import { serve } from './server.ts'

const module = 'test/browser/pages/engine.ts'

describe('an engine in a page', { skip: noBrowser }, () => {
  let browser: TestBrowser
  before(async () => {
    browser = await openBrowser()
  })
  after(() => browser?.close())

  test('runs on one thread where the policy lets no worker start, and says which directive it is', async () => {
    await using server = await serve({ policy: "script-src 'self' 'wasm-unsafe-eval'" })
    const page = await openPage(browser, server)
    const said: string = await callInPage(page, module, 'describeEngine', [{ threads: 2 }])
    assert.match(said, /one thread \(no others can be started: .*worker-src blob:.*\)$/)
  })

  test('says which directive lets WebAssembly run', async () => {
    await using server = await serve({ policy: "script-src 'self'" })
    const page = await openPage(browser, server)
    const said: string = await callInPage(page, module, 'describeEngine', [{}])
    assert.match(said, /^Error: engine: WebAssembly may not be used here \(.*'wasm-unsafe-eval'; reference\(\) needs/s)
  })

  test('takes no more threads than there are processors, whatever the browser says', {
    skip: availableParallelism() > 4 && 'this machine has more than four processors',
  }, async () => {
    await using server = await serve()
    const page = await openPage(browser, server)
    const said: string = await callInPage(page, module, 'describeWithProcessors', [16])
    assert.match(said, /, (one thread|[2-8] threads)/)
  })

  test('is one of many that are open at once, and one after the other', async () => {
    await using server = await serve()
    const page = await openPage(browser, server)
    assert.equal(await callInPage(page, module, 'openMany', [30]), '60 engines')
  })

  for (const isolated of [true, false])
    test(`fills, reads and copies parameters, ${isolated ? 'which threads share' : 'on one thread'}`, async () => {
      await using server = await serve({ isolated })
      const page = await openPage(browser, server)
      assert.deepEqual(await callInPage(page, module, 'parameterFaults', [{ threads: 2 }]), [])
    })

  test('has the elementary functions of Node, to the bit', async () => {
    await using server = await serve()
    const page = await openPage(browser, server)
    assert.equal(await callInPage(page, module, 'bits'), bitsOfElementary())
  })
})

test('multiply-add is not called fused where the processor cannot', {
  skip: noBrowser || (browserName !== 'chromium' && 'Chromium alone can be told'),
}, async () => {
  await using server = await serve()
  await using browser = await openBrowser({ args: ['--js-flags=--no-enable-fma3'] })
  const page = await openPage(browser, server)
  const said: string = await callInPage(page, module, 'describeEngine', [{ threads: 1 }])
  assert.match(said, /multiply, then add/)
})
