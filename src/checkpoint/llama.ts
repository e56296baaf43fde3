// Llama and its family as Hugging Face keeps them: config.json, and the names and dimensions of the weights.
//
//   vocab_size max_position_embeddings num_hidden_layers hidden_size     =   vocab context layer model
//   num_attention_heads num_key_value_heads head_dim intermediate_size   =   head shared key hidden
//
// All four have the same weights under the same names. They differ in what else a config.json can say, and in what it means
// that a field is missing: `family` is told so. SmolLM's folders say that they are Llamas.

import { Llama, type LlamaConfig } from '../model/llama.ts'
import { ConfigFields, mostLayers } from '../text/configFields.ts'
import { activationFrom, activationName } from './activations.ts'
import { type Architecture, architectureOf } from './architecture.ts'
import { type DropoutFields, dropoutFrom, dropoutToJSON, ourDropouts } from './dropouts.ts'
import { type GenerationIds, specialFrom, specialIdsToJSON, type WithGenerationIds } from './generationIds.ts'
import type { NewSizes } from './newConfig.ts'
import { rotaryFrom, rotaryToJSON } from './rotaryScaling.ts'
import { tiedAsStored } from './tied.ts'
import type { WeightTable } from './weightTable.ts'
import { sometimesFrom, sometimesToJSON, windowFrom, windowToJSON } from './windows.ts'

export type LlamaFolderConfig = WithGenerationIds<LlamaConfig>

type Options = Pick<LlamaConfig, 'biases' | 'hasNormedKeys' | 'window'>

/** In what one of the family differs from the others. */
interface Family {
  readonly name: string
  readonly class: string
  /** The values of fields that are missing. */
  readonly usual: {
    readonly context: number
    readonly shared?: number
    readonly key?: number
    readonly special?: { readonly [role in keyof GenerationIds]?: number }
  }
  /** The options that a config.json says, or that the family always has. */
  optionsFrom(fields: ConfigFields, layer: number): Options
  /** The fields that say them. */
  optionsToJSON(options: Options, layer: number): object
  /** The config of a new one, where a run can train it from nothing. */
  newConfig?(sizes: NewSizes): LlamaFolderConfig
}

const attention = ['query', 'key', 'value', 'output'] as const
const has = ({ biases = [] }: Options, name: (typeof biases)[number]): boolean => biases.includes(name)

/** Llama, SmolLM. */
export const llama = family({
  name: 'llama',
  class: 'LlamaForCausalLM',
  usual: { context: 2048, special: { begin: 1, end: 2 } },
  optionsFrom: (fields) => ({
    biases: [
      ...(fields.flag('attention_bias', false) ? attention : []),
      ...(fields.flag('mlp_bias', false) ? (['mlp'] as const) : []),
    ],
  }),
  optionsToJSON: (options) => ({ attention_bias: has(options, 'output'), mlp_bias: has(options, 'mlp') }),
  newConfig,
})

/** Mistral: attention looks back a little way only. Jiang et al. 2023. */
export const mistral = family({
  name: 'mistral',
  class: 'MistralForCausalLM',
  usual: { context: 131072, shared: 8, special: { begin: 1, end: 2 } },
  optionsFrom: (fields, layer) => windowFrom(fields, layer),
  optionsToJSON: ({ window }, layer) => windowToJSON(window, layer),
})

/** Qwen2, Qwen2.5: queries, keys and values have biases. */
export const qwen2 = family({
  name: 'qwen2',
  class: 'Qwen2ForCausalLM',
  usual: { context: 32768, shared: 32 },
  optionsFrom: (fields, layer) => ({ biases: ['query', 'key', 'value'], ...sometimesFrom(fields, layer) }),
  optionsToJSON: ({ window }, layer) => sometimesToJSON(window, layer),
})

/** Qwen3: queries and keys are normalised. */
export const qwen3 = family({
  name: 'qwen3',
  class: 'Qwen3ForCausalLM',
  usual: { context: 32768, shared: 32, key: 128 },
  optionsFrom: (fields, layer) => ({
    hasNormedKeys: true,
    biases: fields.flag('attention_bias', false) ? attention : [],
    ...sometimesFrom(fields, layer),
  }),
  optionsToJSON: (options, layer) => ({
    attention_bias: has(options, 'output'),
    ...sometimesToJSON(options.window, layer),
  }),
})

