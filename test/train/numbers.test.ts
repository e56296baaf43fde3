// Models that read numbers, put together of the library's parts: a classifier of pictures, and a writer for a source of frames.
// What trains, measures, reads and writes with models knows nothing of them but what they declare.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setWeights, withSizes } from '../../src/checkpoint/engineWeights.ts'
import { readTraining, type TrainingState, writeTraining } from '../../src/checkpoint/training.ts'
import { bucketedBatches } from '../../src/data/bucketed.ts'
import { Draws } from '../../src/data/draws.ts'
import { type Examples, emptyLength } from '../../src/data/examples.ts'
import { Classifier } from '../../src/encode/classify.ts'
import { cpu } from '../../src/engine/cpu/index.ts'
import type { Engine } from '../../src/engine/engine.ts'
import { reference } from '../../src/engine/reference.ts'
import { Evaluator } from '../../src/evaluate/evaluator.ts'
import { classification, targetSequence } from '../../src/evaluate/objective.ts'
import { generate } from '../../src/generate/generate.ts'
import { attentionPatterns } from '../../src/inspect/pattern.ts'
import { read, readableValues } from '../../src/inspect/read.ts'
import { parametersByPart } from '../../src/inspect/shapes/parameters.ts'
import { productTexts } from '../../src/inspect/shapes/shapes.ts'
import { Attention } from '../../src/model/attention.ts'
import { PreNormBlock } from '../../src/model/block.ts'
import type { Cache } from '../../src/model/cache.ts'
import { type DecoderParts, decode } from '../../src/model/decoder.ts'
import { TiedUnembedding, TokenEmbedding } from '../../src/model/embedding.ts'
import type { ClassifyingModel, Given, SequenceModel } from '../../src/model/language.ts'
import { Linear } from '../../src/model/linear.ts'
import { activations, MLP } from '../../src/model/mlp.ts'
import { LayerNorm } from '../../src/model/norm.ts'
import { passOf } from '../../src/model/pass.ts'
import { LearnedPositions } from '../../src/model/positions.ts'
import { idsBelow } from '../../src/model/reads.ts'
import { initialValues } from '../../src/model/start.ts'
import type { Ids, Logits, Stream } from '../../src/model/stream.ts'
import type { Tensor } from '../../src/tensor/node.ts'
import { see } from '../../src/tensor/pass.ts'
import { index, mean, rename, size } from '../../src/tensor/primitives.ts'
import { train } from '../../src/train/train.ts'

const model = 16
const linear = <A extends string, B extends string>(from: Record<A, number>, to: Record<B, number>): Linear<A, B> =>
  new Linear({ from, to, bias: true, start: { normal: 0.2 } })

function attention(): Attention {
  return new Attention({
    query: linear({ model }, { head: 2, key: 8 }),
    key: linear({ model }, { head: 2, key: 8 }),
    value: linear({ model }, { head: 2, value: 8 }),
    output: linear({ head: 2, value: 8 }, { model }),
  })
}

const block = ({ isCrossing = false } = {}): PreNormBlock & { readonly cross: Attention | undefined } => {
  const cross = isCrossing ? attention() : undefined
  const made = new PreNormBlock({
    attentionNorm: new LayerNorm({ over: { model } }),
    attention: attention(),
    ...(cross && { cross, crossNorm: new LayerNorm({ over: { model } }) }),
    mlpNorm: new LayerNorm({ over: { model } }),
    mlp: new MLP({
      up: linear({ model }, { hidden: 32 }),
      down: linear({ hidden: 32 }, { model }),
      activation: activations.gelu,
    }),
  })
  return Object.assign(made, { cross })
}

/** To which of four kinds a picture of 8 × 8 numbers belongs: each of its rows is a position. */
class Pictures implements ClassifyingModel {
  readonly kind = 'classifier'
  readonly reads = { pixels: { axes: { down: 8, across: 8 } } }
  readonly config = { class: 4 }
  readonly embedding = linear({ across: 8 }, { model })
  readonly positions = new LearnedPositions({ context: 8, model })
  readonly blocks = [block(), block()]
  readonly norm = new LayerNorm({ over: { model } })
  readonly classifier = linear({ model }, { class: 4 })

  classes({ pixels }: { pixels: Tensor<'batch' | 'down' | 'across'> }, _: Given = {}): Tensor<'batch' | 'class'> {
    const embedded: Stream = this.embedding.apply<'batch' | 'position'>(rename(pixels, 'down', 'position'))
    let x = see(this, { embedded: this.positions.onto(embedded, index('position', 8)) }).embedded
    for (const each of this.blocks) x = each.apply(x)
    const pooled = see(this, { pooled: mean(this.norm.apply<'batch' | 'position'>(x), 'position') }).pooled
    return see(this, { classes: this.classifier.apply<'batch'>(pooled) }).classes
  }
}

