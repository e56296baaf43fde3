// BERT as Hugging Face keeps it: config.json, and the names and dimensions of the weights.
//
//   vocab_size max_position_embeddings num_hidden_layers hidden_size   =   vocab context layer model
//   num_attention_heads intermediate_size type_vocab_size              =   head hidden kind
//
//   BertModel                       Bert              MiniLM's folder says so too
//   BertForMaskedLM                 MaskedBert
//   BertForSequenceClassification   ClassifyingBert
//
// The names of the weights are the same in all three, behind `bert.` where something stands on top. The tables are in
// bertWeights.ts.

import { Bert, type BertConfig, ClassifyingBert, MaskedBert } from '../model/bert.ts'
import { type ConfigFields, mostLayers } from '../text/configFields.ts'
import { activationFrom, activationName } from './activations.ts'
import { architectureOf } from './architecture.ts'
import { bertTable, classifyingTable, maskedTable } from './bertWeights.ts'
import type { Blueprint } from './blueprint.ts'
import { type ClassifierConfig, classesFrom, classesToJSON, scoredConfig, withClasses } from './classes.ts'
import { type DropoutFields, dropoutFrom, dropoutToJSON, ourDropouts } from './dropouts.ts'
import { specialFrom, specialIdsToJSON, type WithGenerationIds } from './generationIds.ts'
import { checkHeads } from './heads.ts'
import type { RunKind } from './newConfig.ts'
import type { Problem } from './problem.ts'
import { tiedAsStored } from './tied.ts'

export type BertFolderConfig = WithGenerationIds<BertConfig>
export type MaskedBertFolderConfig = BertFolderConfig & { readonly isTied?: boolean }
export type ClassifyingBertFolderConfig = BertFolderConfig & ClassifierConfig & { readonly classDropout?: number }

const types = ['bert']

const underNewHead = (config: HeadedConfig, as: RunKind, labels: readonly string[]): Blueprint | undefined =>
  as === 'classifier' ? classifierOn(config, labels) : undefined

function sizesOf({ vocab, context, layer, model, head, hidden = 4 * model, kind = 2 }: BertConfig) {
  return { vocab, context, layer, model, head, hidden, kind }
}

/** An encoder with nothing on top, and perhaps a vector for the whole text. */
export const bert = architectureOf<BertFolderConfig, Bert>({
  types,
  sizesOf,
  name: 'bert',
  embeds: true,
  underNewHead(config, as, labels) {
    const { isPooled: _, ...encoder } = config
    return as === 'encoder' ? maskedBert.blueprint(encoder) : underNewHead(config, as, labels)
  },
  classes: ['BertModel'],
  configFromJSON: (fields) => ({
    ...encoderFrom(fields),
    ...(fields.flag('has_pooling_layer', true) ? {} : { isPooled: false }),
  }),
  configToJSON: (config) => ({
    ...encoderToJSON('BertModel', config),
    // Transformers has no field for it, but an argument of another name.
    ...(config.isPooled === false ? { has_pooling_layer: false } : {}),
  }),
  configFromTensors: ({ isPooled: _, ...config }, tensors) => ({
    ...config,
    ...(tensors.has('pooler.dense.weight') || tensors.has('bert.pooler.dense.weight') ? {} : { isPooled: false }),
  }),
  build: (config) => new Bert(config),
  table: bertTable,
})

/** The fields of all three, as far as a head has them. */
type HeadedConfig = BertConfig &
  Problem & { readonly isPooled?: boolean; readonly isTied?: boolean; readonly labels?: readonly string[] }

/** A classifier on an encoder. What its classes meant before is dropped: from now on a text has one of them. */
function classifierOn({ isPooled: _, isTied: __, ...rest }: HeadedConfig, labels: readonly string[]): Blueprint {
  return classifyingBert.blueprint(withClasses(rest, labels))
}

