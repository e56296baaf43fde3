// The config.json of Marian: both directions, a published file, and every way in which a file may be wrong.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { blueprintFromJSON } from '../../src/checkpoint/architectures.ts'
import { weightSizes } from '../../src/checkpoint/engineWeights.ts'
import { type MarianFolderConfig, marian } from '../../src/checkpoint/marian.ts'
import { toCheckpoint } from '../../src/checkpoint/weights.ts'
import { countingWeights } from './tiny.ts'

const tiny: MarianFolderConfig = {
  vocab: 11,
  context: 6,
  model: 8,
  encoder: { layer: 2, head: 2, hidden: 12 },
  decoder: { layer: 1, head: 4, hidden: 10 },
  dropout: 0,
}
const json = marian.blueprint(tiny).toJSON()
const read = (json: object) => blueprintFromJSON(json, 'config.json', [marian]).blueprint.config

describe('config.json of Marian', () => {
  test('what is written, to the letter', () => {
    assert.deepEqual(json, {
      architectures: ['MarianMTModel'],
      model_type: 'marian',
      is_encoder_decoder: true,
      vocab_size: 11,
      decoder_vocab_size: 11,
      max_position_embeddings: 6,
      d_model: 8,
      encoder_layers: 2,
      encoder_attention_heads: 2,
      encoder_ffn_dim: 12,
      decoder_layers: 1,
      decoder_attention_heads: 4,
      decoder_ffn_dim: 10,
      activation_function: 'relu',
      scale_embedding: true,
      share_encoder_decoder_embeddings: true,
      tie_word_embeddings: true,
      dropout: 0,
      attention_dropout: 0,
      activation_dropout: 0,
      bos_token_id: null,
      eos_token_id: null,
      pad_token_id: null,
      decoder_start_token_id: null,
      forced_eos_token_id: null,
    })
  })

  test('what is written is read', () => {
    const configs: MarianFolderConfig[] = [
      tiny,
      { ...tiny, sourceVocab: 13, isShared: false, activation: 'silu', isScaled: false },
      { ...tiny, isShared: false, isTied: false },
      { ...tiny, dropout: { embedding: 0.1, residual: 0.1, pattern: 0.2, hidden: 0.3 } },
      { ...tiny, dropout: { embedding: 0.4, residual: 0.1, pattern: 0.2 } },
      { ...tiny, special: { begin: 1, end: [0], pad: 10, start: 10, forcedEnd: [0] } },
    ]
    for (const config of configs)
      assert.deepEqual(read(JSON.parse(JSON.stringify(marian.blueprint(config).toJSON()))), config)
  })

  test('what it cannot say is not written', () => {
    assert.throws(() => marian.blueprint({ ...tiny, isTied: false }).toJSON(), {
      message:
        'marian: its config.json cannot say that both sides share their embeddings, but not with the unembedding. Give isShared: false.',
    })
    assert.throws(() => marian.blueprint({ ...tiny, epsilon: 0.1 }).toJSON(), {
      message: 'marian: its config.json cannot say epsilon 0.1, only 0.00001. Take that.',
    })
  })

  test('opus-mt-en-de', () => {
    const own = {
      _num_labels: 3,
      activation_dropout: 0.0,
      activation_function: 'swish',
      add_bias_logits: false,
      add_final_layer_norm: false,
      architectures: ['MarianMTModel'],
      attention_dropout: 0.0,
      bad_words_ids: [[58100]],
      bos_token_id: 0,
      classif_dropout: 0.0,
      d_model: 512,
      decoder_attention_heads: 8,
      decoder_ffn_dim: 2048,
      decoder_layerdrop: 0.0,
      decoder_layers: 6,
      decoder_start_token_id: 58100,
      dropout: 0.1,
      encoder_attention_heads: 8,
      encoder_ffn_dim: 2048,
      encoder_layerdrop: 0.0,
      encoder_layers: 6,
      eos_token_id: 0,
      extra_pos_embeddings: 58101,
      id2label: { 0: 'LABEL_0', 1: 'LABEL_1', 2: 'LABEL_2' },
      init_std: 0.02,
      is_encoder_decoder: true,
      label2id: { LABEL_0: 0, LABEL_1: 1, LABEL_2: 2 },
      max_length: 512,
      max_position_embeddings: 512,
      model_type: 'marian',
      normalize_before: false,
      normalize_embedding: false,
      num_beams: 6,
      num_hidden_layers: 6,
      pad_token_id: 58100,
      scale_embedding: true,
      static_position_embeddings: true,
      vocab_size: 58101,
    }
    assert.deepEqual(read(own), {
      vocab: 58101,
      context: 512,
      model: 512,
      encoder: { layer: 6, head: 8, hidden: 2048 },
      decoder: { layer: 6, head: 8, hidden: 2048 },
      dropout: { embedding: 0.1, residual: 0.1, pattern: 0 },
      activation: 'silu',
      special: { begin: 0, end: [0], pad: 58100, start: 58100, forcedEnd: [0] },
    })
  })

  test('nothing is shared where nothing is tied, as transformers reads it', () => {
    const { isShared, isTied } = read({ ...json, tie_word_embeddings: false, share_encoder_decoder_embeddings: true })
    assert.deepEqual([isShared, isTied], [false, false])
  })

  test('weights: one table for both sides, or one for each', () => {
    const namesOf = (config: MarianFolderConfig): string[] => {
      const weights = countingWeights(weightSizes(marian.blueprint(config).build()))
      return [...toCheckpoint(weights, marian.blueprint(config).table).keys()].filter(
        (name) => !name.includes('layers.'),
      )
    }
    assert.deepEqual(namesOf(tiny), ['model.shared.weight', 'final_logits_bias'])
    assert.deepEqual(namesOf({ ...tiny, isShared: false, isTied: false }), [
      'model.encoder.embed_tokens.weight',
      'model.decoder.embed_tokens.weight',
      'lm_head.weight',
      'final_logits_bias',
    ])
  })

  const refused: [name: string, change: object, message: string][] = [
    [
      'norms before the parts',
      { normalize_before: true },
      'normalize_before is true, and Cutaway runs only false. Take another checkpoint.',
    ],
    [
      'learnt positions',
      { static_position_embeddings: false },
      'static_position_embeddings is false, and Cutaway runs only true. Take another checkpoint.',
    ],
    [
      'layers that are dropped',
      { encoder_layerdrop: 0.1 },
      'encoder_layerdrop is 0.1, and Cutaway runs only 0. Take another checkpoint.',
    ],
    [
      'only a decoder',
      { is_encoder_decoder: false },
      'is_encoder_decoder is false, and Cutaway runs only true. Take another checkpoint.',
    ],
    [
      'heads that do not divide the model',
      { decoder_attention_heads: 3 },
      'd_model 8 cannot be divided among decoder_attention_heads 3 heads. Choose a d_model that is a multiple of it.',
    ],
  ]
  for (const [name, change, message] of refused)
    test(`refused: ${name}`, () => {
      assert.throws(() => read({ ...json, ...change }), { message: `config.json: ${message}` })
    })
})
