// Scenes: the picture shows what the sentence says, and as codes it loses nothing.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { PictureCodec } from '../../../src/data/pictureCodec.ts'
import { scenesTask } from '../../../src/data/tasks/scenes.ts'
import { type Question, questionAt } from '../../../src/data/tasks/task.ts'
import { taskExamples } from '../../../src/data/tasks/taskExamples.ts'

const task = scenesTask()
const { answers } = task
const codec = answers?.codec
const questions = Array.from({ length: 300 }, (_, i) => questionAt(task, 3, i))

/** The pixels of one colour: how many there are, and the box around them. */
function boxOf({ answer }: Question, letter: string) {
  const places = answer
    .split('\n')
    .flatMap((row, y) => [...row].flatMap((each, x) => (each === letter ? [{ x, y }] : [])))
  const [xs, ys] = [places.map(({ x }) => x), places.map(({ y }) => y)]
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)]
  return { count: places.length, left, right, top, bottom, side: right - left + 1 }
}

describe('a scene', () => {
  test('shows two things where the sentence says, in their sizes', () => {
    let seen = 0
    for (const question of questions) {
      const [, size, colour, shape, relation, otherSize, other] =
        /^a (\w+) (\w+) (\w+) (left of|right of|above|below) a (\w+) (\w+)/.exec(question.prompt) ?? []
      if (relation === undefined || colour === other) continue
      seen++
      const [one, two] = [boxOf(question, colour[0]), boxOf(question, (other ?? '')[0])]
      assert.equal(one.side, size === 'small' ? 5 : 7, question.prompt)
      assert.equal(two.side, otherSize === 'small' ? 5 : 7, question.prompt)
      if (shape === 'square') assert.equal(one.count, one.side ** 2)
      else assert.ok(one.count < one.side ** 2)
      const isRight = {
        'left of': one.right < two.left,
        'right of': one.left > two.right,
        above: one.bottom < two.top,
        below: one.top > two.bottom,
      }[relation]
      assert.ok(isRight, question.prompt)
    }
    assert.ok(seen > 150)
  })

  test('is another one for every sentence that says something else', () => {
    const things = new Set(questions.map(({ answer }) => answer))
    const mirrored = (prompt: string): string => {
      const [, one, relation, two] = /^(a .*?) (left of|right of|above|below) (a .*)$/.exec(prompt) ?? []
      const back = { 'right of': 'left of', below: 'above' }[relation ?? '']
      return back === undefined ? prompt : `${two} ${back} ${one}`
    }
    assert.equal(new Set(questions.map(({ prompt }) => mirrored(prompt))).size, things.size)
  })

  test('loses nothing as codes, and is the same picture', () => {
    assert.ok(codec instanceof PictureCodec)
    assert.equal(codec.codebook.size, 79)
    for (const { answer } of questions) {
      const ids = answers?.ids(answer) ?? []
      assert.equal(answers?.text(ids), answer)
      const picture = codec.decode(ids)
      assert.deepEqual(codec.encode(picture), ids)
      const lit = [...answer.replaceAll('\n', '')].map((letter) => letter !== '.')
      for (const [pixel, isLit] of lit.entries())
        assert.equal(
          picture.pixels.subarray(3 * pixel, 3 * pixel + 3).some((byte) => byte > 0),
          isLit,
        )
    }
  })

  test('is read as words, and written as codes between two ends', () => {
    const examples = taskExamples(task, { as: 'pairs', seed: 1, count: 3 })
    const { prompt, answer } = examples.question(0)
    const row = examples.row(0, 0) as Record<string, Int32Array>
    assert.equal(task.tokenizer.decode(row.source), prompt)
    assert.equal(row.source.at(-1), task.tokenizer.special.end)
    assert.equal(answers?.text(row.ids.subarray(1)), answer)
    assert.deepEqual([row.ids[0], row.targets[64]], [79, 79])
    assert.deepEqual(row.ids.subarray(1), row.targets.subarray(0, 64))
    assert.throws(() => taskExamples(task, { as: 'decoder', seed: 1 }), {
      message: 'task: the answers of "scenes" are no texts. Train an encoder and a decoder on it.',
    })
  })
})