/** BERT with the head that predicts the token at each position. */
export const maskedBert = architectureOf<MaskedBertFolderConfig, MaskedBert>({
  types,
  sizesOf,
  underNewHead,
  name: 'maskedBert',
  trainedAs: 'encoder',
  classes: ['BertForMaskedLM'],
  configFromJSON: (fields) => ({
    ...encoderFrom(fields),
    ...(fields.flag('tie_word_embeddings', true) ? {} : { isTied: false }),
  }),
  newConfig: ({ hidden, labels: _, ...sizes }) => ({ ...sizes, hidden: hidden ?? 4 * sizes.model }),
  configToJSON: (config) => ({
    ...encoderToJSON('BertForMaskedLM', config),
    tie_word_embeddings: config.isTied ?? true,
  }),
  configFromTensors: (config, tensors) =>
    config.isTied === false
      ? config
      : tiedAsStored(
          config,
          {
            unembedding: 'cls.predictions.decoder.weight',
            embedding: ['bert.embeddings.word_embeddings.weight', 'embeddings.word_embeddings.weight'],
          },
          tensors,
        ),
  build: (config) => new MaskedBert(config),
  table: maskedTable,
})

/** To which class a text belongs. */
export const classifyingBert = architectureOf<ClassifyingBertFolderConfig, ClassifyingBert>({
  types,
  underNewHead,
  name: 'classifyingBert',
  trainedAs: 'classifier',
  classes: ['BertForSequenceClassification'],
  configFromJSON: (fields) => ({
    ...encoderFrom(fields),
    ...classesFrom(fields),
    ...(fields.has('classifier_dropout') ? { classDropout: fields.rate('classifier_dropout', 0) } : {}),
  }),
  newConfig: ({ hidden, labels = [], ...sizes }) => ({
    ...sizes,
    hidden: hidden ?? 4 * sizes.model,
    class: labels.length,
    labels,
  }),
  configToJSON: (config) => ({
    ...encoderToJSON('BertForSequenceClassification', config),
    ...classesToJSON(config),
    classifier_dropout: config.classDropout ?? null,
  }),
  build: (config) => new ClassifyingBert(scoredConfig(config)),
  table: classifyingTable,
  sizesOf: (config) => ({ ...sizesOf(config), class: config.class }),
})

function encoderFrom(fields: ConfigFields): BertFolderConfig {
  fields.only('is_decoder', [false])
  fields.only('add_cross_attention', [false])
  fields.only('position_embedding_type', ['absolute'])
  const vocab = fields.whole('vocab_size')
  const context = fields.whole('max_position_embeddings', { otherwise: 512 })
  const layer = fields.whole('num_hidden_layers', { most: mostLayers })
  const model = fields.whole('hidden_size')
  const head = fields.whole('num_attention_heads')
  const hidden = fields.whole('intermediate_size')
  const kind = fields.whole('type_vocab_size', { otherwise: 2 })
  checkHeads(fields, { model, head })
  const activation = activationFrom(fields, 'hidden_act', 'gelu')
  return {
    vocab,
    context,
    layer,
    model,
    head,
    hidden,
    kind,
    epsilon: fields.epsilon('layer_norm_eps', 1e-12),
    dropout: dropoutFrom(fields, dropouts),
    ...(activation === 'geluExact' ? {} : { activation }),
    ...specialFrom(fields, vocab, { pad: 0 }),
  }
}

function encoderToJSON(architecture: string, config: BertFolderConfig): object {
  return {
    architectures: [architecture],
    model_type: 'bert',
    vocab_size: config.vocab,
    max_position_embeddings: config.context,
    num_hidden_layers: config.layer,
    hidden_size: config.model,
    num_attention_heads: config.head,
    intermediate_size: config.hidden ?? 4 * config.model,
    type_vocab_size: config.kind ?? 2,
    hidden_act: activationName(config.activation ?? 'geluExact'),
    layer_norm_eps: config.epsilon ?? 1e-12,
    ...dropoutToJSON(config.dropout, dropouts),
    position_embedding_type: 'absolute',
    ...specialIdsToJSON(config.special),
  }
}

const dropouts: DropoutFields = {
  ...ourDropouts,
  residual: { name: 'hidden_dropout_prob', usual: 0.1 },
  pattern: { name: 'attention_probs_dropout_prob', usual: 0.1 },
}
