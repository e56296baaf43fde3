// The trainer: a step is what it says however it is cut into batches, and a run goes on exactly where it was stopped.

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { withSizes } from '../../src/checkpoint/engineWeights.ts'
import type { Batch } from '../../src/data/batch.ts'
import { windowBatches } from '../../src/data/windows.ts'
import type { Engine } from '../../src/engine/engine.ts'
import { nextToken } from '../../src/evaluate/objective.ts'
import { GPT2 } from '../../src/model/gpt2.ts'
import { initialValues } from '../../src/model/start.ts'
import { Trainer, type TrainerSettings, type TrainerState } from '../../src/train/trainer.ts'
import { engines } from '../engines.ts'
import { assertClose } from '../tensor/numbers.ts'

const config = { vocab: 7, context: 4, layer: 1, head: 2, model: 8 }
const usual: TrainerSettings = {
  accumulate: 1,
  seed: 1,
  beta1: 0.9,
  beta2: 0.99,
  epsilon: 1e-8,
  decay: 0.1,
  clip: 1,
}
const ids = Int32Array.from({ length: 200 }, (_, i) => (i * i) % 7)
const windows = windowBatches({ ids, context: 4, batch: 4, seed: 0 })
const batchOf = (step: number) => windows.at(step)
/** A batch with other targets, or with some of its rows. */
const batchWith = (ids: Int32Array, targets: Int32Array): Batch => ({
  sizes: { batch: ids.length / 4, position: 4 },
  inputs: { ids, targets },
})

for (const { name, open } of engines)
  describe(`the trainer, ${name}`, () => {
    let engine: Engine
    before(async () => {
      engine = await open()
    })
    after(() => engine.close())

    const create = async (given: Partial<TrainerSettings> = {}, dropout = 0) => {
      const model = new GPT2({ ...config, dropout })
      const trainer = await Trainer.create(engine, nextToken(model), { ...usual, ...given }, windows)
      trainer.begin(withSizes(model, initialValues(model, 5)))
      return trainer
    }

    const take = async (trainer: Trainer, steps: readonly (readonly Batch[])[]) => {
      const losses: number[] = []
      for (const batches of steps) {
        await trainer.step(batches, 0.01)
        losses.push((await trainer.measure()).loss)
      }
      return losses
    }

    test('makes the model less surprised', async () => {
      const losses = await take(
        await create(),
        Array.from({ length: 15 }, (_, step) => [batchOf(step)]),
      )
      assert.ok(Math.abs(losses[0] - Math.log(7)) < 0.1)
      assert.ok(losses[14] < losses[0] - 0.3, `${losses}`)
    })

    test('takes the same steps with batches in pieces', async () => {
      // The pieces have different numbers of targets: their means must not simply be averaged.
      const whole = [0, 1, 2].map((step) => {
        const { ids, targets } = batchOf(step).inputs
        return batchWith(
          ids,
          targets.map((target, i) => (i % 4 === 0 || (i > 8 && i % 2 === 0) ? -1 : target)),
        )
      })
      // Nor have they the same shape: three rows, and one.
      const pieces = whole
        .map(({ inputs: { ids, targets } }) =>
          [ids, targets].map((each) => [0, 12].map((from) => Int32Array.from(each).slice(from, from + 12))),
        )
        .map(([ids, targets]) => [0, 1].map((i) => batchWith(ids[i], targets[i])))
      const [one, two] = [await create(), await create({ accumulate: 2 })]
      const oneLosses = await take(
        one,
        whole.map((batch) => [batch]),
      )
      assertClose(await take(two, pieces), oneLosses, 1e-5, 'losses')
      assertStates(await two.state(), await one.state(), 1e-5)
    })

    test('goes on exactly where it was stopped', async () => {
      const steps = Array.from({ length: 6 }, (_, step) => [batchOf(step)])
      const whole = await create({}, 0.2)
      await take(whole, steps.slice(0, 3))
      const state = await whole.state()
      const losses = await take(whole, steps.slice(3))
      const resumed = await create({}, 0.2)
      resumed.restore(state)
      assert.equal(resumed.taken, 3)
      // The reference engine keeps more digits than a state does.
      const tolerance = name === 'reference' ? 1e-6 : 0
      assertClose(await take(resumed, steps.slice(3)), losses, tolerance, 'losses')
      assertStates(await resumed.state(), await whole.state(), tolerance)
    })

    test('drops by the seed and the step', async () => {
      const same = [[batchOf(0)], [batchOf(0)]]
      const still = await create({}, 0)
      await still.step(same[0], 0)
      const { loss } = await still.measure()
      const rateless = async (seed: number, accumulate = 1) => {
        const trainer = await create({ seed, accumulate }, 0.5)
        const losses: number[] = []
        for (const [batch] of same) {
          const batches = Array.from({ length: accumulate }, () => batch)
          await trainer.step(batches, 0)
          losses.push((await trainer.measure()).loss)
        }
        return losses
      }
      const [first, second] = await rateless(1)
      assert.notEqual(first, loss)
      assert.notEqual(first, second)
      assert.deepEqual(await rateless(1), [first, second])
      assert.notEqual((await rateless(2))[0], first)
      const [both, later] = await rateless(1, 2)
      assert.notEqual(both, later)
      assertClose([both], [(first + second) / 2], 1e-5)
    })

    test('evaluates without dropout, over targets only', async () => {
      const [dropping, still] = [await create({}, 0.5), await create()]
      const { ids, targets } = batchOf(0).inputs
      const half = batchWith(
        ids,
        targets.map((target, i) => (i < 8 ? target : -1)),
      )
      const other = batchWith(
        ids,
        targets.map((target, i) => (i < 8 ? -1 : target)),
      )
      const lossOf = async (trainer: Trainer, batches: Batch[]) => (await trainer.evaluate(batches)).loss
      const whole = await lossOf(still, [batchOf(0)])
      assertClose([await lossOf(dropping, [batchOf(0)])], [whole], 1e-6)
      assertClose([await lossOf(still, [half, other])], [whole], 1e-6)
      assertClose([((await lossOf(still, [half])) + (await lossOf(still, [other]))) / 2], [whole], 1e-6)
    })

    test('says what it needs before anything runs', async () => {
      const { lasting, passing, kernels } = (await create()).plan
      const parameters = [...initialValues(new GPT2(config), 0).values()].reduce((sum, { length }) => sum + length, 0)
      // The weights and two moments of each, in four bytes.
      assert.ok(lasting >= 12 * parameters, `${lasting} for ${parameters} parameters`)
      assert.ok(passing > 0 && kernels > 0)
    })
  })

