// cutaway train --as word2vec: from a text to vectors of words, stopped and gone on with, and what can be wrong with what it is told.

import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { complaint, cutaway, type Workshop, workshop } from './run.ts'

/** Sentences in which day and night stand among the same words, and cats do not. */
const text = Array.from({ length: 300 }, (_, i) =>
  i % 2
    ? `the ${i % 4 === 1 ? 'day' : 'night'} was long and dark over the sea.\n\n`
    : 'a cat eats fish with milk at home.\n\n',
).join('')

describe('cutaway train --as word2vec', () => {
  let place: Workshop
  before(async () => {
    place = await workshop()
    await writeFile(join(place.path, 'words.txt'), text)
    await writeFile(join(place.path, 'few.txt'), 'one two one two one two')
  })
  after(() => place[Symbol.asyncDispose]())
  const train = (words: string) =>
    cutaway(['train', 'words.txt', '--as', 'word2vec', '--model', '12', ...words.split(' ')], { folder: place.path })
  const state = (run: string) => readFile(join(place.path, run, 'training.safetensors'))

  test('learns which words are alike, and draws it', async () => {
    const words =
      '--window 3 --negative 2 --lr 0.05 --epochs 30 --sample 0 --pairs day,night --pairs day,milk --svg alike.svg --json'
    const { code, stdout, stderr } = await train(`${words} --out alike`)
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' })
    const [printed, saved] = [
      stdout.split('\n').filter((line) => line.startsWith('{')),
      stdout.trim().split('\n').at(-1),
    ]
    const events = printed.map((line) => JSON.parse(line))
    const likeness = events.filter(({ kind }) => kind === 'likeness')
    const [alike, apart] = likeness.at(-1).cosines
    assert.ok(alike > 0.8 && apart < 0.5, `${alike}, ${apart}`)
    assert.ok(likeness.length > 20 && likeness[0].step === 0 && Math.abs(likeness[0].cosines[0]) < 0.8)
    const losses = events.filter(({ kind }) => kind === 'evaluation').map(({ validation }) => validation)
    assert.ok(Math.abs(losses[0] - 3 * Math.LN2) < 1e-5 && losses.at(-1) < 1.6, losses.join())
    assert.equal(saved, 'Saved in alike.svg.')
    assert.match(await readFile(join(place.path, 'alike.svg'), 'utf8'), /day, night/)
    const opened = await cutaway(['embed', 'alike', 'words.txt', '--json'], { folder: place.path })
    assert.deepEqual({ code: opened.code, stderr: opened.stderr }, { code: 0, stderr: '' })
  })

  test('goes on to the same bits', async () => {
    const options = '--steps 30 --eval-every 10 --save-every 10'
    await train(`${options} --out whole`)
    const words = `train words.txt --as word2vec --model 12 ${options} --out cut`.split(' ')
    const { stdout } = await cutaway(words, { folder: place.path, interruptAt: 'step 10' })
    assert.match(stdout, /step 10/)
    await cutaway(['train', '--out', 'cut', '--resume'], { folder: place.path })
    assert.deepEqual(await state('cut'), await state('whole'))
  })

  const refusals: readonly [words: string, message: string][] = [
    ['--layers 2', 'cutaway: --as word2vec has no --layers: its model is two tables. Leave it out.'],
    ['--epochs 2 --steps 3', 'cutaway: --epochs says the steps as --steps does. Give one of them.'],
    [
      '--tokenizer bytes',
      'cutaway: --as word2vec learns whole words, not bytes. Leave out --tokenizer, or name a folder with a tokenizer.json.',
    ],
    ['--pairs day', 'cutaway: --pairs needs two words with a comma between them, as in dog,pooch, but got "day".'],
    [
      '--pairs day,nihgt',
      '--pairs: "nihgt" is none of the 18 words that are learnt: it is not in the text, or not often enough (--min-count). Did you mean "night"?',
    ],
    ['--svg x.svg', 'cutaway: --svg and --html show how like pairs of words became. Name some: --pairs dog,pooch.'],
    [
      '--min-count 1000',
      'tokenizer: no word of the text stands there 1000 times. Give a longer text, or ask for fewer times: 150 leaves two words.',
    ],
  ]
  for (const [words, message] of refusals)
    test(`refuses ${words}`, async () => {
      const all = `train words.txt --as word2vec --model 12 ${words} --out refused`
      assert.equal(await complaint(all.split(' '), { folder: place.path }), message)
    })

  test('refuses a text shorter than a window, and its flags where other models are trained', async () => {
    const other = (words: string) => complaint(['train', ...words.split(' ')], { folder: place.path })
    assert.equal(
      await other('few.txt --as word2vec --min-count 1 --out refused'),
      'cutaway: the text has 6 words that are frequent enough, of which a tenth is held back: too few for a --window of 5 words on either side. Give a longer text, or a smaller window.',
    )
    assert.equal(
      await other('words.txt --window 3 --out refused'),
      'cutaway: --window is for vectors of words, but this trains --as decoder. Leave it out, or train --as word2vec.',
    )
    assert.equal(
      await other('words.txt --steps 1 --pairs day,night --out refused'),
      'cutaway: --pairs is for vectors of words, but this trains --as decoder. Leave it out, or train --as word2vec.',
    )
    assert.equal(
      await other('words.txt --window 3 --out whole --resume'),
      'whole: it keeps its words and their windows. Leave out --window.',
    )
  })
})
