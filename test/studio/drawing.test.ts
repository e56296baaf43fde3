// A model that draws, in the workshop: words become pictures piece by piece, each code of which is a letter; what a patch read, and the file.

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { readPng } from '../../src/image/readPng.ts'
import { codeOfLetter, codesOf, letterOfCode, lettersOf, withCodeNumbers } from '../../src/studio/talk/codeLetters.ts'
import type { Scene } from '../../src/studio/talk/questions.ts'
import { answers } from '../../src/studio/worker/answers/answers.ts'
import { openWorkshop, type TestWorkshop } from './workshop.ts'

const conditions = { temperature: 0.8, topK: 0, topP: 1, minP: 0 }
const material = { kind: 'task', name: 'scenes' } as const
const choices = { as: 'encoder-decoder', layer: 1, head: 2, model: 16, batch: 8, steps: 4, evaluateEvery: 4 } as const

test('every code has a letter of its own, which no text has', () => {
  for (const code of [0, 79, 6399, 6400, 50_000]) assert.equal(codeOfLetter(letterOfCode(code)), code)
  assert.equal(codeOfLetter('a'), undefined)
  assert.deepEqual(codesOf(lettersOf([7, 6400, 7])), [7, 6400, 7])
  assert.equal(withCodeNumbers(`a ${letterOfCode(17)}`), 'a #17')
})

describe('a model that draws', () => {
  let opened: TestWorkshop
  let scene: Scene
  before(async () => {
    opened = await openWorkshop()
    const begun = await answers.begin(opened.workshop, { material, choices })
    opened.workshop.training.move('on')
    await opened.until('finished')
    scene = { text: '', source: begun.example?.source ?? '', edits: [], step: undefined, moment: 0 }
    assert.ok(begun.writes?.kind === 'picture')
    const { grid, patch, channels, codes } = begun.writes
    assert.deepEqual(
      { grid, patch, channels },
      { grid: { across: 8, down: 8 }, patch: { width: 2, height: 2 }, channels: 3 },
    )
    assert.equal(codes.length, (begun.sizes['vocab'] - 1) * 2 * 2 * 3)
  })
  after(() => opened[Symbol.asyncDispose]())

  test('shows what it learns from as pictures, and tells codes in its diary', async () => {
    const { shown } = await answers.material(opened.workshop, { material, as: 'encoder-decoder' })
    assert.ok(shown.every(({ picture }) => picture?.width === 16 && picture.height === 16))
    const sample = opened.of('diary').at(-1)?.sample
    assert.equal(sample?.codes?.length, 64)
    assert.equal(sample?.expectedCodes?.length, 64)
  })

  test('draws several pictures, each whole, told as they come', async () => {
    const { workshop } = opened
    const parts: (readonly string[])[] = []
    const report = (_: number, of: number, part?: unknown): void => {
      assert.equal(of, 64)
      parts.push(part as readonly string[])
    }
    const question = { scene, count: 3, conditions, seed: 5 }
    const drawn = await answers.draw(workshop, question, { report })
    assert.deepEqual(
      drawn.map((each) => codesOf(each).length),
      [64, 64, 64],
    )
    assert.equal(parts.length, 64)
    assert.ok(parts.every((part) => part.every((each, i) => drawn[i].startsWith(each))))
    assert.deepEqual(await answers.draw(workshop, question), drawn)
    assert.notDeepEqual(await answers.draw(workshop, { ...question, seed: 6 }), drawn)
  })

  test('what was drawn is looked at as a text is: tokens, shares of words, what a patch might have been', async () => {
    const { workshop } = opened
    const [drawn] = await answers.draw(workshop, {
      scene,
      count: 1,
      conditions: { ...conditions, temperature: 0 },
      seed: 0,
    })
    const seen = { ...scene, text: drawn }
    const { tokens, sources } = await answers.scene(workshop, { scene: seen })
    assert.ok(drawn !== undefined)
    assert.deepEqual(tokens, ['∎', ...drawn])
    assert.ok(
      sources?.tokens.includes('square') || sources?.tokens.includes('diamond'),
      sources?.tokens.join(' ') ?? '',
    )
    const { shares, positions, heads } = await answers.across(workshop, { scene: seen, head: undefined })
    assert.deepEqual([positions, heads.length], [65, 2])
    const one = (row: number): number =>
      shares
        .subarray(row * (shares.length / positions), (row + 1) * (shares.length / positions))
        .reduce((a, b) => a + b)
    for (const row of [0, 30, 64]) assert.ok(Math.abs(one(row) - 1) < 1e-5)
    // At temperature 0 every patch is the likeliest.
    const next = await answers.next(workshop, { scene: { ...seen, text: drawn.slice(0, 9) }, conditions, top: 3 })
    assert.equal(next.rows[0].token, drawn[9])
    const { rows } = await answers.lattice(workshop, { scene: seen })
    assert.equal(rows.at(-1)?.cells[9].token, drawn[9])
    await assert.rejects(answers.across(workshop, { scene: seen, head: { layer: 0, head: 7 } }), {
      message: 'look: head 7 of layer 0 is not there. Choose another.',
    })
  })

  test('makes no page by itself: the run can be saved as a folder', async () => {
    await assert.rejects(answers.exhibit(opened.workshop, { program: new Uint8Array(), hash: '' }), {
      message:
        'exhibit: a page shows no models that draw, hear or speak. Save the run as a folder: the Studio opens it.',
    })
  })

  test('is given away as a PNG', async () => {
    const { workshop } = opened
    const drawn = await answers.draw(workshop, { scene, count: 2, conditions, seed: 0 })
    const bytesOf = async (blob: Blob): Promise<Uint8Array> => new Uint8Array(await blob.arrayBuffer())
    const one = await readPng(
      await bytesOf(await answers.drawnFile(workshop, { drawn: drawn.slice(0, 1), scale: 3 })),
      'one',
    )
    assert.deepEqual([one.width, one.height], [48, 48])
    const both = await readPng(await bytesOf(await answers.drawnFile(workshop, { drawn, scale: 1 })), 'both')
    assert.deepEqual([both.width, both.height], [33, 16])
  })

  test('refuses in a line what it cannot do', async () => {
    const { workshop } = opened
    const asked = (of: Partial<Scene>, count = 1) =>
      answers.draw(workshop, { scene: { ...scene, ...of }, count, conditions, seed: 0 })
    await assert.rejects(asked({ source: ' ' }), { message: 'draw: there are no words. Say what is to be seen.' })
    await assert.rejects(asked({ source: 'a small pink square' }), /pink/)
    await assert.rejects(asked({}, 17), {
      message: 'draw: 17 pictures were asked for; from 1 to 16 can be drawn at once.',
    })
    await assert.rejects(answers.scene(workshop, { scene: { ...scene, text: 'to be' } }), {
      message: 'look: “t” is not a patch of a picture, which is all that this model writes. Let it write anew.',
    })
    await assert.rejects(answers.sound(workshop, { spoken: '' }), {
      message: 'speak: this model says nothing. Open one that was trained on recordings and their words.',
    })
  })
})