function family(member: Family): Architecture<LlamaFolderConfig, Llama> {
  const { name, class: className, newConfig } = member
  return architectureOf({
    name,
    trainedAs: 'llama',
    ...(newConfig && { newConfig }),
    types: [name],
    // `LlamaModel` is the same without the unembedding: whoever is to write with it needs that too.
    classes: [className, className.replace('ForCausalLM', 'Model')],
    configFromJSON: (fields) => configFrom(fields, member),
    configToJSON: (config) => configToJSON(config, member),
    configFromTensors: (config, tensors) =>
      config.isTied
        ? tiedAsStored(
            config,
            { unembedding: 'lm_head.weight', embedding: ['model.embed_tokens.weight', 'embed_tokens.weight'] },
            tensors,
          )
        : config,
    build: (config) => new Llama(config),
    // A tied unembedding is the token embedding.
    table: ({ isTied = false }) => (isTied ? { ...table, copies: { 'lm_head.weight': 'embed_tokens.weight' } } : table),
    sizesOf: ({ vocab, context, layer, model, head, shared = head, key = model / head, hidden }) => ({
      vocab,
      context,
      layer,
      model,
      head,
      shared,
      key,
      hidden,
    }),
  })
}

/** The config of a new Llama. */
function newConfig({ hidden, labels: _, ...sizes }: NewSizes): LlamaFolderConfig {
  const { head, model } = sizes
  return { ...sizes, hidden: hidden ?? gatedWidth(model), shared: head, key: model / head, epsilon: 1e-6, isTied: true }
}

/** Three matrices of this width have about as many weights as two of 4 · model. Shazeer 2020, section 3. */
const gatedWidth = (model: number): number => Math.max(8, 8 * Math.round(model / 3))

/** The config that a config.json says, for one of the family. */
function configFrom(fields: ConfigFields, { usual, optionsFrom }: Family): LlamaFolderConfig {
  const vocab = fields.whole('vocab_size')
  const context = fields.whole('max_position_embeddings', { otherwise: usual.context })
  const layer = fields.whole('num_hidden_layers', { most: mostLayers })
  const model = fields.whole('hidden_size')
  const hidden = fields.whole('intermediate_size')
  const head = fields.whole('num_attention_heads')
  const shared = fields.whole('num_key_value_heads', {
    otherwise: fields.isNull('num_key_value_heads') ? head : (usual.shared ?? head),
  })
  const key = fields.whole('head_dim', { otherwise: usual.key ?? Math.floor(model / head) })
  if (head % shared !== 0) {
    throw fields.wrong(
      `num_attention_heads ${head} cannot share num_key_value_heads ${shared} evenly. Choose a number of heads of keys and values that divides the others.`,
    )
  }
  const { biases = [], ...options } = optionsFrom(fields, layer)
  const activation = activationFrom(fields, 'hidden_act', 'silu')
  return {
    vocab,
    context,
    layer,
    head,
    shared,
    model,
    hidden,
    key,
    epsilon: fields.epsilon('rms_norm_eps', 1e-6),
    ...rotaryFrom(fields, { key, context }),
    dropout: dropoutFrom(fields, dropouts),
    ...(activation === 'silu' ? {} : { activation }),
    ...(fields.flag('tie_word_embeddings', false) ? { isTied: true } : {}),
    ...(biases.length === 0 ? {} : { biases }),
    ...options,
    ...specialFrom(fields, vocab, usual.special),
  }
}

/** The config.json of one of the family. Throws for what it has no field for. */
function configToJSON(config: LlamaFolderConfig, member: Family): object {
  const { name, class: className, optionsToJSON } = member
  const json = {
    architectures: [className],
    model_type: name,
    vocab_size: config.vocab,
    max_position_embeddings: config.context,
    num_hidden_layers: config.layer,
    hidden_size: config.model,
    intermediate_size: config.hidden,
    num_attention_heads: config.head,
    num_key_value_heads: config.shared ?? config.head,
    head_dim: config.key ?? config.model / config.head,
    hidden_act: activationName(config.activation ?? 'silu'),
    rms_norm_eps: config.epsilon ?? 1e-6,
    ...rotaryToJSON(config),
    ...optionsToJSON(config, config.layer),
    ...dropoutToJSON(config.dropout, dropouts),
    tie_word_embeddings: config.isTied ?? false,
    ...specialIdsToJSON(config.special),
  }
  // What this one of the family has no field for would be lost.
  const said = configFrom(new ConfigFields(json, name), member)
  for (const option of ['biases', 'hasNormedKeys', 'window'] as const) {
    const [mine, read] = [config, said].map((each) => JSON.stringify(each[option] ?? null))
    if (mine !== read && !(option === 'biases' && mine === '[]' && read === 'null'))
      throw new Error(
        `${name}: its config.json cannot say ${option} ${mine}, only ${read}. Save as another of Llama's family.`,
      )
  }
  return json
}

