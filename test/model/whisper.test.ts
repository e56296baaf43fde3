// A small Whisper learns to say which tones it hears: numbers go the whole way, through training, writing, searching and reading.
// What it computes is held to transformers in transformers.test.ts.

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { withSizes } from '../../src/checkpoint/engineWeights.ts'
import type { Batch, Batches } from '../../src/data/batch.ts'
import { cpu } from '../../src/engine/cpu/index.ts'
import type { Engine } from '../../src/engine/engine.ts'
import { targetSequence } from '../../src/evaluate/objective.ts'
import { Generator } from '../../src/generate/generate.ts'
import { read } from '../../src/inspect/read.ts'
import { initialValues } from '../../src/model/start.ts'
import { Whisper, type WhisperConfig } from '../../src/model/whisper.ts'
import { Trainer } from '../../src/train/trainer.ts'

const half = { layer: 1, head: 2, hidden: 24 }
const config: WhisperConfig = {
  vocab: 6,
  context: 5,
  sourceContext: 4,
  mel: 4,
  model: 12,
  encoder: half,
  decoder: half,
}
const [end, begin] = [4, 5]
const cells = 2 * config.sourceContext * config.mel

/** Two tones, one after the other: four frames of each, where its own number is large. */
const soundOf = ([a, b]: readonly number[]): Float32Array =>
  Float32Array.from({ length: cells }, (_, cell) => {
    const [frame, mel] = [Math.floor(cell / config.mel), cell % config.mel]
    return (frame < config.sourceContext ? a : b) === mel ? 1 : -0.2
  })

const pairs = Array.from({ length: 16 }, (_, i) => [i >> 2, i & 3])

const batch: Batch = {
  sizes: { batch: pairs.length, position: 3 },
  inputs: {
    source: Float32Array.from(pairs.flatMap((pair) => [...soundOf(pair)])),
    ids: Int32Array.from(pairs.flatMap((pair) => [begin, ...pair])),
    targets: Int32Array.from(pairs.flatMap((pair) => [...pair, end])),
  },
}

const shape: Batches['shapes'][number] = batch.sizes

describe('a small Whisper', () => {
  let engine: Engine
  let trainer: Trainer
  const model = new Whisper(config)
  const settings = { accumulate: 1, seed: 1, beta1: 0.9, beta2: 0.98, epsilon: 1e-8, decay: 0.01, clip: 1 }
  const start = withSizes(model, initialValues(model, 3))

  before(async () => {
    engine = await cpu({ threads: 1 })
    trainer = await Trainer.create(engine, targetSequence(model), settings, { shapes: [shape] } as never)
    trainer.begin(start)
    for (let step = 0; step < 150; step++) await trainer.step([batch], 0.01)
  })
  after(() => engine.close())

  test('learns what it hears, and not where places are', async () => {
    const { loss } = await trainer.measure()
    assert.ok(loss < 0.05, `a loss of ${loss}`)
    const now = await engine.get((model.encoder.positions as unknown as { place: never }).place)
    assert.deepEqual(now, start.get('encoder.positions.place')?.data)
    assert.notDeepEqual(
      await engine.get(model.encoder.embedding.first.weight),
      start.get('encoder.embedding.first.weight')?.data,
    )
  })

  test('writes it down, for several sounds at once and by search', async () => {
    const generator = new Generator({ engine, model })
    const openings = pairs.map((pair) => ({ source: soundOf(pair), prompt: [begin] }))
    const written: number[][] = pairs.map(() => [])
    for await (const { row, id } of generator.generateAll(openings, { tokens: 4, stop: [end], temperature: 0 }))
      written[row].push(id)
    assert.deepEqual(written, pairs)
    const found = await generator.search(openings.slice(3, 6), { tokens: 4, stop: [end], beams: 3 })
    assert.deepEqual(
      found.map(([best]) => best.ids),
      pairs.slice(3, 6),
    )
    await generator.close()
  })

  test('is read like any other, by addresses', async () => {
    const inputs = { source: soundOf([2, 0]), ids: [begin, 2] }
    const addresses = [
      'decoder.blocks.0.cross.pattern',
      'decoder.logits {position: -1}',
      'encoder.embedding.first.output',
    ]
    const seen = await read({ model, engine, inputs, addresses })
    const axes = [...seen.values()].map(({ axes }) =>
      axes
        .map(({ name, size }) => `${name} ${size}`)
        .sort()
        .join(', '),
    )
    assert.deepEqual(axes, ['head 2, position 2, source 4', 'vocab 6', 'frame 8, model 12'])
    const logits = seen.get('decoder.logits {position: -1}')?.data
    assert.ok(logits)
    assert.equal(logits.indexOf(Math.max(...logits)), 0)
  })

  test('takes whole windows of finite numbers', async () => {
    const inputs = { source: new Float32Array(7), ids: [begin] }
    await assert.rejects(read({ model, engine, inputs, addresses: ['decoder.logits'] }), {
      message: 'read: source has 7 numbers, but the model reads 32: source (frame 8, mel 4). Give one for each cell.',
    })
  })

  test('has halves that are whole', () => {
    assert.throws(
      () => new Whisper({ ...config, model: 9, encoder: { ...half, head: 3 }, decoder: { ...half, head: 3 } }),
      {
        message: 'whisper: model is 9; half of it are sines and half cosines of places. Take an even number.',
      },
    )
  })
})
