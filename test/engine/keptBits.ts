// What every architecture computes, bit by bit: a table of losses and hashes that keptBits.test.ts compares with the stored one.
//
// The stored table, test/fixtures/bits.json, is written anew only when other bits are meant:
//   node test/engine/keptBits.ts > test/fixtures/bits.json

import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { configFromJSON } from '../../src/checkpoint/architectures.ts'
import { setWeights, withSizes } from '../../src/checkpoint/engineWeights.ts'
import type { Batch } from '../../src/data/batch.ts'
import { Classifier } from '../../src/encode/classify.ts'
import { Embedder } from '../../src/encode/embed.ts'
import { cpu } from '../../src/engine/cpu/index.ts'
import type { Engine } from '../../src/engine/engine.ts'
import {
  classification,
  maskedTokens,
  nextToken,
  type Objective,
  targetSequence,
} from '../../src/evaluate/objective.ts'
import { Generator } from '../../src/generate/generate.ts'
import { AlibiPositions } from '../../src/model/alibi.ts'
import { Attention } from '../../src/model/attention.ts'
import { type Bert, ClassifyingBert, type MaskedBert } from '../../src/model/bert.ts'
import { PreNormBlock } from '../../src/model/block.ts'
import { Decoder } from '../../src/model/decoder.ts'
import { TiedUnembedding, TokenEmbedding } from '../../src/model/embedding.ts'
import { EncoderDecoder } from '../../src/model/encoderDecoder.ts'
import { GPT2 } from '../../src/model/gpt2.ts'
import type { LanguageModel } from '../../src/model/language.ts'
import { Linear } from '../../src/model/linear.ts'
import { upTo } from '../../src/model/masks.ts'
import { initialValues } from '../../src/model/start.ts'
import { input } from '../../src/tensor/primitives.ts'
import { small } from '../../src/train/settings.ts'
import { Trainer } from '../../src/train/trainer.ts'

/** What a model gives: a loss to read where there is one, and the hash of all its bits. */
export interface Kept {
  readonly loss?: number
  readonly bits: string
}

/** One model of the table, and what is done with it. */
interface Subject {
  readonly name: string
  readonly model: object
  readonly kind: 'writes' | 'fills' | 'encodes' | 'classifies' | 'translates'
  readonly vocab: number
}

const folder = new URL('../fixtures/models/', import.meta.url)

function subjects(): Subject[] {
  const stored = readdirSync(folder)
    .sort()
    .map((file) => {
      const { config } = JSON.parse(readFileSync(new URL(file, folder), 'utf8'))
      return subjectOf(file.replace('.json', ''), modelOf(config, file))
    })
  const odd = { vocab: 37, context: 19, layer: 2, head: 3, model: 21, hidden: 50, dropout: 0.1 }
  const middle = { vocab: 97, context: 64, layer: 2, head: 4, model: 128 }
  const half = { layer: 2, head: 3, hidden: 26 }
  return [
    ...stored,
    subjectOf('gpt2, odd sizes, dropout', new GPT2(odd)),
    subjectOf('gpt2, middle sizes', new GPT2(middle)),
    subjectOf('bert classes, odd sizes, dropout', new ClassifyingBert({ ...odd, class: 3 })),
    subjectOf(
      'encoder-decoder, odd sizes, dropout',
      new EncoderDecoder({ vocab: 37, context: 19, model: 21, encoder: half, decoder: half, dropout: 0.1 }),
    ),
    subjectOf('attention only, alibi', attentionOnly()),
    subjectOf('no blocks', attentionOnly(0)),
  ]
}

function modelOf(json: object, place: string): object {
  const { architecture, config } = configFromJSON(json, place)
  return (architecture as { build(config: object): object }).build(config)
}

