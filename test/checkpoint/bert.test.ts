// The config.json of BERT in its three forms: both directions, published files, and every way in which a file may be wrong.
// And the older names of its weights.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { blueprintFromJSON } from '../../src/checkpoint/architectures.ts'
import { type BertFolderConfig, bert, classifyingBert, maskedBert } from '../../src/checkpoint/bert.ts'
import { weightSizes } from '../../src/checkpoint/engineWeights.ts'
import { fromCheckpoint, toCheckpoint } from '../../src/checkpoint/weights.ts'
import { countingWeights } from './tiny.ts'

const tiny: BertFolderConfig = {
  vocab: 11,
  context: 6,
  layer: 2,
  model: 8,
  head: 2,
  hidden: 12,
  kind: 2,
  epsilon: 1e-12,
  dropout: 0,
}
const json = bert.blueprint(tiny).toJSON()
const again = (json: object): object => JSON.parse(JSON.stringify(json))

describe('config.json of BERT', () => {
  test('what is written, to the letter', () => {
    assert.deepEqual(json, {
      architectures: ['BertModel'],
      model_type: 'bert',
      vocab_size: 11,
      max_position_embeddings: 6,
      num_hidden_layers: 2,
      hidden_size: 8,
      num_attention_heads: 2,
      intermediate_size: 12,
      type_vocab_size: 2,
      hidden_act: 'gelu',
      layer_norm_eps: 1e-12,
      hidden_dropout_prob: 0,
      attention_probs_dropout_prob: 0,
      position_embedding_type: 'absolute',
      bos_token_id: null,
      eos_token_id: null,
      pad_token_id: null,
    })
  })

  test('what is written is read, in the form that it was written in', () => {
    const configs: BertFolderConfig[] = [
      tiny,
      { ...tiny, isPooled: false, kind: 1, activation: 'relu', epsilon: 0.01 },
      { ...tiny, dropout: { embedding: 0.1, residual: 0.1, pattern: 0.2 }, special: { pad: 3 } },
      { ...tiny, dropout: { embedding: 0.3, residual: 0.1, pattern: 0.2, hidden: 0.4 } },
    ]
    for (const config of configs) {
      const read = blueprintFromJSON(again(bert.blueprint(config).toJSON()))
      assert.equal(read.blueprint.architecture, bert)
      assert.deepEqual(read.blueprint.config, config)
    }
    for (const config of [tiny, { ...tiny, isTied: false }]) {
      const read = blueprintFromJSON(again(maskedBert.blueprint(config).toJSON()))
      assert.equal(read.blueprint.architecture, maskedBert)
      assert.deepEqual(read.blueprint.config, config)
    }
    const classes = { ...tiny, class: 3, labels: ['bad', 'good', 'bad'], classDropout: 0.3 }
    const read = blueprintFromJSON(again(classifyingBert.blueprint(classes).toJSON()))
    assert.equal(read.blueprint.architecture, classifyingBert)
    assert.deepEqual(read.blueprint.config, classes)
  })

  test('classes have names, or numbers', () => {
    const written = classifyingBert.blueprint({ ...tiny, class: 2, labels: ['bad', 'good'] }).toJSON() as Record<
      string,
      unknown
    >
    assert.deepEqual(written['id2label'], { 0: 'bad', 1: 'good' })
    assert.deepEqual(written['label2id'], { bad: 0, good: 1 })
    const { id2label: _, label2id: __, ...unnamed } = written
    const read = (json: object) => blueprintFromJSON(json, 'config.json', [classifyingBert]).blueprint.config
    assert.deepEqual(read(unnamed).labels, ['LABEL_0', 'LABEL_1'])
    assert.equal(read({ ...unnamed, num_labels: 5 }).class, 5)
    assert.deepEqual(read({ ...unnamed, id2label: { 1: 'b', 0: 'a', 2: 'c' } }).labels, ['a', 'b', 'c'])
    assert.throws(() => read({ ...unnamed, id2label: { 1: 'b', 2: 'c' } }), {
      message: 'config.json: id2label has 2 entries, not one name for each class from 0 on. Name them all.',
    })
    assert.throws(() => classifyingBert.blueprint({ ...tiny, class: 2, labels: ['a'] }).toJSON(), {
      message: 'labels: there are 1 for 2 classes. Give one for each.',
    })
  })

  test('bert-base-uncased', () => {
    const own = {
      architectures: ['BertForMaskedLM'],
      attention_probs_dropout_prob: 0.1,
      gradient_checkpointing: false,
      hidden_act: 'gelu',
      hidden_dropout_prob: 0.1,
      hidden_size: 768,
      initializer_range: 0.02,
      intermediate_size: 3072,
      layer_norm_eps: 1e-12,
      max_position_embeddings: 512,
      model_type: 'bert',
      num_attention_heads: 12,
      num_hidden_layers: 12,
      pad_token_id: 0,
      position_embedding_type: 'absolute',
      transformers_version: '4.6.0.dev0',
      type_vocab_size: 2,
      use_cache: true,
      vocab_size: 30522,
    }
    const {
      blueprint: { architecture, config },
    } = blueprintFromJSON(own)
    assert.equal(architecture, maskedBert)
    assert.deepEqual(config, {
      vocab: 30522,
      context: 512,
      layer: 12,
      model: 768,
      head: 12,
      hidden: 3072,
      kind: 2,
      epsilon: 1e-12,
      dropout: 0.1,
      special: { pad: 0 },
    })
    const { architectures: _, ...unnamed } = own
    assert.equal(blueprintFromJSON(unnamed).blueprint.architecture, bert)
  })

  const refused: [name: string, change: object, message: string][] = [
    ['a decoder', { is_decoder: true }, 'is_decoder is true, and Cutaway runs only false. Take another checkpoint.'],
    [
      'relative positions',
      { position_embedding_type: 'relative_key' },
      'position_embedding_type is "relative_key", and Cutaway runs only "absolute". Take another checkpoint.',
    ],
    [
      'cross-attention',
      { add_cross_attention: true },
      'add_cross_attention is true, and Cutaway runs only false. Take another checkpoint.',
    ],
    [
      'heads that do not divide the model',
      { num_attention_heads: 3 },
      'hidden_size 8 cannot be divided among num_attention_heads 3 heads. Choose a hidden_size that is a multiple of num_attention_heads.',
    ],
  ]
  for (const [name, change, message] of refused)
    test(`refused: ${name}`, () => {
      assert.throws(() => blueprintFromJSON({ ...json, ...change }), { message: `config.json: ${message}` })
    })
})

