import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { LastQuestion } from '../../../../src/studio/page/text/lastQuestion.ts'

test('whoever waits for a question that another replaces waits for that one, and only the last is asked', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const question = new LastQuestion()
  const asked: string[] = []
  const put = (name: string): Promise<void> => question.put(async () => void asked.push(name), 250)
  let isBegun = false
  const first = put('first')
  // As Train pressed while somebody types does.
  const begun = question.answered.then(() => {
    isBegun = true
  })
  t.mock.timers.tick(200)
  put('second')
  t.mock.timers.tick(200)
  await setImmediate()
  assert.equal(isBegun, false)
  assert.deepEqual(asked, [])
  t.mock.timers.tick(50)
  await begun
  await first
  assert.deepEqual(asked, ['second'])
})

test('one that is being asked when another replaces it does not settle before that one', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const question = new LastQuestion()
  const slow = Promise.withResolvers<void>()
  const order: string[] = []
  const first = question.put(() => slow.promise, 0).then(() => order.push('first'))
  t.mock.timers.tick(0)
  const second = question.put(async () => void order.push('asked'), 250)
  slow.resolve()
  await setImmediate()
  assert.deepEqual(order, [])
  t.mock.timers.tick(250)
  await Promise.all([first, second])
  assert.deepEqual(order, ['asked', 'first'])
})
