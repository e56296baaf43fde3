// Ablation of both encoders of a CLIP: what is lost is the difference of two evaluations of its own loss, and every number is that of the
// reference engine.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { bucketedBatches } from '../../../src/data/bucketed.ts'
import { captionExamples } from '../../../src/data/captions.ts'
import type { Engine } from '../../../src/engine/engine.ts'
import { Evaluator } from '../../../src/evaluate/evaluator.ts'
import { contrastive } from '../../../src/evaluate/objective.ts'
import { ablatePairs } from '../../../src/inspect/interventions/ablatePairs.ts'
import { Clip } from '../../../src/model/clip.ts'
import { CharacterTokenizer } from '../../../src/text/characters.ts'
import { bothEngines, near } from '../bothEngines.ts'

const encoder = { layer: 2, head: 2, model: 8, hidden: 12 }
const tokenizer = CharacterTokenizer.of('abcd.')
const model = new Clip({
  ...{ vocab: tokenizer.size, context: 7, end: tokenizer.encode('.')[0], shared: 6, logitScale: 1.2 },
  ...{ picture: { channel: 1, down: 4, across: 8 }, patch: { down: 4, across: 4 } },
  ...{ textEncoder: encoder, pictureEncoder: encoder },
})
const drawings = ['a', 'bc', 'dab', 'cc', 'abcda'].map((words, turn) => {
  const pixels = Uint8Array.from({ length: 32 }, (_, i) => 128 + 120 * Math.sin(i * (1 + turn)))
  return { name: words, words, picture: { width: 8, height: 4, channels: 1 as const, pixels } }
})
const examplesOf = (count: number) =>
  captionExamples(drawings.slice(0, count), {
    ...{ tokenizer, end: tokenizer.encode('.')[0], context: 7 },
    preparation: { channels: 1, scale: 1 / 100 },
  })
const examples = examplesOf(5)

describe('what is lost without a part of an encoder of texts or of pictures', () => {
  let engine: Engine
  let plain: Engine
  bothEngines(model, (both) => {
    ;({ engine, plain } = both)
  })
  const lossWith = async (edits: Parameters<typeof contrastive>[1]): Promise<number> => {
    const batches = bucketedBatches(examples, { batch: 5, seed: 0, shapes: [{ batch: 5, position: 6 }] }).evaluation()
    return (await new Evaluator(plain, contrastive(model, edits)).evaluate(batches)).loss
  }

  test('is the difference of two evaluations, all pairs in one batch', async () => {
    const found = await ablatePairs({ model, engine, examples, kind: 'zero' })
    assert.deepEqual([found.examples, found.targets, found.unread], [5, 5, 0])
    const own = await lossWith({})
    near([found.loss], [own])
    // Two encoders of two layers, with two heads and an MLP in each.
    assert.equal(found.rows.length, 12)
    for (const { address, change, loss } of found.rows) {
      near([loss, change], [own + change, (await lossWith({ edits: [{ at: address, to: 0 }] })) - own])
      assert.ok(Math.abs(change) > 1e-6, address)
    }
    assert.deepEqual(
      found.rows.map(({ change }) => change),
      found.rows.map(({ change }) => change).toSorted((a, b) => b - a),
    )
  })

  test('is the same in the reference engine, whatever a part is replaced by', async () => {
    for (const kind of ['mean', 'resample'] as const)
      for (const isPatternHeld of [false, true]) {
        const [ours, theirs] = await Promise.all(
          [engine, plain].map(async (each) => {
            const { rows, cosine } = await ablatePairs({ model, engine: each, examples, kind, isPatternHeld })
            return { cosine, rows: new Map(rows.map((row) => [row.address, row])) }
          }),
        )
        near([ours.cosine], [theirs.cosine])
        for (const [address, { change, error, cosine }] of ours.rows) {
          const there = theirs.rows.get(address)
          near([change, error, cosine], [there?.change ?? NaN, there?.error ?? NaN, there?.cosine ?? NaN])
        }
      }
  })

  test('is seen with edits; what cannot be told is refused', async () => {
    const edits = [{ at: 'textEncoder.blocks.1.mlp.output', to: 0 }]
    const found = await ablatePairs({ model, engine, examples, edits, kind: 'zero' })
    near([found.loss], [await lossWith({ edits })])
    const without = found.rows.find(({ address }) => address === edits[0].at)
    assert.equal(without?.change, 0)
    await assert.rejects(ablatePairs({ model, engine, examples: examplesOf(1), kind: 'zero' }), {
      message: 'ablate: there is one pair only, in which nothing could be told apart. Give at least two.',
    })
    await assert.rejects(
      ablatePairs({ model, engine, examples, edits: [{ at: 'similarities', to: 0 }], kind: 'zero' }),
      {
        message:
          'ablate: the edit of similarities reaches neither the vectors of texts nor those of pictures, of which the loss is made. Leave it out.',
      },
    )
  })
})
