// The config.json of Llama and its family: both directions, published files, and every way in which a file may be wrong.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Architecture } from '../../src/checkpoint/architecture.ts'
import { blueprintFromJSON } from '../../src/checkpoint/architectures.ts'
import { type LlamaFolderConfig, llama, mistral, qwen2, qwen3 } from '../../src/checkpoint/llama.ts'
import type { Llama } from '../../src/model/llama.ts'

const tiny: LlamaFolderConfig = {
  vocab: 11,
  context: 16,
  layer: 3,
  head: 4,
  shared: 2,
  model: 8,
  hidden: 12,
  key: 6,
  epsilon: 1e-5,
  theta: 500,
  dropout: 0,
}
const json = llama.blueprint(tiny).toJSON()
const read = (json: object, family: Architecture<LlamaFolderConfig, Llama> = llama) =>
  blueprintFromJSON(json, 'config.json', [family]).blueprint.config
const saved = (config: LlamaFolderConfig, family: Architecture<LlamaFolderConfig, Llama> = llama) =>
  read(JSON.parse(JSON.stringify(family.blueprint(config).toJSON())), family)

describe('config.json of Llama', () => {
  test('what is written, to the letter', () => {
    assert.deepEqual(json, {
      architectures: ['LlamaForCausalLM'],
      model_type: 'llama',
      vocab_size: 11,
      max_position_embeddings: 16,
      num_hidden_layers: 3,
      hidden_size: 8,
      intermediate_size: 12,
      num_attention_heads: 4,
      num_key_value_heads: 2,
      head_dim: 6,
      hidden_act: 'silu',
      rms_norm_eps: 1e-5,
      rope_theta: 500,
      rope_scaling: null,
      attention_bias: false,
      mlp_bias: false,
      attention_dropout: 0,
      tie_word_embeddings: false,
      bos_token_id: null,
      eos_token_id: null,
      pad_token_id: null,
    })
  })

  const options: LlamaFolderConfig[] = [
    { ...tiny, isTied: true, activation: 'geluExact', special: { begin: 1, end: [2, 3], pad: 0 } },
    { ...tiny, biases: ['query', 'key', 'value', 'output', 'mlp'] },
    { ...tiny, biases: ['mlp'], dropout: { embedding: 0.1, residual: 0.2, pattern: 0.3, hidden: 0.4 } },
    { ...tiny, dropout: 0.1 },
    { ...tiny, scaling: { kind: 'linear', factor: 2 } },
    { ...tiny, scaling: { kind: 'dynamic', factor: 2 } },
    { ...tiny, scaling: { kind: 'llama3', factor: 8, original: 8, low: 1, high: 4 } },
    {
      ...tiny,
      scaling: { kind: 'yarn', factor: 4, original: 8, fast: 32, slow: 1, isRounded: false, strength: 1.5 },
    },
    { ...tiny, scaling: { kind: 'longrope', original: 8, short: [1, 2, 3], long: [4, 5, 6], strength: 1.5 } },
  ]
  test('what is written is read', () => {
    for (const config of [tiny, ...options]) assert.deepEqual(saved(config), config)
  })

  test("the rest of the family: each says what it has beyond Llama's", () => {
    const [some, all] = [[1], [0, 1, 2]]
    assert.deepEqual(saved({ ...tiny, window: { size: 4, layers: all } }, mistral).window, { size: 4, layers: all })
    assert.equal(saved(tiny, mistral).window, undefined)
    const biased: LlamaFolderConfig = { ...tiny, biases: ['query', 'key', 'value'] }
    assert.deepEqual(saved(biased, qwen2), biased)
    const windowed = { ...biased, window: { size: 4, layers: some } }
    assert.deepEqual(saved(windowed, qwen2), windowed)
    const normed: LlamaFolderConfig = { ...tiny, hasNormedKeys: true, biases: ['query', 'key', 'value', 'output'] }
    assert.deepEqual(saved(normed, qwen3), normed)
  })

  test('what one of them cannot say is not written', () => {
    assert.throws(() => llama.blueprint({ ...tiny, window: { size: 4, layers: [0] } }).toJSON(), {
      message:
        'llama: its config.json cannot say window {"size":4,"layers":[0]}, only null. Save as another of Llama\'s family.',
    })
    assert.throws(() => mistral.blueprint({ ...tiny, biases: ['mlp'] }).toJSON(), {
      message: 'mistral: its config.json cannot say biases ["mlp"], only null. Save as another of Llama\'s family.',
    })
  })

  test("RoPE as transformers 5 writes it is the same as its older form, with 'type' too", () => {
    const scaling = { factor: 8, original_max_position_embeddings: 8, low_freq_factor: 1, high_freq_factor: 4 }
    const expected = { ...tiny, scaling: { kind: 'llama3', factor: 8, original: 8, low: 1, high: 4 } }
    const { rope_theta: _, rope_scaling: __, ...rest } = json as Record<string, unknown>
    for (const rope of [
      { rope_parameters: { rope_theta: 500, rope_type: 'llama3', ...scaling } },
      { rope_theta: 500, rope_scaling: { rope_type: 'llama3', ...scaling } },
      { rope_theta: 500, rope_scaling: { type: 'llama3', ...scaling } },
      { rope_theta: 7, rope_scaling: { rope_theta: 500, type: 'llama3', ...scaling } },
      { rope_theta: 500, rope_parameters: { rope_type: 'llama3', ...scaling } },
    ])
      assert.deepEqual(read({ ...rest, ...rope }), expected)
    assert.deepEqual(read({ ...rest, rope_parameters: { rope_theta: 500, rope_type: 'default' } }), tiny)
    assert.equal(read(rest).theta, 10000)
  })

  test('how strong YaRN and LongRoPE are follows from the factor, unless it is said', () => {
    const strength = (rope: object): number | undefined => {
      const { scaling } = read({ ...json, rope_scaling: { original_max_position_embeddings: 4, ...rope } })
      return scaling && 'strength' in scaling ? scaling.strength : undefined
    }
    const yarn = { type: 'yarn', factor: 4 }
    assert.equal(strength(yarn), 0.1 * Math.log(4) + 1)
    assert.equal(strength({ type: 'yarn' }), 0.1 * Math.log(16 / 4) + 1)
    assert.equal(strength({ ...yarn, attention_factor: 2 }), 2)
    const both = (0.1 * 0.7 * Math.log(4) + 1) / (0.1 * 0.4 * Math.log(4) + 1)
    assert.equal(strength({ ...yarn, mscale: 0.7, mscale_all_dim: 0.4 }), both)
    assert.equal(strength({ ...yarn, mscale: 0.7 }), 0.1 * Math.log(4) + 1)
    const long = { type: 'longrope', short_factor: [1, 1, 1], long_factor: [2, 2, 2] }
    assert.equal(strength(long), Math.sqrt(1 + Math.log(16 / 4) / Math.log(4)))
    assert.equal(strength({ ...long, factor: 1 }), 1)
  })
})

