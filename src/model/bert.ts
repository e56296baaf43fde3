// BERT: an encoder that reads both ways, and what is put on top of it.
//
//   Bert             the stream of the last block, and `pooled`: a vector for the whole text
//   MaskedBert       for every position, which token may stand there: [MASK] → "cat"
//   ClassifyingBert  for the whole text, to which class it belongs
//
// Devlin et al. 2018, section 3 and figure 2: post-norm blocks, learned positions, kinds of tokens, GELU. MiniLM and other
// embedders of sentences are BERTs with fewer layers. The forward pass is encoder.ts.

import type { Tensor } from '../tensor/node.ts'
import { see, trace } from '../tensor/pass.ts'
import { constant, gather, rename, tanh } from '../tensor/primitives.ts'
import { Attention } from './attention.ts'
import { PostNormBlock } from './block.ts'
import { checkDropRates, Dropout, type DropRates, dropRates } from './dropout.ts'
import { KindEmbedding, TiedUnembedding, TokenEmbedding } from './embedding.ts'
import { type EncoderParts, encode, type TextInputs, textReads } from './encoder.ts'
import type { ClassifyingModel, ClassScores, EncodingModel, Given, MaskedModel } from './language.ts'
import { Linear } from './linear.ts'
import { type Activation, activations, MLP } from './mlp.ts'
import { LayerNorm } from './norm.ts'
import { LearnedPositions } from './positions.ts'
import { type CommonSizes, checkDivides, checkSizes, chosen, hiddenSize, perHead } from './sizes.ts'
import type { Logits, Stream } from './stream.ts'

/** The sizes of a BERT, and its options. */
export interface BertConfig extends CommonSizes {
  /** The number of kinds of tokens; 2 if not given: the first text and the second. */
  readonly kind?: number
  readonly epsilon?: number
  /** The activation of the MLP; geluExact if not given. */
  readonly activation?: Activation
  readonly dropout?: number | DropRates
  /** True, also if not given, where it has a vector for the whole text. */
  readonly isPooled?: boolean
}

export class Bert implements EncodingModel, EncoderParts {
  readonly kind = 'encoder'
  readonly embedding: TokenEmbedding
  readonly positions: LearnedPositions
  readonly kinds: KindEmbedding
  readonly embeddingNorm: LayerNorm
  readonly blocks: readonly PostNormBlock[]
  readonly pooler: Linear<'model', 'pooled'> | undefined
  readonly #config: BertConfig

  constructor(config: BertConfig) {
    checkConfig(config)
    const { vocab, kind = 2, epsilon = bertEpsilon, isPooled = true } = config
    const model = chosen(config.model)
    this.#config = config
    this.embedding = new TokenEmbedding({ vocab, model })
    this.positions = new LearnedPositions({
      context: { size: config.context, because: 'chosen: the context' },
      model,
    })
    this.kinds = new KindEmbedding({ kind, model })
    this.embeddingNorm = new LayerNorm({ over: { model }, epsilon })
    this.blocks = Array.from({ length: config.layer }, () => block(config))
    this.pooler = isPooled ? new Linear({ from: { model }, to: { pooled: model }, bias: true }) : undefined
  }

  get config(): BertConfig {
    return this.#config
  }

