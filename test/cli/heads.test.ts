// cutaway heads: in the terminal, of a file and of a text, as JSON; and what it refuses.

import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { WeightedAttention } from '../../src/inspect/heads/weighted.ts'
import { saveRandomRuns } from './randomRuns.ts'
import { complaint, cutaway, type Workshop, workshopWithRun } from './run.ts'

describe('heads', () => {
  let place: Workshop
  let folder: string
  before(async () => {
    place = await workshopWithRun()
    folder = place.path
    await saveRandomRuns(folder)
    await writeFile(join(folder, 'two.txt'), 'at')
  })
  after(() => place[Symbol.asyncDispose]())

  test('of a file are a row each, on its beginning', async () => {
    const { code, stdout, stderr } = await cutaway(['heads', 'runs/cat', 'cat.txt'], { folder })
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' })
    assert.match(stdout, /^What each head seems to do\n/)
    for (const row of ['0\\.0', '0\\.1', '1\\.0', '1\\.1']) assert.match(stdout, new RegExp(`\n *${row} .*undecided`))
    const { stdout: json } = await cutaway(['heads', 'runs/cat', 'cat.txt', '--json'], { folder })
    const { file, tokens, rows, text } = JSON.parse(json)
    assert.deepEqual([file, tokens.join(''), rows.length, text], ['cat.txt', 'the cat ', 4, undefined])
  })

  test('of a text, some of them, with edits, and through all layers', async () => {
    const edit = ['--edit', 'blocks.0.attention.pattern = 0.2']
    const words = ['heads', 'runs/cat', '--text', 'a cat', '--layer', '0', '--head', '1', '--rollout', '--flow']
    const { stdout } = await cutaway([...words, ...edit, '--json'], { folder })
    const { rows, through, edits, text } = JSON.parse(stdout)
    assert.deepEqual([text, edits], ['a cat', [edit[1]]])
    const [{ layer, head, scores, role, control }, ...more] = rows
    assert.deepEqual([layer, head, more.length, control, typeof role.meaning], [0, 1, 0, 'undecided', 'string'])
    assert.equal(scores.previous, Math.fround(0.2))
    const [{ layers, rollout, flow }] = through
    assert.deepEqual([layers, rollout.data.length, flow.axes[1]], [2, 25, { name: 'source', size: 5 }])
  })

  test('weighted, with detectors, and with random tokens of a seed', async () => {
    const words = [
      'heads',
      'runs/cat',
      '--text',
      'a cat',
      '--layer',
      '1',
      '--weighted',
      '--exclude-first',
      '--seed',
      '3',
    ]
    const { rows, weighted, inContext, bytes } = JSON.parse((await cutaway([...words, '--json'], { folder })).stdout)
    assert.deepEqual(
      weighted.map(({ layer, heads, norm, mixing }: WeightedAttention) => [layer, heads.length, norm, mixing?.[0]]),
      [[1, 2, 'none', 0]],
    )
    assert.deepEqual([inContext.windows, bytes.layer], [1, 4 * 2 * 5 * 5])
    assert.deepEqual(Object.keys(rows[0].detections), ['previous', 'duplicate', 'induction'])
    const { stdout } = await cutaway(words, { folder })
    assert.match(stdout, /Likeness to patterns of 0 and 1, mul/)
    assert.match(stdout, /Weighted attention, layer 1, all heads together/)
    const { windows } = JSON.parse(
      (await cutaway(['heads', 'runs/cat', 'cat.txt', '--json'], { folder })).stdout,
    ).inContext
    assert.ok(windows > 1, `${windows}`)
  })

  test('of an encoder and of a translator', async () => {
    const filler = await cutaway(['heads', 'runs/filler', 'cat.txt', '--seed', '3', '--json'], { folder })
    assert.equal(JSON.parse(filler.stdout).drawn.seed, 3)
    assert.match(JSON.parse(filler.stdout).tokens.join(' '), /^\[CLS\] t h e .* \[SEP\]$/)
    const words = ['heads', 'runs/reader', '--text', 'the cat', '--target', 'the cat', '--json']
    const { rows } = JSON.parse((await cutaway(words, { folder })).stdout)
    assert.deepEqual([...new Set(rows.map(({ part }: { part: string }) => part))], ['encoder', 'decoder', 'cross'])
  })

  test('what cannot be done is said in one line', async () => {
    const said = async (words: string[], line: string) =>
      assert.equal(await complaint(['heads', 'runs/cat', ...words], { folder }), line)
    await said(['two.txt'], 'heads: the text has 2 tokens, but scores need 4 at least. Give a longer one.')
    await said(['two.txt', '--text', 'a cat'], 'heads: there is a file, two.txt, and a --text. Give one of both.')
    await said(
      [],
      'cutaway: heads needs a text: cutaway heads runs/cat FILE, or cutaway heads runs/cat --text "a text".',
    )
    await said(['--text', 'a cat', '--layer', '2'], 'pattern: there is no layer 2; the model has layers 0 to 1.')
  })
})
