// What every architecture computes, down to the bits: logits, training, writing, searching, vectors, classes, filled masks.
//
//   a row      an architecture on an arithmetic (`arithmetics`)
//   a column   numbers where they are few, else the first 16 digits of the SHA-256 of their bits
//
// Sizes are small and awkward: odd, or just over a vector or a tile. One model is of middle size, so that products are packed.
// keptBits.test.ts holds all of it to test/fixtures/bits.json. That file is written anew, by tools/make_bits.ts, only where
// other bits are meant: otherwise a difference is a fault.
//
// Random numbers hang on names: those of weights on their paths, those of dropout on paths and on what is dropped.

import { createHash } from 'node:crypto'
// The seams that this goes through. All else in this file is its own.
import {
  type Blueprint,
  blobsOf,
  classifyingBert,
  type FolderConfig,
  gpt2,
  initialValues,
  llama,
  loadModel,
  marian,
  maskedBert,
  savedFiles,
  setWeights,
  type Weights,
  withSizes,
} from '../../src/checkpoint.ts'
import {
  Bert,
  blobFiles,
  Classifier,
  ClassifyingBert,
  type CpuOptions,
  classification,
  cpu,
  type DecoderModel,
  Embedder,
  EncoderDecoder,
  type Engine,
  type GenerateSettings,
  Generator,
  GPT2,
  Llama,
  MaskedBert,
  MaskFiller,
  maskedTokens,
  nextToken,
  type Objective,
  type Opening,
  small,
  Trainer,
  targetSequence,
  type WritingModel,
} from '../../src/index.ts'
import {
  type Batches,
  bucketedBatches,
  labelledExamples,
  maskedExamples,
  pairExamples,
  windowBatches,
} from '../../src/tasks.ts'
import {
  AlibiPositions,
  Attention,
  type AttentionPositions,
  activations,
  ConcatenatedPositions,
  Decoder,
  type Inputs,
  input,
  LayerNorm,
  LearnedPositions,
  Linear,
  MLP,
  type Node,
  PostNormBlock,
  PreNormBlock,
  RmsNorm,
  reference,
  SinusoidalPositions,
  type Sizes,
  TiedUnembedding,
  TokenEmbedding,
} from '../../src/tensor.ts'

export interface Arithmetic {
  readonly name: 'fused' | 'plain' | 'halves' | 'reference'
  /** Engines that give the same bits, however they divide their work; none where the machine has no such arithmetic. */
  readonly engines: readonly (() => Promise<Engine>)[]
}

/** The arithmetics that this machine has: products and sums rounded at once (relaxed SIMD), or each by itself; matrices kept as bfloat16; double precision. */
export async function arithmetics(): Promise<Arithmetic[]> {
  const canFuse = await canOpen({ fma: true })
  const wide = (await canOpen({ simd: 256 })) ? 256 : 128
  const cpus = (fma: boolean, few: 1 | 2): Arithmetic['engines'] => [
    () => cpu({ fma, threads: few, simd: wide }),
    () => cpu({ fma, threads: 3 - few, simd: 128 }),
  ]
  return [
    { name: 'fused', engines: canFuse ? cpus(true, 2) : [] },
    { name: 'plain', engines: cpus(false, 1) },
    { name: 'halves', engines: canFuse ? cpus(true, 1) : [] },
    { name: 'reference', engines: [async () => reference()] },
  ]
}

/** Whether an engine can be had with these options: it says by an error what the machine lacks. */
async function canOpen(options: CpuOptions): Promise<boolean> {
  try {
    ;(await cpu({ ...options, threads: 1 })).close()
    return true
  } catch {
    return false
  }
}

/** A number, some numbers, or the digits of a hash. */
export type Column = number | string | readonly (number | string)[]
export type Row = Readonly<Record<string, Column>>

/** How much is done. */
interface Effort {
  readonly steps: number
  /** How many batches a step has. */
  readonly batches: number
  /** How many tokens are written; 0 leaves writing out. */
  readonly tokens: number
}
const whole: Effort = { steps: 5, batches: 2, tokens: 16 }
/** The reference engine is slow. */
const little: Effort = { steps: 1, batches: 1, tokens: 0 }

interface BitsCase {
  readonly name: string
  /** Whether a folder can hold it, so that an engine may keep it as bfloat16. */
  readonly isSaved: boolean
  measure(engine: Engine, effort: Effort, kept?: 'bf16'): Promise<Row>
}

const sizes = { vocab: 37, context: 19, layer: 2, head: 4, model: 20, hidden: 33 }
const drops = { embedding: 0.1, pattern: 0.1, hidden: 0.1 }
const middle = { vocab: 65, context: 64, layer: 2, head: 4, model: 128 }

