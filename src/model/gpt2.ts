// GPT-2: embed, then let every block read the stream and add to it, then compare with every entry of the vocabulary.
//
// Radford et al. 2019, "Language models are unsupervised multitask learners", section 2.3: learned positions, pre-norm blocks,
// GELU, and the unembedding is the token embedding used the other way round (tied). The forward pass is decoder.ts.

import type { Start } from '../tensor/node.ts'
import { Attention } from './attention.ts'
import { type Part, PreNormBlock } from './block.ts'
import { type DecoderParts, decode, type Unembedding } from './decoder.ts'
import { checkDropRates, type DropRates, dropRates } from './dropout.ts'
import { TiedUnembedding, TokenEmbedding } from './embedding.ts'
import type { DecoderModel, Given } from './language.ts'
import { Linear } from './linear.ts'
import { type Activation, activations, MLP } from './mlp.ts'
import { LayerNorm } from './norm.ts'
import { LearnedPositions } from './positions.ts'
import { idsBelow } from './reads.ts'
import { type CommonSizes, checkDivides, checkSizes, chosen, hiddenSize, perHead } from './sizes.ts'
import type { Ids, Logits } from './stream.ts'

/** The sizes of a GPT-2, and its options. */
export interface GPT2Config extends CommonSizes {
  /** The number of different tokens. */
  readonly vocab: number
  /** The number of positions that the model can look at. */
  readonly context: number
  readonly layer: number
  readonly head: number
  readonly model: number
  /** The MLP's width; 4 · model if not given. */
  readonly hidden?: number
  readonly epsilon?: number
  /** The share of cells that training sets to 0: one rate, or one for each kind. */
  readonly dropout?: number | DropRates
  /** The activation of the MLP; gelu if not given. */
  readonly activation?: Activation
  /** True, also if not given, where the unembedding is the token embedding. */
  readonly isTied?: boolean
  /** Scores are divided by √d_k ("key", if not given), and by the number of the layer too ("layer"), or by neither. */
  readonly scores?: readonly ('key' | 'layer')[]
}

export class GPT2 implements DecoderModel, DecoderParts {
  readonly kind = 'decoder'
  readonly embedding: TokenEmbedding
  readonly positions: LearnedPositions
  readonly blocks: readonly PreNormBlock[]
  readonly norm: LayerNorm
  readonly unembedding: Unembedding
  readonly #config: GPT2Config

  constructor(config: GPT2Config) {
    checkGPT2Config('gpt2', config)
    const { vocab, epsilon, isTied = true } = config
    const model = chosen(config.model)
    this.#config = config
    this.embedding = new TokenEmbedding({ vocab, model })
    this.positions = new LearnedPositions({
      context: { size: config.context, because: 'chosen: the context' },
      model,
    })
    const norm = () => new LayerNorm({ over: { model }, epsilon })
    this.blocks = Array.from({ length: config.layer }, (_, layer) => gpt2Block(config, layer, norm))
    this.norm = norm()
    this.unembedding = isTied
      ? new TiedUnembedding(this.embedding)
      : new Linear({ from: { model }, to: { vocab }, bias: false })
  }

  get config(): GPT2Config {
    return this.#config
  }

  get reads() {
    return { ids: idsBelow(this.#config.vocab, this.#config.context) }
  }

  logits({ ids }: { ids: Ids }, given: Given = {}): Logits {
    return decode(this, ids, given, { drops: dropRates(this.#config.dropout) })
  }
}

/** A block of a GPT-2, and of models that differ in their norms. */
export function gpt2Block(config: GPT2Config, layer: number, norm: () => Part): PreNormBlock {
  const { activation = 'gelu', scores = ['key'] } = config
  const model = chosen(config.model)
  const head = chosen(config.head)
  const key = perHead(config.model, config.head)
  const hidden = hiddenSize(config.model, config.hidden)
  // What adds to the stream begins smaller, by 1/√(number of additions), so that the stream's variance does not grow with depth.
  const start: Start = { normal: 0.02 / Math.sqrt(2 * config.layer) }
  const divisor = (scores.includes('key') ? Math.sqrt(key.size) : 1) * (scores.includes('layer') ? layer + 1 : 1)
  return new PreNormBlock({
    attentionNorm: norm(),
    attention: new Attention({
      query: new Linear({ from: { model }, to: { head, key }, bias: true }),
      key: new Linear({ from: { model }, to: { head, key }, bias: true }),
      value: new Linear({ from: { model }, to: { head, value: key }, bias: true }),
      output: new Linear({ from: { head, value: key }, to: { model }, bias: true, start }),
      scale: 1 / divisor,
    }),
    mlpNorm: norm(),
    mlp: new MLP({
      up: new Linear({ from: { model }, to: { hidden }, bias: true }),
      down: new Linear({ from: { hidden }, to: { model }, bias: true, start }),
      activation: activations[activation],
    }),
  })
}

/** Throws for sizes that no GPT-2 can have; `place` says which model has them. */
export function checkGPT2Config(
  place: string,
  { vocab, context, layer, head, model, hidden, dropout }: GPT2Config,
): void {
  checkSizes(place, { vocab, context, layer, head, model, hidden })
  checkDivides(place, model, head)
  checkDropRates(place, dropout)
}