const dropouts: DropoutFields = {
  ...ourDropouts,
  embedding: { ...ourDropouts.embedding, usual: 0 },
  residual: { name: 'resid_pdrop', usual: 0, isForeign: true },
  pattern: { name: 'attention_dropout', usual: 0 },
}

const table: WeightTable = {
  prefix: 'model.',
  rows: [
    { name: 'embed_tokens.weight', of: { 'embedding.token': 'vocab model' } },
    { name: 'layers.{layer}.input_layernorm.weight', of: { 'blocks.{layer}.attentionNorm.scale': 'model' } },
    {
      name: 'layers.{layer}.self_attn.q_proj.weight',
      of: { 'blocks.{layer}.attention.query.weight': '(head group key) model' },
    },
    { name: 'layers.{layer}.self_attn.q_proj.bias', of: { 'blocks.{layer}.attention.query.bias': '(head group key)' } },
    {
      name: 'layers.{layer}.self_attn.k_proj.weight',
      of: { 'blocks.{layer}.attention.key.weight': '(head key) model' },
    },
    { name: 'layers.{layer}.self_attn.k_proj.bias', of: { 'blocks.{layer}.attention.key.bias': '(head key)' } },
    {
      name: 'layers.{layer}.self_attn.v_proj.weight',
      of: { 'blocks.{layer}.attention.value.weight': '(head value) model' },
    },
    { name: 'layers.{layer}.self_attn.v_proj.bias', of: { 'blocks.{layer}.attention.value.bias': '(head value)' } },
    { name: 'layers.{layer}.self_attn.q_norm.weight', of: { 'blocks.{layer}.attention.queryNorm.scale': 'key' } },
    { name: 'layers.{layer}.self_attn.k_norm.weight', of: { 'blocks.{layer}.attention.keyNorm.scale': 'key' } },
    {
      name: 'layers.{layer}.self_attn.o_proj.weight',
      of: { 'blocks.{layer}.attention.output.weight': 'model (head group value)' },
    },
    { name: 'layers.{layer}.self_attn.o_proj.bias', of: { 'blocks.{layer}.attention.output.bias': 'model' } },
    { name: 'layers.{layer}.post_attention_layernorm.weight', of: { 'blocks.{layer}.mlpNorm.scale': 'model' } },
    { name: 'layers.{layer}.mlp.gate_proj.weight', of: { 'blocks.{layer}.mlp.gate.weight': 'hidden model' } },
    { name: 'layers.{layer}.mlp.gate_proj.bias', of: { 'blocks.{layer}.mlp.gate.bias': 'hidden' } },
    { name: 'layers.{layer}.mlp.up_proj.weight', of: { 'blocks.{layer}.mlp.up.weight': 'hidden model' } },
    { name: 'layers.{layer}.mlp.up_proj.bias', of: { 'blocks.{layer}.mlp.up.bias': 'hidden' } },
    { name: 'layers.{layer}.mlp.down_proj.weight', of: { 'blocks.{layer}.mlp.down.weight': 'model hidden' } },
    { name: 'layers.{layer}.mlp.down_proj.bias', of: { 'blocks.{layer}.mlp.down.bias': 'model' } },
    { name: 'norm.weight', of: { 'norm.scale': 'model' } },
    { name: 'lm_head.weight', prefix: '', of: { 'unembedding.weight': 'vocab model' } },
  ],
  // Frequencies, which older versions of transformers saved among the weights.
  ignored: ['layers.{layer}.self_attn.rotary_emb.inv_freq', 'rotary_emb.inv_freq'],
  copies: {},
}
