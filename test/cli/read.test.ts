// cutaway read: values by their addresses, with gradients and edits, and what is refused.

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { saveRandomRuns } from './randomRuns.ts'
import { complaint, cutaway, type Workshop, workshopWithRun } from './run.ts'

describe('cutaway read', () => {
  let place: Workshop
  let folder: string
  before(async () => {
    place = await workshopWithRun()
    folder = place.path
    await saveRandomRuns(folder)
  })
  after(() => place[Symbol.asyncDispose]())

  test('gives values as JSON, with axes and the gradient of the loss, as they are with edits', async () => {
    const words = ['read', 'runs/cat', 'a cat', 'blocks.0.attention.pattern {head: 0}', '--json']
    const plain = JSON.parse((await cutaway(words, { folder })).stdout)
    const [[address, value]] = Object.entries<{ axes: { name: string; size: number }[]; data: number[] }>(plain.values)
    assert.equal(address, 'blocks.0.attention.pattern {head: 0}')
    assert.deepEqual(
      value.axes.map(({ name, size }) => [name, size]),
      [
        ['position', 5],
        ['source', 5],
      ],
    )
    for (let row = 0; row < 5; row++) {
      const sum = value.data.slice(5 * row, 5 * row + 5).reduce((all, share) => all + share, 0)
      assert.ok(Math.abs(sum - 1) < 1e-6, `row ${row}: ${sum}`)
    }
    const more = [...words, '--gradient', '--edit', 'blocks.0.attention.pattern {head: 0} = scale 2']
    const edited = JSON.parse((await cutaway(more, { folder })).stdout)
    const own = edited.values[address]
    assert.deepEqual(
      own.data,
      value.data.map((share) => 2 * share),
    )
    assert.equal(own.gradient.length, 25)
    assert.ok(own.gradient.some((each: number) => each !== 0) && edited.loss > 0)
  })

  test('shows values as grids, and lists all addresses', async () => {
    const { stdout } = await cutaway(['read', 'runs/cat', 'a cat', 'blocks.*.output'], { folder })
    assert.match(stdout, /^Read, \d+ kB\n/)
    assert.match(stdout, /\nblocks\.1\.output\nposition ↓ {2}model →\n/)
    const list = await cutaway(['read', 'runs/cat', 'a cat', '--list', '--json'], { folder })
    const { addresses } = JSON.parse(list.stdout)
    const pattern = addresses.find(({ address }: { address: string }) => address === 'blocks.0.attention.pattern')
    assert.match(pattern.formula, /Σ\[source\] a.*; a = /)
  })

  test('says in one line what it cannot do', async () => {
    const told = async (...words: string[]): Promise<string> => complaint(['read', 'runs/cat', ...words], { folder })
    assert.match(await told('a cat'), /read needs an address/)
    assert.match(
      await told('a cat', 'blocks.0.atention.pattern'),
      /there is no value .* Did you mean "blocks\.0\.attention\.pattern"/,
    )
    assert.match(
      await told('a cat', 'blocks.*.output', '--limit', '1e-7'),
      /^read: the 2 values have \d+ bytes, but the limit is 100 bytes\. Ask for places/,
    )
    assert.match(await told('a cat', 'logits', '--list'), /--list gives every address, and takes none/)
  })

  test('takes what a translator has for another source and text', async () => {
    const words = ['read', 'runs/reader', 'the cat', '--target', 'a cat', 'decoder.logits {position: -1}', '--json']
    const logits = async (...more: string[]): Promise<number[]> => {
      const { values } = JSON.parse((await cutaway([...words, ...more], { folder })).stdout)
      return values['decoder.logits {position: -1}'].data
    }
    const last = 'decoder.blocks.0.output {position: -1} = from'
    const other = JSON.parse((await cutaway(words.with(2, 'that').with(4, 'a hat'), { folder })).stdout)
    assert.deepEqual(
      await logits('--edit', `${last} "that" => "a hat"`),
      other.values['decoder.logits {position: -1}'].data,
    )
    assert.notDeepEqual(await logits(), await logits('--edit', `${last} "that" => "a hat"`))
    const complain = (run: string, edit: string) =>
      complaint(['read', run, 'the cat', 'embedded', '--edit', edit], { folder })
    // Without a text it is what the model itself writes of the other source.
    const state = 'decoder.blocks.0.output {position: -1}'
    const stateOf = async (...more: string[]): Promise<number[]> =>
      JSON.parse((await cutaway(['read', 'runs/reader', ...more, state, '--json'], { folder })).stdout).values[state]
        .data
    assert.deepEqual(await stateOf('the cat', '--target', 'a cat', '--edit', `${last} "that"`), await stateOf('that'))
    assert.match(
      await complain('runs/reader', `${last} "${'that '.repeat(9)}"`),
      /^read: --edit: the source has \d+ tokens, but the model looks at 12 at most\. Give a shorter one\.$/,
    )
    assert.equal(
      await complain('runs/cat', 'blocks.0.output = from "a" => "b"'),
      'read: --edit: "=>" is for translators; this model reads one text only. Write from "another text".',
    )
  })

  test('says which edits fit nothing', async () => {
    const told = (edit: string) => complaint(['read', 'runs/cat', 'a cat', 'logits', '--edit', edit], { folder })
    for (const [edit, message] of [
      [
        'blocks.0.output = from "at"',
        'edits: blocks.0.output: the values given are (position 2, model 8), but what stands there is (position 5, model 8). Give values with these axes, or with some of them; another text must have as many tokens.',
      ],
      [
        'blocks.0.output = mean over sauce',
        'edits: blocks.0.output: the value has no axis "sauce", it is (batch 1, position 5, model 8).',
      ],
      [
        'blocks.0.output {head: 1} = 0',
        'edits: blocks.0.output {head: 1}: the value has no axis "head", it is (batch 1, position 5, model 8).',
      ],
      [
        'blocks.0.attention.pattern {position: 1, source: 3} = 1',
        'read: the edit of blocks.0.attention.pattern {position: 1, source: 3} would never take effect: position 1 may not look at source 3. Give a source that the mask leaves.',
      ],
    ] as const)
      assert.equal(await told(edit), message)
    // Whoever looks says the same, before anything is written.
    for (const words of [
      ['attention', 'runs/cat', 'a cat'],
      ['lens', 'runs/cat', 'a cat'],
      ['attribute', 'runs/cat', 'a cat'],
      ['heads', 'runs/cat', '--text', 'a cat'],
      ['patch', 'runs/cat', 'a cat', 'a hat', '--token', 'a'],
      ['generate', 'runs/cat', '--prompt', 'a cat'],
    ])
      assert.equal(
        await complaint([...words, '--edit', 'blocks.0.mlp.outptu = 0'], { folder }),
        'edits: there is no value "blocks.0.mlp.outptu". Did you mean "blocks.0.mlp.output", "blocks.1.mlp.output" or "blocks.0.mlp.up"?',
        words[0],
      )
    assert.match(
      await complaint(['attribute', 'runs/mood', 'a cat'], { folder }),
      /^attribute: what the unembedding reads is no sum of parts, but one value: a layer of its own/,
    )
  })

  test('names the places of a vocabulary by its tokens, and shows all of them', async () => {
    const { stdout } = await cutaway(['read', 'runs/cat', 'a cat', 'logits {position: -1}'], { folder })
    assert.match(stdout, /\nvocab →\n {2,}␣/)
    assert.doesNotMatch(stdout, /Only the last/)
  })

  test('leaves empty what a pattern cannot look at, as attention does', async () => {
    const address = 'blocks.0.attention.pattern {head: 0}'
    const { stdout } = await cutaway(['read', 'runs/cat', 'a cat', address], { folder })
    assert.match(stdout, /\nposition ↓ {2}source → {2}\(share\)\n +a +␣ +c +a +t\na 1\.00\n␣ 0\.\d\d 0\.\d\d\n/)
  })
})
