// What cannot be watched is said in one line, before anything runs.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { reference } from '../../../src/engine/reference.ts'
import { classification, nextToken, type Objective } from '../../../src/evaluate/objective.ts'
import { Watcher } from '../../../src/inspect/watch/watcher.ts'
import { watching } from '../../../src/inspect/watch/watching.ts'
import { ClassifyingBert } from '../../../src/model/bert.ts'
import { Decoder } from '../../../src/model/decoder.ts'
import { GPT2 } from '../../../src/model/gpt2.ts'
import type { TrainEvent } from '../../../src/train/train.ts'

const engine = reference()
const sizes = { layer: 1, head: 2, model: 8, hidden: 16, context: 8, vocab: 9 }
const decoder = nextToken(new GPT2(sizes))
const inputs = { ids: [1, 2, 3, 4, 1, 2] }
const batch = {
  sizes: { batch: 1, position: 6 },
  inputs: { ids: Int32Array.of(1, 2, 3, 4, 1, 2), targets: Int32Array.of(2, 3, 4, 1, 2, 3) },
}

function refused(
  message: string,
  what: readonly string[],
  changes: Partial<Parameters<typeof Watcher.create>[0]> = {},
) {
  return assert.rejects(Watcher.create({ engine, objective: decoder, inputs, batch, what, ...changes }), { message })
}

describe('what cannot be watched', () => {
  test('scores and addresses that are not there', async () => {
    await refused('watch: there is no score "inducton" and no such value. Did you mean "induction"?', ['inducton'])
    await refused(
      'watch: there is no value "blocks.0.attention.patern". Did you mean "blocks.0.attention.pattern", "blocks.0.attention.query" or "blocks.0.attention.key"?',
      ['blocks.0.attention.patern {head: 0}'],
    )
    await refused(
      'watch: blocks.0.attention.pattern {head: 2}: the axis "head" has the places 0 to 1. Give one of these, or count from the end: -1 is the last.',
      ['blocks.0.attention.pattern {head: 2}'],
    )
    await refused('watch: "loss {head: 5}": the loss has one axis, "position". Write loss {position: 5}.', [
      'loss {head: 5}',
    ])
    await refused('watch: nothing is to be watched. Name a score or an address.', [])
  })

  test('scores of parts that the model lacks', async () => {
    const { embedding, norm, unembedding } = new GPT2(sizes)
    const plain = new Decoder({ embedding, blocks: [], norm, unembedding, context: 8 })
    for (const score of ['induction', 'composition-k', 'copying'])
      await refused(
        `watch: ${score} is a score of heads, but the model has no attention. Watch something else.`,
        [score],
        { objective: nextToken(plain) },
      )
    await refused(
      'watch: composition-q: all heads of the model stand in one layer, so that none reads what another writes. Leave it out.',
      ['composition'],
    )
  })

  test('scores that the example or the batch cannot tell', async () => {
    await refused(
      'watch: induction: no token of the text is there twice, so that nothing can tell it. Give another text.',
      ['induction'],
      {
        inputs: { ids: [1, 2, 3] },
      },
    )
    await refused(
      'watch: previous: the text is one token, so that nothing can tell it. Give another text.',
      ['previous'],
      {
        inputs: { ids: [1] },
      },
    )
    await refused(
      'watch: the loss is of a batch, but none was given. Give one, such as the first that it is evaluated on.',
      ['loss'],
      { batch: undefined },
    )
    await refused(
      'watch: early-loss: nothing is asked at position 0 of the batch that is looked at, so that there is no loss. Watch "loss" or "loss-by-position".',
      ['in-context'],
      { batch: { ...batch, inputs: { ...batch.inputs, targets: Int32Array.of(-1, 3, 4, 1, 2, 3) } } },
    )
    const model = new ClassifyingBert({ ...sizes, kind: 1, class: 3 })
    const labelled = {
      sizes: { batch: 1, position: 3 },
      inputs: { ids: Int32Array.of(1, 2, 3), lengths: Int32Array.of(3), labels: Int32Array.of(1) },
    }
    const objective: Objective = classification(model)
    await refused(
      'watch: in-context is of models that answer at every position of a text, but this one answers once for each example. Watch "loss".',
      ['in-context'],
      { objective, batch: labelled },
    )
  })

  test('trainings that report not every step', async () => {
    const watcher = await Watcher.create({ engine, objective: decoder, inputs, batch, what: ['weight-norms'] })
    const events = (async function* () {
      yield { kind: 'begin', step: 0, settings: { reportEvery: 10 } } as unknown as TrainEvent
    })()
    await assert.rejects(
      async () => {
        for await (const _ of watching(events, { watcher, at: () => true })) assert.fail()
      },
      {
        message:
          'watch: the training reports every 10 steps, so that those between pass unseen. Leave reportEvery at 1.',
      },
    )
  })
})