  get reads() {
    return textReads(this.#config, this.#config.kind ?? 2)
  }

  states(inputs: TextInputs, given: Given = {}): Stream {
    return encode(this, inputs, given, dropRates(this.#config.dropout))
  }

  /** A vector for the whole text. */
  pooled(inputs: TextInputs, given: Given = {}): Tensor<'batch' | 'model'> {
    return trace(this, () => this.pooledFrom(this.states(inputs, given))).outputs
  }

  /** A vector for the whole text from its states, those of its first position: tanh(state · W + b). */
  pooledFrom(states: Stream): Tensor<'batch' | 'model'> {
    const { pooler } = this
    if (!pooler) throw new Error('bert: this model was made without a pooler. Take the mean of its states instead.')
    return trace(this, () => {
      const first = gather(states, constant(0), 'position')
      const pooling = pooler.apply<'batch'>(first)
      return see(this, { first, pooling, pooled: rename(tanh(pooling), 'pooled', 'model') }).pooled
    }).outputs
  }
}

/** Scores of the tokens that may stand at each position. Devlin et al. 2018, section 3.1, task 1. */
export class MaskedBert implements MaskedModel {
  readonly kind = 'masked'
  readonly bert: Bert
  readonly transform: Linear<'model', 'transformed'>
  readonly transformNorm: LayerNorm
  readonly unembedding: TiedUnembedding | Linear<'model', 'vocab'>

  constructor({ isTied = true, ...config }: BertConfig & { readonly isTied?: boolean }) {
    const { vocab, epsilon = bertEpsilon } = config
    const model = chosen(config.model)
    this.bert = new Bert({ isPooled: false, ...config })
    this.transform = new Linear({ from: { model }, to: { transformed: model }, bias: true })
    this.transformNorm = new LayerNorm({ over: { model }, epsilon })
    this.unembedding = isTied
      ? new TiedUnembedding(this.bert.embedding, { bias: { vocab } })
      : new Linear({ from: { model }, to: { vocab }, bias: true })
  }

  get config(): BertConfig {
    return this.bert.config
  }

  get reads() {
    return this.bert.reads
  }

  logits(inputs: TextInputs, given: Given = {}): Logits {
    return trace(this, () => {
      const states = this.bert.states(inputs, given)
      const asked = given.at ? gather(states, given.at, 'position') : states
      const activation = activations[this.config.activation ?? 'geluExact']
      const transforming = this.transform.apply<'batch' | 'position'>(asked)
      const activated = rename(activation(transforming), 'transformed', 'model')
      const transformed = this.transformNorm.apply<'batch' | 'position'>(activated as Stream)
      return see(this, { transforming, transformed, logits: this.unembedding.apply(transformed) }).logits
    }).outputs
  }
}

/** To which class a text belongs. Devlin et al. 2018, section 4.1. */
export class ClassifyingBert implements ClassifyingModel {
  readonly kind = 'classifier'
  readonly bert: Bert
  readonly classifier: Linear<'model', 'class'>
  readonly #classes: number
  readonly #scores: ClassScores
  readonly #drop: number

  /**
   * `class`: the number of classes; `scores`: what their numbers mean; `classDropout`: the share that training drops of the pooled
   * vector; as of what is added to the stream if not given.
   */
  constructor({
    class: classes,
    scores = 'softmax',
    classDropout,
    ...config
  }: BertConfig & { class: number; scores?: ClassScores; classDropout?: number }) {
    checkSizes('bert', { class: classes })
    this.bert = new Bert({ ...config, isPooled: true })
    this.classifier = new Linear({ from: { model: chosen(config.model) }, to: { class: classes }, bias: true })
    this.#classes = classes
    this.#scores = scores
    this.#drop = classDropout ?? dropRates(config.dropout).residual ?? 0
  }

  get config(): BertConfig & { readonly class: number; readonly scores: ClassScores } {
    return { ...this.bert.config, class: this.#classes, scores: this.#scores }
  }

  get reads() {
    return this.bert.reads
  }

  classes(inputs: TextInputs, given: Given = {}): Tensor<'batch' | 'class'> {
    const drop = new Dropout({ residual: this.#drop }, given.step)
    return trace(this, () => {
      const pooled = drop.apply('residual', this.bert.pooled(inputs, given), this)
      return see(this, { classes: this.classifier.apply<'batch'>(pooled) }).classes
    }).outputs
  }
}

const bertEpsilon = 1e-12

function block(config: BertConfig): PostNormBlock {
  const { epsilon = bertEpsilon, activation = 'geluExact' } = config
  const model = chosen(config.model)
  const head = chosen(config.head)
  const key = perHead(config.model, config.head)
  const hidden = hiddenSize(config.model, config.hidden)
  return new PostNormBlock({
    attention: new Attention({
      query: new Linear({ from: { model }, to: { head, key }, bias: true }),
      key: new Linear({ from: { model }, to: { head, key }, bias: true }),
      value: new Linear({ from: { model }, to: { head, value: key }, bias: true }),
      output: new Linear({ from: { head, value: key }, to: { model }, bias: true }),
    }),
    attentionNorm: new LayerNorm({ over: { model }, epsilon }),
    mlp: new MLP({
      up: new Linear({ from: { model }, to: { hidden }, bias: true }),
      down: new Linear({ from: { hidden }, to: { model }, bias: true }),
      activation: activations[activation],
    }),
    mlpNorm: new LayerNorm({ over: { model }, epsilon }),
  })
}

function checkConfig({ vocab, context, layer, head, model, hidden, kind, dropout }: BertConfig): void {
  checkSizes('bert', { vocab, context, layer, head, model, hidden, kind })
  checkDivides('bert', model, head)
  checkDropRates('bert', dropout)
}