/** Without MLPs and norms; places are known to attention alone. */
function attentionOnly(layer = 2): Decoder {
  const [model, head, key] = [20, 5, 4]
  const embedding = new TokenEmbedding({ vocab: 37, model: { size: model, because: 'chosen' } })
  const block = (): PreNormBlock =>
    new PreNormBlock({
      attention: new Attention({
        query: new Linear({ from: { model }, to: { head, key }, bias: false }),
        key: new Linear({ from: { model }, to: { head, key }, bias: false }),
        value: new Linear({ from: { model }, to: { head, value: key }, bias: false }),
        output: new Linear({ from: { head, value: key }, to: { model }, bias: true }),
        positions: new AlibiPositions({ head }),
      }),
    })
  return new Decoder({
    context: 19,
    embedding,
    blocks: Array.from({ length: layer }, block),
    unembedding: new TiedUnembedding(embedding),
  })
}

function subjectOf(name: string, model: object): Subject {
  const { vocab } = (model as LanguageModel).config
  if (model instanceof EncoderDecoder) return { name, model, kind: 'translates', vocab }
  if (model instanceof ClassifyingBert) return { name, model, kind: 'classifies', vocab }
  if (!('logits' in model)) return { name, model, kind: 'encodes', vocab }
  return { name, model, kind: 'seesAhead' in model ? 'fills' : 'writes', vocab }
}

/** The table for one kind of arithmetic: fused multiply-add, or rounding in between. */
export async function keptBits(fma: boolean): Promise<Record<string, Kept>> {
  const table: Record<string, Kept> = {}
  for (const subject of subjects()) {
    const engine = await cpu({ threads: 1, fma })
    try {
      table[`${subject.name}: training`] = await training(engine, subject)
      table[`${subject.name}: using`] = await using(engine, subject)
    } finally {
      engine.close()
    }
  }
  return table
}

/** Ids that look like chance and are the same everywhere. */
const someIds = (length: number, below: number, salt: number): Int32Array =>
  Int32Array.from({ length }, (_, i) => (i * i * 7 + i * 3 + salt * 5) % below)

function batchOf({ kind, vocab, model }: Subject, context: number, salt: number): Batch {
  const [batch, position] = [3, Math.min(context, 19)]
  const size = batch * position
  const ids = someIds(size, vocab, salt)
  const targets = someIds(size, vocab, salt + 1)
  const lengths = Int32Array.from([position, position - 2, 3])
  for (let row = 0; row < batch; row++) targets.fill(-1, row * position + lengths[row], (row + 1) * position)
  if (kind === 'writes') return { sizes: { batch, position }, inputs: { ids, targets } }
  if (kind === 'fills') return { sizes: { batch, position }, inputs: { ids, targets, lengths } }
  if (kind === 'translates') {
    const { sourceVocab } = (model as EncoderDecoder).config
    const source = someIds(batch * 7, sourceVocab, salt + 2)
    return {
      sizes: { batch, position, source: 7 },
      inputs: { source, sourceLengths: Int32Array.from([7, 5, 2]), ids, targets },
    }
  }
  return { sizes: { batch, position }, inputs: { ids, lengths, labels: Int32Array.from([0, 1, 1]) } }
}

function objectiveOf({ kind, model }: Subject): Objective | undefined {
  if (kind === 'writes') return nextToken(model as LanguageModel, { smoothing: 0.1 })
  if (kind === 'fills') return maskedTokens(model as MaskedBert)
  if (kind === 'translates') return targetSequence(model as EncoderDecoder)
  return kind === 'classifies' ? classification(model as ClassifyingBert) : undefined
}

