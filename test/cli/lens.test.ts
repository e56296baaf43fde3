// cutaway lens and cutaway attribute: in the terminal, as JSON, as a picture; and what they refuse.

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { saveRandomRuns } from './randomRuns.ts'
import { complaint, cutaway, type Workshop, workshopWithRun } from './run.ts'

describe('the stream', () => {
  let place: Workshop
  let folder: string
  before(async () => {
    place = await workshopWithRun()
    folder = place.path
    await saveRandomRuns(folder)
  })
  after(() => place[Symbol.asyncDispose]())

  test('says of which run and text a figure is, and with which edits', async () => {
    const edit = 'blocks.0.attention.output = 0'
    const said = 'With edits: blocks.0.attention.output = 0'
    for (const words of [
      ['lens', 'runs/cat', 'a cat'],
      ['attribute', 'runs/cat', 'a cat'],
      ['heads', 'runs/cat', '--text', 'a cat'],
    ]) {
      const { stdout } = await cutaway([...words, '--edit', edit], { folder })
      assert.ok(stdout.includes(`\nOf runs/cat; what is read: “a cat”\n${said}\n`), stdout)
    }
    await cutaway(['lens', 'runs/cat', 'a cat', '--edit', edit, '--svg', 'e.svg', '--html', 'e.html'], { folder })
    for (const file of ['e.svg', 'e.html']) assert.ok((await readFile(join(folder, file), 'utf8')).includes(said), file)
  })

  test('through the lens is a lattice of guesses', async () => {
    const { code, stdout, stderr } = await cutaway(['lens', 'runs/cat', 'a cat'], { folder })
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' })
    assert.match(stdout, /^Logit lens: what the model would say if it stopped after a block\n/)
    for (const row of ['embedded', 'layer 0', 'layer 1']) assert.match(stdout, new RegExp(`\n${row} `))
    assert.match(stdout, /Position 4, after “t” \(own\)/)
  })

  test('is given as JSON with all digits, at the scale of the end, with the rank of a token, and with edits', async () => {
    const words = ['runs/cat', 'a cat', '--scale', 'final', '--token', 't', '--middle', '--top', '2', '--json']
    const { stdout } = await cutaway(['lens', ...words, '--edit', 'blocks.0.attention.output = 0'], { folder })
    const { tokens, edits, rows } = JSON.parse(stdout)
    assert.deepEqual([tokens, edits], [['a', ' ', 'c', 'a', 't'], ['blocks.0.attention.output = 0']])
    assert.equal(rows.length, 5 * 5)
    const [first, after] = [rows[4], rows[9]]
    assert.deepEqual(
      [first.address, after.address, after.layer, after.lens],
      ['embedded', 'blocks.0.middle', 0, 'final'],
    )
    assert.deepEqual(after.guesses, first.guesses)
    assert.deepEqual(
      [first.guesses.length, typeof first.target.rank, typeof first.guesses[0].token],
      [2, 'number', 'string'],
    )
  })

  test('is of a model in which a position may not look at another', async () => {
    const edit = 'blocks.*.attention.scores {position: -1, source: 0} = -inf'
    const words = ['runs/cat', 'a cat', 'blocks.0.attention.pattern', '--json']
    const { stdout } = await cutaway(['read', ...words, '--edit', edit], { folder })
    const { data } = JSON.parse(stdout).values['blocks.0.attention.pattern']
    const last = data.slice(-5)
    assert.ok(last[0] === 0 && Math.abs(last.reduce((sum: number, share: number) => sum + share, 0) - 1) < 1e-6)
    const [lensed, whole] = await Promise.all(
      [['--edit', edit], []].map((more) => cutaway(['lens', 'runs/cat', 'a cat', '--json', ...more], { folder })),
    )
    assert.notDeepEqual(JSON.parse(lensed.stdout).rows, JSON.parse(whole.stdout).rows)
  })

  test('is of no model with an edit that the next one overrules', async () => {
    const edits = ['--edit', 'blocks.0.output = 5', '--edit', 'blocks.*.output = 0']
    const message =
      '--edit "blocks.0.output = 5" changes nothing, since all of it is replaced by what comes after. Leave it out, or give it last.'
    for (const [command, ...words] of [
      ['lens', 'a cat'],
      ['eval', 'cat.txt'],
      ['generate', '--prompt', 'a'],
    ])
      assert.equal(await complaint([command, 'runs/cat', ...words, ...edits], { folder }), `${command}: ${message}`)
  })

  test('through a tuned lens, trained on a text', async () => {
    const words = ['runs/cat', 'a cat', '--tune', 'cat.txt', '--steps', '3', '--json']
    const { stdout } = await cutaway(['lens', ...words], { folder })
    const { rows } = JSON.parse(stdout)
    assert.deepEqual([...new Set(rows.map(({ lens }: { lens: string }) => lens))], ['own', 'tuned'])
    const saved = ['runs/cat', 'a cat', '--tuned', 'lens.safetensors', '--json']
    const trained = await cutaway(['lens', ...saved, '--tune', 'cat.txt', '--steps', '3'], { folder })
    const again = await cutaway(['lens', ...saved], { folder })
    assert.deepEqual([again.stdout, again.stderr], [trained.stdout, ''])
  })

  test('is a sum of parts, and so is a logit', async () => {
    const { code, stdout } = await cutaway(['attribute', 'runs/cat', 'a cat', '--token', 't', '--against', 'c'], {
      folder,
    })
    assert.equal(code, 0)
    assert.match(stdout, /^What speaks for “t” rather than “c” after “t” \(position 4\)\n/)
    for (const row of [
      'token',
      'position',
      'layer 0, head 1',
      'layer 1, attention bias',
      'layer 1, mlp',
      'const',
      'all together',
    ])
      assert.match(stdout, new RegExp(`\n${row} `))
    for (const more of [['--neurons'], ['--parts', '--position', '-2'], ['--token', 'c']]) {
      const { stdout } = await cutaway(['attribute', 'runs/cat', 'a cat', ...more, '--json'], { folder })
      const { rows, sum, logit, const: fixed } = JSON.parse(stdout)
      const total = rows.reduce((sum: number, row: { logit: number }) => sum + row.logit, fixed)
      assert.ok(Math.abs(total - logit) < 1e-5 && Math.abs(sum - logit) < 1e-5)
    }
  })

  test('of a translator: the half that writes', async () => {
    const { stdout } = await cutaway(['attribute', 'runs/reader', 'the cat', '--target', 'cat'], { folder })
    assert.match(stdout, /The sum stops at the norm decoder\.blocks\.0\.crossNorm\.output/)
    const { code } = await cutaway(['lens', 'runs/reader', 'the cat', '--target', 'cat', '--svg', 'lens.svg'], {
      folder,
    })
    assert.equal(code, 0)
    assert.match(await readFile(join(folder, 'lens.svg'), 'utf8'), /^<svg/)
  })

  test('a classifier of texts would name its classes at every position', async () => {
    const { stdout } = await cutaway(['lens', 'runs/mood', 'the cat', '--json'], { folder })
    const { rows } = JSON.parse(stdout) as { rows: { position: number; guesses: { token: string }[] }[] }
    const last = rows.findLast(({ position }) => position === 0)
    const said = await cutaway(['classify', 'runs/mood', '--text', 'the cat'], { folder })
    assert.ok(said.stdout.startsWith(last?.guesses[0].token ?? '?'), said.stdout)
  })

  test('what cannot be done is said in one line', async () => {
    const said = async (words: string[], line: string) => assert.equal(await complaint(words, { folder }), line)
    await said(
      ['attribute', 'runs/cat', 'a cat', '--token', 'at'],
      'attribute: --token "at" is 2 tokens, "a" "t". Give a text that is one token; a space before a word is part of it in many vocabularies.',
    )
    await said(
      ['attribute', 'runs/cat', 'a cat', '--position', '5'],
      'attribute: --position 5: there are the positions 0 to 4. Give one of these, or count from the end: -1 is the last.',
    )
    await said(
      ['attribute', 'runs/cat', 'a cat', '--parts', '--neurons'],
      'attribute: --parts takes heads together and --neurons takes more apart. Give one of both.',
    )
    await said(
      ['lens', 'runs/cat', 'a cat', '--tuned', 'none.safetensors'],
      'lens: --tuned none.safetensors: there is no such file. Train a lens and save it there with --tune FILE.',
    )
    await said(
      ['lens', 'runs/cat', 'a cat', '--steps', '3'],
      'lens: --steps says how long a tuned lens learns, but there is none. Give --tune FILE too.',
    )
  })
})