/** Pictures of a bright line: across at the top or the bottom, down at the left or the right, in noise. */
function pictures(count: number, seed: number): { pixels: Float32Array; label: number }[] {
  return Array.from({ length: count }, (_, example) => {
    const draws = new Draws(seed, 0, example)
    const label = draws.below(4)
    const at = draws.below(3) + (label % 2 === 0 ? 0 : 5)
    const pixels = Float32Array.from({ length: 64 }, (_, cell) => {
      const line = label < 2 ? Math.floor(cell / 8) : cell % 8
      return 0.5 * draws.share() + (line === at ? 1 : 0)
    })
    return { pixels, label }
  })
}

const pictureExamples = (all: ReturnType<typeof pictures>): Examples => ({
  count: all.length,
  fields: { pixels: { sizes: { down: 8, across: 8 }, holds: 'numbers', fill: 0 }, labels: { fill: -1 } },
  lengths: {},
  row: (example) => ({ pixels: all[example].pixels, labels: all[example].label }),
})

const start = (engine: Engine, made: object): void => setWeights(engine, made, withSizes(made, initialValues(made, 1)))

describe('a classifier of pictures', () => {
  const seen = pictures(1024, 1)
  const unseen = pictures(64, 2)
  const batches = (all: typeof seen) => bucketedBatches(pictureExamples(all), { batch: 16, seed: 1 })
  const settings = { steps: 300, rate: 0.01, evaluateEvery: 300, checkpointEvery: 150, seed: 3 }

  async function trained(made: Pictures, resume?: TrainingState) {
    const engine = await cpu({ threads: 1 })
    const objective = classification(made, { scores: ['accuracy'] })
    const states: TrainingState[] = []
    let accuracy = 0
    const learning = { engine, objective, training: batches(seen), validation: batches(unseen) }
    for await (const event of train({ ...learning, ...settings, ...(resume && { resume }) })) {
      if (event.kind === 'checkpoint') states.push(event.state)
      if (event.kind === 'evaluation') accuracy = event.accuracy ?? 0
    }
    return { engine, objective, states, accuracy }
  }

  test('learns, is measured, tells classes, and goes on from its saved state to the same bits', async () => {
    const made = new Pictures()
    const { engine, objective, states, accuracy } = await trained(made)
    assert.ok(accuracy > 0.95, `${accuracy}`)
    const evaluator = new Evaluator(engine, objective)
    assert.equal((await evaluator.evaluate(batches(unseen).evaluation())).accuracy, accuracy)
    const said = await new Classifier({ engine, model: made }).classify(unseen.map(({ pixels }) => ({ pixels })))
    const right = said.filter((shares, i) => shares.indexOf(Math.max(...shares)) === unseen[i].label).length
    assert.equal(right / unseen.length, accuracy)

    const weights = new Map([...states[0].weights].map(([path, { sizes }]) => [path, sizes]))
    const stored = new Blob(writeTraining(states[0]) as Uint8Array<ArrayBuffer>[])
    const middle = readTraining(new Uint8Array(await stored.arrayBuffer()), weights, 'training.safetensors')
    const again = await trained(new Pictures(), middle)
    assert.deepEqual([...(again.states.at(-1)?.weights ?? [])], [...states[1].weights])
    engine.close()
    again.engine.close()
  })

  test('is read by address, and its patterns and its products are listed', async () => {
    const made = new Pictures()
    const engine = reference()
    start(engine, made)
    const [{ pixels }] = seen
    assert.ok(readableValues(made).has('blocks.1.attention.pattern'))
    const values = await read({ model: made, engine, inputs: { pixels }, addresses: ['embedded', 'classes'] })
    assert.deepEqual(
      values.get('classes')?.axes.map(({ name, size }) => [name, size]),
      [['class', 4]],
    )
    const patterns = await attentionPatterns({ model: made, engine, inputs: { pixels } })
    assert.deepEqual([patterns.length, patterns[0].positions, patterns[0].sources], [4, 8, 8])
    assert.equal(productTexts(passOf(made, {}))[0].numbers, '(8 × 8) · (8 × 16) → (8 × 16)')
    assert.ok(parametersByPart(made).length > 0)
  })

  test('refuses what it does not read', async () => {
    const made = new Pictures()
    const engine = reference()
    const given = (pixels: ArrayLike<number>) =>
      read({ model: made, engine, inputs: { pixels }, addresses: ['classes'] })
    await assert.rejects(given(new Float32Array(63)), {
      message:
        'read: pixels has 63 numbers, but the model reads 64: pixels (down 8, across 8). Give one for each cell.',
    })
    await assert.rejects(given(new Float32Array(64).fill(Number.NaN, 9, 10)), {
      message: 'read: pixels has NaN at cell 9; every number must be finite. Mend the data, or leave this example out.',
    })
    await assert.rejects(read({ model: made, engine, inputs: {}, addresses: [] }), {
      message: 'read: the model reads pixels (down 8, across 8), but none was given. Give it too.',
    })
    await assert.rejects(read({ model: made, engine, inputs: { ids: [1] }, addresses: [] }), {
      message: 'read: ids was given, but the model reads pixels. Leave it out.',
    })
    const spoilt = seen.slice(0, 16)
    spoilt[3] = { pixels: new Float32Array(64).fill(Number.POSITIVE_INFINITY), label: 0 }
    await assert.rejects(new Evaluator(engine, classification(made)).evaluate(batches(spoilt).evaluation()), {
      message:
        'train: pixels of a batch has Infinity at cell 192; every number must be finite. Mend the data, or leave this example out.',
    })
    const { evaluation } = bucketedBatches(
      { ...pictureExamples(seen), fields: { labels: { fill: -1 } }, row: () => ({ labels: 0 }) },
      { batch: 16, seed: 1 },
    )
    await assert.rejects(new Evaluator(engine, classification(made)).evaluate(evaluation()), {
      message:
        'train: a batch brings labels, but no pixels, which the model reads. Give batches of what the model reads.',
    })
  })
})

