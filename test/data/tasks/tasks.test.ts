// Tasks: questions that are functions of seed and number, answers that are right, and none of them both learnt and tested.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { bucketedBatches } from '../../../src/data/bucketed.ts'
import { exactMatches } from '../../../src/data/exact.ts'
import { additionTask } from '../../../src/data/tasks/addition.ts'
import { modularAdditionTask } from '../../../src/data/tasks/modularAddition.ts'
import { sortTask } from '../../../src/data/tasks/sort.ts'
import { type Question, questionAt, type Task } from '../../../src/data/tasks/task.ts'
import { taskExamples } from '../../../src/data/tasks/taskExamples.ts'
import { taskNamed, tasks } from '../../../src/data/tasks/tasks.ts'

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i)

/** What is right, said another way than the task says it. */
const answers: Record<string, (prompt: string) => string> = {
  copy: (prompt) => prompt,
  reverse: (prompt) => [...prompt].reduce((said, symbol) => symbol + said, ''),
  sort: (prompt) => [...'0123456789'].map((digit) => digit.repeat(prompt.split(digit).length - 1)).join(''),
  addition(prompt) {
    const [, a, b] = /^(\d{1,3})\+(\d{1,3})=$/.exec(prompt) ?? []
    return String(Number(a) + Number(b))
  },
  'modular-addition'(prompt) {
    const [a, b] = taskNamed('modular-addition').tokenizer.encode(prompt)
    return taskNamed('modular-addition').tokenizer.piece((a + b) % 59)
  },
}

for (const [name, make] of Object.entries(tasks)) {
  describe(name, () => {
    const task = make()
    const at = (number: number, seed = 1): Question => questionAt(task, seed, number)

    test('a question is a function of seed and number', () => {
      assert.equal(task.name, name)
      assert.deepEqual(at(17), questionAt(make(), 1, 17))
      assert.notDeepEqual(
        upTo(5).map((i) => at(i)),
        upTo(5).map((i) => at(i, 2)),
      )
      assert.notDeepEqual(at(17), at(18))
    })

    if (answers[name]) {
      test('answers are right, and nothing else is', () => {
        for (const number of upTo(200)) {
          const question = at(number)
          assert.equal(question.answer, answers[name](question.prompt))
          assert.ok(task.isExact(question, question.answer))
          assert.ok(!task.isExact(question, `${question.answer}${question.answer[0]}`))
          assert.ok(!task.isExact(question, ''))
        }
      })
    }

    test('what is held out, training never sees, whatever the seeds', () => {
      const key = (question: Question): string => task.keyOf?.(question) ?? question.prompt
      const seen = new Set(upTo(1000).map((number) => key(at(number))))
      for (const number of upTo(200)) assert.ok(!seen.has(key(questionAt(task, 99, number, { part: 'validation' }))))
    })

    // What is drawn is no text, and is another test's (scenes.test.ts).
    if (task.answers) return
    test('one sequence for a decoder', () => {
      const examples = taskExamples(task, { as: 'decoder', seed: 1, count: 40, pad: 0 })
      for (const number of [0, 7]) {
        const question = examples.question(number)
        const { ids, targets } = examples.row(number, 0) as { ids: Int32Array; targets: Int32Array }
        const said = [...targets].map((target) => (target === -1 ? '' : task.tokenizer.piece(target))).join('')
        const ending = task.lengths ? '' : '\n'
        const all = `${question.prompt}${task.separator ?? ''}${question.answer}${ending}`
        assert.equal(said, task.teaches === 'everything' ? all.slice(1) : `${question.answer}${ending}`)
        assert.equal(task.tokenizer.decode(ids), all.slice(0, -1))
        for (const [i, target] of targets.entries())
          if (target !== -1 && i + 1 < ids.length) assert.equal(ids[i + 1], target)
      }
      for (const { sizes, inputs } of bucketedBatches(examples, { batch: 8, seed: 1 }).evaluation())
        assert.equal(inputs.ids.length, sizes.batch * sizes.position)
    })
  })
}

