// Whoever runs a model takes the same edits, and padding, packing and batches change nothing in what they do.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { withSizes } from '../../src/checkpoint/engineWeights.ts'
import { windowBatches } from '../../src/data/windows.ts'
import type { Edit } from '../../src/edit/edit.ts'
import { Classifier } from '../../src/encode/classify.ts'
import { Embedder } from '../../src/encode/embed.ts'
import { reference } from '../../src/engine/reference.ts'
import { Evaluator } from '../../src/evaluate/evaluator.ts'
import { nextToken, type Objective } from '../../src/evaluate/objective.ts'
import { surpriseOf } from '../../src/evaluate/surprise.ts'
import { MaskFiller } from '../../src/generate/fill.ts'
import { attentionPatterns } from '../../src/inspect/pattern.ts'
import { read } from '../../src/inspect/read.ts'
import type { ClassifyingBert, MaskedBert } from '../../src/model/bert.ts'
import { GPT2 } from '../../src/model/gpt2.ts'
import type { EncodingModel } from '../../src/model/language.ts'
import { initialValues } from '../../src/model/start.ts'
import type { Stream } from '../../src/model/stream.ts'
import type { Tensor } from '../../src/tensor/node.ts'
import { multiply, tanh } from '../../src/tensor/primitives.ts'
import { train } from '../../src/train/train.ts'
import { Trainer } from '../../src/train/trainer.ts'
import { assertClose } from '../tensor/numbers.ts'
import { fill, models, writers } from './models.ts'

const engine = reference()
for (const model of Object.values(models)) fill(engine, model)

/** Edits of a BERT at this path: a position, an edge that is not 0, another text's stream at a place. */
const editsAt = (bert: string): readonly Edit[] => [
  { at: `${bert}blocks.0.attention.pattern {head: 0}`, to: 0.2 },
  { at: `${bert}blocks.0.output {position: 1}`, to: { ids: [6, 5] } },
  { at: `${bert}embedded`, to: (old: Tensor) => tanh(old) },
]
const texts = [
  [1, 2, 3],
  [4, 5, 6, 7, 8],
  [9, 10],
]

describe('with the same edits', () => {
  it('vectors of texts that share a row are those of each text alone', async () => {
    const model = models.bert as EncodingModel
    const edits = editsAt('')
    const vectors = await new Embedder({ engine, model, edits }).embed(texts, { isNormalized: false })
    for (const [i, ids] of texts.entries()) {
      const [{ axes, data }] = (
        await read({ model, engine, inputs: { ids }, addresses: ['blocks.1.output'], edits })
      ).values()
      const width = axes[axes.length - 1].size
      const mean = Float32Array.from(
        { length: width },
        (_, j) => data.filter((_, cell) => cell % width === j).reduce((a, b) => a + b, 0) / ids.length,
      )
      assertClose(vectors[i], mean, 1e-5)
    }
  })

  it('classes of texts that share a batch are those of each text alone', async () => {
    const model = models['classifying bert'] as ClassifyingBert
    const edits = editsAt('bert.')
    const found = await new Classifier({ engine, model, edits, scores: 'none' }).classify(texts.map((ids) => ({ ids })))
    for (const [i, ids] of texts.entries()) {
      const [{ data }] = (await read({ model, engine, inputs: { ids }, addresses: ['classes'], edits })).values()
      assertClose(found[i], data, 1e-5)
    }
  })

  it('masks are filled as the whole text says', async () => {
    const model = models['masked bert'] as MaskedBert
    const edits = [...editsAt('bert.').slice(0, 1), { at: 'logits {position: 1, vocab: 3}', to: 50 }]
    const ids = [1, 0, 2]
    const [{ fillings }] = await new MaskFiller({ engine, model, edits }).fill({ ids, mask: 0, top: 2 })
    assert.equal(fillings[0].id, 3)
    assert.ok(fillings[0].probability > 0.999)
    const other = [{ at: 'logits {position: 2, vocab: 3}', to: 50 }]
    const [plain] = await new MaskFiller({ engine, model }).fill({ ids, mask: 0, top: 1 })
    assert.deepEqual(
      (await new MaskFiller({ engine, model, edits: other }).fill({ ids, mask: 0, top: 1 }))[0].fillings,
      plain.fillings,
    )
  })

  it('a text surprises as much, however it is measured', async () => {
    const model = writers.gpt2 as GPT2
    const edits = [{ at: 'blocks.0.attention.pattern {head: 1}', to: 0 }]
    const ids = Int32Array.from({ length: 19 }, (_, i) => (i * i) % 11)
    const { loss } = await surpriseOf({ model, engine, ids, edits })
    const evaluator = new Evaluator(engine, nextToken(model, { edits }))
    const batches = [...windowBatches({ ids, context: 9, batch: 2, seed: 0 }).evaluation()]
    assert.ok(Math.abs((await evaluator.evaluate(batches)).loss - loss) < 1e-6)
    assert.notEqual((await surpriseOf({ model, engine, ids })).loss, loss)
    await assert.rejects(surpriseOf({ model, engine, ids, edits: [{ at: 'embedded {position: 9}', to: 0 }] }), {
      message:
        'edits: the edit of embedded {position: 9} never took effect: positions 0 to 8 were computed. Give a place among these, or a longer text.',
    })
  })

  it('patterns are those that the model goes on with', async () => {
    const model = writers.gpt2
    const edits = [{ at: 'blocks.0.attention.pattern {head: 1, position: 2, source: 0}', to: 0.75 }]
    const patterns = await attentionPatterns({
      model,
      engine,
      inputs: { ids: [1, 2, 3] },
      edits,
      layers: [0],
      heads: [1, 2],
    })
    assert.deepEqual(
      patterns.map(({ head }) => head),
      [1, 2],
    )
    assert.equal(patterns[0].shares[6], 0.75)
    const all = await attentionPatterns({ model, engine, inputs: { ids: [1, 2, 3] }, edits, layers: [0] })
    assert.deepEqual(all[2].shares, patterns[1].shares)
  })
})

