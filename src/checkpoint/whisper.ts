// Whisper as Hugging Face keeps it: config.json, and the names and dimensions of the weights.
//
//   vocab_size max_target_positions max_source_positions num_mel_bins d_model   =   vocab context sourceContext mel model
//   the sizes of its two halves: halves.ts
//
// How it writes, and which heads tell the times of words, stands in generation_config.json (spokenText.ts).

import { Whisper, type WhisperConfig } from '../model/whisper.ts'
import { activationFrom, activationName } from './activations.ts'
import { architectureOf } from './architecture.ts'
import { type DropoutFields, dropoutFrom, dropoutToJSON } from './dropouts.ts'
import { specialFrom, specialIdsToJSON, type WithGenerationIds } from './generationIds.ts'
import { halfCounts, halfDropouts, halfFrom, halfNames, halfRows, halfToJSON } from './halves.ts'
import { tiedAsStored } from './tied.ts'
import { pairRows, type WeightTable } from './weightTable.ts'

export interface WhisperFolderConfig extends WithGenerationIds<WhisperConfig> {
  /** The number of neighbouring places whose median is taken before words are given times; 7 if not given. */
  readonly medianWidth?: number
}

export const whisper = architectureOf<WhisperFolderConfig, Whisper>({
  name: 'whisper',
  trainedAs: 'listener',
  types: ['whisper'],
  classes: ['WhisperForConditionalGeneration'],

  configFromJSON(given) {
    const fields = given.renamed(halfNames)
    fields.only('is_encoder_decoder', [true])
    // Whole layers, and parts of frames, that training leaves out.
    for (const half of ['encoder', 'decoder']) fields.only(`${half}_layerdrop`, [0])
    fields.only('apply_spec_augment', [false])
    const vocab = fields.whole('vocab_size', { otherwise: 51865 })
    const model = fields.whole('d_model', { otherwise: 384 })
    if (model % 2 !== 0)
      throw fields.wrong(`d_model is ${model}; half of it are sines and half cosines of places. Take an even number.`)
    const activation = activationFrom(fields, 'activation_function', 'gelu')
    const medianWidth = fields.whole('median_filter_width', { otherwise: 7 })
    if (medianWidth % 2 !== 1)
      throw fields.wrong(`median_filter_width is ${medianWidth}. Give an odd number, which has a middle.`)
    return {
      vocab,
      context: fields.whole('max_target_positions', { otherwise: 448 }),
      sourceContext: fields.whole('max_source_positions', { otherwise: 1500 }),
      mel: fields.whole('num_mel_bins', { otherwise: 80 }),
      model,
      encoder: halfFrom(fields, 'encoder', model),
      decoder: halfFrom(fields, 'decoder', model),
      dropout: dropoutFrom(fields, dropouts),
      ...(activation === 'geluExact' ? {} : { activation }),
      ...(fields.flag('tie_word_embeddings', true) ? {} : { isTied: false }),
      ...(medianWidth === 7 ? {} : { medianWidth }),
      ...specialFrom(fields, vocab, { begin: 50256, end: 50256, pad: 50256, start: 50257 }),
    }
  },

  newConfig({ vocab, context, model, layer, head, hidden, dropout, special, heard }) {
    if (heard === undefined)
      throw new Error('whisper: nothing says what a new model is to hear. Give the frames and the numbers of each.')
    const half = { layer, head, hidden: hidden ?? 4 * model }
    const sizes = { vocab, context, sourceContext: heard.frame / 2, mel: heard.mel, model }
    return { ...sizes, encoder: half, decoder: half, dropout, ...(special && { special }) }
  },

  configToJSON(config) {
    return {
      architectures: ['WhisperForConditionalGeneration'],
      model_type: 'whisper',
      is_encoder_decoder: true,
      vocab_size: config.vocab,
      max_target_positions: config.context,
      max_source_positions: config.sourceContext,
      num_mel_bins: config.mel,
      d_model: config.model,
      ...halfToJSON('encoder', config),
      ...halfToJSON('decoder', config),
      activation_function: activationName(config.activation ?? 'geluExact'),
      tie_word_embeddings: config.isTied ?? true,
      median_filter_width: config.medianWidth ?? 7,
      ...dropoutToJSON(config.dropout, dropouts),
      ...specialIdsToJSON(config.special, ['begin', 'end', 'pad', 'start']),
      // Otherwise transformers would assume ids that a small vocabulary does not have.
      begin_suppress_tokens: null,
    }
  },

  configFromTensors: (config, tensors) =>
    config.isTied === false
      ? config
      : tiedAsStored(
          config,
          {
            unembedding: 'proj_out.weight',
            embedding: ['model.decoder.embed_tokens.weight', 'decoder.embed_tokens.weight'],
          },
          tensors,
        ),

  build: (config) => new Whisper(config),

  table: ({ isTied = true }): WeightTable => ({
    prefix: 'model.',
    rows: [
      ...pairRows('encoder.conv1', 'encoder.embedding.first', 'model mel tap'),
      ...pairRows('encoder.conv2', 'encoder.embedding.second', 'model channel tap'),
      { name: 'decoder.embed_tokens.weight', of: { 'decoder.embedding.token': 'vocab model' } },
      ...(['encoder', 'decoder'] as const).flatMap((half) => [
        { name: `${half}.embed_positions.weight`, of: { [`${half}.positions.place`]: 'position model' } },
        ...halfRows(half),
        ...pairRows(`${half}.layer_norm`, `${half}.norm`, 'model'),
      ]),
      { name: 'proj_out.weight', prefix: '', of: { 'decoder.unembedding.weight': 'vocab model' } },
    ],
    ignored: [],
    copies: isTied ? { 'proj_out.weight': 'decoder.embed_tokens.weight' } : {},
  }),

  sizesOf(config) {
    const { vocab, context, sourceContext, mel, model } = config
    return { vocab, context, sourceContext, mel, model, ...halfCounts(config) }
  },
})

const dropouts: DropoutFields = { ...halfDropouts, residual: { name: 'dropout', usual: 0 } }
