// Llama, and those that differ from it by a part or two: Mistral (looks back a little way only), Qwen2 (biases), Qwen3 (queries
// and keys are normalised), SmolLM.
//
// Touvron et al. 2023, section 2.2: pre-norm with RMSNorm, SwiGLU, rotary positions; query heads share keys and values since
// Llama 2. The forward pass is decoder.ts.

import { Attention } from './attention.ts'
import { PreNormBlock } from './block.ts'
import { type DecoderParts, decode, type Unembedding } from './decoder.ts'
import { checkDropRates, type DropRates, dropRates } from './dropout.ts'
import { TiedUnembedding, TokenEmbedding } from './embedding.ts'
import { frequencies, type RotaryScaling } from './frequencies.ts'
import type { DecoderModel, Given } from './language.ts'
import { Linear } from './linear.ts'
import { type Activation, activations, GatedMLP } from './mlp.ts'
import { RmsNorm } from './norm.ts'
import { idsBelow } from './reads.ts'
import { RotaryPositions } from './rotary.ts'
import { type CommonSizes, checkDivides, checkSizes, chosen, perHead } from './sizes.ts'
import type { Ids, Logits } from './stream.ts'

/** The sizes of a Llama, and its options. */
export interface LlamaConfig extends CommonSizes {
  readonly vocab: number
  /** The number of positions that the model was trained on. */
  readonly context: number
  readonly layer: number
  /** The number of heads that ask. */
  readonly head: number
  /** The number of heads of keys and values that they share; each its own if not given. */
  readonly shared?: number
  readonly model: number
  readonly hidden: number
  /** The numbers of a head; model / head if not given. */
  readonly key?: number
  readonly epsilon?: number
  /** The activation of the MLP's gate; silu if not given. */
  readonly activation?: Activation
  readonly isTied?: boolean
  /** RoPE's slowest wavelength is about 2π · theta. */
  readonly theta?: number
  readonly scaling?: RotaryScaling
  /** The products that have biases. */
  readonly biases?: readonly ('query' | 'key' | 'value' | 'output' | 'mlp')[]
  /** True if queries and keys are normalised over "key". */
  readonly hasNormedKeys?: boolean
  /** The distance back to which the attention of these layers looks. */
  readonly window?: { readonly size: number; readonly layers: readonly number[] }
  readonly dropout?: number | DropRates
}

export class Llama implements DecoderModel, DecoderParts {
  readonly kind = 'decoder'
  readonly embedding: TokenEmbedding
  readonly blocks: readonly PreNormBlock[]
  readonly norm: RmsNorm
  readonly unembedding: Unembedding
  readonly #config: LlamaConfig

  constructor(config: LlamaConfig) {
    checkConfig(config)
    const { vocab, epsilon, isTied = false } = config
    const model = chosen(config.model)
    this.#config = config
    this.embedding = new TokenEmbedding({ vocab, model })
    this.blocks = Array.from({ length: config.layer }, (_, layer) => block(config, layer))
    this.norm = new RmsNorm({ over: { model }, epsilon })
    this.unembedding = isTied
      ? new TiedUnembedding(this.embedding)
      : new Linear({ from: { model }, to: { vocab }, bias: false })
  }

  get config(): LlamaConfig {
    return this.#config
  }

  get reads() {
    return { ids: idsBelow(this.#config.vocab, this.#config.context) }
  }

  logits({ ids }: { ids: Ids }, given: Given = {}): Logits {
    return decode(this, ids, given, { drops: dropRates(this.#config.dropout ?? {}) })
  }
}

function block(config: LlamaConfig, layer: number): PreNormBlock {
  const { shared = config.head, biases = [], activation = 'silu', epsilon, context, theta, scaling, window } = config
  const model = chosen(config.model)
  const hidden = chosen(config.hidden)
  const head = chosen(shared)
  const group = { size: config.head / shared, because: `${config.head} / ${shared} heads of keys and values` }
  const key = config.key === undefined ? perHead(config.model, config.head) : chosen(config.key)
  const has = (name: (typeof biases)[number]): boolean => biases.includes(name)
  const norm = () => (config.hasNormedKeys ? new RmsNorm({ over: { key }, epsilon }) : undefined)
  return new PreNormBlock({
    attentionNorm: new RmsNorm({ over: { model }, epsilon }),
    attention: new Attention<'head' | 'group'>({
      query: new Linear({ from: { model }, to: { head, group, key }, bias: has('query') }),
      key: new Linear({ from: { model }, to: { head, key }, bias: has('key') }),
      value: new Linear({ from: { model }, to: { head, value: key }, bias: has('value') }),
      output: new Linear({ from: { head, group, value: key }, to: { model }, bias: has('output') }),
      queryNorm: norm(),
      keyNorm: norm(),
      positions: new RotaryPositions(frequencies({ key: key.size, theta, context, scaling })),
      window: window?.layers.includes(layer) ? window.size : undefined,
    }),
    mlpNorm: new RmsNorm({ over: { model }, epsilon }),
    mlp: new GatedMLP({
      gate: new Linear({ from: { model }, to: { hidden }, bias: has('mlp') }),
      up: new Linear({ from: { model }, to: { hidden }, bias: has('mlp') }),
      down: new Linear({ from: { hidden }, to: { model }, bias: has('mlp') }),
      activation: activations[activation],
    }),
  })
}

function checkConfig({ vocab, context, layer, head, shared, model, hidden, key, window, dropout }: LlamaConfig): void {
  checkSizes('llama', { vocab, context, layer, head, shared, model, hidden, key, window: window?.size })
  if (key === undefined) checkDivides('llama', model, head)
  if (shared !== undefined && head % shared !== 0)
    throw new Error(
      `llama: ${head} heads cannot share ${shared} heads of keys and values evenly. Choose a number that divides ${head}.`,
    )
  checkDropRates('llama', dropout)
}
