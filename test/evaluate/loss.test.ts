// Losses and scores of answers, by hand.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { reference } from '../../src/engine/reference.ts'
import { type Answer, answerLoss } from '../../src/evaluate/loss.ts'
import { answerScore } from '../../src/evaluate/score.ts'
import { parameter } from '../../src/tensor/primitives.ts'
import { assertClose } from '../tensor/numbers.ts'

const engine = reference()

async function valuesOf(answer: Answer, smoothing?: number) {
  const outputs = { ...answerLoss(answer, smoothing), ...answerScore(answer) }
  const program = await engine.compile({ outputs })
  await program.run({})
  return Object.fromEntries(
    await Promise.all(Object.keys(outputs).map(async (name) => [name, (await program.read(name)).data[0]])),
  )
}

function given(sizes: Record<string, number>, values: readonly number[]) {
  const node = parameter(sizes)
  engine.set(node, values)
  return node
}

describe('an answer', () => {
  // Of the first row both targets are right, of the second one; the third asks nothing.
  const logits = given({ batch: 3, position: 2, vocab: 3 }, [2, 1, 0, 0, 0, 1, 3, 0, 0, 0, 2, 1, 9, 0, 0, 0, 9, 0])
  const targets = given({ batch: 3, position: 2 }, [0, 2, 1, 1, -1, -1])
  const surprise = (row: number[], target: number) =>
    Math.log(row.reduce((sum, x) => sum + Math.exp(x), 0)) - row[target]
  const rows = [[2, 1, 0], [0, 0, 1], [3, 0, 0], [0, 2, 1]] // biome-ignore format: a row for each position

  test('costs what the targets cost, and is scored by places and by rows', async () => {
    const { sum, count, right, exact, rows: asked } = await valuesOf({ logits, targets, over: 'vocab' })
    const expected = [0, 2, 1, 1].reduce((total, target, i) => total + surprise(rows[i], target), 0)
    assertClose([sum], [expected], 1e-6)
    assert.deepEqual({ count, right, exact, asked }, { count: 4, right: 3, exact: 1, asked: 2 })
  })

  test('with smoothing costs a share of what any entry costs', async () => {
    const { sum } = await valuesOf({ logits, targets, over: 'vocab' }, 0.1)
    const expected = [0, 2, 1, 1].reduce((total, target, i) => {
      const all = [0, 1, 2].reduce((mean, entry) => mean + surprise(rows[i], entry) / 3, 0)
      return total + 0.9 * surprise(rows[i], target) + 0.1 * all
    }, 0)
    assertClose([sum], [expected], 1e-6)
  })

  test('may be one for each row: a class', async () => {
    const classes = given({ batch: 3, class: 2 }, [1, 0, 0, 1, 5, 0])
    const labels = given({ batch: 3 }, [0, 0, -1])
    const { count, right, exact, rows } = await valuesOf({ logits: classes, targets: labels, over: 'class' })
    assert.deepEqual({ count, right, exact, rows }, { count: 2, right: 1, exact: 1, rows: 2 })
  })

  test('is right among equal ones where it is the first, which greedy writing and classifying take', async () => {
    const equals = given({ batch: 3, position: 2, vocab: 3 }, [0, 0, 0, 0, 0, 0, 1, 2, 2, 2, 1, 2, NaN, 0, 0, 0, 0, 0])
    const asked = given({ batch: 3, position: 2 }, [0, 2, 1, 0, 1, -1])
    const { count, right, exact } = await valuesOf({ logits: equals, targets: asked, over: 'vocab' })
    assert.deepEqual({ count, right, exact }, { count: 5, right: 3, exact: 1 })
  })
})