describe('training with an edit', () => {
  const config = { vocab: 7, context: 4, layer: 2, head: 2, model: 8, dropout: 0.2 }
  const settings = { accumulate: 1, seed: 1, beta1: 0.9, beta2: 0.99, epsilon: 1e-8, decay: 0.1, clip: 1 }
  const ids = Int32Array.from({ length: 200 }, (_, i) => (i * i) % 7)
  const windows = windowBatches({ ids, context: 4, batch: 4, seed: 0 })

  /** The weights after some steps. */
  async function trained(model: GPT2, objective: Objective): Promise<Float32Array[]> {
    const trainer = await Trainer.create(engine, objective, settings, windows)
    trainer.begin(withSizes(model, initialValues(model, 5)))
    for (let step = 0; step < 3; step++) await trainer.step([windows.at(step)], 0.01)
    const { weights } = await trainer.state()
    await trainer.close()
    return [...weights.values()].map(({ data }) => data)
  }

  it('is training of a model that is built so', async () => {
    const edits: readonly Edit[] = [{ at: 'blocks.0.mlp.output', to: { scale: 0.5 } }]
    const model = new GPT2(config)
    const found = await trained(model, nextToken(model, { edits }))
    const built = new GPT2(config)
    const { mlp } = built.blocks[0]
    const apply = mlp?.apply.bind(mlp)
    assert.ok(mlp && apply)
    Object.assign(mlp, { apply: (...given: Parameters<typeof apply>): Stream => multiply(apply(...given), 0.5) })
    const wanted = await trained(built, nextToken(built))
    for (const [i, weight] of wanted.entries()) assertClose(found[i], weight, 1e-6)
    const plain = await trained(model, nextToken(model))
    assert.notDeepEqual(plain, found)
  })

  it('is seen by the whole run, and refused where it could never take effect', async () => {
    const model = new GPT2(config)
    const corpus = { training: ids, validation: ids.slice(0, 50) }
    const options = { engine, model, corpus, steps: 2, batch: 2, evaluateEvery: 1, context: 4 }
    const losses = async (edits: readonly Edit[]): Promise<number[]> => {
      const found: number[] = []
      for await (const event of train({ ...options, edits }))
        if (event.kind === 'evaluation') found.push(event.validation)
      return found
    }
    const [plain, edited] = [await losses([]), await losses([{ at: 'blocks.*.mlp.output', to: 0 }])]
    assert.equal(plain.length, edited.length)
    for (const [i, loss] of plain.entries()) assert.notEqual(edited[i], loss)
    await assert.rejects(losses([{ at: 'embedded {position: 4}', to: 0 }]), {
      message:
        'train: the edit of embedded {position: 4} never took effect: positions 0 to 3 were computed. Give a place among these, or a longer text.',
    })
  })
})
