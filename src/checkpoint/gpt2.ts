// GPT-2 as Hugging Face keeps it: config.json, and the names and dimensions of the weights.
//
//   vocab_size n_positions n_layer n_embd n_head n_inner   =   vocab context layer model head hidden
//
// Two things differ in the weights beside their names. There, one matrix `c_attn` makes queries, keys and values, one after
// the other; and the heads have no dimension of their own but lie one behind the other, as do their keys.

import { GPT2, type GPT2Config } from '../model/gpt2.ts'
import { type ConfigFields, mostLayers } from '../text/configFields.ts'
import { activationFrom, activationName } from './activations.ts'
import { architectureOf } from './architecture.ts'
import { type DropoutFields, dropoutFrom, dropoutToJSON, ourDropouts } from './dropouts.ts'
import { specialFrom, specialIdsToJSON, type WithGenerationIds } from './generationIds.ts'
import { tiedAsStored } from './tied.ts'
import type { WeightTable } from './weightTable.ts'

export type GPT2FolderConfig = WithGenerationIds<GPT2Config>

export const gpt2 = architectureOf<GPT2FolderConfig, GPT2>({
  name: 'gpt2',
  trainedAs: 'decoder',
  types: ['gpt2'],
  // `GPT2Model` is the same without the unembedding, which is the token embedding again.
  classes: ['GPT2LMHeadModel', 'GPT2Model'],

  configFromJSON(given) {
    const fields = given.renamed(gpt2OtherNames)
    fields.only('add_cross_attention', [false])
    fields.only('is_encoder_decoder', [false])
    const activation = activationFrom(fields, 'activation_function', 'gelu_new')
    const isTied = fields.flag('tie_word_embeddings', true) || isWithoutUnembedding(fields)
    const sizes = gpt2SizesFrom(fields)
    return {
      ...sizes,
      ...(activation === 'gelu' ? {} : { activation }),
      ...(isTied ? {} : { isTied }),
      ...specialFrom(fields, sizes.vocab, { begin: 50256, end: 50256 }),
    }
  },

  newConfig: ({ hidden, labels: _, ...sizes }) => ({ ...sizes, hidden: hidden ?? 4 * sizes.model, epsilon: 1e-5 }),

  configToJSON(config) {
    return {
      architectures: ['GPT2LMHeadModel'],
      model_type: 'gpt2',
      ...gpt2SizesToJSON(config),
      activation_function: activationName(config.activation ?? 'gelu'),
      tie_word_embeddings: config.isTied ?? true,
      // Unless told, transformers assumes GPT-2's own end of text, 50256, which a small vocabulary does not have.
      ...specialIdsToJSON(config.special),
    }
  },

  configFromTensors: (config, tensors) =>
    config.isTied === false
      ? config
      : tiedAsStored(
          config,
          { unembedding: 'lm_head.weight', embedding: ['transformer.wte.weight', 'wte.weight'] },
          tensors,
        ),

  build: (config) => new GPT2(config),
  // A tied unembedding is the token embedding.
  table: ({ isTied = true }) => (isTied ? { ...gpt2Table, copies: { 'lm_head.weight': 'wte.weight' } } : gpt2Table),
  sizesOf: gpt2SizesOf,
})

export function gpt2SizesOf({ vocab, context, layer, model, head, hidden = 4 * model }: GPT2Config) {
  return { vocab, context, layer, model, head, hidden }
}

/** Sizes and options that GPT-2 and its kin have under the same names. */
export function gpt2SizesFrom(fields: ConfigFields): GPT2Config {
  const model = fields.whole('n_embd')
  const head = fields.whole('n_head')
  if (model % head !== 0) {
    throw fields.wrong(
      `n_embd ${model} cannot be divided among n_head ${head} heads. Choose an n_embd that is a multiple of n_head.`,
    )
  }
  const scores = [
    ...(fields.flag('scale_attn_weights', true) ? (['key'] as const) : []),
    ...(fields.flag('scale_attn_by_inverse_layer_idx', false) ? (['layer'] as const) : []),
  ]
  return {
    vocab: fields.whole('vocab_size'),
    context: fields.whole('n_positions'),
    layer: fields.whole('n_layer', { most: mostLayers }),
    model,
    head,
    hidden: fields.whole('n_inner', { otherwise: 4 * model }),
    epsilon: fields.epsilon('layer_norm_epsilon', 1e-5),
    dropout: dropoutFrom(fields, gpt2Dropouts),
    ...(scores.join() === 'key' ? {} : { scores }),
  }
}

