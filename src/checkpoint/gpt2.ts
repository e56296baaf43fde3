// GPT-2's weights under the names that Hugging Face gives them, with the dimensions that they have there.
//
// Two things differ beside the names. There, one matrix `c_attn` makes queries, keys and values, one after the other; and
// the heads have no dimension of their own but lie one behind the other, as do their keys.

import { GPT2 } from '../model/gpt2.ts'
import { weightSizes } from './engineWeights.ts'
import type { Architecture } from './folder.ts'

export const gpt2: Architecture = {
  table: {
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
    ],
    // Causal masks, which older versions of transformers saved among the weights.
    ignored: ['h.{layer}.attn.bias', 'h.{layer}.attn.masked_bias'],
    // The unembedding is the token embedding.
    copies: { 'lm_head.weight': 'wte.weight' },
  },
  sizes: (config) => weightSizes(new GPT2(config)),
}
