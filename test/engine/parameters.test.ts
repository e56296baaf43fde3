// Parameters on every engine: filled, read, copied by rows, kept, refused.

import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { engines } from '../engines.ts'
import { afterClosing, parameterCases } from './parameterCases.ts'

for (const { name, open } of engines) {
  describe(`parameters: ${name}`, async () => {
    const engine = await open()
    after(() => engine.close())
    for (const { name: what, run } of parameterCases)
      it(what, async () => {
        const { actual, expected } = await run(engine)
        assert.deepEqual(actual, expected)
      })

    it('are gone with a closed engine', async () => {
      const closed = 'engine: it was closed, and its memory with it. Read what you need before, or start another one.'
      for (const said of await afterClosing(await open())) assert.equal(said, closed)
    })
  })
}
