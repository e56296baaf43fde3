// Steps of single rows: gradient descent of the tables that a batch reads, the same bits on one thread and two, stopped or not.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { withSizes } from '../../src/checkpoint/engineWeights.ts'
import { wordBatches } from '../../src/data/wordBatches.ts'
import { cpu } from '../../src/engine/cpu/index.ts'
import type { Engine } from '../../src/engine/engine.ts'
import { answerLoss } from '../../src/evaluate/loss.ts'
import { inputsFor, nextToken } from '../../src/evaluate/objective.ts'
import { wordsBeside } from '../../src/evaluate/pairLoss.ts'
import { GPT2 } from '../../src/model/gpt2.ts'
import { SkipGram } from '../../src/model/skipGram.ts'
import { initialValues } from '../../src/model/start.ts'
import { gradient } from '../../src/tensor/gradient.ts'
import { bySingleRows } from '../../src/train/sparseGraphs.ts'
import { Trainer, type TrainerSettings } from '../../src/train/trainer.ts'
import { engines } from '../engines.ts'
import { assertClose } from '../tensor/numbers.ts'

const pieces = { position: 6, drawn: 4 }
const settings: TrainerSettings = { accumulate: 1, seed: 1, beta1: 0, beta2: 0, epsilon: 0, decay: 0, clip: 0 }
const words = Int32Array.from({ length: 500 }, (_, i) => (i % 23 === 0 ? -1 : (i * i) % 17))
const batches = wordBatches(words, {
  counts: Int32Array.from({ length: 19 }, (_, id) => words.filter((word) => word === id).length),
  ...{ window: 2, sample: 0.05, batch: 4, ...pieces, seed: 2 },
})

const newModel = () => new SkipGram({ vocab: 19, context: 8, model: 10, window: 2 })

async function begun(engine: Engine) {
  const model = newModel()
  const trainer = await Trainer.create(engine, bySingleRows(wordsBeside(model, pieces)), settings, batches)
  const values = initialValues(model, 5)
  values.set(
    'contexts.token',
    Float32Array.from({ length: 190 }, (_, i) => Math.sin(i)),
  )
  trainer.begin(withSizes(model, values))
  return { model, trainer }
}

const tables = async (engine: Engine, { embedding, contexts }: SkipGram) => [
  await engine.get(embedding.token),
  await engine.get(contexts.token),
]

for (const { name, open } of engines)
  describe(`steps of single rows, ${name}`, () => {
    test('are those of gradient descent with the whole gradient, and leave other rows alone', async () => {
      const engine = await open()
      const { model, trainer } = await begun(engine)
      const before = await tables(engine, model)
      const batch = batches.at(0)
      const objective = wordsBeside(model, pieces)
      const { sum } = answerLoss(objective.answer(inputsFor(objective, batch.sizes)))
      const [words, contexts] = gradient(sum, [model.embedding.token, model.contexts.token])
      const whole = await engine.compile({ outputs: { words, contexts } })
      await whole.run(batch.inputs)
      const slopes = [await whole.read('words'), await whole.read('contexts')]
      await trainer.step([batch], 0.5)
      for (const [i, table] of (await tables(engine, model)).entries())
        assertClose(
          table,
          before[i].map((old, cell) => old - 0.5 * slopes[i].data[cell]),
          1e-5,
        )
      // Words 17 and 18 do not stand in the text.
      const [after] = await tables(engine, model)
      assert.deepEqual(after.slice(170), before[0].slice(170))
      engine.close()
    })
  })

describe('a run of steps of single rows', () => {
  test('has the same bits on one thread and two, and goes on to the same', async () => {
    const ends = []
    for (const threads of [1, 2]) {
      const engine = await cpu({ threads })
      const { model, trainer } = await begun(engine)
      for (let step = 0; step < 20; step++) await trainer.step([batches.at(step)], 0.05)
      const state = await trainer.state()
      for (let step = 20; step < 40; step++) await trainer.step([batches.at(step)], 0.05)
      ends.push(await tables(engine, model))
      const { loss, gradientNorm } = await trainer.measure()
      assert.ok(loss > 0 && gradientNorm > 0, `${loss}, ${gradientNorm}`)
      trainer.restore(state)
      for (let step = 20; step < 40; step++) await trainer.step([batches.at(step)], 0.05)
      ends.push(await tables(engine, model))
      engine.close()
    }
    for (const end of ends) assert.deepEqual(end, ends[0])
  })

  test('refuses what it does not have, and weights that are read otherwise', async () => {
    const engine = await cpu({ threads: 1 })
    const create = (given: Partial<TrainerSettings>) =>
      Trainer.create(engine, bySingleRows(wordsBeside(newModel(), pieces)), { ...settings, ...given }, batches)
    await assert.rejects(create({ clip: 1 }), {
      message: 'train: clip is 1, but a step of single rows has none. Set it to 0.',
    })
    await assert.rejects(create({ accumulate: 2 }), {
      message: 'train: accumulate is 2, but a step of single rows takes one batch. Set it to 1.',
    })
    const gpt = new GPT2({ vocab: 5, context: 4, layer: 1, head: 1, model: 4 })
    await assert.rejects(
      Trainer.create(engine, bySingleRows(nextToken(gpt)), settings, { shapes: [{ batch: 1, position: 4 }] }),
      /^Error: train: \w+ reads a whole table of weights, so that no step of single rows can be taken\. Train it by AdamW, without bySingleRows\.$/,
    )
    engine.close()
  })
})
