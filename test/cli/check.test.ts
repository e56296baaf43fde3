// cutaway check: a sound run passes, and one with a fault says which.

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { cutaway, type Workshop, workshopWithRun } from './run.ts'

describe('cutaway check', () => {
  let place: Workshop
  before(async () => {
    place = await workshopWithRun()
  })
  after(() => place[Symbol.asyncDispose]())

  test('passes a run that is sound', async () => {
    const { code, stdout, stderr } = await cutaway(['check', 'runs/cat', 'a cat'], { folder: place.path })
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' })
    assert.match(stdout, /^Checks of a model\n/)
    assert.match(stdout, /All 17 passed\. 1 do not apply\./)
  })

  test('names what is wrong, and fails', async () => {
    const words = ['check', 'runs/cat', 'a cat', '--json', '--edit', 'blocks.0.attention.pattern = scale 2']
    const { code, stdout } = await cutaway(words, { folder: place.path })
    const { checks } = JSON.parse(stdout)
    const failed = checks.filter(({ verdict }: { verdict: string }) => verdict === 'fail')
    assert.equal(code, 1)
    assert.deepEqual(
      failed.map(({ name, address, reason }: Record<string, unknown>) => [name, address, reason]),
      [['rows of patterns', 'blocks.0.attention.pattern', 'rows do not add up to 1 over "source"']],
    )
  })
})
