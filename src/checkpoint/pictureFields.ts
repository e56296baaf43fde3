// What configs and checkpoints of encoders of pictures have in common: ViT, DeiT and DINOv2; of CLIP the pictures and their patches.
//
//   image_size num_channels patch_size                                 =   picture patch
//   num_hidden_layers num_attention_heads hidden_size                  =   layer head model
//   layer_norm_eps hidden_act qkv_bias                                 =   epsilon activation hasBiases

import { type Extents, gridOf } from '../model/patchEmbedding.ts'
import type { PictureEncoderConfig } from '../model/pictureEncoder.ts'
import { type ConfigFields, mostLayers } from '../text/configFields.ts'
import { activationFrom, activationName } from './activations.ts'
import type { ModelSizes } from './blueprint.ts'
import { type DropoutFields, dropoutFrom, dropoutToJSON } from './dropouts.ts'
import { checkHeads } from './heads.ts'
import { pairRows, type WeightRow } from './weightTable.ts'

/** Rows and columns, which config.json gives as one number where they are as many. */
function extentsFrom(fields: ConfigFields, name: string, otherwise: number): Extents {
  const value = fields.get(name)
  if (!Array.isArray(value)) {
    const both = fields.whole(name, { otherwise, most: mostExtent })
    return { down: both, across: both }
  }
  const [down, across] = value
  const isExtent = (each: unknown) =>
    Number.isSafeInteger(each) && (each as number) >= 1 && (each as number) <= mostExtent
  if (value.length !== 2 || !isExtent(down) || !isExtent(across))
    throw fields.wrong(
      `${name} is ${JSON.stringify(value)}. Give a whole number from 1 to ${mostExtent}, or two of them: rows and columns.`,
    )
  return { down, across }
}

/** Far above the rows and columns that any model reads. */
const mostExtent = 100_000

const extentsToJSON = ({ down, across }: Extents) => (down === across ? down : [down, across])

/** The pictures that are read, and the patches that they are cut into. `usualPatch`: what counts where config.json does not say it. */
export function pictureFields(
  fields: ConfigFields,
  usualPatch: number,
): Pick<PictureEncoderConfig, 'picture' | 'patch'> {
  const channel = fields.whole('num_channels', { otherwise: 3, most: 4 })
  const picture = { channel, ...extentsFrom(fields, 'image_size', 224) }
  const patch = extentsFrom(fields, 'patch_size', usualPatch)
  const grid = gridOf(picture, patch)
  if (grid.down === 0 || grid.across === 0)
    throw fields.wrong(
      `patch_size is ${patch.down} × ${patch.across}, but image_size ${picture.down} × ${picture.across}. Choose smaller patches.`,
    )
  return { picture, patch }
}

/** The fields that `pictureFields` reads. */
export const pictureFieldsToJSON = ({ picture, patch }: Pick<PictureEncoderConfig, 'picture' | 'patch'>): object => ({
  num_channels: picture.channel,
  image_size: extentsToJSON(picture),
  patch_size: extentsToJSON(patch),
})

/** Throws unless the pictures are as wide as high; `family` says whose. */
export function checkSquare(fields: ConfigFields, family: string, { down, across }: Extents): void {
  if (down !== across)
    throw fields.wrong(`image_size is ${down} × ${across}, and a ${family}'s is square. Give one whole number.`)
}

/** The sizes and options of an encoder of pictures. `usual`: what counts where config.json does not say it. */
export function encoderFields(
  fields: ConfigFields,
  usual: { readonly patch: number; readonly epsilon: number },
  dropouts: DropoutFields,
): Omit<PictureEncoderConfig, 'hidden'> {
  const { picture, patch } = pictureFields(fields, usual.patch)
  const layer = fields.whole('num_hidden_layers', { otherwise: 12, most: mostLayers })
  const head = fields.whole('num_attention_heads', { otherwise: 12 })
  const model = fields.whole('hidden_size', { otherwise: 768 })
  checkHeads(fields, { model, head })
  const activation = activationFrom(fields, 'hidden_act', 'gelu')
  return {
    picture,
    patch,
    layer,
    head,
    model,
    epsilon: fields.epsilon('layer_norm_eps', usual.epsilon),
    dropout: dropoutFrom(fields, dropouts),
    ...(activation === 'geluExact' ? {} : { activation }),
    ...(fields.flag('qkv_bias', true) ? {} : { hasBiases: false }),
  }
}

/** The fields that `encoderFields` reads. */
export const encoderFieldsToJSON = (config: PictureEncoderConfig, dropouts: DropoutFields): object => ({
  ...pictureFieldsToJSON(config),
  num_hidden_layers: config.layer,
  num_attention_heads: config.head,
  hidden_size: config.model,
  hidden_act: activationName(config.activation ?? 'geluExact'),
  layer_norm_eps: config.epsilon,
  qkv_bias: config.hasBiases ?? true,
  ...dropoutToJSON(config.dropout, dropouts),
})

/** The sizes of a model of pictures. `tokens`: how many stand before its patches. */
export function pictureSizes(config: PictureEncoderConfig, tokens: number): ModelSizes {
  const { picture, patch, layer, head, model, hidden = 4 * config.model } = config
  const grid = gridOf(picture, patch)
  const pixels = { channel: picture.channel, down: picture.down, across: picture.across }
  const patches = { patchDown: patch.down, patchAcross: patch.across }
  return { context: tokens + grid.down * grid.across, layer, model, head, hidden, ...pixels, ...patches }
}

/** The rows of patches, class token, places and last norm; `at`: where the encoder stands in our model. */
export const stemRows = (at: string): WeightRow[] => [
  { name: 'embeddings.cls_token', of: { [`${at}classToken.token`]: '1 1 model' } },
  { name: 'embeddings.distillation_token', of: { [`${at}distillationToken.token`]: '1 1 model' } },
  { name: 'embeddings.position_embeddings', of: { [`${at}positions.place`]: '1 position model' } },
  ...pairRows('embeddings.patch_embeddings.projection', `${at}patches.projection`, 'model channel down across'),
  ...pairRows('layernorm', `${at}norm`, 'model'),
]

/** The rows of attention in every layer. */
export function attentionRows(at: string): WeightRow[] {
  const layer = 'encoder.layer.{layer}.attention'
  const attention = `${at}blocks.{layer}.attention`
  return [
    ...pairRows(`${layer}.attention.query`, `${attention}.query`, '(head key) model'),
    ...pairRows(`${layer}.attention.key`, `${attention}.key`, '(head key) model'),
    ...pairRows(`${layer}.attention.value`, `${attention}.value`, '(head value) model'),
    ...pairRows(`${layer}.output.dense`, `${attention}.output`, 'model (head value)'),
  ]
}

/** The token that stands for hidden patches in a training by hiding them; nothing reads it here. */
export const hiddenPatches = 'embeddings.mask_token'
