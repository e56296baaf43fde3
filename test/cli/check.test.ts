// cutaway check: a sound run passes, and one with a fault says which.

import assert from 'node:assert/strict'
import { cp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { complaint, cutaway, type Workshop, workshopWithRun } from './run.ts'

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
    assert.match(stdout, /All 18 passed\. 1 does not apply \(–\)\./)
    assert.match(stdout, /\ncausality +pass +0 +≤ 0\n/)
    assert.match(stdout, /\norder +pass +[\d.]+ +> [\d.e-]+ /)
  })

  test('names what is wrong, and fails', async () => {
    const words = ['check', 'runs/cat', 'a cat', '--json', '--edit', 'blocks.0.attention.pattern = scale 2']
    const { code, stdout } = await cutaway(words, { folder: place.path })
    const { checks, text, tokens } = JSON.parse(stdout)
    assert.deepEqual({ text, tokens }, { text: 'a cat', tokens: [...'a cat'] })
    const failed = checks.filter(({ verdict }: { verdict: string }) => verdict === 'fail')
    assert.equal(code, 1)
    assert.deepEqual(
      failed.map(({ name, address, reason }: Record<string, unknown>) => [name, address, reason]),
      [['rows of patterns', 'blocks.0.attention.pattern', 'rows do not add up to 1 over "source"']],
    )
  })

  test('holds a folder to what transformers made of it', async () => {
    const folder = join(place.path, 'runs', 'theirs')
    const trained = fileURLToPath(new URL('../fixtures/trained', import.meta.url))
    await cp(trained, folder, { recursive: true })
    const { ids, logits } = JSON.parse(await readFile(join(trained, 'transformers.json'), 'utf8'))
    const axes = [
      { name: 'position', size: ids.length },
      { name: 'vocab', size: logits[0].length },
    ]
    const write = (data: readonly number[]): Promise<void> =>
      writeFile(
        join(folder, 'expected.json'),
        JSON.stringify({ made: 'transformers', inputs: { ids }, values: { logits: { axes, data } } }),
      )
    await write(logits.flat())
    const { code, stdout } = await cutaway(['check', folder, 'the cat', '--json'])
    assert.equal(code, 0)
    const { checks, layers } = JSON.parse(stdout)
    const fixture = checks.find(({ name }: { name: string }) => name === 'fixture')
    assert.equal(fixture.verdict, 'pass')
    assert.ok(fixture.largest > 0 && fixture.largest < 1e-4)
    assert.equal(layers.at(-1).against, 'fixture')
    await write(logits.flat().with(5, 9))
    const failed = await cutaway(['check', folder, 'the cat'])
    assert.equal(failed.code, 1)
    assert.match(
      failed.stdout,
      /1 of 19 failed\.\s+fixture: the difference there is \S+ of the value itself \(at logits\)/,
    )
    await writeFile(join(folder, 'expected.json'), '{ "inputs": { "ids": "the cat" }, "values": {} }')
    assert.equal(
      await complaint(['check', folder, 'the cat']),
      `${folder}/expected.json: inputs.ids must be a list of numbers. Write the file anew, with tools/make_expected.py.`,
    )
  })
})
