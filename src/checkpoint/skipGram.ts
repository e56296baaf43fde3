// Skip-gram models, which transformers does not have: config.json in our own words, the two tables under their names.

import { SkipGram, type SkipGramConfig } from '../model/skipGram.ts'
import { architectureOf } from './architecture.ts'
import type { FolderConfig } from './blueprint.ts'
import type { WeightTable } from './weightTable.ts'

export interface SkipGramFolderConfig extends SkipGramConfig, FolderConfig {}

/** The number of words that are looked up at once. */
const context = 1024

const table: WeightTable = {
  prefix: '',
  rows: [
    { name: 'words.weight', of: { 'embedding.token': 'vocab model' } },
    { name: 'contexts.weight', of: { 'contexts.token': 'vocab model' } },
  ],
  ignored: [],
  copies: {},
}

export const skipGram = architectureOf<SkipGramFolderConfig, SkipGram>({
  name: 'skip-gram',
  trainedAs: 'word2vec',
  types: ['skip-gram'],
  classes: ['SkipGram'],

  configFromJSON: (fields) => ({
    vocab: fields.whole('vocab_size'),
    model: fields.whole('hidden_size'),
    context: fields.whole('max_position_embeddings', { otherwise: context }),
    window: fields.whole('window', { otherwise: 5 }),
    negative: fields.whole('negative', { otherwise: 5 }),
    sample: fields.number('sample', { otherwise: 1e-3 }),
  }),

  newConfig: ({ vocab, model, beside: { window = 5, negative = 5, sample = 1e-3 } = {} }) => ({
    vocab,
    model,
    context,
    window,
    negative,
    sample,
  }),

  configToJSON: ({ vocab, model, context, window, negative, sample }) => ({
    architectures: ['SkipGram'],
    model_type: 'skip-gram',
    vocab_size: vocab,
    hidden_size: model,
    max_position_embeddings: context,
    window,
    negative,
    sample,
  }),

  build: (config) => new SkipGram(config),
  table: () => table,
  sizesOf: ({ vocab, context, model, window = 5, negative = 5 }) => ({ vocab, context, model, window, negative }),
})