describe('published files', () => {
  test('Llama 3.2 1B', () => {
    const own = {
      architectures: ['LlamaForCausalLM'],
      attention_bias: false,
      attention_dropout: 0.0,
      bos_token_id: 128000,
      eos_token_id: [128001, 128008, 128009],
      head_dim: 64,
      hidden_act: 'silu',
      hidden_size: 2048,
      initializer_range: 0.02,
      intermediate_size: 8192,
      max_position_embeddings: 131072,
      mlp_bias: false,
      model_type: 'llama',
      num_attention_heads: 32,
      num_hidden_layers: 16,
      num_key_value_heads: 8,
      pretraining_tp: 1,
      rms_norm_eps: 1e-5,
      rope_scaling: {
        factor: 32.0,
        high_freq_factor: 4.0,
        low_freq_factor: 1.0,
        original_max_position_embeddings: 8192,
        rope_type: 'llama3',
      },
      rope_theta: 500000.0,
      tie_word_embeddings: true,
      torch_dtype: 'bfloat16',
      transformers_version: '4.45.0.dev0',
      use_cache: true,
      vocab_size: 128256,
    }
    assert.deepEqual(blueprintFromJSON(own).blueprint.config, {
      vocab: 128256,
      context: 131072,
      layer: 16,
      head: 32,
      shared: 8,
      model: 2048,
      hidden: 8192,
      key: 64,
      epsilon: 1e-5,
      theta: 500000,
      scaling: { kind: 'llama3', factor: 32, original: 8192, low: 1, high: 4 },
      dropout: 0,
      isTied: true,
      special: { begin: 128000, end: [128001, 128008, 128009] },
    })
  })

  test('older ones, which lack what was added to the format later', () => {
    const old = {
      architectures: ['LlamaForCausalLM'],
      model_type: 'llama',
      vocab_size: 32000,
      hidden_size: 4096,
      intermediate_size: 11008,
      num_hidden_layers: 32,
      num_attention_heads: 32,
      pad_token_id: -1,
    }
    const { context, shared, key, theta, epsilon, isTied, special } = read(old)
    assert.deepEqual(
      { context, shared, key, theta, epsilon, isTied, special },
      {
        context: 2048,
        shared: 32,
        key: 128,
        theta: 10000,
        epsilon: 1e-6,
        isTied: undefined,
        special: { begin: 1, end: [2] },
      },
    )
    const mistralOf = (fields: object) =>
      read({ ...old, architectures: ['MistralForCausalLM'], model_type: 'mistral', ...fields }, mistral)
    assert.equal(mistralOf({}).shared, 8)
    assert.equal(mistralOf({ num_key_value_heads: null }).shared, 32)
    assert.equal(mistralOf({}).window?.size, 4096)
    assert.equal(mistralOf({ sliding_window: null }).window, undefined)
  })

  test("a Mistral's windows may be those of the layers that it names", () => {
    const windowed = { ...tiny, window: { size: 4, layers: [0, 2] } }
    const json = mistral.blueprint(windowed).toJSON() as Record<string, unknown>
    assert.deepEqual(json['layer_types'], ['sliding_attention', 'full_attention', 'sliding_attention'])
    assert.deepEqual(read(json, mistral).window, windowed.window)
    assert.equal(read({ ...json, layer_types: new Array(3).fill('full_attention') }, mistral).window, undefined)
  })

  test("Qwen's windows: from a layer on, in those that are named, or in none", () => {
    const qwen = qwen2.blueprint({ ...tiny, biases: ['query', 'key', 'value'] }).toJSON()
    const { layer_types: _, ...unnamed } = qwen as Record<string, unknown>
    const windowOf = (fields: object) => read({ ...unnamed, ...fields }, qwen2).window
    assert.equal(windowOf({ sliding_window: 4, max_window_layers: 1 }), undefined)
    const used = { use_sliding_window: true, sliding_window: 4 }
    assert.deepEqual(windowOf({ ...used, max_window_layers: 1 }), { size: 4, layers: [1, 2] })
    assert.equal(windowOf({ ...used, max_window_layers: 3 }), undefined)
    const types = ['sliding_attention', 'full_attention', 'sliding_attention']
    assert.deepEqual(windowOf({ ...used, layer_types: types }), { size: 4, layers: [0, 2] })
  })
})

