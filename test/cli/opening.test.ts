// How texts begin: generate, eval and attention agree about <s>.

import assert from 'node:assert/strict'
import { copyFile, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { filesOf } from '../../src/checkpoint/filesOf.ts'
import { loadFolder } from '../../src/checkpoint/load.ts'
import { reference } from '../../src/engine/reference.ts'
import { surpriseOf } from '../../src/evaluate/surprise.ts'
import { Generator } from '../../src/generate/generate.ts'
import type { DecoderModel } from '../../src/model/language.ts'
import { saveRandomRuns, saveSpacedRun, spacedPieces } from './randomRuns.ts'
import { complaint, cutaway, type Workshop, workshopWithRun } from './run.ts'

const [, begin, , , the, fox, now] = spacedPieces.keys()

describe('how texts begin', () => {
  let place: Workshop
  let folder: string
  before(async () => {
    place = await workshopWithRun()
    folder = place.path
    await saveRandomRuns(folder)
    await saveSpacedRun(join(folder, 'spaced'))
    await writeFile(join(folder, 'fox.txt'), 'the fox now')
  })
  after(() => place[Symbol.asyncDispose]())

  const run = async (...words: string[]) => JSON.parse((await cutaway([...words, '--json'], { folder })).stdout)
  const opened = async () => {
    const engine = reference()
    const { model } = await loadFolder(filesOf(join(folder, 'spaced')), engine)
    return { engine, model: model as DecoderModel }
  }
  const greedy = async (prompt: readonly number[]): Promise<number[]> => {
    const ids: number[] = []
    for await (const { id } of new Generator(await opened()).generate(prompt, { tokens: 5, temperature: 0 }))
      ids.push(id)
    return ids
  }
  const written = async (...words: string[]): Promise<number[]> => {
    const { tokens } = await run('generate', 'spaced', '--tokens', '5', '--temperature', '0', ...words)
    return tokens.map(({ id }: { id: number }) => id)
  }

  test('generate: with <s>, or without it', async () => {
    assert.deepEqual(await written('--prompt', 'the fox'), await greedy([begin, the, fox]))
    assert.deepEqual(await written('--prompt', 'the fox', '--no-special'), await greedy([the, fox]))
    assert.deepEqual(await written(), await greedy([begin]))
    assert.deepEqual(await written('--no-special'), await greedy([spacedPieces.indexOf('<0x0A>')]))
  })

  test('generate: without a prompt, with bos_token_id where the tokenizer puts nothing before a text', async () => {
    const path = join(folder, 'spaced', 'tokenizer.json')
    const json = JSON.parse(await readFile(path, 'utf8'))
    const named = join(folder, 'spaced', 'generation_config.json')
    await copyFile(named, `${named}.kept`)
    await writeFile(path, JSON.stringify({ ...json, post_processor: null }))
    await writeFile(named, JSON.stringify({ do_sample: false, bos_token_id: now }))
    assert.deepEqual(await written(), await greedy([now]))
    // A run that was trained here has never seen it.
    await writeFile(join(folder, 'spaced', 'training.safetensors'), '')
    assert.deepEqual(await written(), await greedy([spacedPieces.indexOf('<0x0A>')]))
    await writeFile(path, JSON.stringify(json))
    await copyFile(`${named}.kept`, named)
  })

  test('eval: the first token of the text is predicted too, after <s>', async () => {
    const told = await run('eval', 'spaced', 'fox.txt')
    const own = await surpriseOf({ ...(await opened()), ids: Int32Array.of(begin, the, fox, now) })
    assert.ok(Math.abs(told.loss - own.loss) < 1e-6)
    assert.deepEqual([told.predicted, told.characters, told.predictedCharacters], [3, 11, 11])
    assert.ok(Math.abs(told.bitsPerCharacter - (3 * told.loss) / Math.LN2 / 11) < 1e-9)

    const plain = await run('eval', 'spaced', 'fox.txt', '--no-special')
    const rest = await surpriseOf({ ...(await opened()), ids: Int32Array.of(the, fox, now) })
    assert.ok(Math.abs(plain.loss - rest.loss) < 1e-6)
    assert.deepEqual([plain.predicted, plain.predictedCharacters], [2, 8])
  })

  test('attention: <s> is looked at', async () => {
    assert.deepEqual((await run('attention', 'spaced', 'the fox')).tokens, ['<s>', ' the', ' fox'])
    assert.deepEqual((await run('attention', 'spaced', 'the fox', '--no-special')).tokens, [' the', ' fox'])
    assert.deepEqual((await run('attention', 'runs/filler', 'the', '--no-special')).tokens, ['t', 'h', 'e'])
  })

  test('the help says so', async () => {
    for (const command of ['generate', 'eval', 'attention'])
      assert.match((await cutaway([command, '--help'])).stdout, /begins with what the tokenizer\s+puts before it/)
  })

  test('--no-special is refused where it would say nothing', async () => {
    assert.equal(
      await complaint(['eval', 'runs/filler', 'fox.txt', '--no-special'], { folder }),
      'eval: --no-special is for models that write on; this one always reads whole texts. Leave it out.',
    )
    assert.equal(
      await complaint(['generate', 'spaced', '--chat', '--prompt', 'the', '--no-special'], { folder }),
      'generate: --no-special leaves out what the tokenizer adds, but with --chat the template alone says what a text begins with. Leave one out.',
    )
  })
})
