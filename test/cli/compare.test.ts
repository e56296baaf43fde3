// cutaway compare: a run with itself, and what it refuses.

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { saveRandomRuns } from './randomRuns.ts'
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
      'cutaway: compare needs a second run, or another way to compute the first: cutaway compare runs/cat --with reference.',
    )
  })

  test('compares one run with itself under an edit, gradients too; the JSON has the text', async () => {
    const edit = 'blocks.1.mlp.output = 0'
    const words = ['compare', 'runs/cat', '--text', 'a cat', '--edit', edit, '--gradient', '--json']
    const { stdout, stderr } = await cutaway(words, { folder: place.path })
    assert.equal(stderr, '')
    const { text, tokens, edits, first, distances } = JSON.parse(stdout)
    assert.deepEqual({ text, tokens, edits }, { text: 'a cat', tokens: [...'a cat'], edits: [[], [edit]] })
    assert.equal(first.first, 'blocks.1.mlp.output {position: 0, model: 0}')
    assert.ok(distances.some(({ kind, different }: Record<string, unknown>) => kind === 'gradient' && different !== 0))
  })

  test('says what the weights of another kind change, and where that begins', async () => {
    const words = ['compare', 'runs/cat', '--with-weights', 'bf16', '--text', 'a cat']
    for (const engine of [[], ['--with', 'reference'], ['--engine', 'reference', '--with', 'reference']]) {
      const { stdout } = await cutaway([...words, ...engine], { folder: place.path })
      assert.match(stdout, /The first difference is at embedding\.token \{vocab: 0, model: 0\}: a weight\. /)
      assert.match(stdout, /What comes next: ln p differs by \S+ nats at most\./)
    }
  })

  test('folds a run: weights differ, what it says does not', async () => {
    const { stdout, stderr } = await cutaway(['compare', 'runs/cat', '--folded', '--json'], { folder: place.path })
    assert.equal(stderr, '')
    const { folded, distances, unlike } = JSON.parse(stdout)
    assert.equal(folded.isUntied, true)
    assert.ok(folded.steps.every(({ weights }: { weights: number }) => weights > 0))
    const said = distances.find(({ kind }: { kind: string }) => kind === 'ln p')
    assert.ok(said.largest <= 1e-5 && said.cells > 0)
    assert.deepEqual(
      unlike.map(({ address }: { address: string }) => address),
      ['unembedding.weight', 'unembedding.bias'],
    )
  })

  test('compares runs of other shapes where they are alike, and refuses texts that they cut otherwise', async () => {
    await saveRandomRuns(place.path)
    const { stdout, code } = await cutaway(['compare', 'runs/filler', 'runs/mood'], { folder: place.path })
    assert.equal(code, 0)
    assert.match(
      stdout,
      /addresses are not compared, for their shapes: \S+ is [^)]*\) in the first and missing in the second, and so on\./,
    )
    assert.match(
      await complaint(['compare', 'runs/cat', 'runs/filler', '--text', 'the cat'], { folder: place.path }),
      /^compare: the runs read this text as other ids: [\d ]+… and [\d ]+…\. Their values say different things; leave --text out/,
    )
  })
})