/** Ids of which none stands at regular places. */
const someIds = (count: number, below: number, first = 0): Int32Array =>
  Int32Array.from({ length: count }, (_, i) => ((i + first) ** 2 * 7 + (i + first) * 3) % below)

// Models

/** A model that writes. */
type Writer = WritingModel

const linear = <A extends string, B extends string>(from: Sizes<A>, to: Sizes<B>) =>
  new Linear({ from, to, bias: true })

function attention(model: number, { head, key }: { head: number; key: number }, positions?: AttentionPositions) {
  return new Attention({
    query: linear({ model }, { head, key }),
    key: linear({ model }, { head, key }),
    value: linear({ model }, { head, value: key }),
    output: linear({ head, value: key }, { model }),
    positions,
  })
}

function mlp(model: number): MLP {
  return new MLP({
    up: linear({ model }, { hidden: 33 }),
    down: linear({ hidden: 33 }, { model }),
    activation: activations.relu,
  })
}

const { vocab, context, model: width } = sizes

function withAlibi(): DecoderModel {
  const embedding = new TokenEmbedding({ vocab, model: width })
  const block = () =>
    new PreNormBlock({
      attentionNorm: new RmsNorm({ over: { model: width } }),
      attention: attention(width, { head: 3, key: 5 }, new AlibiPositions({ head: 3 })),
    })
  const unembedding = new TiedUnembedding(embedding, { bias: { vocab } })
  return new Decoder({ context, embedding, blocks: [block(), block()], unembedding, drops })
}

function withConcatenatedPositions(): DecoderModel {
  const embedding = new TokenEmbedding({ vocab, model: 13, scale: 2 })
  const block = () =>
    new PostNormBlock({
      attention: attention(width, { head: 2, key: 3 }),
      attentionNorm: new LayerNorm({ over: { model: width } }),
      mlp: mlp(width),
      mlpNorm: new LayerNorm({ over: { model: width } }),
    })
  const positions = new ConcatenatedPositions(new SinusoidalPositions({ model: 7 }))
  const unembedding = linear({ model: width }, { vocab })
  return new Decoder({ context, embedding, positions, blocks: [block(), block()], unembedding, drops })
}

/** One head as wide as the stream, nothing projected; positions on queries and keys alone. */
function ofBareAttention(): DecoderModel {
  const embedding = new TokenEmbedding({ vocab, model: width })
  const positions = new LearnedPositions({ context, model: width })
  const block = new PreNormBlock({ attention: new Attention({ positions }) })
  return new Decoder({ context, embedding, blocks: [block], unembedding: linear({ model: width }, { vocab }), drops })
}

function withoutBlocks(): DecoderModel {
  const embedding = new TokenEmbedding({ vocab, model: width })
  return new Decoder({ context, embedding, blocks: [], unembedding: linear({ model: width }, { vocab }) })
}

// Weights

/** A number from 0 to 1 that hangs on a path and a cell alone. */
function share(path: string, cell: number): number {
  let bits = cell + 1
  for (const letter of path) bits = Math.imul(bits ^ letter.charCodeAt(0), 0x01000193)
  bits = Math.imul(bits ^ (bits >>> 15), 0x735a2d97)
  return ((bits ^ (bits >>> 16)) >>> 8) / 2 ** 24
}

/** As the model begins, and something more everywhere: biases that are 0 and scales that are 1 would hide faults. */
function weightsOf(model: object): Weights {
  const values = initialValues(model, 7)
  for (const [path, data] of values)
    for (const [cell, value] of data.entries()) data[cell] = value + 0.3 * (share(path, cell) - 0.5)
  return withSizes(model, values)
}

/** What makes a model: a function, or a blueprint, which can be saved too. */
type Making<M extends object> = (() => M) | Blueprint<FolderConfig, M>

const isSaved = <M extends object>(from: Making<M>): from is Blueprint<FolderConfig, M> => typeof from !== 'function'

/** A model whose weights stand in the engine: as it is, or from a folder, where matrices are to be kept as bfloat16. */
async function held<M extends object>(engine: Engine, from: Making<M>, kept: 'bf16' | undefined): Promise<M> {
  const model = isSaved(from) ? from.build() : from()
  const weights = weightsOf(model)
  if (!isSaved(from) || kept === undefined) {
    setWeights(engine, model, weights)
    return model
  }
  const files = blobFiles(await blobsOf(await savedFiles({ blueprint: from, weights })))
  return (await loadModel(files, engine, { of: [from.architecture], weights: kept })).model
}

