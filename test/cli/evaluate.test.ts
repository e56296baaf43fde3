// cutaway eval: how surprised a model is by a text.

import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { complaint, cutaway, text, type Workshop, workshopWithRun } from './run.ts'

describe('cutaway eval', () => {
  let place: Workshop
  let folder: string
  before(async () => {
    place = await workshopWithRun()
    folder = place.path
  })
  after(() => place[Symbol.asyncDispose]())

  test('tells loss, perplexity and bits per character', async () => {
    const { code, stdout, stderr } = await cutaway(['eval', 'runs/cat', 'cat.txt'], { folder })
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' })
    assert.match(stdout, /^loss +\d\.\d{4} {2}nats per token; guessing costs 2\.3979 \(ln 11\)$/m)
    assert.match(stdout, /^perplexity +\d+\.\d{3} {2}e\^loss: between so many equally likely tokens it hesitates$/m)
    assert.match(stdout, /^bits +\d\.\d{4} {2}per character: what the text would take, packed by this model$/m)
    assert.match(stdout, /^predicted +719 {2}tokens, in windows of 8$/m)
  })

  test('gives the numbers as JSON, and they agree', async () => {
    const { stdout } = await cutaway(['eval', 'runs/cat', 'cat.txt', '--json'], { folder })
    const { loss, perplexity, bitsPerCharacter, predicted, characters } = JSON.parse(stdout)
    assert.equal(perplexity, Math.exp(loss))
    assert.ok(Math.abs(bitsPerCharacter - loss / Math.LN2) < 1e-12)
    assert.deepEqual([predicted, characters], [text.length - 1, text.length])
    assert.ok(loss > 1.5 && loss < 2.6, `${loss}`)
  })

  test('complains of what is missing', async () => {
    assert.equal(
      await complaint(['eval', 'runs/cat'], { folder }),
      'cutaway: eval needs a text: cutaway eval runs/cat FILE….',
    )
    assert.equal(
      await complaint(['eval'], { folder }),
      'cutaway: eval needs the folder of a run: cutaway eval runs/cat. There is runs/cat.',
    )
    await writeFile(join(folder, 'one.txt'), 'a')
    assert.equal(
      await complaint(['eval', 'runs/cat', 'one.txt'], { folder }),
      'eval: one token holds nothing to predict. Give a longer text.',
    )
    await writeFile(join(folder, 'dog.txt'), 'a dog')
    assert.match(
      await complaint(['eval', 'runs/cat', 'dog.txt'], { folder }),
      /^tokenizer: the vocabulary has no "d" \(character 3\), no "g" \(character 5\);/,
    )
  })
})
