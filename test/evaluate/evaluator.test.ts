// Evaluations of objectives that ask little: batches are looked at until something is asked.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Batch } from '../../src/data/batch.ts'
import { bucketedBatches } from '../../src/data/bucketed.ts'
import { maskedExamples } from '../../src/data/masked.ts'
import { reference } from '../../src/engine/reference.ts'
import { Evaluator } from '../../src/evaluate/evaluator.ts'
import { maskedTokens, nextToken } from '../../src/evaluate/objective.ts'
import { MaskedBert } from '../../src/model/bert.ts'
import { GPT2 } from '../../src/model/gpt2.ts'
import { train } from '../../src/train/train.ts'

const engine = reference()
const model = new GPT2({ vocab: 5, context: 3, layer: 1, head: 1, model: 2 })
const evaluator = new Evaluator(engine, nextToken(model, { scores: ['accuracy'] }))
const batch = (targets: readonly number[]): Batch => ({
  sizes: { batch: 1, position: 3 },
  inputs: { ids: Int32Array.of(1, 2, 3), targets: Int32Array.from(targets) },
})
const nothing = batch([-1, -1, -1])

/** Batches, and which of them were asked for. */
function counted(batches: readonly Batch[]): { readonly taken: number[]; readonly all: Iterable<Batch> } {
  const taken: number[] = []
  function* all() {
    for (const [i, each] of batches.entries()) {
      taken.push(i)
      yield each
    }
  }
  return { taken, all: all() }
}

describe('an evaluation', () => {
  test('of some batches goes on until something was asked', async () => {
    const { taken, all } = counted([nothing, nothing, nothing, batch([-1, 2, -1]), batch([1, 1, 1])])
    const { loss } = await evaluator.evaluate(all, { enough: 2 })
    assert.deepEqual(taken, [0, 1, 2, 3])
    assert.ok(Math.abs(loss - Math.log(5)) < 1e-6)
    const enough = counted([batch([1, -1, -1]), nothing, batch([1, 1, 1])])
    await evaluator.evaluate(enough.all, { enough: 2 })
    assert.deepEqual(enough.taken, [0, 1])
  })

  test('looks further only where nothing was asked', async () => {
    const further = counted([nothing, batch([-1, -1, 4]), batch([1, 1, 1])])
    await evaluator.evaluate([nothing, nothing], { further: further.all })
    assert.deepEqual(further.taken, [0, 1])
    const unneeded = counted([batch([1, 1, 1])])
    await evaluator.evaluate([nothing, batch([2, -1, -1])], { further: unneeded.all })
    assert.deepEqual(unneeded.taken, [])
  })

  test('of nothing has no loss', async () => {
    await assert.rejects(evaluator.evaluate([nothing], { further: [nothing] }), {
      message: 'evaluation: nothing is asked in these examples, so there is no loss. Give more, or longer ones.',
    })
  })

  test('lets an encoder of short texts begin with any seed, though most batches hide nothing', async () => {
    const texts = Array.from({ length: 60 }, (_, i) => Int32Array.of(1 + (i % 5), 1 + ((i * 3) % 5)))
    for (let seed = 0; seed < 8; seed++) {
      const batches = bucketedBatches(maskedExamples(texts, { vocab: 7, mask: 0, seed }), { batch: 1, seed })
      const bert = new MaskedBert({ vocab: 7, context: 2, layer: 1, head: 1, model: 2 })
      const learning = { objective: maskedTokens(bert), training: batches, validation: batches }
      const losses: number[] = []
      for await (const event of train({ engine, ...learning, steps: 1, evaluateBatches: 1 }))
        if (event.kind === 'evaluation') losses.push(event.training, event.validation)
      assert.ok(losses.length === 4 && losses.every((loss) => loss > 1 && loss < 3), losses.join())
    }
  })
})
