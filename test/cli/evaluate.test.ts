// cutaway eval: how surprised a model is by a text.

import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { saveRandomRuns } from './randomRuns.ts'
import { complaint, cutaway, text, type Workshop, workshopWithRun } from './run.ts'

describe('cutaway eval', () => {
  let place: Workshop
  let folder: string
  before(async () => {
    place = await workshopWithRun()
    folder = place.path
    await saveRandomRuns(folder)
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

  const evaluated = async (words: string): Promise<string> => {
    const { code, stdout, stderr } = await cutaway(['eval', ...words.split(' ')], { folder })
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' })
    return stdout
  }
  /** The rows that name these, without their explanation. */
  const numbers = (stdout: string): Map<string, string> =>
    new Map(stdout.split('\n').map((line) => [line.split(' ')[0], line.split(/ +/)[1]]))

  test('of a model that fills in, how many hidden tokens it guesses', async () => {
    const stdout = await evaluated('runs/filler cat.txt')
    assert.match(stdout, /^loss +\d\.\d{4} {2}nats per hidden token; guessing costs 2\.3979 \(ln 11\)$/m)
    assert.match(stdout, /^accuracy +\d+\.\d % {2}of the hidden tokens are guessed right$/m)
    assert.match(stdout, /^measured +720 {2}tokens, of which 15 % were asked for$/m)
    const { loss, accuracy, count } = JSON.parse(await evaluated('runs/filler cat.txt --json'))
    assert.equal(loss.toFixed(4), numbers(stdout).get('loss'))
    assert.equal((100 * accuracy).toFixed(1), numbers(stdout).get('accuracy'))
    assert.equal(count, 720)
  })

  test('of a translator, how many targets it would write exactly', async () => {
    await writeFile(join(folder, 'pairs.tsv'), `the cat\ta cat\nteach\tat\n${'the cat '.repeat(9)}\tcat\n`)
    const stdout = await evaluated('runs/reader pairs.tsv')
    assert.match(stdout, /^loss +\d+\.\d{4} {2}nats per token of the target; guessing costs 2\.1972 \(ln 9\)$/m)
    assert.match(stdout, /^exact +0\.0 % {2}of the targets would be written exactly, token by token the likeliest$/m)
    assert.match(stdout, /^measured +2 {2}pairs; 1 was left out, being too long$/m)
    await writeFile(join(folder, 'sources'), 'the cat\nteach\n')
    await writeFile(join(folder, 'targets'), 'a cat\nat\n')
    await writeFile(join(folder, 'named.tsv'), 'en\tother\tde\nthe cat\t\ta cat\nteach\t\tat\n')
    for (const files of ['sources targets', 'named.tsv --source en --target de'])
      assert.deepEqual(numbers(await evaluated(`runs/reader ${files}`)), numbers(stdout))
    const { exact, tooLong } = JSON.parse(await evaluated('runs/reader pairs.tsv --json'))
    assert.deepEqual({ exact, tooLong }, { exact: 0, tooLong: 1 })
  })

  test('of a classifier, how many texts get their label', async () => {
    const all = ['bad\tthe cat', 'good\ta cat', 'so so\tteach', 'bad\tat the cat the cat']
    await writeFile(join(folder, 'labelled.tsv'), all.join('\n'))
    const stdout = await evaluated('runs/mood labelled.tsv')
    assert.match(stdout, /^loss +\d\.\d{4} {2}nats per text; guessing costs 1\.0986 \(ln 3\)$/m)
    assert.match(stdout, /^perplexity +\d\.\d{3} {2}e\^loss: between so many equally likely labels it hesitates$/m)
    assert.match(stdout, /^measured +4 {2}texts; 1 was cut, being too long$/m)
    // One label alone says how often the model knows it.
    let right = 0
    for (const [i, line] of all.entries()) {
      await writeFile(join(folder, `one${i}.tsv`), line)
      right += JSON.parse(await evaluated(`runs/mood one${i}.tsv --json`)).accuracy
    }
    assert.equal(JSON.parse(await evaluated('runs/mood labelled.tsv --json')).accuracy, right / all.length)
  })

  test('of a model with values replaced: without a preference each costs what guessing does', async () => {
    const told = async (...words: string[]) =>
      JSON.parse((await cutaway(['eval', ...words, '--json'], { folder })).stdout)
    await writeFile(join(folder, 'two.tsv'), 'bad\tthe cat\ngood\ta cat\n')
    const each: readonly (readonly [words: string[], edit: string, choices: number])[] = [
      [['runs/cat', 'cat.txt'], 'logits = 0', 11],
      [['runs/filler', 'cat.txt'], 'logits = scale 0', 11],
      [['runs/mood', 'two.tsv'], 'classes = mean over class', 3],
    ]
    const found = await Promise.all(each.map(([words, edit]) => told(...words, '--edit', edit)))
    for (const [i, { edits, loss }] of found.entries()) {
      assert.deepEqual(edits, [each[i][1]])
      assert.ok(Math.abs(loss - Math.log(each[i][2])) < 1e-5, `${loss}`)
    }
    assert.equal(
      await complaint(['eval', 'runs/cat', 'cat.txt', '--edit', 'blocks.0.output {position: 8} = 0'], { folder }),
      'edits: the edit of blocks.0.output {position: 8} never took effect: positions 0 to 7 were computed. Give a place among these, or a longer text.',
    )
  })

  test('with rounded weights, about the same', async () => {
    const [full, rounded] = await Promise.all(
      ['', ' --weights bf16'].map(async (how) => JSON.parse(await evaluated(`runs/filler cat.txt --json${how}`)).loss),
    )
    assert.ok(full !== rounded && Math.abs(full - rounded) < 0.05, `${full} ${rounded}`)
  })

  test('leaves out what the tokenizer does not know, if it is told to', async () => {
    await writeFile(join(folder, 'dogs.txt'), `${text}dogs`)
    const told = JSON.parse(await evaluated('runs/cat dogs.txt --skip-unknown --json'))
    const plain = JSON.parse(await evaluated('runs/cat cat.txt --json'))
    assert.deepEqual([told.skipped, told.characters - plain.characters], [2, 2])
    assert.match(
      await evaluated('runs/cat dogs.txt --skip-unknown'),
      /^skipped +2 {2}characters that the tokenizer does not know$/m,
    )
    // There the vocabulary has a token for what is unknown.
    assert.equal(JSON.parse(await evaluated('runs/filler dogs.txt --skip-unknown --json')).skipped, 0)
  })

  test('complains of examples that are none', async () => {
    const files = {
      'one-column.tsv': 'the cat\ta cat\nteach\n',
      'long.tsv': `${'the cat '.repeat(9)}\tcat\n`,
      'unknown.tsv': 'great\tthe cat\nbad\ta cat\n',
      'short.txt': 'at',
      'empty.tsv': '',
    }
    for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content)
    const complaints: readonly [words: string, message: string][] = [
      [
        'runs/reader one-column.tsv',
        'one-column.tsv, line 2: there is 1 column, but the target is to stand in column 2. Put one tab between columns.',
      ],
      ['runs/reader long.tsv', 'pairs: none fits the 12 tokens that the model looks at. Give shorter ones.'],
      ['runs/reader empty.tsv', 'text: empty.tsv is empty. Name a file with text in it.'],
      [
        'runs/mood unknown.tsv',
        'labels: "great" is none of those that the model knows: bad, good, so so. Correct it, or train a model that learns it.',
      ],
      [
        'runs/mood unknown.tsv short.txt',
        'eval: a classifier takes one file, but got also short.txt. Measure them one by one.',
      ],
      [
        'runs/mood unknown.tsv --target en',
        'eval: --target names a column of a table, but labelled texts have those of --source and --label. Leave it out.',
      ],
      [
        'runs/reader long.tsv --label en',
        'eval: --label names a column of a table, but a table of pairs has those of --source and --target. Leave it out.',
      ],
      [
        'runs/filler cat.txt --source en',
        'eval: --source names a column of a table, but this model is given plain text. Leave it out.',
      ],
    ]
    for (const [words, message] of complaints)
      assert.equal(await complaint(['eval', ...words.split(' ')], { folder }), message)
  })

  test('complains of what is missing', async () => {
    assert.equal(
      await complaint(['eval', 'runs/cat'], { folder }),
      'cutaway: eval needs a file: cutaway eval runs/cat FILE….',
    )
    assert.equal(
      await complaint(['eval'], { folder }),
      'cutaway: eval needs the folder of a run: cutaway eval runs/cat. There are runs/cat, runs/filler, runs/mood, runs/reader.',
    )
    await writeFile(join(folder, 'one.txt'), 'a')
    assert.equal(
      await complaint(['eval', 'runs/cat', 'one.txt'], { folder }),
      'eval: one token holds nothing to predict. Give a longer text.',
    )
    // Only the models that a command can open are named.
    assert.equal(
      await complaint(['fill'], { folder }),
      'cutaway: fill needs the folder of a run: cutaway fill runs/filler. There is runs/filler.',
    )
    // In a clone the command is called through npm.
    assert.equal(
      await complaint(['eval', 'runs/cat'], { folder, env: { npm_lifecycle_event: 'cutaway' } }),
      'cutaway: eval needs a file: npm run cutaway -- eval runs/cat FILE….',
    )
    await writeFile(join(folder, 'dog.txt'), 'a dog')
    assert.match(
      await complaint(['eval', 'runs/cat', 'dog.txt'], { folder }),
      /^tokenizer: the vocabulary has no "d" \(character 3\), no "g" \(character 5\);/,
    )
  })
})