// Columns

function hash(values: Iterable<ArrayLike<number>>): string {
  const digest = createHash('sha256')
  for (const data of values) digest.update(new Uint8Array(Float32Array.from(data).buffer))
  return digest.digest('hex').slice(0, 16)
}

async function outputOf(engine: Engine, output: Node, inputs: Inputs): Promise<string> {
  const program = await engine.compile({ outputs: { output } })
  await program.run(inputs)
  const { data } = await program.read('output')
  await program.close()
  return hash([data])
}

/** Some steps of several batches each, with dropout, clipping and decay. */
async function trained(
  engine: Engine,
  objective: Objective,
  batches: Batches,
  { steps, batches: each }: Effort,
): Promise<Row> {
  const settings = { ...small.training, seed: 3, accumulate: each, clip: 0.5, decay: 0.1 }
  const trainer = await Trainer.create(engine, objective, settings, batches)
  trainer.begin(weightsOf(objective.model))
  const losses: number[] = []
  const norms: number[] = []
  for (let step = 0; step < steps; step++) {
    const own = Array.from({ length: each }, (_, i) => batches.at(each * step + i))
    await trainer.step(own, 3e-3)
    const { loss, gradientNorm } = await trainer.measure()
    losses.push(loss)
    norms.push(gradientNorm)
  }
  const { weights, first, second } = await trainer.state()
  const evaluated = await trainer.evaluate(batches.evaluation(2))
  await trainer.close()
  const moments = [first, second].flatMap((each) => [...each.values()].map(({ data }) => data))
  return {
    losses,
    'gradient norms': norms,
    weights: hash([...weights.values()].map(({ data }) => data)),
    moments: hash(moments),
    evaluation: Object.values(evaluated),
  }
}

/** What is written: the likeliest tokens past the context's end, sampled ones, and several texts of unequal length. */
async function written(engine: Engine, model: Writer, openings: readonly Opening[], { tokens }: Effort): Promise<Row> {
  if (tokens === 0) return {}
  const generator = new Generator({ engine, model })
  const write = async (from: readonly Opening[], settings: Partial<GenerateSettings>) => {
    const texts = from.map((): (number | undefined)[] => [])
    const found: number[] = []
    for await (const { row, id, logProbability = 0 } of generator.generateAll(from, { tokens, ...settings })) {
      texts[row].push(id)
      found.push(logProbability)
    }
    return [...texts.map((ids) => ids.join(' ')), hash([found])]
  }
  const row = {
    greedy: await write([openings[0]], { temperature: 0, logProbabilities: true }),
    sampled: await write(openings, { temperature: 0.8, topK: 20, topP: 0.9, seed: 5, logProbabilities: true }),
  }
  await generator.close()
  return row
}

/** The likeliest texts as a whole. */
async function searched(engine: Engine, model: Writer, openings: readonly Opening[], { tokens }: Effort): Promise<Row> {
  if (tokens === 0) return {}
  const generator = new Generator({ engine, model })
  const found = await generator.search(openings, { beams: 3, hypotheses: 2, tokens: Math.min(tokens, 8), stop: [0] })
  await generator.close()
  return { beams: found.flatMap((each) => each.flatMap(({ ids, score }) => [ids.join(' '), score])) }
}

// Cases

const idsOf = (model: { vocab: number }, batch: number, position: number) => ({
  ids: input('ids', { batch, position }, { below: model.vocab }),
})

interface Options {
  readonly of?: { readonly vocab: number; readonly context: number }
  /** How many positions are computed at once; as many as the context if not given. */
  readonly positions?: number
}

function decoder(name: string, make: Making<DecoderModel>, options: Options = {}): BitsCase {
  const { of = sizes, positions = of.context } = options
  const text = someIds(700, of.vocab)
  const openings = [7, 3, 1].map((length, i) => ({ prompt: someIds(length, of.vocab, 11 * i) }))
  return {
    name,
    isSaved: isSaved(make),
    async measure(engine, effort, kept) {
      const model = await held(engine, make, kept)
      const given = { ids: someIds(2 * positions, of.vocab) }
      const row: Row = {
        logits: await outputOf(engine, model.logits(idsOf(of, 2, positions)), given),
        ...(await written(engine, model, openings, effort)),
        ...(of === sizes && (await searched(engine, model, openings.slice(0, 2), effort))),
      }
      if (kept) return row
      const batches = windowBatches({ ids: text, context: of.context, batch: 3, seed: 3 })
      const objective = nextToken(model, { scores: ['accuracy', 'exact'] })
      return { ...row, ...(await trained(engine, objective, batches, effort)) }
    },
  }
}

