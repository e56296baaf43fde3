// ViT and DeiT as Hugging Face keeps them: config.json, and the names and dimensions of the weights. DeiT has a token more.
//
//   ViTModel                                ViT
//   ViTForImageClassification               ClassifyingViT
//   DeiTModel                               DeiT
//   DeiTForImageClassification              ClassifyingDeiT
//   DeiTForImageClassificationWithTeacher   TeacherClassifyingDeiT
//
// Beside pictureFields.ts: intermediate_size = hidden; pooler_output_size, pooler_act = pooled. Version 5 of transformers has other names
// in memory, but writes these.

import { ClassifyingDeiT, DeiT, type DeiTConfig, TeacherClassifyingDeiT } from '../model/deit.ts'
import type { PictureEncoderConfig } from '../model/pictureEncoder.ts'
import { ClassifyingViT, ViT, type ViTConfig } from '../model/vit.ts'
import type { ConfigFields } from '../text/configFields.ts'
import { activationFrom, activationName } from './activations.ts'
import { architectureOf } from './architecture.ts'
import type { Blueprint, FolderConfig, KnownTensors } from './blueprint.ts'
import { type ClassifierConfig, classesFrom, classesToJSON, scoredConfig, withClasses } from './classes.ts'
import { type DropoutFields, ourDropouts } from './dropouts.ts'
import type { RunKind } from './newConfig.ts'
import {
  attentionRows,
  encoderFields,
  encoderFieldsToJSON,
  hiddenPatches,
  pictureSizes,
  stemRows,
} from './pictureFields.ts'
import { pairRows, type WeightRow, type WeightTable } from './weightTable.ts'

export type ViTFolderConfig = FolderConfig & ViTConfig
export type ClassifyingViTFolderConfig = ClassifierConfig & ViTConfig
export type DeiTFolderConfig = FolderConfig & DeiTConfig
export type ClassifyingDeiTFolderConfig = ClassifierConfig & DeiTConfig

const dropouts: DropoutFields = {
  ...ourDropouts,
  residual: { name: 'hidden_dropout_prob', usual: 0 },
  pattern: { name: 'attention_probs_dropout_prob', usual: 0 },
}

/** An encoder with nothing on top, and perhaps a vector for the whole picture. */
export const vit = architectureOf<ViTFolderConfig, ViT>({
  name: 'vit',
  types: ['vit'],
  classes: ['ViTModel'],
  underNewHead: vitUnderClasses,
  configFromJSON: pooledFrom,
  configToJSON: (config) => pooledToJSON('ViTModel', 'vit', config),
  configFromTensors: pooledAsStored,
  build: (config) => new ViT(config),
  table: () => encoderTable(''),
  sizesOf: (config) => pictureSizes(config, 1),
})

/** To which class a picture belongs. */
export const classifyingViT = architectureOf<ClassifyingViTFolderConfig, ClassifyingViT>({
  name: 'classifyingViT',
  trainedAs: 'picture-classifier',
  types: ['vit'],
  classes: ['ViTForImageClassification'],
  underNewHead: vitUnderClasses,
  newConfig({ layer, head, model, hidden, dropout, seen, labels = [] }) {
    if (seen === undefined)
      throw new Error('vit: nothing says what a new model is to see. Give the pictures, and their patches.')
    const sizes = { ...seen, layer, head, model, hidden: hidden ?? 4 * model }
    return { ...sizes, dropout, class: labels.length, labels, activation: 'gelu', epsilon: 1e-6 }
  },
  configFromJSON: classifierFrom,
  configToJSON: (config) => classifierToJSON('ViTForImageClassification', 'vit', config),
  build: (config) => new ClassifyingViT(scoredConfig(config)),
  table: () => encoderTable('vit.', pairRows('classifier', 'classifier', 'class model', '')),
  sizesOf: (config) => ({ ...pictureSizes(config, 1), class: config.class }),
})

export const deit = architectureOf<DeiTFolderConfig, DeiT>({
  name: 'deit',
  types: ['deit'],
  classes: ['DeiTModel'],
  underNewHead: deitUnderClasses,
  configFromJSON: pooledFrom,
  configToJSON: (config) => pooledToJSON('DeiTModel', 'deit', config),
  configFromTensors: pooledAsStored,
  build: (config) => new DeiT(config),
  table: () => encoderTable(''),
  sizesOf: (config) => pictureSizes(config, 2),
})

export const classifyingDeiT = architectureOf<ClassifyingDeiTFolderConfig, ClassifyingDeiT>({
  name: 'classifyingDeiT',
  trainedAs: 'picture-classifier',
  types: ['deit'],
  underNewHead: deitUnderClasses,
  classes: ['DeiTForImageClassification'],
  configFromJSON: classifierFrom,
  configToJSON: (config) => classifierToJSON('DeiTForImageClassification', 'deit', config),
  build: (config) => new ClassifyingDeiT(scoredConfig(config)),
  table: () => encoderTable('deit.', pairRows('classifier', 'classifier', 'class model', '')),
  sizesOf: (config) => ({ ...pictureSizes(config, 2), class: config.class }),
})

