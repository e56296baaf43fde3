// DINOv2 as Hugging Face keeps it: config.json, and the names and dimensions of the weights.
//
//   Dinov2Model                    Dinov2
//   Dinov2ForImageClassification   ClassifyingDinov2
//
// Beside pictureFields.ts: the MLP is mlp_ratio times as wide as the stream; a gated one (use_swiglu_ffn) two thirds of that, rounded up
// to a multiple of 8. Places are resampled for pictures of any size, so that image_size must be square.

import { ClassifyingDinov2, Dinov2, type Dinov2Config } from '../model/dinov2.ts'
import type { ConfigFields } from '../text/configFields.ts'
import { architectureOf } from './architecture.ts'
import type { Blueprint, FolderConfig } from './blueprint.ts'
import { type ClassifierConfig, classesFrom, classesToJSON, scoredConfig, withClasses } from './classes.ts'
import { type DropoutFields, ourDropouts } from './dropouts.ts'
import type { RunKind } from './newConfig.ts'
import {
  attentionRows,
  checkSquare,
  encoderFields,
  encoderFieldsToJSON,
  hiddenPatches,
  pictureSizes,
  stemRows,
} from './pictureFields.ts'
import { pairRows, type WeightRow, type WeightTable } from './weightTable.ts'

export type Dinov2FolderConfig = FolderConfig & Dinov2Config
export type ClassifyingDinov2FolderConfig = ClassifierConfig & Dinov2Config

const dropouts: DropoutFields = {
  ...ourDropouts,
  embedding: { name: 'hidden_dropout_prob', usual: 0 },
  residual: { name: 'resid_pdrop', usual: 0, isForeign: true },
  pattern: { name: 'attention_probs_dropout_prob', usual: 0 },
}

export const dinov2 = architectureOf<Dinov2FolderConfig, Dinov2>({
  name: 'dinov2',
  types: ['dinov2'],
  classes: ['Dinov2Model'],
  underNewHead: underClasses,
  configFromJSON: encoderFrom,
  configToJSON: (config) => encoderToJSON('Dinov2Model', config),
  build: (config) => new Dinov2(config),
  table: (config) => encoderTable('', config),
  sizesOf: (config) => pictureSizes(config, 1),
})

/** To which class a picture belongs. */
export const classifyingDinov2 = architectureOf<ClassifyingDinov2FolderConfig, ClassifyingDinov2>({
  name: 'classifyingDinov2',
  trainedAs: 'picture-classifier',
  types: ['dinov2'],
  underNewHead: underClasses,
  classes: ['Dinov2ForImageClassification'],
  configFromJSON: (fields) => ({ ...encoderFrom(fields), ...classesFrom(fields) }),
  configToJSON: (config) => ({ ...encoderToJSON('Dinov2ForImageClassification', config), ...classesToJSON(config) }),
  build: (config) => new ClassifyingDinov2(scoredConfig(config)),
  table: (config) => encoderTable('dinov2.', config, pairRows('classifier', 'classifier', 'class model', '')),
  sizesOf: (config) => ({ ...pictureSizes(config, 1), class: config.class }),
})

/** A classifier of pictures on the encoder of this model, where that is what becomes of it. */
function underClasses(config: Dinov2FolderConfig, as: RunKind, labels: readonly string[]): Blueprint | undefined {
  return as === 'picture-classifier' ? classifyingDinov2.blueprint(withClasses(config, labels)) : undefined
}

/** The width of a gated MLP, of which the plain one would be so wide. */
const gatedWidth = (width: number): number => Math.ceil(Math.trunc((width * 2) / 3) / 8) * 8

function encoderFrom(fields: ConfigFields): Dinov2FolderConfig {
  const config = encoderFields(fields, { patch: 14, epsilon: 1e-6 }, dropouts)
  checkSquare(fields, 'DINOv2', config.picture)
  if (fields.number('drop_path_rate', { otherwise: 0 }) !== 0)
    fields.warn('drop_path_rate is not used: a training here leaves out no whole parts.')
  const width = Math.trunc(config.model * fields.number('mlp_ratio', { otherwise: 4 }))
  const isGated = fields.flag('use_swiglu_ffn', false)
  const hidden = isGated ? gatedWidth(width) : width
  if (!(hidden >= 1))
    throw fields.wrong(`mlp_ratio makes a layer of ${hidden}. Give a number of which it is at least 1.`)
  return { ...config, hidden, ...(isGated && { isGated }) }
}

function encoderToJSON(architecture: string, config: Dinov2FolderConfig): object {
  return {
    architectures: [architecture],
    model_type: 'dinov2',
    ...encoderFieldsToJSON({ epsilon: 1e-6, ...config }, dropouts),
    mlp_ratio: ratioOf(config),
    use_swiglu_ffn: config.isGated ?? false,
    use_mask_token: false,
  }
}

/** The mlp_ratio of a width; transformers wants a whole number. Throws for a width that has none. */
function ratioOf({ model, hidden = 4 * model, isGated = false }: Dinov2Config): number {
  for (let ratio = 1; ratio * model <= 2 * hidden + model; ratio++)
    if ((isGated ? gatedWidth(ratio * model) : ratio * model) === hidden) return ratio
  throw new Error(
    `dinov2: an MLP of ${hidden} cannot be written for a stream of ${model}: its width must follow from a whole mlp_ratio. ` +
      `Choose a multiple of ${model}.`,
  )
}

/** The table; `prefix` stands before the encoder's names, here and in our model. */
function encoderTable(
  prefix: string,
  { isGated = false }: Dinov2Config,
  others: readonly WeightRow[] = [],
): WeightTable {
  const block = `${prefix}blocks.{layer}`
  const layer = 'encoder.layer.{layer}'
  return {
    prefix,
    rows: [
      ...stemRows(prefix),
      ...attentionRows(prefix),
      ...pairRows(`${layer}.norm1`, `${block}.attentionNorm`, 'model'),
      { name: `${layer}.layer_scale1.lambda1`, of: { [`${block}.attentionScale.scale`]: 'model' } },
      ...pairRows(`${layer}.norm2`, `${block}.mlpNorm`, 'model'),
      ...(isGated ? gatedRows(layer, block) : plainRows(layer, block)),
      { name: `${layer}.layer_scale2.lambda1`, of: { [`${block}.mlpScale.scale`]: 'model' } },
      ...others,
    ],
    ignored: [hiddenPatches, ...(prefix === '' ? ['classifier.*'] : [])],
    copies: {},
  }
}

const plainRows = (layer: string, block: string): WeightRow[] => [
  ...pairRows(`${layer}.mlp.fc1`, `${block}.mlp.up`, 'hidden model'),
  ...pairRows(`${layer}.mlp.fc2`, `${block}.mlp.down`, 'model hidden'),
]

const gatedRows = (layer: string, block: string): WeightRow[] => [
  {
    name: `${layer}.mlp.weights_in.weight`,
    of: { [`${block}.mlp.gate.weight`]: 'hidden model', [`${block}.mlp.up.weight`]: 'hidden model' },
    stackedAlong: 0,
  },
  {
    name: `${layer}.mlp.weights_in.bias`,
    of: { [`${block}.mlp.gate.bias`]: 'hidden', [`${block}.mlp.up.bias`]: 'hidden' },
    stackedAlong: 0,
  },
  ...pairRows(`${layer}.mlp.weights_out`, `${block}.mlp.down`, 'model hidden'),
]
