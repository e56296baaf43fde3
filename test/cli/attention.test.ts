// cutaway attention: patterns in the terminal, as JSON, as a picture and as a page.

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { saveRandomRuns } from './randomRuns.ts'
import { complaint, cutaway, type Workshop, workshopWithRun } from './run.ts'

describe('cutaway attention', () => {
  let place: Workshop
  let folder: string
  before(async () => {
    place = await workshopWithRun()
    folder = place.path
    await saveRandomRuns(folder)
  })
  after(() => place[Symbol.asyncDispose]())
  const attention = (...words: string[]) => cutaway(['attention', 'runs/cat', ...words], { folder })

  test('shows heads side by side, layer by layer', async () => {
    const { code, stdout, stderr } = await attention('a cat')
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' })
    const lines = stdout.split('\n')
    assert.deepEqual(lines.slice(0, 9), [
      'Attention: where each position looks',
      'Of runs/cat; what is read: “a cat”',
      '',
      'position asks ↓   source answers →',
      'share of attention     0  ·· ≥ 0.5 %  ░░ ≥ 5 %  ▒▒ ≥ 15 %  ▓▓ ≥ 35 %  ██ ≥ 65 %',
      '',
      '  layer 0, head 0     layer 0, head 1     layer 1, head 0     layer 1, head 1',
      '  a ␣ c a t           a ␣ c a t           a ␣ c a t           a ␣ c a t',
      'a ██                a ██                a ██                a ██',
    ])
    assert.equal(lines.length, 14)
  })

  test('shows the layers and heads that are asked for', async () => {
    const { stdout } = await attention('a cat', '--layer', '1', '--head', '0')
    assert.deepEqual(stdout.match(/layer \d, head \d/g), ['layer 1, head 0'])
  })

  test('gives the shares as JSON', async () => {
    const { stdout } = await attention('a cat', '--layer', '0', '--json')
    const { text, tokens, patterns } = JSON.parse(stdout)
    assert.deepEqual({ text, tokens }, { text: 'a cat', tokens: ['a', ' ', 'c', 'a', 't'] })
    assert.deepEqual(
      patterns.map(({ address, layer, head }: Record<string, unknown>) => [address, layer, head]),
      [
        ['blocks.0.attention.pattern', 0, 0],
        ['blocks.0.attention.pattern', 0, 1],
      ],
    )
    assert.deepEqual(patterns[0].shares[0], [1, 0, 0, 0, 0])
    for (const row of patterns[1].shares) {
      const whole = row.reduce((sum: number, share: number) => sum + share, 0)
      assert.ok(Math.abs(whole - 1) < 1e-5, `${whole}`)
    }
  })

  test('saves a picture and a page', async () => {
    const { stdout } = await attention('a cat', '--svg', 'cat.svg', '--html', 'cat.html')
    assert.equal(stdout, 'Saved in cat.svg and cat.html.\n')
    assert.match(await readFile(join(folder, 'cat.svg'), 'utf8'), /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" /)
    assert.match(await readFile(join(folder, 'cat.html'), 'utf8'), /^<!doctype html>/)
  })

  interface Shown {
    readonly part?: string
    readonly address: string
    readonly head: number
    readonly shares: readonly (readonly number[])[]
  }
  const shown = async (...words: string[]) => {
    const { code, stdout, stderr } = await cutaway(['attention', ...words, '--json'], { folder })
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' })
    return JSON.parse(stdout) as { tokens: string[]; source?: string[]; patterns: Shown[] }
  }
  const sums = ({ shares }: Shown): number[] => shares.map((row) => row.reduce((sum, share) => sum + share, 0))

  test('shows the three patterns of a translator', async () => {
    const { tokens, source, patterns } = await shown('runs/reader', 'the cat', '--target', 'a cat')
    assert.deepEqual(tokens, ['<pad>', 'a', ' ', 'c', 'a', 't'])
    assert.deepEqual(source, ['t', 'h', 'e', ' ', 'c', 'a', 't', '</s>'])
    assert.deepEqual(
      patterns.map(({ part, address, head, shares }) => [part, address, head, shares.length, shares[0].length]),
      [
        ['encoder', 'encoder.blocks.0.attention.pattern', 0, 8, 8],
        ['encoder', 'encoder.blocks.0.attention.pattern', 1, 8, 8],
        ['decoder', 'decoder.blocks.0.attention.pattern', 0, 6, 6],
        ['decoder', 'decoder.blocks.0.attention.pattern', 1, 6, 6],
        ['cross', 'decoder.blocks.0.cross.pattern', 0, 6, 8],
        ['cross', 'decoder.blocks.0.cross.pattern', 1, 6, 8],
      ],
    )
    for (const pattern of patterns) for (const sum of sums(pattern)) assert.ok(Math.abs(sum - 1) < 1e-5, `${sum}`)
    // The decoder sees what is written so far; the others see everything.
    for (const { part, shares } of patterns)
      shares.forEach((row, position) => {
        assert.equal(
          row.findLastIndex((share) => share > 0),
          part === 'decoder' ? position : 7,
          `${part} ${position}`,
        )
      })
  })

  test('lets a translator write the target itself, when there is none', async () => {
    const { stdout, stderr } = await cutaway(['translate', 'runs/reader', 'the cat', '--json'], { folder })
    assert.equal(stderr, '')
    const written = JSON.parse(stdout).translations[0].texts[0].tokens.map(({ token }: { token: string }) => token)
    const { tokens } = await shown('runs/reader', 'the cat', '--layer', '0', '--head', '1')
    assert.equal(tokens[0], '<pad>')
    assert.ok(tokens.length > 1)
    assert.deepEqual(tokens.slice(1), written.slice(0, tokens.length - 1))
  })

  test('names the parts of a translator wherever it shows them', async () => {
    const words = ['attention', 'runs/reader', 'the', '--target', 'at']
    const { stdout } = await cutaway(words, { folder })
    const titles = ['encoder', 'decoder', 'cross'].flatMap((part) => [0, 1].map((h) => `${part}, layer 0, head ${h}`))
    assert.deepEqual(stdout.match(/\w+, layer \d, head \d/g), titles)
    await cutaway([...words, '--svg', 't.svg', '--html', 't.html'], { folder })
    const svg = await readFile(join(folder, 't.svg'), 'utf8')
    for (const title of titles) assert.ok(svg.includes(title), title)
    const page = await readFile(join(folder, 't.html'), 'utf8')
    const data = JSON.parse(page.split('<script type="application/json">')[1].split('</script>')[0])
    assert.deepEqual(
      data.packed.map(({ kind, layers, heads }: Record<string, unknown>) => [kind, layers, heads]),
      ['encoder', 'decoder', 'cross'].map((kind) => [kind, [0], [0, 1]]),
    )
    assert.deepEqual(data.tokens, ['<pad>', 'a', 't'])
    assert.equal(data.caption, 'Of runs/reader; what is read: “the”')
  })

  test('shows that an encoder looks both ways', async () => {
    for (const run of ['runs/filler', 'runs/mood']) {
      const { tokens, source, patterns } = await shown(run, 'a cat', '--weights', 'bf16')
      assert.deepEqual([tokens.length, tokens[0], tokens[6], source], [7, '[CLS]', '[SEP]', undefined])
      assert.deepEqual(
        patterns.map(({ address, head }) => [address, head]),
        [0, 1].map((head) => ['bert.blocks.0.attention.pattern', head]),
      )
      for (const { shares } of patterns) assert.ok(shares.every((row) => row.length === 7 && row.every((x) => x > 0)))
    }
  })

  test('complains of what is too long for a translator, by its name, and of a target that has no place', async () => {
    const complain = (...words: string[]) => complaint(['attention', ...words], { folder })
    assert.equal(
      await complain('runs/reader', 'the cat the cat'),
      'attention: the source has 16 tokens, but the model looks at 12 at most. Give a shorter one.',
    )
    assert.equal(
      await complain('runs/reader', 'a', '--target', 'the cat the cat'),
      'attention: the target has 16 tokens, but the model looks at 12 at most. Give a shorter one.',
    )
    for (const run of ['runs/cat', 'runs/filler', 'runs/mood'])
      assert.equal(
        await complain(run, 'a cat', '--target', 'a'),
        'attention: --target is for translators; this model reads one text only. Leave it out.',
      )
  })

  const complaints: readonly [words: string[], message: string][] = [
    [[], 'cutaway: attention needs a text: cutaway attention runs/cat "a text".'],
    [['a', 'cat'], 'cutaway: attention takes one text, but got also "cat". Put the text in quotes.'],
    [['the cat sat'], 'attention: the text has 11 tokens, but the model looks at 8 at most. Give a shorter one.'],
    [['a cat', '--layer', '2'], 'pattern: there is no layer 2; the model has layers 0 to 1.'],
    [['a cat', '--head', '2'], 'pattern: there is no head 2; the model has heads 0 to 1.'],
    [
      ['a cat', '--svg', 'none/cat.svg'],
      'none/cat.svg: it cannot be saved: there is no folder none. Name another file.',
    ],
  ]
  for (const [words, message] of complaints) {
    test(`complains of "attention runs/cat ${words.join(' ')}"`, async () => {
      assert.equal(await complaint(['attention', 'runs/cat', ...words], { folder }), message)
    })
  }
})
