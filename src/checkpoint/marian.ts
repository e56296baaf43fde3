// The encoder-decoder as Hugging Face keeps it: Marian's config.json, and the names and dimensions of the weights.
//
//   decoder_vocab_size vocab_size max_position_embeddings d_model   =   vocab sourceVocab context model
//   the sizes of its two halves: halves.ts
//
// One table of embeddings serves both sides and the unembedding (`shared`), or each side has its own.

import { EncoderDecoder, type EncoderDecoderConfig } from '../model/encoderDecoder.ts'
import { activationFrom, activationName } from './activations.ts'
import { architectureOf } from './architecture.ts'
import { dropoutFrom, dropoutToJSON } from './dropouts.ts'
import { specialFrom, specialIdsToJSON, type WithGenerationIds } from './generationIds.ts'
import { halfCounts, halfDropouts, halfFrom, halfNames, halfRows, halfToJSON } from './halves.ts'
import type { WeightTable } from './weightTable.ts'

export type MarianFolderConfig = WithGenerationIds<EncoderDecoderConfig>

export const marian = architectureOf<MarianFolderConfig, EncoderDecoder>({
  name: 'marian',
  trainedAs: 'encoder-decoder',
  types: ['marian'],
  classes: ['MarianMTModel'],

  configFromJSON(given) {
    const fields = given.renamed(halfNames)
    fields.only('is_encoder_decoder', [true])
    fields.only('is_decoder', [false])
    // Fields of the format's first version, which say what Marian's models are.
    for (const never of ['normalize_before', 'normalize_embedding', 'add_final_layer_norm']) fields.only(never, [false])
    fields.only('static_position_embeddings', [true])
    // Whole layers that training leaves out.
    for (const half of ['encoder', 'decoder']) fields.only(`${half}_layerdrop`, [0])
    const sourceVocab = fields.whole('vocab_size')
    const model = fields.whole('d_model')
    const isTied = fields.flag('tie_word_embeddings', true)
    // Nothing is shared by a model of which nothing is tied: transformers reads it so.
    const isShared = fields.flag('share_encoder_decoder_embeddings', true) && isTied
    const vocab = isShared ? sourceVocab : fields.whole('decoder_vocab_size', { otherwise: sourceVocab })
    const activation = activationFrom(fields, 'activation_function', 'gelu')
    return {
      vocab,
      ...(sourceVocab === vocab ? {} : { sourceVocab }),
      context: fields.whole('max_position_embeddings', { otherwise: 1024 }),
      model,
      encoder: halfFrom(fields, 'encoder', model),
      decoder: halfFrom(fields, 'decoder', model),
      dropout: dropoutFrom(fields, halfDropouts),
      ...(activation === 'relu' ? {} : { activation }),
      ...(fields.flag('scale_embedding', false) ? {} : { isScaled: false }),
      ...(isShared ? {} : { isShared }),
      ...(isTied ? {} : { isTied }),
      ...specialFrom(fields, vocab, { end: 0, pad: 58100, start: 58100, forcedEnd: 0 }),
    }
  },

  newConfig({ layer, head, hidden, labels: _, ...sizes }) {
    const half = { layer, head, hidden: hidden ?? 4 * sizes.model }
    // Vocabularies of different things share no table, though they be of one size.
    return { ...sizes, ...(sizes.sourceVocab !== undefined && { isShared: false }), encoder: half, decoder: half }
  },

  configToJSON(config) {
    const { vocab, sourceVocab = vocab, isShared = sourceVocab === vocab, isTied = true, epsilon = 1e-5 } = config
    if (isShared && !isTied)
      throw new Error(
        'marian: its config.json cannot say that both sides share their embeddings, but not with the unembedding. Give isShared: false.',
      )
    if (epsilon !== 1e-5)
      throw new Error(`marian: its config.json cannot say epsilon ${epsilon}, only 0.00001. Take that.`)
    return {
      architectures: ['MarianMTModel'],
      model_type: 'marian',
      is_encoder_decoder: true,
      vocab_size: sourceVocab,
      decoder_vocab_size: vocab,
      max_position_embeddings: config.context,
      d_model: config.model,
      ...halfToJSON('encoder', config),
      ...halfToJSON('decoder', config),
      activation_function: activationName(config.activation ?? 'relu'),
      scale_embedding: config.isScaled ?? true,
      share_encoder_decoder_embeddings: isShared,
      tie_word_embeddings: isTied,
      ...dropoutToJSON(config.dropout, halfDropouts),
      ...specialIdsToJSON(config.special, ['begin', 'end', 'pad', 'start', 'forcedEnd']),
    }
  },

  build: (config) => new EncoderDecoder(config),

  table({ vocab, sourceVocab = vocab, isShared = sourceVocab === vocab, isTied = true }): WeightTable {
    const target = isShared ? 'shared.weight' : 'decoder.embed_tokens.weight'
    return {
      prefix: 'model.',
      rows: [
        { name: isShared ? target : 'encoder.embed_tokens.weight', of: { 'encoder.embedding.token': 'vocab model' } },
        { name: target, of: { 'decoder.embedding.token': 'vocab model' } },
        ...halfRows('encoder'),
        ...halfRows('decoder'),
        { name: 'lm_head.weight', prefix: '', of: { 'decoder.unembedding.weight': 'vocab model' } },
        { name: 'final_logits_bias', prefix: '', of: { 'decoder.unembedding.bias': '1 vocab' } },
      ],
      // Sinusoids, which are computed; and what nobody shares.
      ignored: [
        'encoder.embed_positions.weight',
        'decoder.embed_positions.weight',
        ...(isShared ? [] : ['shared.weight']),
      ],
      copies: {
        ...(isTied && { 'lm_head.weight': target }),
        ...(isShared && { 'model.encoder.embed_tokens.weight': target, 'model.decoder.embed_tokens.weight': target }),
      },
    }
  },

  sizesOf: (config) => {
    const { vocab, sourceVocab = vocab, context, model } = config
    return { vocab, sourceVocab, context, model, ...halfCounts(config) }
  },
})