/** What differs from another case in the forward pass alone. */
function forward(name: string, make: () => Writer, positions: number): BitsCase {
  return {
    name,
    isSaved: false,
    async measure(engine) {
      const model = await held(engine, make, undefined)
      const given = { ids: someIds(2 * positions, vocab) }
      return { logits: await outputOf(engine, model.logits(idsOf(sizes, 2, positions)), given) }
    },
  }
}

/** Texts of unequal length. */
const texts = [19, 4, 11, 1, 8, 17, 9].map((length, i) => someIds(length, vocab, 5 * i))
const mask = 36

function masked(name: string, make: Making<MaskedBert>): BitsCase {
  return {
    name,
    isSaved: isSaved(make),
    async measure(engine, effort, kept) {
      const model = await held(engine, make, kept)
      const filler = new MaskFiller({ engine, model })
      const filled = await filler.fill({ ids: texts[2].with(2, mask).with(7, mask), mask, top: 3 })
      await filler.close()
      const row: Row = {
        logits: await outputOf(engine, model.logits(idsOf(sizes, 2, 13)), { ids: someIds(26, vocab) }),
        filled: filled.flatMap(({ fillings }) => fillings.flatMap(({ id, probability }) => [id, probability])),
      }
      if (kept) return row
      const examples = maskedExamples(texts, { vocab, mask, seed: 3 })
      const batches = bucketedBatches(examples, { batch: 3, seed: 3 })
      return { ...row, ...(await trained(engine, maskedTokens(model, { scores: ['accuracy'] }), batches, effort)) }
    },
  }
}

function classifier(name: string, make: Making<ClassifyingBert>): BitsCase {
  const kinds = texts.map(({ length }) => Int32Array.from({ length }, (_, i) => (2 * i < length ? 0 : 1)))
  const labelled = texts.map((each, i) => ({ ids: each, label: i % 3, kinds: kinds[i] }))
  return {
    name,
    isSaved: isSaved(make),
    async measure(engine, effort, kept) {
      const model = await held(engine, make, kept)
      const classifies = new Classifier({ engine, model })
      const [plain, paired] = [
        await classifies.classify(texts.map((ids) => ({ ids }))),
        await classifies.classify(texts.map((ids, i) => ({ ids, kinds: kinds[i] }))),
      ]
      await classifies.close()
      const row: Row = { classes: hash(plain), 'of pairs': hash(paired), first: Array.from(plain[0]) }
      if (kept) return row
      const batches = bucketedBatches(labelledExamples(labelled), { batch: 3, seed: 3 })
      const objective = classification(model, { optional: ['kinds'], scores: ['accuracy'] })
      return { ...row, ...(await trained(engine, objective, batches, effort)) }
    },
  }
}

function sentences(name: string, make: () => Bert): BitsCase {
  return {
    name,
    isSaved: false,
    async measure(engine) {
      const model = await held(engine, make, undefined)
      const embedder = new Embedder({ engine, model })
      const vectors = await embedder.embed(texts)
      await embedder.close()
      return {
        states: await outputOf(engine, model.states(idsOf(sizes, 2, 13)), { ids: someIds(26, vocab) }),
        pooled: await outputOf(engine, model.pooled(idsOf(sizes, 2, 13)), { ids: someIds(26, vocab) }),
        vectors: hash(vectors),
        'first numbers': Array.from(vectors[0].subarray(0, 3)),
      }
    },
  }
}

function translator(name: string, make: Making<EncoderDecoder>): BitsCase {
  const pairs = texts.map((source, i) => ({ source, target: texts[(i + 3) % texts.length].subarray(0, 15) }))
  const openings = texts.slice(0, 3).map((source) => ({ prompt: [1], source }))
  return {
    name,
    isSaved: isSaved(make),
    async measure(engine, effort, kept) {
      const model = await held(engine, make, kept)
      const row: Row = {
        ...(await written(engine, model, openings, effort)),
        ...(await searched(engine, model, openings, effort)),
      }
      if (kept) return row
      const batches = bucketedBatches(pairExamples(pairs, { begin: 1, end: 0 }), { batch: 3, seed: 3 })
      const objective = targetSequence(model, { smoothing: 0.1, scores: ['accuracy', 'exact'] })
      return { ...row, ...(await trained(engine, objective, batches, effort)) }
    },
  }
}

