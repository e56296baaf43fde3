// GPT-2: embed, then let every block read the stream and add to it, then compare with every entry of the vocabulary.
//
// Radford et al. 2019, "Language models are unsupervised multitask learners", section 2.3: learned positions, pre-norm blocks,
// GELU, and the unembedding is the token embedding used the other way round (tied).

import type { Size } from '../tensor/axes.ts'
import { dropout, gelu } from '../tensor/definitions.ts'
import { nameParts, see } from '../tensor/names.ts'
import type { Start } from '../tensor/node.ts'
import { add, dot, gather, size } from '../tensor/primitives.ts'
import { Attention } from './attention.ts'
import { PreNormBlock } from './block.ts'
import { LearnedPositions, TokenEmbedding } from './embedding.ts'
import type { Given, LanguageModel } from './language.ts'
import { Linear } from './linear.ts'
import { MLP } from './mlp.ts'
import { LayerNorm } from './norm.ts'
import { causal, type Ids, type Logits, type Stream } from './stream.ts'

/** The sizes of a GPT-2. */
export interface GPT2Config {
  /** How many different tokens there are. */
  readonly vocab: number
  /** How many positions the model can look at. */
  readonly context: number
  readonly layer: number
  readonly head: number
  readonly model: number
  /** The MLP's width; 4 · model if not given. */
  readonly hidden?: number
  readonly epsilon?: number
  /** The share of answers (and of embeddings) that training sets to 0. */
  readonly dropout?: number
}

export class GPT2 implements LanguageModel {
  readonly embedding: TokenEmbedding
  readonly positions: LearnedPositions
  readonly blocks: readonly PreNormBlock[]
  readonly norm: LayerNorm
  readonly #config: GPT2Config

  constructor(config: GPT2Config) {
    checkConfig(config)
    const { vocab, context, layer, epsilon } = config
    const sizes = sizesOf(config)
    this.#config = config
    this.embedding = new TokenEmbedding({ vocab, model: sizes.model })
    this.positions = new LearnedPositions({
      context: { size: context, because: 'chosen: the context' },
      model: sizes.model,
    })
    this.blocks = Array.from({ length: layer }, () => block(sizes, layer, epsilon))
    this.norm = new LayerNorm({ model: sizes.model, epsilon })
    nameParts(this)
  }

  get config(): GPT2Config {
    return this.#config
  }

  logits(ids: Ids, { cache, step, at }: Given = {}): Logits {
    const keep = causal({ position: size(ids, 'position'), source: cache?.capacity, start: cache?.start })
    const rate = this.#config.dropout ?? 0
    const drop = (x: Stream, name: string): Stream => (step ? dropout(x, { rate, name, step }) : x)
    const token = this.embedding.apply(ids)
    const place = this.positions.apply(ids, cache?.start)
    let x: Stream = drop(see(this, { embedded: add(token, place) }).embedded, 'embedded')
    this.blocks.forEach((part, i) => {
      x = part.apply(x, { keep, cache, drop: (answer, name) => drop(answer, `blocks.${i}.${name}`) })
    })
    const final = see(this.norm, { output: this.norm.apply(x) }).output
    const asked = at ? gather(final, at, 'position') : final
    return see(this, { logits: dot(asked, this.embedding.token, 'model') }).logits
  }
}

type GPT2Sizes = Readonly<Record<'model' | 'head' | 'key' | 'value' | 'hidden', Size>>

/** The sizes of the parts, each with the reason for it. */
function sizesOf({ model, head, hidden }: GPT2Config): GPT2Sizes {
  const perHead = { size: model / head, because: `${model} / ${head} heads` }
  return {
    model: { size: model, because: 'chosen' },
    head: { size: head, because: 'chosen' },
    key: perHead,
    value: perHead,
    hidden: hidden === undefined ? { size: 4 * model, because: `4 · ${model}` } : { size: hidden, because: 'chosen' },
  }
}

function block(
  { model, head, key, value, hidden }: GPT2Sizes,
  layer: number,
  epsilon: number | undefined,
): PreNormBlock {
  // What adds to the stream begins smaller, by 1/√(number of additions), so that the stream's variance does not grow with depth.
  const start: Start = { normal: 0.02 / Math.sqrt(2 * layer) }
  return new PreNormBlock({
    attentionNorm: new LayerNorm({ model, epsilon }),
    attention: new Attention({
      query: new Linear({ from: { model }, to: { head, key }, bias: true }),
      key: new Linear({ from: { model }, to: { head, key }, bias: true }),
      value: new Linear({ from: { model }, to: { head, value }, bias: true }),
      output: new Linear({ from: { head, value }, to: { model }, bias: true, start }),
    }),
    mlpNorm: new LayerNorm({ model, epsilon }),
    mlp: new MLP({
      up: new Linear({ from: { model }, to: { hidden }, bias: true }),
      down: new Linear({ from: { hidden }, to: { model }, bias: true, start }),
      bend: gelu,
    }),
  })
}

function checkConfig(config: GPT2Config): void {
  for (const name of ['vocab', 'context', 'layer', 'head', 'model', 'hidden'] as const) {
    const value = config[name]
    if (value === undefined && name === 'hidden') continue
    if (!Number.isInteger(value) || value === undefined || value < 1)
      throw new Error(`gpt2: ${name} is ${value}; it must be a whole number, at least 1.`)
  }
  const { model, head, dropout: rate = 0 } = config
  if (model % head !== 0)
    throw new Error(
      `gpt2: model ${model} cannot be divided among ${head} heads. Choose a multiple of ${head}, for instance ${Math.ceil(model / head) * head}.`,
    )
  if (!(rate >= 0 && rate < 1)) throw new Error(`gpt2: dropout is ${rate}; it must be at least 0 and below 1.`)
}
