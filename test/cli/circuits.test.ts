// cutaway circuits: heads by their weights alone, and what is refused.

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { complaint, cutaway, type Workshop, workshopWithRun } from './run.ts'

describe('cutaway circuits', () => {
  let place: Workshop
  let folder: string
  before(async () => {
    place = await workshopWithRun()
    folder = place.path
  })
  after(() => place[Symbol.asyncDispose]())

  test('gives every head, and how pairs of them compose, as JSON', async () => {
    const { stdout } = await cutaway(['circuits', 'runs/cat', '--composition', 'k,v', '--json'], { folder })
    const { run, basis, heads, composition } = JSON.parse(stdout)
    assert.deepEqual([run, basis], ['runs/cat', 'raw'])
    assert.deepEqual(
      heads.map(({ layer, head }: { layer: number; head: number }) => [layer, head]),
      [
        [0, 0],
        [0, 1],
        [1, 0],
        [1, 1],
      ],
    )
    for (const { ov, qk } of heads)
      for (const { norm, singular } of [ov, qk])
        assert.ok(Math.abs(Math.hypot(...singular) - norm) < 1e-9 * norm, `${norm}`)
    assert.equal(composition.rows.length, 2 * 4)
    for (const { score, kind, from, to } of composition.rows) {
      assert.ok(score > 0 && score <= 1, `${score}`)
      assert.ok(['key', 'value'].includes(kind))
      assert.deepEqual([from.layer, to.layer], [0, 1])
    }
  })

  test('shows them as a table', async () => {
    const { code, stdout, stderr } = await cutaway(['circuits', 'runs/cat', '--layer', '1'], { folder })
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' })
    assert.match(stdout, /^1\.0 /m)
    assert.doesNotMatch(stdout, /^0\.0 /m)
  })

  test('shows circuits between tokens, and of single tokens', async () => {
    const whole = await cutaway(['circuits', 'runs/cat', '--tokens', '--head', '0.1', '--json'], { folder })
    const { tokenTables, words } = JSON.parse(whole.stdout)
    assert.deepEqual(
      tokenTables.map(({ kind, head }: { kind: string; head: { layer: number; head: number } }) => [
        kind,
        head.layer,
        head.head,
      ]),
      [
        ['ov', 0, 1],
        ['qk', 0, 1],
      ],
    )
    const [{ values, strongest }] = tokenTables
    const [{ size }] = values.axes
    assert.equal(values.data.length, size ** 2)
    assert.equal(values.data[strongest[0].row * size + strongest[0].column], Math.max(...values.data))
    assert.equal(words[strongest[0].row].length, 1)
    const { stdout } = await cutaway(['circuits', 'runs/cat', '--token', 'a', '--head', '1'], { folder })
    assert.match(
      stdout,
      /^OV of head 0\.1 between tokens: .*\nis looked at {2}is raised +most {2}is raised +least\na +\S +-?\d/m,
    )
    assert.match(stdout, /^QK of head 1\.1 between tokens/m)
  })

  test('shows directions as tokens, heads one after the other, and what keys look for', async () => {
    const { stdout } = await cutaway(
      ['circuits', 'runs/cat', '--directions', '1', '--virtual', '0.1,1.0', '--induction', '--text', 'a cat', '--json'],
      { folder },
    )
    const { directions, virtual, traces, previous, texts } = JSON.parse(stdout)
    assert.equal(directions.length, 4 + 2 * 2)
    assert.equal(virtual.pattern.data.length, texts.length ** 2)
    assert.deepEqual(
      traces.map(({ layer, head }: { layer: number; head: number }) => [layer, head]),
      [
        [1, 0],
        [1, 1],
      ],
    )
    assert.equal(previous.length, 4)
  })

  test('says what is wrong', async () => {
    const wrong = (...words: string[]) => complaint(['circuits', 'runs/cat', ...words], { folder })
    assert.equal(
      await wrong('--composition', 'k', '--layer', '1'),
      'circuits: --composition is of all pairs of heads. Leave out --layer and --head, or --composition.',
    )
    assert.equal(
      await wrong('--composition', 'x'),
      'cutaway: --composition needs q, k or v, or several with commas between, but got "x".',
    )
    assert.equal(
      await wrong('--head', '0.x'),
      'cutaway: --head needs heads such as 1, or 0.1 with the layer, but got "0.x".',
    )
    assert.equal(
      await wrong('--virtual', '0'),
      'circuits: a virtual head is of two heads or more, but got 1. Name them: 0.1,1.0.',
    )
    assert.equal(
      await wrong('--induction'),
      'circuits: --induction weighs earlier heads by how much they look one place back, on a text. Give one with --text.',
    )
    assert.equal(
      await wrong('--text', 'a'),
      'circuits: --text is for --virtual and --induction; nothing else here reads one. Leave it out.',
    )
    assert.match(await wrong('--token', 'cat'), /^circuits: --token "cat" is 3 tokens, /)
    assert.equal(await wrong('--layer', '7'), 'circuits: there is no layer 7; the model has layers 0 to 1.')
    assert.equal(
      await wrong('a cat'),
      'cutaway: circuits takes one run, but got also "a cat". It reads weights alone: leave texts out.',
    )
  })
})
