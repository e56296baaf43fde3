// cutaway generate: what a model writes, as it comes and as JSON.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { copyFile, cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { complaint, cutaway, type Workshop, workshop, workshopWithRun } from './run.ts'

describe('cutaway generate', () => {
  let place: Workshop
  let folder: string
  before(async () => {
    place = await workshopWithRun()
    folder = place.path
  })
  after(() => place[Symbol.asyncDispose]())
  const generate = (...words: string[]) => cutaway(['generate', 'runs/cat', ...words], { folder })
  const complain = (...words: string[]) => complaint(['generate', ...words], { folder })

  test('writes the prompt and goes on with it, and says once when it can no longer see all', async () => {
    const { code, stdout, stderr } = await generate('--prompt', 'the cat', '--tokens', '20', '--seed', '1')
    assert.equal(code, 0)
    assert.match(stdout, /^the cat[ .acehmnost]{20}\n$/)
    assert.equal(
      stderr,
      'generate: the text became longer than the 8 tokens that the model sees; from there on it saw the last 4 to 8.\n',
    )
  })

  test('writes the same with the same seed, and something else with another', async () => {
    const written = async (seed: string) => (await generate('--tokens', '30', '--seed', seed)).stdout
    assert.equal(await written('1'), await written('1'))
    assert.notEqual(await written('1'), await written('2'))
  })

  test('takes the likeliest at temperature 0, whatever the seed', async () => {
    const written = async (seed: string) =>
      (await generate('--temperature', '0', '--tokens', '8', '--seed', seed)).stdout
    assert.equal(await written('1'), await written('2'))
  })

  test('gives tokens with their log-probabilities as JSON', async () => {
    const { stdout } = await generate('--prompt', 'the', '--tokens', '3', '--top-k', '4', '--seed', '7', '--json')
    const { prompt, text, seed, topK, tokens } = JSON.parse(stdout)
    assert.deepEqual({ prompt, seed, topK }, { prompt: 'the', seed: 7, topK: 4 })
    assert.equal(tokens.length, 3)
    assert.equal(text, tokens.map(({ token }: { token: string }) => token).join(''))
    for (const { logProbability } of tokens) assert.ok(logProbability < 0 && logProbability > -5, `${logProbability}`)
  })

  test('writes as the model does with values replaced, and says which', async () => {
    const words = ['--temperature', '0', '--tokens', '2', '--json', '--edit', 'logits = 0']
    const { edits, tokens } = JSON.parse((await generate(...words)).stdout)
    assert.deepEqual(edits, ['logits = 0'])
    for (const { id, logProbability } of tokens) {
      assert.equal(id, tokens[0].id)
      assert.ok(Math.abs(logProbability + Math.log(11)) < 1e-6, `${logProbability}`)
    }
    assert.equal(
      await complain('runs/cat', '--json', '--tokens', '2', '--edit', 'block.0.output = 0'),
      'edits: there is no value "block.0.output". Did you mean "blocks.0.output", "blocks.1.output" or "blocks.0.mlp.output"?',
    )
    const { code, stdout, stderr } = await generate(
      ...['--prompt', 'the', '--tokens', '2', '--edit', 'blocks.0.output {position: 7} = 0'],
    )
    assert.equal(code, 1)
    assert.match(stdout, /^the..\n$/)
    assert.equal(
      stderr,
      'generate: the edit of blocks.0.output {position: 7} never took effect: positions 0 to 3 were computed. Give a place among these, or a longer text.\n',
    )
  })

  test('ends quietly when its reader does', async () => {
    const command = `"${process.execPath}" "${new URL('../../src/cli/main.ts', import.meta.url).pathname}" generate runs/cat --tokens 100000`
    const shell = spawn('bash', ['-c', `${command} | head -c 5; echo " \${PIPESTATUS[0]}"`], { cwd: folder })
    let [stdout, stderr] = ['', '']
    shell.stdout.setEncoding('utf8').on('data', (text) => (stdout += text))
    shell.stderr.setEncoding('utf8').on('data', (text) => (stderr += text))
    await new Promise((resolve) => shell.on('close', resolve))
    assert.match(stdout, /^[\s\S]{5} 0\n$/)
    assert.doesNotMatch(stderr, /EPIPE|Error/)
  })

  test('names the runs there are when none is given, and the nearest of a wrong one', async () => {
    assert.equal(
      await complain(),
      'cutaway: generate needs the folder of a run: cutaway generate runs/cat. There is runs/cat.',
    )
    assert.equal(await complain('runs/cot'), 'runs/cot: there is no such folder. Did you mean "runs/cat"?')
    await using empty = await workshop()
    assert.equal(
      await complaint(['generate'], { folder: empty.path }),
      'cutaway: generate needs the folder of a run: cutaway generate runs/name. Train one with "cutaway train".',
    )
  })

  test('names the characters that the model does not know', async () => {
    assert.equal(
      await complain('runs/cat', '--prompt', 'the dog ☃'),
      'tokenizer: the vocabulary has no "d" (character 5), no "g" (character 7), no "☃" (character 9); it knows the 11 characters of its training text. Leave them out, or train on a text that has them.',
    )
    assert.equal(
      await complain('runs/cat', '--prompt', ''),
      'generate: the prompt is empty. Give at least one character, or leave --prompt out.',
    )
  })

  test('complains of what makes no sense', async () => {
    assert.equal(
      await complain('runs/cat', '--temperature', '-1'),
      'cutaway: --temperature needs a number from 0, but got "-1".',
    )
    assert.equal(
      await complain('runs/cat', '--top-p', '0'),
      'cutaway: --top-p needs a number above 0 to 1, but got "0".',
    )
    assert.equal(
      await complain('runs/cat', 'the cat'),
      'cutaway: generate takes one run, but got also "the cat". A prompt is given with --prompt.',
    )
  })

  test('complains of a damaged run, and of a foreign one', async () => {
    const damaged = join(folder, 'damaged')
    await cp(join(folder, 'runs/cat'), damaged, { recursive: true })
    const weights = await readFile(join(damaged, 'model.safetensors'))
    await writeFile(join(damaged, 'model.safetensors'), weights.subarray(0, weights.length - 1000))
    assert.match(
      await complain('damaged'),
      /^damaged\/model\.safetensors: tensor ".*": it ends at byte \d+ of the data, but the file has only \d+\. The file is cut off; fetch or save it again\.$/,
    )
    await writeFile(join(damaged, 'config.json'), '{"model_type": "t5"}')
    assert.equal(
      await complain('damaged'),
      'damaged/config.json: it describes the model_type "t5"; Cutaway reads models of type gpt2, llama, mistral, qwen2, qwen3, bert, marian, whisper, skip-gram, imagegpt, vit, deit, dinov2 and clip. Take another folder.',
    )
    await mkdir(join(folder, 'empty'))
    assert.equal(
      await complain('empty'),
      'empty: there is no config.json in it. Name a folder that holds a model: one that Cutaway saved, or one from Hugging Face.',
    )
    await copyFile(join(folder, 'cat.txt'), join(damaged, 'config.json'))
    assert.match(await complain('damaged'), /^damaged\/config\.json: this is not JSON \(/)
  })
})
