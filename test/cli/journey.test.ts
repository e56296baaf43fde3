// cutaway journey: in the terminal, as JSON, as a picture; and what it refuses.

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { saveRandomRuns } from './randomRuns.ts'
import { complaint, cutaway, tinySizes, type Workshop, workshopWithRun } from './run.ts'

describe('cutaway journey', () => {
  let place: Workshop
  let folder: string
  before(async () => {
    place = await workshopWithRun()
    folder = place.path
    await saveRandomRuns(folder)
  })
  after(() => place[Symbol.asyncDispose]())

  test('tells the parts that mattered most, and why not another token', async () => {
    const { code, stdout, stderr } = await cutaway(['journey', 'runs/cat', 'a cat', '--against', 'c'], { folder })
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' })
    assert.match(
      stdout,
      /^Why “.” \(\d+\.\d %\) rather than “c” \(\d+\.\d %\) after “t”, place 4\?\nOf runs\/cat; what is read: “a cat”\n/,
    )
    assert.match(stdout, /All together: the logit, or the difference of both\.$/m)
    assert.equal(stdout.match(/added [+−]/g)?.length, 5)
  })

  test('tells every step', async () => {
    const { stdout } = await cutaway(['journey', 'runs/cat', 'a cat', '--full', '--position', '2'], { folder })
    assert.match(stdout, /^The journey of “c” \(place 2\), step by step\n/)
    assert.match(stdout, /^ {2,}0 {2}“c” is the number \d+ to the model\.$/m)
    assert.match(stdout, /This is where it looked, not why\./)
    assert.match(stdout, /^ {2,}22 {2}“.” is drawn, which had \d/m)
  })

  test('gives all of it as JSON, for a translator too, and as a picture and a page', async () => {
    const words = ['journey', 'runs/reader', 'the cat', '--target', 'tac', '--temperature', '0.5', '--json']
    const { tokens, source, steps, short } = JSON.parse((await cutaway(words, { folder })).stdout)
    assert.deepEqual(
      [tokens.slice(1), source.slice(0, 3)],
      [
        ['t', 'a', 'c'],
        ['t', 'h', 'e'],
      ],
    )
    assert.equal(steps.length, 3 + 13 + 3)
    const across = steps.filter(({ isAcross }: { isAcross?: boolean }) => isAcross)
    assert.deepEqual(
      across.map(({ kind }: { kind: string }) => kind),
      ['ask', 'answer', 'bring'],
    )
    assert.equal(across[1].sources, source.length)
    assert.equal(steps.at(-2).temperature, 0.5)
    assert.ok(short.parts.every(({ sentence }: { sentence: string }) => sentence.endsWith('.')))
    await cutaway(['journey', 'runs/cat', 'a cat', '--full', '--svg', 'j.svg', '--html', 'j.html'], { folder })
    for (const file of ['j.svg', 'j.html'])
      assert.ok((await readFile(join(folder, file), 'utf8')).includes('is the number'), file)
  })

  test('tells what fills in and what classifies', async () => {
    const { stdout } = await cutaway(['journey', 'runs/filler', 'the cat'], { folder })
    assert.match(stdout, /There is no short journey: what the unembedding reads is no sum of parts/)
    const mood = await cutaway(['journey', 'runs/mood', 'the cat'], { folder })
    assert.match(mood.stdout, /There is no short journey: what the unembedding reads is no sum of parts/)
  })

  test('holds two texts or two tokens side by side', async () => {
    const words = ['journey', 'runs/cat', 'a cat', '--with', 'a tat', '--threshold', '0', '--json']
    const { parts, threshold, a, b, steps } = JSON.parse((await cutaway(words, { folder })).stdout)
    assert.deepEqual([parts, threshold, steps[5].kind], [5, 0, 'answer'])
    assert.deepEqual([a.position, b.tokens], [4, ['a', ' ', 't', 'a', 't']])
    const { stdout } = await cutaway(['journey', 'runs/cat', 'a cat', '--position', '0', '--with-position', '3'], {
      folder,
    })
    assert.match(stdout, /^Two journeys; first: “a” \(place 0\); second: “a” \(place 3\)\n/)
    assert.match(stdout, /^They part at step \d+, /m)
  })

  test('holds two checkpoints side by side', async () => {
    const words = ['journey', 'runs/cat', 'a cat', '--json']
    const same = JSON.parse((await cutaway([...words, '--with-run', 'runs/cat'], { folder })).stdout)
    assert.equal(same.parts, undefined)
    assert.ok(same.steps.every(({ distance }: { distance: number }) => distance === 0))
    const trained = await cutaway(['train', 'cat.txt', ...tinySizes, '--steps', '6', '--out', 'runs/later'], { folder })
    assert.equal(trained.code, 0, trained.stderr)
    const later = [...words, '--with-run', 'runs/later', '--threshold', '0']
    assert.equal(JSON.parse((await cutaway(later, { folder })).stdout).parts, 1)
    assert.equal(
      await complaint(['journey', 'runs/cat', 'a cat', '--with-run', 'runs/filler'], { folder }),
      'journey: --with-run runs/filler: its tokens are others than those of the first run. Give a run with the same tokenizer.',
    )
  })

  test('refuses what makes no sense', async () => {
    const complain = (...words: string[]): Promise<string> => complaint(['journey', 'runs/cat', ...words], { folder })
    assert.equal(
      await complain('a cat', '--threshold', '0.2'),
      'journey: --threshold says when two ways are apart, but there is only one. Give --with "another text", --with-position N or --with-run RUN too.',
    )
    assert.equal(
      await complain('a cat', '--with', 'a'),
      'journey: one text has 5 tokens, the other 1. Give two of one length.',
    )
    assert.equal(
      await complain('a cat', '--position', '9'),
      'journey: --position 9: there are the positions 0 to 4. Give one of these, or count from the end: -1 is the last.',
    )
    assert.match(
      await complain('a cat', '--token', 'tt'),
      /^journey: --token "tt" is 2 tokens, "t" "t"\. Give a text that is one token/,
    )
  })
})
