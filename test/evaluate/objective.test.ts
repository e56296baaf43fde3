// Every objective, on every engine: it learns, padding changes nothing, and a run goes on to the same bits.

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { withSizes } from '../../src/checkpoint/engineWeights.ts'
import type { Batch, Batches } from '../../src/data/batch.ts'
import { bucketedBatches } from '../../src/data/bucketed.ts'
import { labelledExamples } from '../../src/data/labelled.ts'
import { maskedExamples } from '../../src/data/masked.ts'
import { pairExamples } from '../../src/data/pairs.ts'
import { sequenceExamples } from '../../src/data/sequences.ts'
import { windowBatches } from '../../src/data/windows.ts'
import type { Engine } from '../../src/engine/engine.ts'
import { answerLoss } from '../../src/evaluate/loss.ts'
import {
  classification,
  maskedTokens,
  nextToken,
  type Objective,
  targetSequence,
} from '../../src/evaluate/objective.ts'
import { ClassifyingBert, MaskedBert } from '../../src/model/bert.ts'
import { EncoderDecoder } from '../../src/model/encoderDecoder.ts'
import { GPT2 } from '../../src/model/gpt2.ts'
import { initialValues } from '../../src/model/start.ts'
import { add } from '../../src/tensor/primitives.ts'
import { small } from '../../src/train/settings.ts'
import { type TrainEvent, train } from '../../src/train/train.ts'
import { Trainer } from '../../src/train/trainer.ts'
import { engines } from '../engines.ts'
import { assertClose } from '../tensor/numbers.ts'

const vocab = 9
const sizes = { vocab, context: 8, layer: 1, head: 2, model: 16, dropout: 0.1 }
/** Sequences of lengths from 3 to 7, each counting upwards from somewhere; 0 is padding, 8 a mask or an end. */
const sequences = Array.from({ length: 40 }, (_, i) =>
  Int32Array.from({ length: 3 + (i % 5) }, (_, place) => 1 + ((i + place) % 7)),
)
const bucketed = { tokens: 40, atMost: 3, seed: 4 }

interface Case {
  readonly objective: () => Objective
  readonly batches: Batches
  /** The inputs that padding fills, by that which tells their lengths (undefined: where there is no target). */
  readonly padded: Readonly<Record<string, 'lengths' | 'sourceLengths' | 'targets'>>
}

const cases: Readonly<Record<string, Case>> = {
  'next token': {
    objective: () => nextToken(new GPT2(sizes), { scores: ['accuracy'] }),
    batches: bucketedBatches(sequenceExamples(sequences), bucketed),
    padded: { ids: 'lengths' },
  },
  'masked tokens': {
    objective: () => maskedTokens(new MaskedBert(sizes), { scores: ['accuracy'] }),
    batches: bucketedBatches(maskedExamples(sequences, { vocab, mask: 8, seed: 2, share: 0.3 }), bucketed),
    padded: { ids: 'lengths' },
  },
  'target sequence': {
    objective: () =>
      targetSequence(
        new EncoderDecoder({
          vocab,
          context: 8,
          model: 16,
          encoder: { layer: 1, head: 2 },
          decoder: { layer: 1, head: 2 },
          dropout: 0.1,
        }),
        { scores: ['accuracy', 'exact'], smoothing: 0.1 },
      ),
    batches: bucketedBatches(
      pairExamples(
        sequences.map((source) => ({ source, target: source.toReversed().slice(0, 4) })),
        { begin: 0, end: 8 },
      ),
      bucketed,
    ),
    padded: { source: 'sourceLengths', ids: 'targets' },
  },
  classification: {
    objective: () => classification(new ClassifyingBert({ ...sizes, class: 3 }), { scores: ['accuracy'] }),
    batches: bucketedBatches(labelledExamples(sequences.map((ids) => ({ ids, label: ids[0] % 3 }))), bucketed),
    padded: { ids: 'lengths' },
  },
}

/** The same batch with other numbers wherever there is padding. */
function withOtherPadding({ sizes, inputs }: Batch, padded: Case['padded']): Batch {
  const changed = Object.entries(padded).map(([name, by]) => {
    const width = inputs[name].length / sizes.batch
    const isPadding = (cell: number): boolean =>
      by === 'targets' ? inputs.targets[cell] === -1 : cell % width >= inputs[by][Math.floor(cell / width)]
    return [name, inputs[name].map((id, cell) => (isPadding(cell) ? (cell * 5 + 3) % vocab : id))]
  })
  return { sizes, inputs: { ...inputs, ...Object.fromEntries(changed) } }
}

