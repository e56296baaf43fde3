// cutaway attention: patterns in the terminal, as JSON, as a picture and as a page.

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { complaint, cutaway, type Workshop, workshopWithRun } from './run.ts'

describe('cutaway attention', () => {
  let place: Workshop
  let folder: string
  before(async () => {
    place = await workshopWithRun()
    folder = place.path
  })
  after(() => place[Symbol.asyncDispose]())
  const attention = (...words: string[]) => cutaway(['attention', 'runs/cat', ...words], { folder })

  test('shows heads side by side, layer by layer', async () => {
    const { code, stdout, stderr } = await attention('a cat')
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' })
    const lines = stdout.split('\n')
    assert.deepEqual(lines.slice(0, 6), [
      'position asks ↓   source answers →',
      'share of attention     0  ·· ≥ 0.5 %  ░░ ≥ 5 %  ▒▒ ≥ 15 %  ▓▓ ≥ 35 %  ██ ≥ 65 %',
      '',
      '  layer 0, head 0     layer 0, head 1     layer 1, head 0     layer 1, head 1',
      '  a ␣ c a t           a ␣ c a t           a ␣ c a t           a ␣ c a t',
      'a ██                a ██                a ██                a ██',
    ])
    assert.equal(lines.length, 11)
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