/** Of its two heads the one that learnt from a teacher is left behind where it is trained. */
export const teacherClassifyingDeiT = architectureOf<ClassifyingDeiTFolderConfig, TeacherClassifyingDeiT>({
  name: 'teacherClassifyingDeiT',
  types: ['deit'],
  underNewHead: deitUnderClasses,
  classes: ['DeiTForImageClassificationWithTeacher'],
  configFromJSON: classifierFrom,
  configToJSON: (config) => classifierToJSON('DeiTForImageClassificationWithTeacher', 'deit', config),
  build: (config) => new TeacherClassifyingDeiT(scoredConfig(config)),
  table: () =>
    encoderTable('deit.', [
      ...pairRows('cls_classifier', 'classifier', 'class model', ''),
      ...pairRows('distillation_classifier', 'distillationClassifier', 'class model', ''),
    ]),
  sizesOf: (config) => ({ ...pictureSizes(config, 2), class: config.class }),
})

/** A classifier of pictures on the encoder of this model, where that is what becomes of it. */
function vitUnderClasses(
  { pooled: _, ...config }: ViTFolderConfig,
  as: RunKind,
  labels: readonly string[],
): Blueprint | undefined {
  return as === 'picture-classifier' ? classifyingViT.blueprint(withClasses(config, labels)) : undefined
}

/** The same with DeiT's two tokens. */
function deitUnderClasses(
  { pooled: _, ...config }: DeiTFolderConfig,
  as: RunKind,
  labels: readonly string[],
): Blueprint | undefined {
  return as === 'picture-classifier' ? classifyingDeiT.blueprint(withClasses(config, labels)) : undefined
}

function encoderFrom(fields: ConfigFields): PictureEncoderConfig {
  const config = encoderFields(fields, { patch: 16, epsilon: 1e-12 }, dropouts)
  return { ...config, hidden: fields.whole('intermediate_size', { otherwise: 3072 }) }
}

function encoderToJSON(architecture: string, type: string, config: PictureEncoderConfig): object {
  return {
    architectures: [architecture],
    model_type: type,
    ...encoderFieldsToJSON({ epsilon: 1e-12, ...config }, dropouts),
    intermediate_size: config.hidden ?? 4 * config.model,
  }
}

function pooledFrom(fields: ConfigFields): ViTFolderConfig {
  const config = encoderFrom(fields)
  if (!fields.flag('has_pooling_layer', true)) return config
  const size = fields.whole('pooler_output_size', { otherwise: config.model })
  return { ...config, pooled: { size, activation: activationFrom(fields, 'pooler_act', 'tanh') } }
}

const pooledToJSON = (architecture: string, type: string, { pooled, ...config }: ViTFolderConfig): object => ({
  ...encoderToJSON(architecture, type, config),
  // Transformers has no field for a missing one, but an argument of another name.
  ...(pooled
    ? { pooler_output_size: pooled.size, pooler_act: activationName(pooled.activation) }
    : { has_pooling_layer: false }),
})

function pooledAsStored({ pooled, ...config }: ViTFolderConfig, tensors: KnownTensors): ViTFolderConfig {
  const isThere = ['', 'vit.', 'deit.'].some((prefix) => tensors.has(`${prefix}pooler.dense.weight`))
  return isThere && pooled ? { ...config, pooled } : config
}

function classifierFrom(fields: ConfigFields): ClassifyingViTFolderConfig {
  return { ...encoderFrom(fields), ...classesFrom(fields) }
}

const classifierToJSON = (architecture: string, type: string, config: ClassifyingViTFolderConfig): object => ({
  ...encoderToJSON(architecture, type, config),
  ...classesToJSON(config),
})

/** The table; `prefix` stands before the encoder's names, here and in our model. */
function encoderTable(prefix: string, others: readonly WeightRow[] = []): WeightTable {
  const block = `${prefix}blocks.{layer}`
  const layer = 'encoder.layer.{layer}'
  return {
    prefix,
    rows: [
      ...stemRows(prefix),
      ...attentionRows(prefix),
      ...pairRows(`${layer}.layernorm_before`, `${block}.attentionNorm`, 'model'),
      ...pairRows(`${layer}.layernorm_after`, `${block}.mlpNorm`, 'model'),
      ...pairRows(`${layer}.intermediate.dense`, `${block}.mlp.up`, 'hidden model'),
      ...pairRows(`${layer}.output.dense`, `${block}.mlp.down`, 'model hidden'),
      ...pairRows('pooler.dense', `${prefix}pooler.projection`, 'pooled model'),
      ...others,
    ],
    ignored: [
      hiddenPatches,
      ...(prefix === '' ? ['classifier.*', 'cls_classifier.*', 'distillation_classifier.*'] : ['pooler.*']),
    ],
    copies: {},
  }
}