describe('weights of BERT', () => {
  const model = bert.blueprint(tiny).build()
  const weights = countingWeights(weightSizes(model))
  const tensors = toCheckpoint(weights, bert.blueprint(tiny).table)

  test('are written under the names of a BertModel', () => {
    assert.ok(tensors.has('embeddings.word_embeddings.weight'))
    assert.ok(tensors.has('encoder.layer.1.attention.self.query.weight'))
    assert.ok(tensors.has('pooler.dense.bias'))
  })

  test('are read under older names, and inside of something else', () => {
    const renamed = new Map(
      [...tensors].map(([name, tensor]) => [
        `bert.${name.replace('LayerNorm.weight', 'LayerNorm.gamma').replace('LayerNorm.bias', 'LayerNorm.beta')}`,
        tensor,
      ]),
    )
    const more = new Map([...renamed, ['cls.predictions.bias', { shape: [11], data: new Float32Array(11) }]])
    assert.ok(more.has('bert.encoder.layer.0.output.LayerNorm.gamma'))
    const read = fromCheckpoint({ tensors: more, others: new Map() }, bert.blueprint(tiny).table, weightSizes(model))
    assert.deepEqual(read, weights)
  })

  test('a pooler is there if its weights are', async () => {
    const isPooled = async (names: readonly string[]): Promise<boolean | undefined> => {
      const tensors = { has: (name: string) => names.includes(name), areSame: async () => false, warn: () => {} }
      return (await bert.blueprint(tiny).withTensors(tensors)).config.isPooled
    }
    assert.equal(await isPooled(['pooler.dense.weight']), undefined)
    assert.equal(await isPooled(['bert.pooler.dense.weight']), undefined)
    assert.equal(await isPooled(['embeddings.word_embeddings.weight']), false)
  })
})
