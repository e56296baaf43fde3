// Settings that mean nothing are refused before anything begins; so are names that nobody knows.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { windowBatches } from '../../src/data/windows.ts'
import { reference } from '../../src/engine/reference.ts'
import { nextToken } from '../../src/evaluate/objective.ts'
import { GPT2 } from '../../src/model/gpt2.ts'
import { type TrainOptions, train } from '../../src/train/train.ts'

const ids = Int32Array.from({ length: 60 }, (_, i) => (i * i) % 5)
const model = new GPT2({ vocab: 5, context: 4, layer: 1, head: 1, model: 2 })
const engine = reference()
const corpus = { training: ids, validation: ids }

const refuses = (options: object, message: string) =>
  assert.rejects(train({ engine, model, corpus, steps: 1, ...options } as TrainOptions).next(), { message })

test('counts are whole numbers, at least 1', async () => {
  for (const name of [
    'batch',
    'context',
    'accumulate',
    'steps',
    'evaluateEvery',
    'evaluateBatches',
    'checkpointEvery',
    'reportEvery',
  ])
    for (const value of [0, -1, 1.5, Number.NaN, Infinity, 2 ** 53, '8'])
      await refuses({ [name]: value }, `train: ${name} is ${value}; it must be a whole number, at least 1.`)
})

test('seed and warm-up are whole numbers, at least 0', async () => {
  for (const name of ['seed', 'warmup'])
    for (const value of [-1, 0.5, Number.NaN, Infinity, '0'])
      await refuses({ [name]: value }, `train: ${name} is ${value}; it must be a whole number, at least 0.`)
})

test('amounts are finite numbers, at least 0', async () => {
  for (const name of ['rate', 'leastRate', 'epsilon', 'decay', 'clip']) {
    for (const value of [-1, Number.NaN, '1'])
      await refuses({ [name]: value }, `train: ${name} is ${value}; it must be at least 0.`)
    await refuses({ [name]: Infinity }, `train: ${name} is Infinity; it must be a finite number.`)
  }
})

test('shares are below 1', async () => {
  for (const name of ['beta1', 'beta2'])
    for (const value of [-0.1, 1, 1.5, Number.NaN, Infinity, '0'])
      await refuses({ [name]: value }, `train: ${name} is ${value}; it must be at least 0 and below 1.`)
  await refuses({ smoothing: 1.5 }, 'crossEntropy: label smoothing is 1.5; it must be from 0 to 1.')
})

test('a rate does not rise to its end', async () => {
  await refuses(
    { rate: 1e-4, leastRate: 1e-3 },
    'train: leastRate is 0.001, above the rate, 0.0001: the learning rate would rise to its end. Give a smaller one, or none.',
  )
})

test('an option that there is not is no option', async () => {
  await refuses({ learningRate: 1e-4 }, 'train: there is no option "learningRate".')
  await refuses({ Steps: 5 }, 'train: there is no option "Steps". Did you mean "steps"?')
  await refuses({ rates: 1 }, 'train: there is no option "rates". Did you mean "rate"?')
})

test('batches that are given have their sizes, which settings cannot change', async () => {
  const batches = windowBatches({ ids, context: 4, batch: 2, seed: 0 })
  const learning = { objective: nextToken(model), training: batches, validation: batches }
  const begin = (options: object) => train({ engine, steps: 1, ...learning, ...options }).next()
  await begin({ batch: 2, context: 4 })
  for (const [name, value, has] of [
    ['batch', 3, 2],
    ['context', 2, 4],
  ] as const)
    await assert.rejects(begin({ [name]: value }), {
      message: `train: ${name} is ${value}, but the batches that are given have ${has}. Leave it out, or make other batches.`,
    })
})