const half = { layer: 2, head: 4, hidden: 33 }
const llamaSizes = { ...sizes, model: 24, dropout: 0.1 }
const pairs = [1, 1.1, 1.3]
const scalings = {
  linear: { kind: 'linear', factor: 3 },
  yarn: { kind: 'yarn', factor: 4, original: 8, fast: 32, slow: 1, isRounded: true, strength: 1.1386 },
  longrope: { kind: 'longrope', original: 12, short: pairs, long: pairs.map((each) => 2 * each), strength: 1.1 },
  llama3: { kind: 'llama3', factor: 8, original: 16, low: 1, high: 4 },
} as const

const cases: readonly BitsCase[] = [
  decoder('GPT-2', gpt2.blueprint({ ...sizes, dropout: 0.1 })),
  decoder('GPT-2, untied', () => new GPT2({ ...sizes, isTied: false, activation: 'geluExact', dropout: 0.1 })),
  decoder('GPT-2, scores by layer', () => new GPT2({ ...sizes, scores: ['key', 'layer'] })),
  decoder('GPT-2, scores as they are', () => new GPT2({ ...sizes, scores: [], activation: 'quickGelu' })),
  decoder('GPT-2, middle', gpt2.blueprint({ ...middle, dropout: 0.1 }), { of: middle }),
  decoder('Llama', llama.blueprint(llamaSizes)),
  decoder('Llama, shared heads', llama.blueprint({ ...llamaSizes, shared: 2, isTied: true })),
  decoder('Llama, one shared head, yarn', () => new Llama({ ...llamaSizes, shared: 1, scaling: scalings.yarn })),
  ...(['linear', 'longrope', 'llama3'] as const).map((kind) =>
    forward(`Llama, ${kind}`, () => new Llama({ ...llamaSizes, scaling: scalings[kind] }), 27),
  ),
  decoder('Llama, RoPE that grows', () => new Llama({ ...llamaSizes, scaling: { kind: 'dynamic', factor: 2 } }), {
    positions: 27,
  }),
  decoder('Mistral, a window', () => new Llama({ ...llamaSizes, shared: 2, window: { size: 5, layers: [0, 1] } })),
  decoder('Qwen2, biases', () => new Llama({ ...llamaSizes, shared: 2, biases: ['query', 'key', 'value'] })),
  decoder('Qwen3, normed keys', () => new Llama({ ...llamaSizes, shared: 2, key: 10, hasNormedKeys: true })),
  decoder('decoder with ALiBi, without MLPs', withAlibi),
  decoder('decoder with concatenated positions', withConcatenatedPositions),
  decoder('decoder of bare attention', ofBareAttention),
  decoder('decoder without blocks', withoutBlocks),
  masked('BERT, masked', maskedBert.blueprint({ ...sizes, dropout: 0.1 })),
  masked('BERT, masked, untied', () => new MaskedBert({ ...sizes, isTied: false, activation: 'gelu', dropout: 0.1 })),
  classifier('BERT, classes', classifyingBert.blueprint({ ...sizes, class: 3, dropout: 0.1 })),
  classifier('BERT, labels', () => new ClassifyingBert({ ...sizes, class: 3, scores: 'sigmoid' })),
  sentences('BERT, sentences', () => new Bert(sizes)),
  translator(
    'Marian',
    marian.blueprint({
      vocab,
      context,
      model: 20,
      encoder: half,
      decoder: half,
      activation: 'silu',
      dropout: 0.1,
    }),
  ),
  translator(
    'encoder and decoder, apart',
    () =>
      new EncoderDecoder({
        vocab,
        context,
        model: 20,
        encoder: { ...half, layer: 1 },
        decoder: half,
        isShared: false,
        isTied: false,
        isScaled: false,
        dropout: 0.1,
      }),
  ),
]

/** What the reference engine computes in a moment, and differs from the others by more than an option. */
const referenced = new Set(
  cases.map(({ name }) => name).filter((name) => !/middle|untied|as they are|Qwen2|labels|grows/.test(name)),
)

/** The names of the cases that an arithmetic has. */
export function casesOf({ name: arithmetic }: Arithmetic): string[] {
  const has = ({ name, isSaved }: BitsCase): boolean =>
    arithmetic === 'halves' ? isSaved : arithmetic === 'reference' ? referenced.has(name) : true
  return cases.filter(has).map(({ name }) => name)
}

/** What an architecture computes on an engine of an arithmetic. */
export async function measured(name: string, { name: arithmetic }: Arithmetic, engine: Engine): Promise<Row> {
  const found = cases.find((each) => each.name === name)
  if (!found) throw new Error(`bits: there is no case "${name}".`)
  const isReference = arithmetic === 'reference'
  return found.measure(engine, isReference ? little : whole, arithmetic === 'halves' ? 'bf16' : undefined)
}
