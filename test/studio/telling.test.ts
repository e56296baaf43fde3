// News that go to the page together while a run trains, and answers that come with them.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setTimeout as rest } from 'node:timers/promises'
import type { News, Reply } from '../../src/studio/talk/questions.ts'
import { Talk } from '../../src/studio/talk/talk.ts'
import { Telling } from '../../src/studio/worker/telling.ts'
import { Turns } from '../../src/studio/worker/turns.ts'

const taken = (step: number): News => ({
  kind: 'steps',
  step,
  losses: [{ step, loss: 1 / step }],
  stepsPerSecond: 40,
  looksMs: 0,
})
const state = (state: 'training' | 'resting', step: number): News => ({ kind: 'state', state, step })

describe('news', () => {
  test('of a run that rests go at once, each alone', () => {
    const sent: (readonly News[])[] = []
    const telling = new Telling((news) => sent.push(news))
    telling.tell({ kind: 'saved', step: 3, bytes: 100, at: 0 })
    telling.tell({ kind: 'machine' })
    assert.deepEqual(
      sent.map((news) => news.map(({ kind }) => kind)),
      [['saved'], ['machine']],
    )
  })

  test('of a run that trains: the first step at once, the others together and in order, all of them before it rests', () => {
    const sent: (readonly News[])[] = []
    const telling = new Telling((news) => sent.push(news))
    telling.tell(state('training', 0))
    for (const step of [1, 2, 3]) telling.tell(taken(step))
    telling.tell({ kind: 'snapshots', steps: [0, 3] })
    telling.tell(taken(4))
    assert.equal(sent.length, 2, 'the state and the first step')
    telling.tell(state('resting', 4))
    const [, first, rest] = sent
    assert.deepEqual(first, [taken(1)])
    assert.deepEqual(
      rest.map(({ kind }) => kind),
      ['steps', 'snapshots', 'steps', 'state'],
    )
    assert.deepEqual(rest[0].kind === 'steps' && rest[0].losses.map(({ step }) => step), [2, 3])
  })

  test('what is told before the first step does not hold it up', () => {
    const sent: (readonly News[])[] = []
    const telling = new Telling((news) => sent.push(news))
    telling.tell(state('training', 0))
    telling.tell({ kind: 'snapshots', steps: [0] })
    telling.tell(taken(1))
    telling.tell(taken(2))
    assert.deepEqual(
      sent.map((news) => news.map(({ kind }) => kind)),
      [['state'], ['snapshots'], ['steps']],
    )
  })

  test('go by themselves where the next step takes long', async () => {
    const sent: (readonly News[])[] = []
    const telling = new Telling((news) => sent.push(news))
    telling.tell(state('training', 0))
    telling.tell(taken(1))
    telling.tell({ kind: 'snapshots', steps: [0, 1] })
    assert.equal(sent.length, 2)
    await rest(600)
    assert.deepEqual(
      sent.at(-1)?.map(({ kind }) => kind),
      ['snapshots'],
    )
  })
})

describe('what waits for news', () => {
  test('waits while a run trains, and not for longer than a step may take', async () => {
    const port = { postMessage() {}, onmessage: null as ((event: MessageEvent<Reply>) => void) | null }
    const talk = new Talk(port, () => {})
    const say = (...news: News[]): void => port.onmessage?.(new MessageEvent<Reply>('message', { data: { news } }))
    await talk.withNews()
    say(state('training', 0))
    let isDone = false
    const waiting = talk.withNews().then(() => {
      isDone = true
    })
    await rest(20)
    assert.equal(isDone, false)
    say(taken(1))
    await waiting
    const begun = performance.now()
    await talk.withNews()
    assert.ok(performance.now() - begun > 300)
    say(state('resting', 1))
    const rested = performance.now()
    await talk.withNews()
    assert.ok(performance.now() - rested < 300)
  })
})

test('turns of those who look are counted, and no others', async () => {
  const turns = new Turns()
  await turns.take(() => rest(30))
  assert.equal(turns.looksMs, 0)
  await turns.look(() => rest(30))
  await assert.rejects(turns.look(() => rest(10).then(() => Promise.reject(new Error('no')))))
  assert.ok(turns.looksMs >= 35 && turns.looksMs < 1000)
})