describe('refused', () => {
  const named = (fields: object) => ({
    ...qwen2.blueprint({ ...tiny, biases: ['query', 'key', 'value'] }).toJSON(),
    ...fields,
  })
  const cases: [name: string, json: object, message: string][] = [
    [
      'heads that cannot be shared',
      { ...json, num_key_value_heads: 3 },
      'num_attention_heads 4 cannot share num_key_value_heads 3 evenly. Choose a number of heads of keys and values that divides the others.',
    ],
    [
      'an odd head',
      { ...json, head_dim: 5 },
      'head_dim 5 is odd, and RoPE turns pairs of numbers. Choose an even head_dim.',
    ],
    [
      'RoPE for a part of a head',
      { ...json, partial_rotary_factor: 0.5, rope_scaling: { type: 'linear', factor: 2 } },
      'partial_rotary_factor is 0.5, and Cutaway runs only 1. Take another checkpoint.',
    ],
    [
      'an unknown scaling',
      { ...json, rope_scaling: { rope_type: 'axial', factor: 2 } },
      'rope_scaling: rope_type is "axial", and Cutaway runs only "default" or "linear" or "dynamic" or "yarn" or "longrope" or "llama3". Take another checkpoint.',
    ],
    [
      'another RoPE for each kind of layer',
      { ...json, rope_parameters: { full_attention: { rope_type: 'default' } } },
      'rope_parameters: full_attention is an object, and Cutaway runs only a model without it. Take another checkpoint.',
    ],
    [
      'a scaling without its factor',
      { ...json, rope_scaling: { type: 'linear' } },
      'rope_scaling: factor is missing. Give a number.',
    ],
    [
      'a factor of 0',
      { ...json, rope_scaling: { type: 'linear', factor: 0 } },
      'rope_scaling: factor is 0. Give a number above 0.',
    ],
    [
      'too few factors',
      { ...json, rope_scaling: { type: 'longrope', short_factor: [1, 1, 1], long_factor: [1] } },
      'rope_scaling: long_factor is a list of 1. Give a list of 3 numbers above 0, one for each pair of a head.',
    ],
    [
      'a factor of 0',
      { ...json, rope_scaling: { type: 'longrope', short_factor: [1, 1, 1], long_factor: [1, 0, 1] } },
      'rope_scaling: long_factor is a list of 3. Give a list of 3 numbers above 0, one for each pair of a head.',
    ],
    [
      'long texts beside those of one token',
      {
        ...json,
        rope_scaling: {
          type: 'longrope',
          original_max_position_embeddings: 1,
          short_factor: [1, 1, 1],
          long_factor: [1, 1, 1],
        },
      },
      'rope_scaling: original_max_position_embeddings is 1, of which the logarithm is 0: there is no attention_factor for it. Give one.',
    ],
    [
      'a base that is as good as 0',
      { ...json, rope_theta: 1e-300 },
      'rope_theta 1e-300 give frequencies that are no finite numbers. Take the config.json that was saved with these weights.',
    ],
    [
      'a base of which yarn makes nothing',
      { ...json, rope_theta: 1, rope_scaling: { type: 'yarn', factor: 2 } },
      'rope_theta 1 and rope_scaling ("yarn") give frequencies that are no finite numbers. Take the config.json that was saved with these weights.',
    ],
    [
      'a head as long as memory',
      { ...json, head_dim: 2 ** 32 },
      'these sizes make a model of 1.24e+12 weights; at most 10000000000 can be held. The file may be damaged, or choose a smaller model.',
    ],
    [
      'a head that no matrix turns',
      { ...json, head_dim: 2 ** 14 },
      'its heads have 16384 numbers each (head_dim), at most 4096 can be turned. The file may be damaged, or choose another model.',
    ],
    [
      'a layer of a kind that is a list',
      named({ layer_types: [['full_attention'], 'full_attention', 'full_attention'] }),
      'layer_types must name each of the 3 layers, "full_attention" or "sliding_attention". Take another checkpoint.',
    ],
    ['no base', { ...json, rope_theta: 0 }, 'rope_theta is 0. Give a number above 0; 10000 is usual.'],
    [
      'layers that are not all named',
      named({ layer_types: ['full_attention'] }),
      'layer_types must name each of the 3 layers, "full_attention" or "sliding_attention". Take another checkpoint.',
    ],
    [
      'a window that is not in use',
      named({ layer_types: ['sliding_attention', 'full_attention', 'full_attention'] }),
      'layer_types has "sliding_attention", but there is no sliding_window in use. Set use_sliding_window.',
    ],
    [
      'layers unlike one another',
      { ...json, per_layer_config: { 0: { hidden_size: 4 } } },
      'per_layer_config is an object, and Cutaway runs only a model without it. Take another checkpoint.',
    ],
    [
      'a decoder that reads both ways',
      { ...json, is_causal: false },
      'is_causal is false, and Cutaway runs only true. Take another checkpoint.',
    ],
    [
      'quantised weights',
      { ...json, quantization_config: { bits: 4 } },
      'quantization_config is an object, and Cutaway runs only a model without it. Take another checkpoint.',
    ],
  ]
  for (const [name, json, message] of cases)
    test(name, () => assert.throws(() => blueprintFromJSON(json), { message: `config.json: ${message}` }))
})
