// How a run says that it writes, by its generation_config.json: followed, overridden by flags, or told.

import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { saveSpacedRun } from './randomRuns.ts'
import { complaint, cutaway, type Workshop, workshop } from './run.ts'

describe('generation_config.json', () => {
  let place: Workshop
  let folder: string
  before(async () => {
    place = await workshop()
    folder = place.path
    await saveSpacedRun(join(folder, 'spaced'))
  })
  after(() => place[Symbol.asyncDispose]())

  const asks = (says: object): Promise<void> =>
    writeFile(join(folder, 'spaced/generation_config.json'), JSON.stringify(says))
  const generate = (...words: string[]) => cutaway(['generate', 'spaced', '--prompt', 'the fox', ...words], { folder })
  const ids = async (...words: string[]): Promise<number[]> =>
    JSON.parse((await generate('--json', ...words)).stdout).tokens.map(({ id }: { id: number }) => id)

  test('how much is written, unless a flag says it', async () => {
    await asks({ max_new_tokens: 3 })
    const whole = await ids('--tokens', '9')
    assert.equal(whole.length, 9)
    assert.deepEqual(await ids(), whole.slice(0, 3))
    // With the prompt, which has three tokens.
    await asks({ max_length: 7 })
    assert.deepEqual(await ids(), whole.slice(0, 4))
    await asks({ max_length: 3 })
    assert.equal(
      await complaint(['generate', 'spaced', '--prompt', 'the fox'], { folder }),
      "generate: the run's max_length is 3 tokens, prompt and all, but the prompt has 3. Say with --tokens how many are written.",
    )
    await asks({ eos_token_id: whole[2], max_new_tokens: 4 })
    assert.deepEqual(await ids(), whole.slice(0, whole.indexOf(whole[2])))
  })

  test('what is not written', async () => {
    await asks({ max_new_tokens: 4 })
    const [first, second] = await ids()
    await asks({ max_new_tokens: 4, suppress_tokens: [first] })
    assert.ok(!(await ids()).includes(first))
    await asks({ max_new_tokens: 4, bad_words_ids: [[first, second]] })
    const [same, other] = await ids()
    assert.equal(same, first)
    assert.notEqual(other, second)
  })

  test('strings that end the text, unless a flag says another', async () => {
    await asks({ max_new_tokens: 8 })
    const whole = (await generate()).stdout
    const [, stop] = /^the fox.(.)/s.exec(whole) ?? []
    await asks({ max_new_tokens: 8, stop_strings: [stop] })
    assert.equal((await generate()).stdout, `${whole.slice(0, whole.indexOf(stop, 7))}\n`)
    assert.equal((await generate('--stop', 'nowhere')).stdout, whole)
  })

  test('several texts of a search', async () => {
    await asks({ max_new_tokens: 4, num_beams: 3, num_return_sequences: 2 })
    const { beams, written } = JSON.parse((await generate('--json')).stdout)
    assert.deepEqual([beams, written[0].texts.length], [3, 2])
    assert.equal(JSON.parse((await generate('--json', '--n-best', '3')).stdout).written[0].texts.length, 3)
    await asks({ max_new_tokens: 4, num_beams: 2, num_return_sequences: 4 })
    assert.equal(
      await complaint(['generate', 'spaced'], { folder }),
      "generate: the run's num_return_sequences, 4 is more than the 2 beams. Add --beam 4, or ask for fewer with --n-best.",
    )
  })

  test('what is not used is told, beside the text', async () => {
    await asks({
      max_new_tokens: 2,
      guidance_scale: 3,
      chat_format: 'x',
      temperature: 0,
      transformers_version: '5.24.0',
    })
    const place = 'spaced/generation_config.json'
    const { code, stderr } = await generate()
    assert.equal(code, 0)
    assert.deepEqual(stderr.trimEnd().split('\n'), [
      `${place}: temperature is 0 and is not used, as do_sample is not true. Give a number above 0; 1 leaves the logits as they are.`,
      `${place}: guidance_scale is not used. Cutaway writes as if the file did not ask for it.`,
      `${place}: "chat_format" is not known to Cutaway, and not used.`,
    ])
    await asks({ max_new_tokens: 2, num_beams: 2, do_sample: true })
    assert.equal(
      (await generate()).stderr,
      'generation_config.json: do_sample asks for tokens drawn by chance, but a beam search draws none; it is not used.\n',
    )
  })

  test('as it is saved, nothing is told', async () => {
    await saveSpacedRun(join(folder, 'saved'))
    assert.ok(await readFile(join(folder, 'saved/generation_config.json')))
    assert.equal((await cutaway(['generate', 'saved', '--tokens', '1'], { folder })).stderr, '')
  })
})
