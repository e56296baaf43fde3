// Successor: the best prediction is Bayes' over all maps, and its loss is what the task's file says.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  predictableExamples,
  predictablePlaces,
  successorChances,
  successorOptimum,
  successorTask,
} from '../../../src/data/tasks/successor.ts'
import { questionAt } from '../../../src/data/tasks/task.ts'
import { taskExamples } from '../../../src/data/tasks/taskExamples.ts'

test('the best prediction, against going through all 27 maps of three symbols', () => {
  const [symbols, follow] = [3, 0.6]
  const maps = Array.from({ length: 27 }, (_, i) => [i % 3, Math.floor(i / 3) % 3, Math.floor(i / 9)])
  const chance = (map: number[], a: number, b: number): number => (map[a] === b ? follow : 0) + (1 - follow) / symbols
  for (const ids of [[0], [0, 1, 0], [0, 1, 1, 0, 2, 0, 1, 0], [2, 2, 2, 1, 2, 0, 2], [1, 0, 2, 1, 0, 2, 1, 2]]) {
    const last = ids[ids.length - 1]
    const likelihoods = maps.map((map) => ids.slice(1).reduce((product, b, i) => product * chance(map, ids[i], b), 1))
    const sum = likelihoods.reduce((total, each) => total + each, 0)
    const chances = successorChances(ids, { symbols, follow })
    for (const b of [0, 1, 2]) {
      const wanted = maps.reduce((total, map, i) => total + (likelihoods[i] / sum) * chance(map, last, b), 0)
      assert.ok(Math.abs(chances[b] - wanted) < 1e-12, `${ids}: ${chances[b]} should be ${wanted}`)
    }
  }
})

test('without jumps, what was seen is certain', () => {
  assert.deepEqual([...successorChances([0, 1, 0], { symbols: 3, follow: 1 })], [0, 1, 0])
})

test('the loss of the best prediction: 2.08 nats over 32 predictions, beginning with ln 16', () => {
  const task = successorTask()
  const sequences = Array.from({ length: 4000 }, (_, number) => {
    const { prompt, answer } = questionAt(task, 1, number)
    return task.tokenizer.encode(prompt + answer)
  })
  // 100,000 sequences give 2.078; the standard error of 4,000 is 0.005.
  const loss = successorOptimum(sequences)
  assert.ok(Math.abs(loss - 2.078) < 0.015, `${loss}`)
  const first = successorOptimum(sequences.map((ids) => ids.subarray(0, 2)))
  assert.ok(Math.abs(first - Math.log(16)) < 1e-12)
})

test('predictable is what follows again as it did the last time', () => {
  assert.deepEqual(predictablePlaces([3, 1, 3, 1, 2, 3, 2, 3, 1]), [2, 6])
  assert.deepEqual(predictablePlaces([4, 4, 4, 4]), [1, 2])
  assert.deepEqual(predictablePlaces([0, 1, 2, 3]), [])
  assert.deepEqual(predictablePlaces([5]), [])
})

test('the predictable places of examples are asked, and no others', () => {
  const examples = taskExamples(successorTask({ symbols: 4, length: 12 }), { as: 'decoder', seed: 3 })
  const asked = predictableExamples(examples)
  assert.equal(asked.count, examples.count)
  let count = 0
  for (let example = 0; example < 20; example++) {
    const [whole, part] = [examples.row(example, 0), asked.row(example, 0)] as Record<string, Int32Array>[]
    assert.deepEqual(part['ids'], whole['ids'])
    const places = predictablePlaces([...whole['ids'], whole['targets'][11]])
    whole['targets'].forEach((target, i) => {
      assert.equal(part['targets'][i], places.includes(i) ? target : -1)
    })
    count += places.length
  }
  assert.ok(count > 60, `${count}`)
})

test('an answer is right when no guess is better, whatever came', () => {
  const task = successorTask({ symbols: 4, length: 6 })
  const question = { prompt: '012310', answer: '3' }
  assert.ok(task.isExact(question, '1'))
  assert.ok(!task.isExact(question, '3'))
  assert.ok(!task.isExact(question, '11'))
  assert.ok(task.isExact({ prompt: '01012', answer: '0' }, '3'))
  assert.ok(!task.isExact({ prompt: '01012', answer: '0' }, '9'))
})

test('what cannot be', () => {
  assert.throws(() => successorTask({ follow: 7 }), {
    message: 'task: follow of "successor" is 7. Give a probability, from 0 to 1; 0.7 is usual.',
  })
})
