// cutaway patch and cutaway ablate: in the terminal, as JSON, as a page; and what they refuse.

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { saveRandomRuns } from './randomRuns.ts'
import { complaint, cutaway, type Workshop, workshopWithRun } from './run.ts'

describe('interventions', () => {
  let place: Workshop
  let folder: string
  before(async () => {
    place = await workshopWithRun()
    folder = place.path
    await saveRandomRuns(folder)
  })
  after(() => place[Symbol.asyncDispose]())

  const texts = ['patch', 'runs/cat', 'the cat', 'the mat', '--token', ' ']

  test('patch: the stream as a grid, heads and MLPs as a table', async () => {
    const { code, stdout, stderr } = await cutaway([...texts, '--against', 's'], { folder })
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' })
    assert.match(stdout, /^The corrupt text, with values of the clean one: the logit of " " less that of\s"s"\n/)
    for (const row of ['embedded', 'layer 0', 'layer 1', 'layer 0, head 1', 'layer 1, mlp'])
      assert.match(stdout, new RegExp(`\n${row} `))
  })

  test('patch: as JSON, with labels and all digits', async () => {
    const { stdout } = await cutaway([...texts, '--json', '--noising'], { folder })
    const { tokens, corruptTokens, direction, clean, corrupt, streams, parts } = JSON.parse(stdout)
    assert.deepEqual([tokens.join(''), corruptTokens.join(''), direction], ['the cat', 'the mat', 'noising'])
    assert.deepEqual([streams.length, parts.length], [3 * 7, 2 * 3])
    const last = streams.at(-1)
    assert.deepEqual([last.layer, last.position, last.address], [1, 6, 'blocks.1.output {position: 6}'])
    assert.ok(Math.abs(last.raw - corrupt) < 1e-5 && Math.abs(last.effect - (corrupt - clean)) < 1e-5)
    assert.deepEqual(
      parts.slice(0, 3).map(({ address }: { address: string }) => address),
      ['blocks.0.attention.mixed {head: 0}', 'blocks.0.attention.mixed {head: 1}', 'blocks.0.mlp.output'],
    )
    assert.equal(typeof parts[0].estimate, 'number')
  })

  test('ablate: the parts, the one that is missed most first', async () => {
    const { code, stdout, stderr } = await cutaway(['ablate', 'runs/cat', 'cat.txt', '--resample'], { folder })
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' })
    assert.match(
      stdout,
      /^What the model loses without a head or an MLP, each replaced by what it is in\sanother window/,
    )
    assert.match(stdout, /over 16 windows of 8 tokens\.\s591\stokens of the text stand in none of them\./)
    const words = ['ablate', 'runs/cat', 'cat.txt', '--zero', '--windows', '4']
    const edits = ['--edit', 'blocks.0.mlp.output = 0']
    const { stdout: json } = await cutaway([...words, ...edits, '--json', '--html', 'lost.html'], { folder })
    const { kind, windows, loss, rows } = JSON.parse(json)
    assert.deepEqual([kind, windows, rows.length], ['zero', 4, 6])
    for (const row of rows) assert.ok(Math.abs(row.loss - row.change - loss) < 1e-6 && row.error >= 0)
    const gone = rows.find(({ layer, part }: { layer: number; part: string }) => layer === 0 && part === 'mlp')
    assert.equal(gone.change, 0)
    assert.match(await readFile(join(folder, 'lost.html'), 'utf8'), /<table/)
  })

  test('what cannot be done is said in one line', async () => {
    const said = async (words: string[], line: string) => assert.equal(await complaint(words, { folder }), line)
    await said(
      ['patch', 'runs/cat', 'the cat', 'the ma', '--token', ' '],
      'patch: the clean text has 7 tokens, the corrupt one 6. The first that does not line up is token 4: "c" in the clean one, "m" in the corrupt one. Give texts of as many tokens.',
    )
    await said(
      ['patch', 'runs/cat', 'the cat', 'the cat', '--token', ' '],
      'patch: both texts have the same tokens, so that no patch can change anything. Give two that differ.',
    )
    await said(
      ['patch', 'runs/cat', 'the cat', 'the mat', '--token', 'at'],
      'patch: --token "at" is 2 tokens, "a" "t". Give a text that is one token; a space before a word is part of it in many vocabularies.',
    )
    await said(
      ['patch', 'runs/filler', 'the cat', 'the hat', '--token', 't'],
      'patch: it is for models that write on (decoders). Give another run.',
    )
    await said(
      ['patch', 'runs/cat', 'the cat', 'the mat'],
      'patch: which logit is looked at? Give --token " x", and --against " y" for a difference.',
    )
    await said(
      ['ablate', 'runs/cat', 'cat.txt', '--zero', '--mean'],
      'ablate: --zero and --mean exclude each other. Give one of them.',
    )
    await said(
      ['ablate', 'runs/mood', 'cat.txt'],
      'ablate: runs/mood holds a classifier; ablate needs a model that writes on (a decoder). Try "cutaway classify runs/mood …".',
    )
  })
})
