// CLIP as Hugging Face keeps it: config.json, and the names and dimensions of the weights.
//
//   projection_dim logit_scale_init_value                                 =   shared logitScale
//   text_config vision_config                                             =   textEncoder pictureEncoder, each with
//     num_hidden_layers num_attention_heads hidden_size intermediate_size =     layer head model hidden
//     hidden_act layer_norm_eps attention_dropout                         =     activation epsilon dropout
//   text_config: vocab_size max_position_embeddings eos_token_id          =   vocab context end
//   vision_config: num_channels image_size patch_size                     =   picture patch
//
// Before 2023 all files had eos_token_id 2, which no text of theirs contains: for transformers it means that a text's vector is read at
// its largest id. Older still, text_config_dict and vision_config_dict count in place of the others, where they are there.

import { Clip, type ClipConfig, type ClipEncoderConfig } from '../model/clip.ts'
import { ConfigFields, mostLayers } from '../text/configFields.ts'
import { activationFrom, activationName } from './activations.ts'
import { architectureOf } from './architecture.ts'
import type { FolderConfig } from './blueprint.ts'
import { type DropoutFields, dropoutFrom, dropoutToJSON, ourDropouts } from './dropouts.ts'
import { specialFrom, specialIdsToJSON } from './generationIds.ts'
import { projectionRows } from './halves.ts'
import { checkHeads } from './heads.ts'
import { checkSquare, pictureFields, pictureFieldsToJSON } from './pictureFields.ts'
import { pairRows, type WeightRow } from './weightTable.ts'

export type ClipFolderConfig = FolderConfig & ClipConfig

/** The eos_token_id that stands for the largest id of a text. */
const largestId = 2

export const clip = architectureOf<ClipFolderConfig, Clip>({
  name: 'clip',
  types: ['clip'],
  trainedAs: 'clip',
  classes: ['CLIPModel'],

  newConfig({ vocab, context, layer, head, model, hidden, dropout, special, seen }) {
    const end = special?.end?.[0]
    if (seen === undefined || end === undefined)
      throw new Error('clip: nothing says what a new model is to see, or which token ends its texts. Give both.')
    if (end === largestId)
      throw new Error(
        `clip: the token that ends texts has the id ${end}, which transformers takes for the largest of a text. Take another tokenizer.`,
      )
    const encoder = { layer, head, model, hidden: hidden ?? 4 * model, dropout }
    return { vocab, context, ...seen, textEncoder: encoder, pictureEncoder: encoder, shared: model, end, special }
  },

  configFromJSON(fields) {
    const text = encoderOf(fields, 'text')
    const vision = encoderOf(fields, 'vision')
    const vocab = text.whole('vocab_size', { otherwise: 49408 })
    const end = text.whole('eos_token_id', { otherwise: 49407, least: 0 })
    const frames = pictureFields(vision, 32)
    checkSquare(vision, 'CLIP', frames.picture)
    return {
      vocab,
      context: text.whole('max_position_embeddings', { otherwise: 77 }),
      ...frames,
      textEncoder: encoderFrom(text, { model: 512, hidden: 2048, head: 8 }),
      pictureEncoder: encoderFrom(vision, { model: 768, hidden: 3072, head: 12 }),
      shared: fields.whole('projection_dim', { otherwise: 512 }),
      logitScale: fields.number('logit_scale_init_value', { otherwise: 2.6592 }),
      ...(end !== largestId && { end }),
      ...specialFrom(text, vocab, { begin: 49406, end: 49407, pad: 1 }),
    }
  },

  configToJSON(config) {
    const {
      vocab,
      context,
      textEncoder,
      pictureEncoder,
      shared,
      logitScale,
      end = largestId,
      special,
      dropout,
    } = config
    return {
      architectures: ['CLIPModel'],
      model_type: 'clip',
      projection_dim: shared,
      logit_scale_init_value: logitScale ?? Math.log(1 / 0.07),
      text_config: {
        model_type: 'clip_text_model',
        vocab_size: vocab,
        max_position_embeddings: context,
        projection_dim: shared,
        ...encoderToJSON(textEncoder, dropout),
        ...specialIdsToJSON(special, ['begin', 'pad']),
        eos_token_id: end,
      },
      vision_config: {
        model_type: 'clip_vision_model',
        projection_dim: shared,
        ...pictureFieldsToJSON(config),
        ...encoderToJSON(pictureEncoder, dropout),
      },
    }
  },

  build: (config) => new Clip(config),

  table: () => ({
    prefix: '',
    rows: [
      { name: 'logit_scale', of: { logitScale: '' } },
      { name: 'text_projection.weight', of: { 'textProjection.weight': 'shared model' } },
      { name: 'visual_projection.weight', of: { 'pictureProjection.weight': 'shared model' } },
      { name: 'text_model.embeddings.token_embedding.weight', of: { 'textEncoder.embedding.token': 'vocab model' } },
      {
        name: 'text_model.embeddings.position_embedding.weight',
        of: { 'textEncoder.positions.place': 'position model' },
      },
      ...blockRows('text_model', 'textEncoder'),
      ...pairRows('text_model.final_layer_norm', 'textEncoder.norm', 'model'),
      { name: 'vision_model.embeddings.class_embedding', of: { 'pictureEncoder.classToken.token': 'model' } },
      ...pairRows(
        'vision_model.embeddings.patch_embedding',
        'pictureEncoder.patches.projection',
        'model channel down across',
      ),
      {
        name: 'vision_model.embeddings.position_embedding.weight',
        of: { 'pictureEncoder.positions.place': 'position model' },
      },
      // Its authors wrote it so.
      ...pairRows('vision_model.pre_layrnorm', 'pictureEncoder.embeddingNorm', 'model'),
      ...blockRows('vision_model', 'pictureEncoder'),
      ...pairRows('vision_model.post_layernorm', 'pictureEncoder.norm', 'model'),
    ],
    ignored: ['text_model.embeddings.position_ids', 'vision_model.embeddings.position_ids'],
    copies: {},
  }),

  sizesOf({ vocab, context, shared, picture, patch, textEncoder, pictureEncoder }) {
    const { channel, down, across } = picture
    return {
      vocab,
      context,
      model: textEncoder.model,
      shared,
      ...encoderSizes('text', textEncoder),
      ...encoderSizes('picture', pictureEncoder),
      ...{ channel, down, across, patchDown: patch.down, patchAcross: patch.across },
    }
  },
})