for (const { name: engineName, open } of engines.filter(({ name }) => name !== 'cpu, one thread'))
  for (const [name, { objective, batches, padded }] of Object.entries(cases))
    describe(`${name}, ${engineName}`, () => {
      let engine: Engine
      let trainer: Trainer
      before(async () => {
        engine = await open()
        trainer = await create()
      })
      after(() => engine.close())

      const settings = { ...small.training, decay: 0 }
      const create = () => Trainer.create(engine, objective(), settings, batches)
      const { model } = objective()
      const weights = withSizes(model, initialValues(model, 5))
      /** The trainer, from the beginning. */
      const begun = (): Trainer => {
        trainer.begin(weights)
        return trainer
      }
      const take = async (trainer: Trainer, from: number, to: number) => {
        const losses: number[] = []
        for (let step = from; step < to; step++) {
          await trainer.step([batches.at(step)], 0.01)
          losses.push((await trainer.measure()).loss)
        }
        return losses
      }

      test('comes in several shapes, and learns', async () => {
        assert.ok(batches.shapes.length > 1)
        const before = await begun().evaluate(batches.evaluation())
        await take(trainer, 0, engineName.startsWith('cpu') ? 60 : 12)
        const after = await trainer.evaluate(batches.evaluation())
        assert.ok(after.loss < before.loss - 0.1, `${before.loss} → ${after.loss}`)
      })

      test('is the same whatever padding holds', async () => {
        begun()
        const others = [...batches.evaluation()].map((batch) => withOtherPadding(batch, padded))
        assert.notDeepEqual(others, [...batches.evaluation()])
        assert.deepEqual(await trainer.evaluate(others), await trainer.evaluate(batches.evaluation()))
        const after = async (given: (batch: Batch) => Batch) => {
          begun()
          for (let step = 0; step < 3; step++) await trainer.step([given(batches.at(step))], 0.01)
          return (await trainer.state()).weights
        }
        assert.deepEqual(await after((batch) => withOtherPadding(batch, padded)), await after((batch) => batch))
      })

      test('goes on to the same bits', async () => {
        const whole = begun()
        await take(whole, 0, 3)
        const state = await whole.state()
        const losses = await take(whole, 3, 6)
        const resumed = await create()
        resumed.restore(state)
        // The reference engine keeps more digits than a state does.
        const tolerance = engineName === 'reference' ? 1e-6 : 0
        assertClose(await take(resumed, 3, 6), losses, tolerance)
      })
    })

describe('training with an objective', () => {
  test('evaluates on all that is held back, with scores', async () => {
    const { objective, batches } = cases['target sequence']
    const engine = await engines[1].open()
    const events: TrainEvent[] = []
    const learning = { objective: objective(), training: batches, validation: batches }
    for await (const event of train({ engine, ...learning, steps: 3, evaluateEvery: 3, evaluateBatches: 1 }))
      events.push(event)
    const [begin] = events
    const last = batches.shapes.at(-1)
    assert.ok(begin.kind === 'begin')
    assert.deepEqual([begin.settings.batch, begin.settings.context], [last?.batch, last?.position])
    const evaluation = events.findLast((event) => event.kind === 'evaluation')
    assert.ok(evaluation?.kind === 'evaluation')
    assert.ok(evaluation.accuracy !== undefined && evaluation.exact !== undefined)
    const checkpoint = events.find((event) => event.kind === 'checkpoint')
    assert.ok(checkpoint?.kind === 'checkpoint')
    const trainer = await Trainer.create(engine, learning.objective, begin.settings, batches)
    trainer.restore(checkpoint.state)
    const { loss, ...scores } = await trainer.evaluate(batches.evaluation())
    assert.deepEqual(
      { validation: loss, ...scores },
      { validation: evaluation.validation, accuracy: evaluation.accuracy, exact: evaluation.exact },
    )
    assert.equal((await trainer.evaluate(batches.evaluation(1))).loss, evaluation.training)
    engine.close()
  })
})

test('an objective may run a model twice: its values have names in two places, its weights in one', async () => {
  const engine = await engines[0].open()
  const model = new GPT2({ vocab: 7, context: 4, layer: 1, head: 2, model: 8 })
  const batches = windowBatches({
    ids: Int32Array.from({ length: 40 }, (_, i) => (i * i) % 7),
    context: 4,
    batch: 2,
    seed: 0,
  })
  const once = nextToken(model)
  const twice = (learnt: object): Objective => ({
    ...once,
    model: learnt,
    answer(inputs) {
      const [one, other] = [0, 1].map(() => answerLoss(once.answer(inputs)))
      return { sum: add(one.sum, other.sum), count: add(one.count, other.count) }
    },
  })
  const settings = { accumulate: 1, seed: 1, beta1: 0.9, beta2: 0.99, epsilon: 1e-8, decay: 0.1, clip: 1 }
  const lossOf = async (objective: Objective): Promise<number> => {
    const trainer = await Trainer.create(engine, objective, settings, batches)
    const place = objective.model === model ? '' : 'model.'
    const values = new Map([...initialValues(model, 5)].map(([path, own]) => [`${place}${path}`, own]))
    trainer.begin(withSizes(objective.model, values))
    await trainer.step([batches.at(0)], 0.01)
    return (await trainer.measure()).loss
  }
  const [plain, both] = [await lossOf(once), await lossOf(twice({ model, again: model }))]
  assert.ok(Math.abs(plain - both) < 1e-6, `${plain} ${both}`)
  await assert.rejects(
    lossOf(twice(model)),
    /two values would have the name "embedded".*let it be a field in as many places/s,
  )
})