const vocab = 6
const begin = 0
const end = 1
const width = 3

/** Writes down which of four tones each frame of three numbers has: it reads numbers and ids. */
class Listener implements SequenceModel {
  readonly kind = 'encoder-decoder'
  readonly config = { vocab, context: 8 }
  readonly reads = { source: { axes: { frame: { most: 7 }, mel: width } }, ids: idsBelow(vocab, 8) }
  readonly frames = linear({ mel: width }, { model })
  readonly positions = new LearnedPositions({ context: 8, model })
  readonly encoder = [block()]
  readonly decoder: DecoderParts & { readonly blocks: readonly ReturnType<typeof block>[] }

  constructor() {
    const embedding = new TokenEmbedding({ vocab, model, start: { normal: 0.5 } })
    const unembedding = new TiedUnembedding(embedding)
    this.decoder = { embedding, positions: this.positions, blocks: [block({ isCrossing: true })], unembedding }
  }

  encode({ source }: { source: Tensor<'batch' | 'frame' | 'mel'> }, { keep }: Pick<Given, 'keep'> = {}): Stream {
    const embedded: Stream = this.frames.apply<'batch' | 'position'>(rename(source, 'frame', 'position'))
    let x = this.positions.onto(embedded, index('position', size(embedded, 'position')))
    for (const each of this.encoder) x = each.apply(x, { keep })
    return x
  }

  logits({ ids }: { ids: Ids }, given: Given = {}): Logits {
    return decode(this.decoder, ids, given)
  }

  remember(encoded: Stream, cache: Cache): void {
    for (const { cross } of this.decoder.blocks) if (cross) cache.keep(cross, cross.sources(encoded))
  }
}

interface Heard {
  readonly frames: Float32Array
  readonly tones: readonly number[]
}

/** Tones as frames: each is bright in one of its numbers, or in none. */
function sounds(count: number, seed: number): Heard[] {
  return Array.from({ length: count }, (_, example) => {
    const draws = new Draws(seed, 0, example)
    const tones = Array.from({ length: 2 + draws.below(5) }, () => draws.below(4))
    const frames = tones.flatMap((tone) => [0, 1, 2].map((mel) => 0.3 * draws.share() + (mel === tone ? 1 : 0)))
    return { frames: Float32Array.from(frames), tones }
  })
}

const soundExamples = (all: readonly Heard[]): Examples => ({
  count: all.length,
  fields: {
    source: { axis: 'frame', sizes: { mel: width }, holds: 'numbers', fill: 0 },
    sourceLengths: { fill: emptyLength },
    ids: { axis: 'position', fill: end },
    targets: { axis: 'position', fill: -1 },
  },
  lengths: (example) => ({ frame: all[example].tones.length, position: all[example].tones.length + 1 }),
  row(example) {
    const { frames, tones } = all[example]
    const letters = tones.map((tone) => tone + 2)
    return { source: frames, sourceLengths: tones.length, ids: [begin, ...letters], targets: [...letters, end] }
  },
})

test('a writer that reads numbers and ids learns, and writes what it hears', async () => {
  const engine = await cpu({ threads: 1 })
  const made = new Listener()
  const batches = (all: readonly Heard[]) => bucketedBatches(soundExamples(all), { batch: 16, seed: 1 })
  const objective = targetSequence(made, { scores: ['accuracy', 'exact'] })
  const unseen = sounds(64, 2)
  let exact = 0
  const learning = { engine, objective, training: batches(sounds(1024, 1)), validation: batches(unseen) }
  for await (const event of train({ ...learning, steps: 500, rate: 0.01, evaluateEvery: 500, seed: 3 }))
    if (event.kind === 'evaluation') exact = event.exact ?? 0
  assert.ok(exact > 0.9, `${exact}`)

  let right = 0
  for (const { frames, tones } of unseen.slice(0, 16)) {
    const written: number[] = []
    const settings = { tokens: 7, temperature: 0, stop: [end] }
    for await (const { id } of generate({ engine, model: made, source: frames, prompt: [begin], ...settings }))
      written.push(id - 2)
    if (written.join() === tones.join()) right++
  }
  assert.ok(right >= 14, `${right} of 16`)
  const wrong = generate({ engine, model: made, source: new Float32Array(4), prompt: [begin], tokens: 1 })
  await assert.rejects(wrong.next(), {
    message:
      'generate: source has 4 numbers, which are no multiple of 3: source (frame up to 7, mel 3). Give whole rows.',
  })
  engine.close()
})
