// Going on with other settings: the place in the data is counted in examples, and what follows from a setting follows.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { TrainingState } from '../../src/checkpoint/training.ts'
import type { Batches } from '../../src/data/batch.ts'
import { bucketedBatches } from '../../src/data/bucketed.ts'
import { sequenceExamples } from '../../src/data/sequences.ts'
import { reference } from '../../src/engine/reference.ts'
import { nextToken } from '../../src/evaluate/objective.ts'
import { GPT2 } from '../../src/model/gpt2.ts'
import { rateAt } from '../../src/train/schedule.ts'
import { small, type TrainSettings } from '../../src/train/settings.ts'
import { type BatchLearning, type TrainOptions, train } from '../../src/train/train.ts'

const engine = reference()
const quiet = { engine, evaluateEvery: 1000, checkpointEvery: 1000, evaluateBatches: 1 }

/** The last state of a run, its settings, and the rates that it took. */
async function run(options: TrainOptions): Promise<{ state: TrainingState; settings: TrainSettings; rates: number[] }> {
  let [state, settings]: [TrainingState | undefined, TrainSettings | undefined] = [undefined, undefined]
  const rates: number[] = []
  for await (const event of train(options)) {
    if (event.kind === 'begin') settings = event.settings
    if (event.kind === 'step') rates.push(event.rate)
    if (event.kind === 'checkpoint') state = event.state
  }
  assert.ok(state && settings)
  return { state, settings, rates }
}

describe('the place in the data, when a run goes on with other settings', () => {
  const model = new GPT2({ vocab: 40, context: 2, layer: 1, head: 1, model: 2 })
  const seen: number[] = []
  const spied = (batches: Batches): Batches => ({
    ...batches,
    at(step) {
      const batch = batches.at(step)
      for (let row = 0; row < batch.sizes['batch']; row++) seen.push(batch.inputs['ids'][2 * row])
      return batch
    },
  })
  /** Forty examples, each of which begins with its number. */
  const learning = (batch: number): BatchLearning => {
    const examples = sequenceExamples(Array.from({ length: 40 }, (_, i) => Int32Array.of(i, 1, 2)))
    const batches = bucketedBatches(examples, { batch, seed: 5 })
    return { objective: nextToken(model), training: spied(batches), validation: batches }
  }
  const all = Array.from({ length: 40 }, (_, i) => i)
  const inOrder = (numbers: readonly number[]): number[] => [...numbers].sort((a, b) => a - b)

  test('no example is passed over with other batches in a step, however often that changes', async () => {
    seen.length = 0
    const { state } = await run({ ...quiet, ...learning(1), steps: 10 })
    const { state: later } = await run({ ...quiet, ...learning(1), resume: state, accumulate: 2, steps: 18 })
    assert.equal(later.examples, 26)
    await run({ ...quiet, ...learning(1), resume: later, accumulate: 1, steps: 32 })
    assert.deepEqual(inOrder(seen), all)
  })

  test('a state says its place only where that does not follow from its settings', async () => {
    const { state } = await run({ ...quiet, ...learning(2), accumulate: 3, steps: 2 })
    assert.equal('examples' in state, false)
    const { state: later } = await run({ ...quiet, ...learning(2), resume: state, steps: 4 })
    assert.equal('examples' in later, false)
  })

  test('batches of another size are refused where examples are dealt out by it', async () => {
    const { state } = await run({ ...quiet, ...learning(2), steps: 3 })
    await assert.rejects(run({ ...quiet, ...learning(4), resume: state, steps: 6 }), {
      message:
        'train: the batches have 4 examples, but those of the run to go on from had 2, by which its examples are dealt out. ' +
        'Make batches as large; accumulate may change.',
    })
  })

  test('windows of a text are taken one after the other, with batches of any size', async () => {
    // Each window begins with a number of its own: the first of an epoch begins somewhere else in every epoch.
    const ids = Int32Array.from({ length: 41 }, (_, i) => i % 40)
    const corpus = { training: ids, validation: ids }
    const taken: number[] = []
    const watched = new GPT2({ vocab: 40, context: 2, layer: 1, head: 1, model: 2 })
    const spy = {
      ...engine,
      async compile(graph: Parameters<typeof engine.compile>[0]) {
        const program = await engine.compile(graph)
        const isStep = 'gradientNorm' in graph.outputs
        return {
          ...program,
          run(inputs: Parameters<typeof program.run>[0]) {
            const read = inputs['ids'] as Int32Array
            if (isStep) taken.push(...read.filter((_, i) => i % 2 === 0))
            return program.run(inputs)
          },
        }
      },
    }
    const text = { ...quiet, engine: spy, model: watched, corpus }
    await run({ ...text, batch: 1, steps: 19 })
    const whole = taken.splice(0)
    const { state } = await run({ ...text, batch: 3, steps: 3 })
    const { state: later } = await run({ ...text, resume: state, batch: 4, steps: 5 })
    assert.equal(later.examples, 17)
    await run({ ...text, resume: later, batch: 2, steps: 6 })
    assert.deepEqual(taken, whole)
  })
})