describe('tasks as examples', () => {
  test('pairs: the encoder reads the prompt, the decoder says the answer and its end', () => {
    const task = additionTask()
    const examples = taskExamples(task, { as: 'pairs', seed: 1, count: 5 })
    const { prompt, answer } = examples.question(3)
    const row = examples.row(3, 0) as Record<string, Int32Array>
    assert.equal(task.tokenizer.decode(row.source), prompt)
    assert.equal(task.tokenizer.decode(row.ids), `\n${answer}`)
    assert.equal(task.tokenizer.decode(row.targets), `${answer}\n`)
    assert.throws(() => taskExamples(taskNamed('successor'), { as: 'pairs', seed: 1 }), {
      message: 'task: "successor" has no answers apart from its prompts. Train a decoder on it.',
    })
  })

  test('sort of 6 symbols out of 3 has the ids and targets of minGPT', () => {
    const task = sortTask({ length: 6, symbols: 3 })
    const { ids, targets } = taskExamples(task, { as: 'decoder', seed: 1 }).row(0, 0) as Record<string, Int32Array>
    assert.equal(ids.length, 11)
    assert.deepEqual([...targets.subarray(0, 5)], [-1, -1, -1, -1, -1])
    assert.deepEqual([...targets.subarray(5)], [...ids.subarray(0, 6)].sort())
    assert.deepEqual([...task.tokenizer.encode('012')], [0, 1, 2])
  })

  test('training draws new questions all the time', () => {
    const batches = bucketedBatches(taskExamples(sortTask(), { as: 'decoder', seed: 1 }), { batch: 32, seed: 1 })
    const seen = new Set<string>()
    for (const step of upTo(50)) {
      const { inputs } = batches.at(step)
      for (const row of upTo(32)) seen.add(inputs.ids.subarray(row * 19, row * 19 + 10).join(' '))
    }
    assert.equal(seen.size, 50 * 32)
  })

  test('a table is split as a whole: every sum stands on one side, once', () => {
    const task = modularAdditionTask({ modulus: 13 })
    const sides = (['training', 'validation'] as const).map((part) =>
      taskExamples(task, { as: 'decoder', seed: 1, part, heldOut: 0.3 }),
    )
    const prompts = sides.flatMap((side) => upTo(side.count).map((i) => side.question(i).prompt))
    assert.equal(new Set(prompts).size, 169)
    assert.equal(prompts.length, 169)
    assert.ok(sides[1].count > 30 && sides[1].count < 70, `${sides[1].count} of 169 are held out`)
  })

  test('the same sum in the other order is the same question', () => {
    const { keyOf } = additionTask()
    assert.equal(keyOf?.({ prompt: '87+5=', answer: '' }), keyOf?.({ prompt: '5+87=', answer: '' }))
  })

  test('addition with the last digit first', () => {
    const task = additionTask({ digits: 5, reversed: true })
    for (const number of upTo(50)) {
      const { prompt, answer } = questionAt(task, 1, number)
      const [a, b] = prompt.slice(0, -1).split('+').map(Number)
      assert.equal(Number([...answer].reverse().join('')), a + b)
    }
  })

  test('what cannot be', () => {
    assert.throws(() => taskNamed('sorted'), {
      message:
        'task: there is no task "sorted". Did you mean "sort"? There are copy, reverse, sort, addition, modular-addition, successor, dates, scenes.',
    })
    assert.throws(() => sortTask({ length: 0 }), {
      message: 'task: length of "sort" is 0. Give a whole number from 1.',
    })
    assert.throws(() => modularAdditionTask({ modulus: 399 }), {
      message: 'task: there are 398 symbols, but 399 are wanted. Give a whole number from 1 to 398.',
    })
    assert.throws(() => additionTask({ digits: 16 }), {
      message: 'task: digits of "addition" is 16. Give at most 15: larger sums are not exact.',
    })
    const never: Task = { ...sortTask(), keyOf: () => 'all the same' }
    assert.throws(() => questionAt(never, 1, 0, { heldOut: 1 }), {
      message:
        'task: none of 10000 questions of "sort" is for training when 1 of them are held out. ' +
        'Hold out another share, or make the task larger.',
    })
  })
})

test('exact matches: rows that are right everywhere; rows without targets do not count', () => {
  const targets = [-1, 4, 5, -1, 4, 5, -1, -1, -1, 7, -1, -1]
  const guesses = [9, 4, 5, 9, 4, 6, 9, 9, 9, 7, 9, 9]
  assert.deepEqual(exactMatches(targets, guesses, 4), { exact: 2, count: 3 })
})