const dropouts: DropoutFields = {
  ...ourDropouts,
  residual: { name: 'resid_pdrop', usual: 0, isForeign: true },
  pattern: { name: 'attention_dropout', usual: 0 },
}

/** The fields of one of the two encoders. */
const encoderOf = (fields: ConfigFields, half: 'text' | 'vision'): ConfigFields =>
  fields.inner(`${half}_config_dict`) ??
  fields.inner(`${half}_config`) ??
  new ConfigFields({}, fields.place, fields.warnings)

function encoderFrom(
  fields: ConfigFields,
  usual: { readonly model: number; readonly hidden: number; readonly head: number },
): ClipEncoderConfig {
  const model = fields.whole('hidden_size', { otherwise: usual.model })
  const head = fields.whole('num_attention_heads', { otherwise: usual.head })
  checkHeads(fields, { model, head })
  return {
    layer: fields.whole('num_hidden_layers', { otherwise: 12, most: mostLayers }),
    head,
    model,
    hidden: fields.whole('intermediate_size', { otherwise: usual.hidden }),
    activation: activationFrom(fields, 'hidden_act', 'quick_gelu'),
    epsilon: fields.epsilon('layer_norm_eps', 1e-5),
    dropout: dropoutFrom(fields, dropouts),
  }
}

const encoderToJSON = (
  { layer, head, model, hidden = 4 * model, activation = 'quickGelu', epsilon = 1e-5, dropout }: ClipEncoderConfig,
  overall: ClipConfig['dropout'],
): object => ({
  num_hidden_layers: layer,
  num_attention_heads: head,
  hidden_size: model,
  intermediate_size: hidden,
  hidden_act: activationName(activation),
  layer_norm_eps: epsilon,
  ...dropoutToJSON(overall ?? dropout, dropouts),
})

const encoderSizes = (
  half: string,
  { layer, head, model, hidden = 4 * model }: ClipEncoderConfig,
): Readonly<Record<string, number>> => ({
  [`${half} layer`]: layer,
  [`${half} head`]: head,
  [`${half} model`]: model,
  [`${half} hidden`]: hidden,
})

function blockRows(theirs: string, ours: string): WeightRow[] {
  const [layer, block] = [`${theirs}.encoder.layers.{layer}`, `${ours}.blocks.{layer}`]
  return [
    ...projectionRows(`${layer}.self_attn`, `${block}.attention`),
    ...pairRows(`${layer}.layer_norm1`, `${block}.attentionNorm`, 'model'),
    ...pairRows(`${layer}.mlp.fc1`, `${block}.mlp.up`, 'hidden model'),
    ...pairRows(`${layer}.mlp.fc2`, `${block}.mlp.down`, 'model hidden'),
    ...pairRows(`${layer}.layer_norm2`, `${block}.mlpNorm`, 'model'),
  ]
}
