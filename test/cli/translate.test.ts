// cutaway translate and fill: what models write that read a text first, as it is shown and as JSON.

import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { saveRandomRuns } from './randomRuns.ts'
import { complaint, cutaway, type Workshop, workshopWithRun } from './run.ts'

describe('cutaway translate and fill', () => {
  let place: Workshop
  let folder: string
  before(async () => {
    place = await workshopWithRun()
    folder = place.path
    await saveRandomRuns(folder)
  })
  after(() => place[Symbol.asyncDispose]())

  const run = (...words: string[]) => cutaway(words, { folder })
  const complain = (...words: string[]) => complaint(words, { folder })

  test('a text is translated, the same alone and in a file', async () => {
    const alone = await run('translate', 'runs/reader', 'the cat', 'at')
    assert.equal(alone.code, 0, alone.stderr)
    await writeFile(join(folder, 'sources.txt'), 'the cat\nat\n')
    const file = await run('translate', 'runs/reader', '--file', 'sources.txt')
    assert.equal(file.stdout, alone.stdout)
    assert.equal(file.stdout.split('\n').length, 3)
    await writeFile(join(folder, 'gaps.txt'), 'the cat\n\nat')
    const [first, second] = alone.stdout.split('\n')
    assert.equal((await run('translate', 'runs/reader', '--file', 'gaps.txt')).stdout, `${first}\n\n${second}\n`)
  })

  test('the best of a search, with their scores', async () => {
    const search = ['translate', 'runs/reader', 'the cat', '--beam', '4', '--length-penalty', '0.6', '--n-best', '3']
    const { stdout } = await run(...search)
    const scores = stdout
      .trimEnd()
      .split('\n')
      .map((line) => Number(line.split('  ')[0]))
    assert.equal(scores.length, 3)
    assert.deepEqual(
      scores.toSorted((a, b) => b - a),
      scores,
    )
    const { beams, lengthPenalty, translations } = JSON.parse((await run(...search, '--json')).stdout)
    assert.deepEqual({ beams, lengthPenalty }, { beams: 4, lengthPenalty: 0.6 })
    assert.equal(translations[0].source, 'the cat')
    assert.deepEqual(
      translations[0].texts.map(({ score }: { score: number }) => Number(score.toFixed(3))),
      scores,
    )
  })

  test('masks are filled in', async () => {
    const { stdout } = await run('fill', 'runs/filler', 'the [MASK]at', '--top', '3')
    const rows = stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.trim().split(/ {2,}/))
    assert.equal(rows.length, 3)
    const { masks } = JSON.parse((await run('fill', 'runs/filler', '[MASK]he c[MASK]t', '--json')).stdout)
    assert.deepEqual(
      masks.map(({ position }: { position: number }) => position),
      [1, 6],
    )
    for (const { fillings } of masks) assert.equal(fillings.length, 5)
  })

  test('values are replaced while they write, and the JSON says which', async () => {
    // The end, the first of the tokens, is as likely as any.
    const edit = 'decoder.logits = 0'
    const ended = JSON.parse((await run('translate', 'runs/reader', 'at', '--json', '--edit', edit)).stdout)
    assert.deepEqual(ended, { edits: [edit], translations: [{ source: 'at', texts: [{ text: '', tokens: [] }] }] })
    const filled = JSON.parse(
      (await run('fill', 'runs/filler', 'the [MASK]at', '--json', '--edit', 'logits = scale 0')).stdout,
    )
    assert.deepEqual(filled.edits, ['logits = scale 0'])
    for (const { probability } of filled.masks[0].fillings) assert.ok(Math.abs(probability - 1 / 11) < 1e-6)
    // What the same text has there changes nothing: it is read alike, with its special tokens.
    const [plain, same] = await Promise.all(
      [[], ['--edit', 'bert.blocks.0.output = from "the [MASK]at"']].map((more) =>
        run('fill', 'runs/filler', 'the [MASK]at', ...more),
      ),
    )
    assert.deepEqual(same, plain)
  })

  test('complain of what makes no sense', async () => {
    assert.equal(
      await complain('translate', 'runs/reader', 'the cat the cat'),
      'translate: "the cat the cat" has 16 tokens, but the model was made for 12. Cut it into shorter texts.',
    )
    assert.equal(
      await complain('translate', 'runs/reader'),
      'cutaway: translate needs a text: cutaway translate runs/reader "…", or --file FILE.',
    )
    assert.equal(
      await complain('translate', 'runs/reader', 'at', '--length-penalty', '2'),
      'translate: --length-penalty belongs to a beam search. Add --beam 4.',
    )
    assert.equal(
      await complain('translate', 'runs/cat', 'at'),
      'translate: runs/cat holds a model that writes on (a decoder); translate needs a translator (an encoder and a decoder). Try "cutaway generate runs/cat …".',
    )
    assert.equal(
      await complain('translate', 'runs/reader', 'at', '--edit', 'logits = 0'),
      'edits: there is no value "logits". There are, for instance, "decoder.logits".',
    )
    assert.equal(
      await complain('fill', 'runs/filler', '[MASK]at', '--edit', 'bert.blocks.0.output {position: 5} = 0'),
      'fill: the edit of bert.blocks.0.output {position: 5} never took effect: positions 0 to 4 were computed. Give a place among these, or a longer text.',
    )
    assert.equal(
      await complain('fill', 'runs/filler', 'the cat'),
      'fill: there is no [MASK] in "the cat". Put one where a token is to be guessed.',
    )
    assert.equal(
      await complain('generate', 'runs/cat', '--beam', '2', '--top-k', '3'),
      'generate: --top-k belongs to sampling, but a beam search draws nothing. Leave one out.',
    )
    assert.match(
      await complain('generate', 'runs/cat', '--chat', '--prompt', 'a'),
      /^runs\/cat: chat template: the model has none/,
    )
  })
})
