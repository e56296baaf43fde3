// The config.json of Whisper: both directions, a published file, and every way in which a file may be wrong.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { blueprintFromJSON } from '../../src/checkpoint/architectures.ts'
import { weightSizes } from '../../src/checkpoint/engineWeights.ts'
import { toCheckpoint } from '../../src/checkpoint/weights.ts'
import { type WhisperFolderConfig, whisper } from '../../src/checkpoint/whisper.ts'
import { countingWeights } from './tiny.ts'

const tiny: WhisperFolderConfig = {
  vocab: 11,
  context: 6,
  sourceContext: 5,
  mel: 3,
  model: 8,
  encoder: { layer: 2, head: 2, hidden: 12 },
  decoder: { layer: 1, head: 4, hidden: 10 },
  dropout: 0,
}
const json = whisper.blueprint(tiny).toJSON()
const read = (json: object) => blueprintFromJSON(json, 'config.json', [whisper]).blueprint.config

describe('config.json of Whisper', () => {
  test('what is written, to the letter', () => {
    assert.deepEqual(json, {
      architectures: ['WhisperForConditionalGeneration'],
      model_type: 'whisper',
      is_encoder_decoder: true,
      vocab_size: 11,
      max_target_positions: 6,
      max_source_positions: 5,
      num_mel_bins: 3,
      d_model: 8,
      encoder_layers: 2,
      encoder_attention_heads: 2,
      encoder_ffn_dim: 12,
      decoder_layers: 1,
      decoder_attention_heads: 4,
      decoder_ffn_dim: 10,
      activation_function: 'gelu',
      tie_word_embeddings: true,
      median_filter_width: 7,
      dropout: 0,
      attention_dropout: 0,
      activation_dropout: 0,
      bos_token_id: null,
      eos_token_id: null,
      pad_token_id: null,
      decoder_start_token_id: null,
      begin_suppress_tokens: null,
    })
  })

  test('what is written is read', () => {
    const configs: WhisperFolderConfig[] = [
      tiny,
      { ...tiny, activation: 'relu', isTied: false, medianWidth: 3 },
      { ...tiny, dropout: { embedding: 0.1, residual: 0.1, pattern: 0.2, hidden: 0.3 } },
      { ...tiny, special: { begin: 1, end: [0], pad: 10, start: 9 } },
    ]
    for (const config of configs)
      assert.deepEqual(read(JSON.parse(JSON.stringify(whisper.blueprint(config).toJSON()))), config)
  })

  test('a file of Whisper tiny, whose numbers are those that transformers assumes', () => {
    const published = {
      ...{ architectures: ['WhisperForConditionalGeneration'], model_type: 'whisper', d_model: 384, use_cache: true },
      ...{ encoder_layers: 4, encoder_attention_heads: 6, encoder_ffn_dim: 1536, encoder_layerdrop: 0.0 },
      ...{ decoder_layers: 4, decoder_attention_heads: 6, decoder_ffn_dim: 1536, decoder_layerdrop: 0.0 },
      ...{ begin_suppress_tokens: [220, 50257], bos_token_id: 50257, eos_token_id: 50257, pad_token_id: 50257 },
      ...{ decoder_start_token_id: 50258, forced_decoder_ids: [[1, 50259]], num_hidden_layers: 4 },
    }
    assert.deepEqual(read(published), {
      vocab: 51865,
      context: 448,
      sourceContext: 1500,
      mel: 80,
      model: 384,
      encoder: { layer: 4, head: 6, hidden: 1536 },
      decoder: { layer: 4, head: 6, hidden: 1536 },
      dropout: 0,
      special: { begin: 50257, end: [50257], pad: 50257, start: 50258 },
    })
  })

  test('the names of weights', () => {
    const { table, build } = whisper.blueprint(tiny)
    const model = build()
    const names = [...toCheckpoint(countingWeights(weightSizes(model)), table)].map(([name, { shape }]) => [
      name,
      shape,
    ])
    const shapes = Object.fromEntries(names) as Record<string, readonly number[]>
    assert.equal(names.length, 2 * 2 + 1 + 2 * 3 + 2 * 15 + 15 + 9)
    assert.deepEqual(shapes['model.encoder.conv1.weight'], [8, 3, 3])
    assert.deepEqual(shapes['model.encoder.conv2.weight'], [8, 8, 3])
    assert.deepEqual(shapes['model.encoder.embed_positions.weight'], [5, 8])
    assert.deepEqual(shapes['model.decoder.embed_positions.weight'], [6, 8])
    assert.equal(shapes['model.decoder.layers.0.encoder_attn.k_proj.bias'], undefined)
    assert.equal(shapes['proj_out.weight'], undefined)
  })

  const wrongs: [string, object, string][] = [
    [
      'an odd width',
      { d_model: 9 },
      'd_model is 9; half of it are sines and half cosines of places. Take an even number.',
    ],
    ['an even median', { median_filter_width: 6 }, 'median_filter_width is 6. Give an odd number, which has a middle.'],
    [
      'heads that do not share',
      { decoder_attention_heads: 3 },
      'd_model 8 cannot be divided among decoder_attention_heads 3 heads. Choose a d_model that is a multiple of it.',
    ],
  ]
  for (const [name, changed, message] of wrongs)
    test(name, () => {
      assert.throws(() => read({ ...json, ...changed }), { message: `config.json: ${message}` })
    })

  test('what training would leave out is refused', () => {
    for (const changed of [{ apply_spec_augment: true }, { encoder_layerdrop: 0.1 }, { is_encoder_decoder: false }])
      assert.throws(() => read({ ...json, ...changed }), /^Error: config\.json: /)
  })
})