describe('settings, when a run goes on with others', () => {
  const ids = Int32Array.from({ length: 60 }, (_, i) => (i * i) % 5)
  const corpus = { training: ids, validation: ids }
  const text = { ...quiet, model: new GPT2({ vocab: 5, context: 4, layer: 1, head: 1, model: 2 }), corpus, batch: 1 }
  const begun = run({ ...text, steps: 5, rate: 1e-3 })

  test('the same ones hold where none are given', async () => {
    const { state, settings } = await begun
    assert.deepEqual((await run({ ...text, resume: { ...state, step: 4 } })).settings, settings)
  })

  test('the rate at the end goes with the highest, so that a lower one never rises', async () => {
    const { state } = await begun
    const { settings, rates } = await run({ ...text, resume: state, steps: 40, rate: 1e-5 })
    assert.equal(settings.leastRate, 1e-5 / 10)
    assert.ok(rates.every((rate, i) => rate <= 1e-5 && (i === 0 || rate <= rates[i - 1])))
    assert.ok((rates.at(-1) as number) < 1.2e-6)
  })

  test('a rate at the end that was chosen stays, and may not be above the highest', async () => {
    const { state } = await run({ ...text, steps: 5, rate: 1e-3, leastRate: 2e-5 })
    assert.equal((await run({ ...text, resume: state, steps: 6, rate: 1e-4 })).settings.leastRate, 2e-5)
    await assert.rejects(run({ ...text, resume: state, steps: 6, rate: 1e-5 }), {
      message:
        'train: leastRate is 0.00002, above the rate, 0.00001: the learning rate would rise to its end. Give a smaller one, or none.',
    })
    assert.equal((await run({ ...text, resume: state, steps: 6, rate: 1e-5, schedule: 'constant' })).rates[0], 1e-5)
  })

  test('warm-up and schedule are those of a run that had as many steps from its beginning', async () => {
    const { state } = await begun
    const { settings, rates } = await run({ ...text, resume: state, steps: 60 })
    const { settings: other } = await run({ ...text, steps: 60, rate: 1e-3 })
    assert.deepEqual(settings, other)
    assert.equal(settings.warmup, 3)
    assert.deepEqual(
      rates,
      Array.from({ length: 55 }, (_, i) => rateAt(5 + i, other)),
    )
  })

  test('a warm-up that was chosen stays', async () => {
    const { state } = await run({ ...text, steps: 5, warmup: 2 })
    assert.equal((await run({ ...text, resume: state, steps: 60 })).settings.warmup, 2)
  })

  test('what else may change does, and what may not is refused', async () => {
    const { state, settings } = await begun
    const others = { clip: 0.5, decay: 0, beta1: 0.8, beta2: 0.9, epsilon: 1e-6, evaluateEvery: 7, reportEvery: 2 }
    assert.deepEqual((await run({ ...text, resume: state, steps: 6, ...others })).settings, {
      ...settings,
      ...others,
      steps: 6,
    })
    const refused = { seed: 1, context: 2 }
    for (const [name, value] of Object.entries(refused))
      await assert.rejects(run({ ...text, resume: state, steps: 6, [name]: value }), {
        message: `train: the ${name} is ${value}, but the run to go on from has ${
          { ...small.training, context: 4 }[name as 'seed']
        }. Give the same, or begin anew.`,
      })
  })
})

test('a state is given out before the next step when somebody asks for it, and changes no bit', async () => {
  const model = new GPT2({ vocab: 5, context: 2, layer: 1, head: 1, model: 2 })
  const corpus = {
    training: Int32Array.from({ length: 60 }, (_, i) => i % 5),
    validation: Int32Array.of(0, 1, 2, 3, 4),
  }
  const options = { ...quiet, model, corpus, batch: 2, context: 2, steps: 6 }
  const { state: unasked } = await run(options)
  const given: number[] = []
  let step = 0
  let last: TrainingState | undefined
  for await (const event of train({ ...options, isToSave: () => step === 0 || step === 2 || step === 3 })) {
    step = event.step
    if (event.kind !== 'checkpoint') continue
    given.push(event.step)
    last = event.state
  }
  // Before the first step there is nothing to go on from.
  assert.deepEqual(given, [2, 3, 6])
  assert.deepEqual(last?.weights, unasked.weights)
})