/** The fields of these. */
export function gpt2SizesToJSON(config: GPT2Config): object {
  const { scores = ['key'], hidden = 4 * config.model } = config
  return {
    vocab_size: config.vocab,
    n_positions: config.context,
    n_embd: config.model,
    n_layer: config.layer,
    n_head: config.head,
    n_inner: hidden === 4 * config.model ? null : hidden,
    layer_norm_epsilon: config.epsilon ?? 1e-5,
    ...dropoutToJSON(config.dropout, gpt2Dropouts),
    scale_attn_weights: scores.includes('key'),
    scale_attn_by_inverse_layer_idx: scores.includes('layer'),
  }
}

/** Names that a config.json may have for those of GPT-2. */
export const gpt2OtherNames = {
  hidden_size: 'n_embd',
  max_position_embeddings: 'n_positions',
  num_attention_heads: 'n_head',
  num_hidden_layers: 'n_layer',
}

function isWithoutUnembedding(fields: ConfigFields): boolean {
  const classes = fields.get('architectures')
  return Array.isArray(classes) && classes[0] === 'GPT2Model'
}

const gpt2Dropouts: DropoutFields = {
  ...ourDropouts,
  embedding: { name: 'embd_pdrop', usual: 0.1 },
  residual: { name: 'resid_pdrop', usual: 0.1 },
  pattern: { name: 'attn_pdrop', usual: 0.1 },
}

export const gpt2Table: WeightTable = {
  prefix: 'transformer.',
  rows: [
    { name: 'wte.weight', of: { 'embedding.token': 'vocab model' } },
    { name: 'wpe.weight', of: { 'positions.place': 'position model' } },
    { name: 'h.{layer}.ln_1.weight', of: { 'blocks.{layer}.attentionNorm.scale': 'model' } },
    { name: 'h.{layer}.ln_1.bias', of: { 'blocks.{layer}.attentionNorm.shift': 'model' } },
    {
      name: 'h.{layer}.attn.c_attn.weight',
      of: {
        'blocks.{layer}.attention.query.weight': 'model (head key)',
        'blocks.{layer}.attention.key.weight': 'model (head key)',
        'blocks.{layer}.attention.value.weight': 'model (head value)',
      },
      stackedAlong: 1,
    },
    {
      name: 'h.{layer}.attn.c_attn.bias',
      of: {
        'blocks.{layer}.attention.query.bias': '(head key)',
        'blocks.{layer}.attention.key.bias': '(head key)',
        'blocks.{layer}.attention.value.bias': '(head value)',
      },
      stackedAlong: 0,
    },
    { name: 'h.{layer}.attn.c_proj.weight', of: { 'blocks.{layer}.attention.output.weight': '(head value) model' } },
    { name: 'h.{layer}.attn.c_proj.bias', of: { 'blocks.{layer}.attention.output.bias': 'model' } },
    { name: 'h.{layer}.ln_2.weight', of: { 'blocks.{layer}.mlpNorm.scale': 'model' } },
    { name: 'h.{layer}.ln_2.bias', of: { 'blocks.{layer}.mlpNorm.shift': 'model' } },
    { name: 'h.{layer}.mlp.c_fc.weight', of: { 'blocks.{layer}.mlp.up.weight': 'model hidden' } },
    { name: 'h.{layer}.mlp.c_fc.bias', of: { 'blocks.{layer}.mlp.up.bias': 'hidden' } },
    { name: 'h.{layer}.mlp.c_proj.weight', of: { 'blocks.{layer}.mlp.down.weight': 'hidden model' } },
    { name: 'h.{layer}.mlp.c_proj.bias', of: { 'blocks.{layer}.mlp.down.bias': 'model' } },
    { name: 'ln_f.weight', of: { 'norm.scale': 'model' } },
    { name: 'ln_f.bias', of: { 'norm.shift': 'model' } },
    { name: 'lm_head.weight', prefix: '', of: { 'unembedding.weight': 'vocab model' } },
  ],
  // Causal masks, which older versions of transformers saved among the weights.
  ignored: ['h.{layer}.attn.bias', 'h.{layer}.attn.masked_bias'],
  copies: {},
}
