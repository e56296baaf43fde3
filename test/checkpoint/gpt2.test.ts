// The config.json of a GPT-2: both directions, and every way in which a file may be wrong.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { blueprintFromJSON } from '../../src/checkpoint/architectures.ts'
import { type GPT2FolderConfig, gpt2 } from '../../src/checkpoint/gpt2.ts'
import { tiny } from './tiny.ts'

const json = gpt2.blueprint(tiny).toJSON()
const read = (json: unknown) => blueprintFromJSON(json, 'config.json', [gpt2]).blueprint.config

describe('config.json', () => {
  test('what is written, to the letter', () => {
    assert.deepEqual(json, {
      architectures: ['GPT2LMHeadModel'],
      model_type: 'gpt2',
      vocab_size: 11,
      n_positions: 6,
      n_embd: 8,
      n_layer: 2,
      n_head: 2,
      n_inner: 12,
      activation_function: 'gelu_new',
      layer_norm_epsilon: 1e-5,
      resid_pdrop: 0,
      embd_pdrop: 0,
      attn_pdrop: 0,
      scale_attn_weights: true,
      scale_attn_by_inverse_layer_idx: false,
      tie_word_embeddings: true,
      bos_token_id: null,
      eos_token_id: null,
      pad_token_id: null,
    })
  })

  test('what is written is read', () => {
    const others: GPT2FolderConfig[] = [
      { ...tiny, hidden: 32, dropout: 0.2, epsilon: 1e-6 },
      { ...tiny, dropout: { embedding: 0.1, residual: 0.2, pattern: 0 } },
      { ...tiny, dropout: { embedding: 0.1, residual: 0.1, pattern: 0.1, hidden: 0.3 } },
      { ...tiny, activation: 'silu', isTied: false, scores: ['key', 'layer'] },
      { ...tiny, activation: 'geluExact', scores: [] },
      { ...tiny, special: { begin: 1, end: [2, 3], pad: 0 } },
    ]
    for (const config of [tiny, ...others]) {
      assert.deepEqual(read(JSON.parse(JSON.stringify(gpt2.blueprint(config).toJSON()))), config)
    }
  })

  test("GPT-2's own file is read: it lacks what was added to the format later", () => {
    const own = {
      activation_function: 'gelu_new',
      architectures: ['GPT2LMHeadModel'],
      attn_pdrop: 0.1,
      bos_token_id: 50256,
      embd_pdrop: 0.1,
      eos_token_id: 50256,
      initializer_range: 0.02,
      layer_norm_epsilon: 1e-5,
      model_type: 'gpt2',
      n_ctx: 1024,
      n_embd: 768,
      n_head: 12,
      n_layer: 12,
      n_positions: 1024,
      resid_pdrop: 0.1,
      summary_activation: null,
      summary_first_dropout: 0.1,
      summary_proj_to_labels: true,
      summary_type: 'cls_index',
      summary_use_proj: true,
      vocab_size: 50257,
    }
    assert.deepEqual(read(own), {
      vocab: 50257,
      context: 1024,
      layer: 12,
      model: 768,
      head: 12,
      hidden: 3072,
      epsilon: 1e-5,
      dropout: 0.1,
      special: { begin: 50256, end: [50256] },
    })
  })

  test('activations go by several names', () => {
    const names = { gelu: 'geluExact', gelu_fast: undefined, gelu_pytorch_tanh: undefined, swish: 'silu', relu: 'relu' }
    for (const [name, activation] of Object.entries(names))
      assert.equal(read({ ...json, activation_function: name }).activation, activation)
  })

  test('a GPT2Model has no unembedding of its own, whatever it says', () => {
    assert.equal(read({ ...json, architectures: ['GPT2Model'], tie_word_embeddings: false }).isTied, undefined)
  })

  const cases: [name: string, change: object | null, message: string][] = [
    ['no object', null, 'expected an object {…}, but found null. The file may be damaged, or another one.'],
    [
      'another architecture',
      { architectures: ['LlamaForCausalLM'], model_type: 'llama' },
      'it describes the architecture "LlamaForCausalLM" and the model_type "llama"; ' +
        'Cutaway reads models of type gpt2. Take another folder.',
    ],
    [
      'another head',
      { architectures: ['GPT2ForSequenceClassification'] },
      'it describes the architecture "GPT2ForSequenceClassification" and the model_type "gpt2"; ' +
        'of "gpt2" Cutaway reads GPT2LMHeadModel and GPT2Model. Take one of these.',
    ],
    [
      'no architecture',
      { architectures: undefined, model_type: undefined },
      'it describes no model_type and no architecture; Cutaway reads models of type gpt2. Take another folder.',
    ],
    ['a missing size', { n_embd: undefined }, 'n_embd is missing. Give a whole number from 1 to 10000000000.'],
    ['a size of null', { n_layer: null }, 'n_layer is null. Give a whole number from 1 to 1000.'],
    ['a size of text', { n_head: '2' }, 'n_head is "2". Give a whole number from 1 to 10000000000.'],
    ['a negative size', { vocab_size: -1 }, 'vocab_size is -1. Give a whole number from 1 to 10000000000.'],
    ['no positions', { n_positions: 0 }, 'n_positions is 0. Give a whole number from 1 to 10000000000.'],
    ['half a size', { n_embd: 8.5 }, 'n_embd is 8.5. Give a whole number from 1 to 10000000000.'],
    ['half a hidden size', { n_inner: 8.5 }, 'n_inner is 8.5. Give a whole number from 1 to 10000000000.'],
    ['too many layers', { n_layer: 1001 }, 'n_layer is 1001. Give a whole number from 1 to 1000.'],
    ['an absurd size', { vocab_size: 1e300 }, 'vocab_size is 1e+300. Give a whole number from 1 to 10000000000.'],
    [
      'an absurd model',
      { n_embd: 1_000_000, n_inner: null },
      'these sizes make a model of 2.40e+13 weights; at most 10000000000 can be held. The file may be damaged, or choose a smaller model.',
    ],
    [
      'heads that do not divide the model',
      { n_head: 3 },
      'n_embd 8 cannot be divided among n_head 3 heads. Choose an n_embd that is a multiple of n_head.',
    ],
    [
      'another activation',
      { activation_function: 'laplace' },
      'activation_function is "laplace", and Cutaway runs only "gelu" or "gelu_python" or "gelu_new" or "gelu_pytorch_tanh" or ' +
        '"gelu_fast" or "gelu_python_tanh" or "gelu_accurate" or "quick_gelu" or "relu" or "relu2" or "silu" or "swish" or ' +
        '"mish" or "sigmoid" or "tanh". Take another checkpoint.',
    ],
    ['a tie that is no word', { tie_word_embeddings: 1 }, 'tie_word_embeddings is 1. Write true or false.'],
    ['half an id', { eos_token_id: [1, 0.5] }, 'eos_token_id is a list of 2. Give an id of the vocabulary.'],
    [
      'cross-attention',
      { add_cross_attention: true },
      'add_cross_attention is true, and Cutaway runs only false. Take another checkpoint.',
    ],
    [
      'quantised weights',
      { quantization_config: { bits: 4 } },
      'quantization_config is an object, and Cutaway runs only a model without it. Take another checkpoint.',
    ],
    ['an epsilon of text', { layer_norm_epsilon: 'small' }, 'layer_norm_epsilon is "small". Give a number.'],
    [
      'a negative epsilon',
      { layer_norm_epsilon: -1 },
      'layer_norm_epsilon is -1. Give a small number from 0; 0.00001 is usual.',
    ],
    ['too much dropout', { embd_pdrop: 1 }, 'embd_pdrop is 1. Give the share of values to drop, from 0 and below 1.'],
  ]
  for (const [name, change, message] of cases) {
    test(`refused: ${name}`, () => {
      const changed = change === null ? null : { ...json, ...change }
      assert.throws(() => blueprintFromJSON(changed, 'runs/notes/config.json', [gpt2]), {
        message: `runs/notes/config.json: ${message}`,
      })
    })
  }
})
