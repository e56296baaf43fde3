// cutaway classify: labels of lines and of one text, with their shares.

import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { saveRandomRuns } from './randomRuns.ts'
import { complaint, cutaway, type Workshop, workshop } from './run.ts'

interface Class {
  readonly label: string
  readonly probability: number
}

describe('cutaway classify', () => {
  let place: Workshop
  let folder: string
  before(async () => {
    place = await workshop()
    folder = place.path
    await saveRandomRuns(folder)
    await writeFile(join(folder, 'lines.txt'), 'the cat\n\na cat\n')
  })
  after(() => place[Symbol.asyncDispose]())

  /** What the command prints for these words. */
  async function printed(...words: string[]): Promise<string> {
    const { code, stdout, stderr } = await cutaway(['classify', 'runs/mood', ...words], { folder })
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' })
    return stdout
  }
  const complain = (...words: string[]) => complaint(['classify', ...words], { folder })
  const shown = ({ label, probability }: Class): string => `${label} ${(100 * probability).toFixed(1)} %`

  test('says the likeliest label of each line, or as many as are asked for', async () => {
    const { lines } = JSON.parse(await printed('lines.txt', '--top', '3', '--json'))
    assert.deepEqual(
      lines.map(({ line }: { line: string }) => line),
      ['the cat', 'a cat'],
    )
    for (const { classes } of lines as { classes: Class[] }[]) {
      assert.deepEqual(classes.map(({ label }) => label).sort(), ['bad', 'good', 'so so'])
      const shares = classes.map(({ probability }) => probability)
      assert.ok(Math.abs(shares.reduce((sum, share) => sum + share, 0) - 1) < 1e-6)
      assert.deepEqual(
        shares.toSorted((a, b) => b - a),
        shares,
      )
    }
    const text = (top: number): string =>
      lines
        .map(({ line, classes }: { line: string; classes: Class[] }) => {
          const said = classes.slice(0, top).map(shown)
          return `${said.join(', ')}\t${line}\n`
        })
        .join('')
    assert.equal(await printed('lines.txt'), text(1))
    assert.equal(await printed('lines.txt', '--top', '3'), text(3))
  })

  test('says the same of a text alone, and nearly the same with rounded weights', async () => {
    const first = (await printed('lines.txt')).split('\n')[0]
    assert.equal(await printed('--text', 'the cat'), `${first}\n`)
    const shares = async (...words: string[]) => {
      const { lines } = JSON.parse(await printed('--text', 'the cat', '--top', '3', '--json', ...words))
      return new Map<string, number>(lines[0].classes.map(({ label, probability }: Class) => [label, probability]))
    }
    const [full, rounded] = [await shares(), await shares('--weights', 'bf16')]
    assert.notDeepEqual(full, rounded)
    for (const [label, share] of full) assert.ok(Math.abs(share - (rounded.get(label) ?? 0)) < 0.03, label)
  })

  test('compares two texts: of a command line, of every line with one, of every line', async () => {
    await writeFile(join(folder, 'pairs.tsv'), 'the\tcat\na cat\tthe\n')
    await writeFile(join(folder, 'pairs.jsonl'), '{"text":"the","text_pair":"cat"}\n')
    const pair = await printed('--text', 'the', '--pair', 'cat')
    assert.match(pair, /^\S.* %\tthe\tcat\n$/)
    const shares = async (...words: string[]) =>
      JSON.parse(await printed('--json', '--top', '3', ...words)).lines[0].classes
    assert.notDeepEqual(await shares('--text', 'the', '--pair', 'cat'), await shares('--text', 'the'))
    assert.equal((await printed('pairs.tsv', '--pairs')).split('\n')[0], pair.trimEnd())
    assert.equal(await printed('pairs.jsonl', '--pairs'), pair)
    const { lines: withOne } = JSON.parse(await printed('lines.txt', '--pair', 'a', '--json'))
    assert.deepEqual([withOne[1].line, withOne[1].second], ['a cat', 'a'])
    const { scores, lines } = JSON.parse(await printed('pairs.tsv', '--pairs', '--json'))
    assert.equal(scores, 'softmax')
    assert.deepEqual([lines[1].line, lines[1].second], ['a cat', 'the'])
  })

  test('classifies as the model does with values replaced, and says which', async () => {
    const { edits, lines } = JSON.parse(await printed('lines.txt', '--top', '3', '--json', '--edit', 'classes = 0'))
    assert.deepEqual(edits, ['classes = 0'])
    for (const { classes } of lines as { classes: Class[] }[])
      for (const { probability } of classes) assert.ok(Math.abs(probability - 1 / 3) < 1e-6)
    assert.equal(
      await complain('runs/mood', 'lines.txt', '--edit', 'bert.pooled {position: 0} = 1'),
      'edits: bert.pooled {position: 0}: the value has no axis "position", it is (batch 1, model 8).',
    )
  })

  test('says a probability of each class, or a number, where config.json says so', async () => {
    const config = join(folder, 'runs/mood/config.json')
    const before = await readFile(config, 'utf8')
    const saying = async (problem: string, ...words: string[]) => {
      await writeFile(config, JSON.stringify({ ...JSON.parse(before), problem_type: problem }))
      return printed('--text', 'the cat', '--top', '3', ...words)
    }
    try {
      const each = JSON.parse(await saying('multi_label_classification', '--json'))
      const numbers = JSON.parse(await saying('regression', '--json'))
      assert.deepEqual([each.scores, numbers.scores], ['sigmoid', 'none'])
      const [of, bare] = [each, numbers].map(({ lines }) => lines[0].classes)
      of.forEach(({ label, probability }: Class, i: number) => {
        assert.equal(label, bare[i].label)
        assert.ok(Math.abs(probability - 1 / (1 + Math.exp(-bare[i].number))) < 1e-6)
      })
      const shown = bare.map(({ label, number }: { label: string; number: number }) => `${label} ${number.toFixed(4)}`)
      assert.equal(await saying('regression'), `${shown.join(', ')}\tthe cat\n`)
      assert.equal(
        await complaint(['eval', 'runs/mood', 'lines.txt'], { folder }),
        'classifier: it gives numbers (config.json: problem_type, num_labels), but only one that gives a text one of several labels can be measured. Classify texts to see what it says.',
      )
    } finally {
      await writeFile(config, before)
    }
  })

  test('complains of what makes no sense', async () => {
    assert.equal(
      await complain('runs/mood', '--text', 'a', '--pairs'),
      'classify: --pairs says what a file holds, but a text was given. Give its second with --pair.',
    )
    assert.equal(
      await complain('runs/mood', 'lines.txt', '--pairs', '--pair', 'a'),
      'classify: --pairs gives each line its second text, --pair all of them. Leave one out.',
    )
    assert.equal(
      await complain('runs/mood', 'lines.txt', '--pairs'),
      'lines.txt, line 1: there is 1 column, but the second text is to stand in column 2. Put one tab between columns.',
    )
    assert.equal(
      await complain('runs/mood'),
      'cutaway: classify needs a file or a text: cutaway classify runs/mood FILE, or --text "…".',
    )
    assert.equal(
      await complain('runs/mood', 'lines.txt', '--text', 'a'),
      'classify: a text was given, but also the file lines.txt. Leave one out.',
    )
    assert.equal(
      await complain('runs/mood', 'lines.txt', 'more.txt'),
      'cutaway: classify takes one file, but got also "more.txt". Leave it out.',
    )
    assert.equal(
      await complain('runs/mood', 'lines.txt', '--top', '0'),
      'cutaway: --top needs a whole number from 1, but got "0".',
    )
    assert.equal(
      await complain('runs/filler', 'lines.txt'),
      'classify: runs/filler holds a model that fills in masked tokens (an encoder); classify needs a classifier. Try "cutaway fill runs/filler …".',
    )
    assert.equal(
      await complain('runs/moods', 'lines.txt'),
      'runs/moods: there is no such folder. Did you mean "runs/mood"?',
    )
  })
})
