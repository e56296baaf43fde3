// cutaway compare: a run with itself, and what it refuses.

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { complaint, cutaway, type Workshop, workshopWithRun } from './run.ts'

describe('cutaway compare', () => {
  let place: Workshop
  before(async () => {
    place = await workshopWithRun()
  })
  after(() => place[Symbol.asyncDispose]())

  test('says of a run and itself that no bit differs', async () => {
    const { code, stdout, stderr } = await cutaway(['compare', 'runs/cat', 'runs/cat', '--text', 'a cat'], {
      folder: place.path,
    })
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' })
    assert.match(stdout, /No bit differs at any of \d+ addresses\./)
  })

  test('compares two engines, as JSON with all digits', async () => {
    const words = ['compare', 'runs/cat', 'runs/cat', '--with', 'reference', '--json']
    const { stdout } = await cutaway(words, { folder: place.path })
    const { runs, isEqual, distances } = JSON.parse(stdout)
    assert.deepEqual(runs, ['runs/cat', 'runs/cat'])
    assert.equal(typeof isEqual, 'boolean')
    for (const { kind, relative } of distances) assert.ok(relative <= (kind === 'weight' ? 0 : 1e-4))
  })

  test('needs two runs', async () => {
    assert.equal(
      await complaint(['compare', 'runs/cat'], { folder: place.path }),
      'cutaway: compare needs two runs: cutaway compare runs/cat runs/cat --with reference.',
    )
  })
})