describe('the trainer refuses', () => {
  const model = new GPT2(config)
  const create = async (settings: Partial<TrainerSettings>, batches = windows) =>
    Trainer.create(await engines[0].open(), nextToken(model), { ...usual, ...settings }, batches)
  const refuses = (settings: Partial<TrainerSettings>, message: string) => assert.rejects(create(settings), { message })

  test('settings that mean nothing', async () => {
    await refuses({ accumulate: 0 }, 'train: accumulate is 0; it must be a whole number, at least 1.')
    await refuses({ beta2: 1 }, 'train: beta2 is 1; it must be at least 0 and below 1.')
    await refuses({ clip: -1 }, 'train: clip is -1; it must be at least 0.')
  })

  test('batches that are longer than the model can look at', async () => {
    const message =
      'train: batches have 9 tokens along "position", but the model looks at 4 at most. ' +
      'Cut the examples, leave the longest out, or make a model with a longer context.'
    const longer = windowBatches({ ids, context: 9, batch: 4, seed: 0 })
    await assert.rejects(create({}, longer), { message })
    const trainer = await create({})
    await assert.rejects(trainer.step([longer.at(0)], 0.01), { message })
    assert.equal(trainer.taken, 0)
  })

  test('another number of batches, and the weights of another model', async () => {
    const trainer = await create({})
    await assert.rejects(trainer.step([batchOf(0), batchOf(1)], 0.01), {
      message: 'train: a step takes 1 batches, but got 2.',
    })
    const wider = new GPT2({ ...config, vocab: 9 })
    assert.throws(() => trainer.begin(withSizes(wider, initialValues(wider, 0))), {
      message: 'weights: "embedding.token" is (vocab 9, model 8), but the model has (vocab 7, model 8).',
    })
    const deeper = new GPT2({ ...config, layer: 2 })
    assert.throws(() => trainer.begin(withSizes(deeper, initialValues(deeper, 0))), {
      message: 'weights: the model has no "blocks.1.attentionNorm.scale". Did you mean "blocks.0.attentionNorm.scale"?',
    })
  })
})

function assertStates(actual: TrainerState, expected: TrainerState, tolerance: number): void {
  assert.equal(actual.step, expected.step)
  // The gradient of the keys' bias is 0 but for rounding, whose sign Adam follows.
  for (const part of ['weights', 'first', 'second'] as const)
    for (const [path, { data }] of expected[part])
      if (tolerance === 0 || !path.endsWith('attention.key.bias'))
        assertClose(actual[part].get(path)?.data ?? [], data, tolerance, `${part} of ${path}`)
}
