// The lab runs: each measurement is made once, kept when it ends, and not mixed with others.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answerOf } from '../../src/lab/answer.ts'
import { type LabProgress, readLab, runLab } from '../../src/lab/runLab.ts'
import { nameOfMeasurement } from '../../src/lab/saved.ts'
import { letters, MapStore, madeUp, question, workerFor } from './madeUp.ts'

const text = await letters()
const today = '2026-01-31'

/** A lab of these questions that keeps in `store`. */
function labOf(questions: readonly ReturnType<typeof question>[], store = new MapStore()) {
  const asked: string[] = []
  const lab = { questions, size: 'full', text, store, today } as const
  return { lab, asked, store, workers: [workerFor(questions, asked), workerFor(questions, asked)] }
}

test('measures every variant for three seeds, and keeps it', async () => {
  const { lab, asked, store, workers } = labOf([question([madeUp('a', 1), madeUp('b', 2)])])
  const told: LabProgress[] = []
  const [found] = await runLab({ ...lab, workers, report: (progress) => told.push(progress) })
  assert.deepEqual(asked.sort(), [
    'made-up: a 0',
    'made-up: a 1',
    'made-up: a 2',
    'made-up: b 0',
    'made-up: b 1',
    'made-up: b 2',
  ])
  assert.equal(store.kept.size, 6)
  assert.deepEqual(
    found.variants.map(({ bySeed }) => [...bySeed.values()].map(({ measured }) => measured.numbers['loss'])),
    [
      [1, 1.001, 1.002],
      [2, 2.001, 2.002],
    ],
  )
  assert.deepEqual([told.at(-1)?.done, told.at(-1)?.of, told.at(-1)?.left], [6, 6, 0])
  const answer = answerOf(found, text)
  assert.equal(answer.seconds, 12)
  assert.equal(answer.day, today)
})

test('asked again it measures nothing; with more seeds only what is new', async () => {
  const { lab, asked, workers } = labOf([question([madeUp('a', 1), madeUp('b', 2)])])
  await runLab({ ...lab, workers })
  asked.length = 0
  await runLab({ ...lab, workers })
  assert.deepEqual(asked, [])
  await runLab({ ...lab, seeds: 4, workers })
  assert.deepEqual(asked.sort(), ['made-up: a 3', 'made-up: b 3'])
  asked.length = 0
  await runLab({ ...lab, isForced: true, workers })
  assert.equal(asked.length, 6)
})

test('equal settings are measured once, whoever asks', async () => {
  const base = madeUp('base', 1)
  const one = question([base, madeUp('a', 2)], { name: 'one' })
  const other = question([{ ...base, name: 'the same' }, madeUp('b', 3)], { name: 'other' })
  const { lab, asked, workers } = labOf([one, other])
  const found = await runLab({ ...lab, workers })
  assert.equal(asked.length, 9)
  assert.equal(found[1].variants[0].bySeed.get(2)?.measured.numbers['loss'], 1.002)
})

test('another text, setting or seed is another measurement', async () => {
  const setting = { kind: 'a', steps: 1 }
  const name = (more: object) => nameOfMeasurement({ setting, seed: 0, text, ...more })
  const names = await Promise.all([
    name({}),
    name({ seed: 1 }),
    name({ setting: { kind: 'a', steps: 2 } }),
    name({ text: { digest: 'other' } }),
  ])
  assert.equal(new Set(names).size, 4)
  assert.equal(await name({ setting: { steps: 1, kind: 'a' } }), names[0])
})

test('what ended before an error, or before it was stopped, is kept', async () => {
  const broken = { ...madeUp('b', 2), run: () => Promise.reject(new Error('it broke')) }
  const { lab, store, workers } = labOf([question([madeUp('a', 1), broken])])
  await assert.rejects(runLab({ ...lab, workers: workers.slice(1) }), /^Error: it broke$/)
  assert.equal(store.kept.size, 3)

  const stopped = labOf([question([madeUp('a', 1), madeUp('b', 2)])])
  const controller = new AbortController()
  const report = ({ done }: LabProgress): void => {
    if (done === 2) controller.abort()
  }
  const [one] = stopped.workers
  const [found] = await runLab({ ...stopped.lab, workers: [one], report, signal: controller.signal })
  assert.equal(stopped.store.kept.size, 2)
  assert.deepEqual(
    answerOf(found, text).variants.map(({ missing }) => missing),
    [[2], [0, 1, 2]],
  )
})

test('a run that came to no numbers is a result, and is kept as one', async () => {
  const { lab, asked, workers } = labOf([question([madeUp('a', Number.NaN), madeUp('b', 2)])])
  await runLab({ ...lab, workers })
  const [found] = await readLab(lab)
  const [verdict] = answerOf(found, text).verdicts
  assert.equal(asked.length, 6)
  assert.equal(verdict.outcome, 'worse')
  assert.equal(verdict.says, '“a” is worse than “b”; “a” came to no numbers in 3 of 3 seeds.')
})

test('a damaged file is named', async () => {
  const { lab, store, workers } = labOf([question([madeUp('a', 1)])])
  await runLab({ ...lab, workers })
  const [name] = store.kept.keys()
  for (const [content, reason] of [
    ['{"measured":', /JSON/],
    ['{"measured":{"numbers":{"loss":"2"}},"seconds":1,"day":"d"}', /loss is no number/],
    ['{"measured":{"numbers":{"loss":2}},"day":"d"}', /it does not say how long it took/],
    ['[]', /expected an object/],
  ] as const) {
    store.kept.set(name, content)
    await assert.rejects(runLab({ ...lab, workers }), (error: Error) => {
      assert.match(error.message, reason)
      assert.ok(error.message.startsWith(`kept/${name}: this is no measurement of the lab (`))
      assert.ok(error.message.endsWith('). Remove the file; it is then measured anew.'))
      return true
    })
  }
  await runLab({ ...lab, workers, isForced: true })
})

test('claims of what is not there are mistakes of the question', async () => {
  const wrong = question([madeUp('a', 1)], { claims: [{ measure: 'loss', of: 'c', against: 'a' }] })
  const [found] = await readLab(labOf([wrong]).lab)
  assert.throws(
    () => answerOf(found, text),
    /^Error: lab: made-up claims something of "c", which is none of its variants\.$/,
  )
})