/** The weights after some steps of two batches each, and the loss of the last. */
async function training(engine: Engine, subject: Subject): Promise<Kept> {
  const { model } = subject
  const start = withSizes(model, initialValues(model, 7))
  const objective = objectiveOf(subject)
  if (!objective) {
    setWeights(engine, model, start)
    return { bits: hashOf([...start.values()].map(({ data }) => data)) }
  }
  const { context } = (model as LanguageModel).config
  const settings = { ...small.training, clip: 0.5, accumulate: 2, seed: 3 }
  const shape = batchOf(subject, context, 0).sizes
  const trainer = await Trainer.create(engine, objective, settings, { shapes: [shape] })
  trainer.begin(start)
  for (let step = 0; step < 4; step++)
    await trainer.step([batchOf(subject, context, 2 * step), batchOf(subject, context, 2 * step + 1)], 1e-2)
  const { loss, gradientNorm } = await trainer.measure()
  const { weights } = await trainer.state()
  const evaluated = await trainer.evaluate([batchOf(subject, context, 9)])
  await trainer.close()
  return {
    loss: evaluated.loss,
    bits: hashOf([
      Float64Array.of(loss, gradientNorm, evaluated.loss),
      ...[...weights.values()].map(({ data }) => data),
    ]),
  }
}

/** What a model is for, with the weights that training left: logits, and what is written, filled in, embedded or classified. */
async function using(engine: Engine, { kind, model, vocab }: Subject): Promise<Kept> {
  const { context } = (model as LanguageModel).config
  const length = Math.min(context, 13)
  if (kind === 'classifies') {
    const classifier = new Classifier({ engine, model: model as ClassifyingBert })
    const classes = await classifier.classify([someIds(length, vocab, 1), someIds(5, vocab, 2)])
    return { bits: hashOf(classes) }
  }
  if (kind === 'encodes') {
    const embedder = new Embedder({ engine, model: model as Bert })
    return { bits: hashOf(await embedder.embed([someIds(length, vocab, 1), someIds(5, vocab, 2)])) }
  }
  const ids = input<'batch' | 'position'>('ids', { batch: 2, position: length }, { below: vocab })
  if (kind === 'fills') {
    const keep = upTo(length, input('lengths', { batch: 2 }))
    const program = await engine.compile({ outputs: { logits: (model as MaskedBert).logits(ids, { keep }) } })
    await program.run({ ids: someIds(2 * length, vocab, 1), lengths: [length, 4] })
    return { bits: hashOf([(await program.read('logits')).data]) }
  }
  const parts: ArrayBufferView[] = []
  if (kind === 'writes') {
    const program = await engine.compile({ outputs: { logits: (model as LanguageModel).logits(ids) } })
    await program.run({ ids: someIds(2 * length, vocab, 1) })
    parts.push((await program.read('logits')).data)
  }
  const source = kind === 'translates' ? { source: someIds(6, (model as EncoderDecoder).config.sourceVocab, 4) } : {}
  const openings = [
    { prompt: someIds(kind === 'translates' ? 1 : 3, vocab, 3), ...source },
    { prompt: someIds(1, vocab, 2), ...source },
  ]
  const generator = new Generator({ engine, model: model as LanguageModel })
  const written: number[] = []
  for (const settings of [{ temperature: 0 }, { temperature: 0.8, topK: 9, seed: 4 }])
    for await (const { id, logProbability = 0 } of generator.generateAll(openings, {
      tokens: Math.max(1, Math.min(9, context - 3)),
      logProbabilities: true,
      ...settings,
    }))
      written.push(id, logProbability)
  const found = await generator.search(openings, { tokens: Math.min(6, context - 3), beams: 3 })
  for (const { ids: best, score } of found.flat()) written.push(...best, score)
  await generator.close()
  parts.push(Float64Array.from(written))
  return { bits: hashOf(parts) }
}

function hashOf(parts: Iterable<ArrayBufferView>): string {
  const hash = createHash('sha256')
  for (const { buffer, byteOffset, byteLength } of parts) hash.update(new Uint8Array(buffer, byteOffset, byteLength))
  return hash.digest('hex').slice(0, 16)
}

if (import.meta.main)
  process.stdout.write(`${JSON.stringify({ fused: await keptBits(true), rounded: await keptBits(false) }, null, 1)}\n`)
