// How a folder of sentence-transformers makes vectors: read, refused, and kept when the model is saved again.

import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { bert } from '../../src/checkpoint/bert.ts'
import { withSizes } from '../../src/checkpoint/engineWeights.ts'
import { saveFolder } from '../../src/checkpoint/saveFolder.ts'
import { loadSentenceEmbedding } from '../../src/checkpoint/sentence.ts'
import { initialValues } from '../../src/model/start.ts'
import { folderOf, safetensors } from './files.ts'

type Files = Record<string, Uint8Array | string | object>

const module = (name: string, path: string) => ({ idx: 0, name, path, type: `sentence_transformers.models.${name}` })
const modules = [module('Transformer', ''), module('Pooling', '1_Pooling')]
const withFiles = (files: Files) =>
  folderOf({ 'modules.json': modules, '1_Pooling/config.json': { word_embedding_dimension: 8 }, ...files })
const read = (files: Files) => loadSentenceEmbedding(withFiles(files))

const usual = {
  poolings: ['mean'],
  poolsPrompt: true,
  steps: [],
  isLowerCased: false,
  prompts: {},
  similarity: 'cosine',
}

describe('a folder that makes vectors', () => {
  test('says nothing where there is no modules.json, and where it holds a cross-encoder', async () => {
    assert.equal(await loadSentenceEmbedding(folderOf({})), undefined)
    const encoder = {
      'modules.json': [modules[0]],
      'sentence_bert_config.json': { transformer_task: 'sequence-classification' },
    }
    assert.equal(await loadSentenceEmbedding(folderOf(encoder)), undefined)
  })

  test('pools as it says: in words, or with a yes or no for each', async () => {
    const poolings = async (config: object) => (await read({ '1_Pooling/config.json': config }))?.poolings
    assert.deepEqual(await read({}), usual)
    assert.deepEqual(await poolings({ pooling_mode: 'cls' }), ['cls'])
    assert.deepEqual(await poolings({ pooling_mode: ['max', 'cls'], pooling_mode_mean_tokens: true }), ['max', 'cls'])
    const no = { pooling_mode_mean_tokens: false }
    assert.deepEqual(await poolings({ pooling_mode_cls_token: true, ...no }), ['cls'])
    assert.deepEqual(await poolings({ pooling_mode_lasttoken: true, pooling_mode_max_tokens: true, ...no }), [
      'max',
      'lasttoken',
    ])
    assert.deepEqual(await poolings(no), ['mean'])
  })

  test('has limits, prompts, a measure, and layers on top', async () => {
    const found = await read({
      'modules.json': [...modules, module('Dense', '2_Dense'), module('Normalize', '3_Normalize')],
      '1_Pooling/config.json': { pooling_mode: 'cls', include_prompt: false },
      '2_Dense/config.json': {
        in_features: 2,
        out_features: 1,
        activation_function: 'torch.nn.modules.linear.Identity',
      },
      '2_Dense/model.safetensors': safetensors({
        'linear.weight': { dtype: 'F16', shape: [1, 2], data: [0.5, -2] },
        'linear.bias': { dtype: 'F32', shape: [1], data: [3] },
      }),
      'sentence_bert_config.json': { max_seq_length: 5, do_lower_case: true },
      'config_sentence_transformers.json': {
        prompts: { query: 'q: ', passage: '' },
        default_prompt_name: 'query',
        similarity_fn_name: 'dot',
        truncate_dim: 1,
      },
    })
    assert.deepEqual(found, {
      poolings: ['cls'],
      poolsPrompt: false,
      steps: [
        { from: 2, to: 1, weight: Float32Array.of(0.5, -2), bias: Float32Array.of(3), activation: 'none' },
        'normalize',
      ],
      longest: 5,
      isLowerCased: true,
      prompts: { query: 'q: ', passage: '' },
      usualPrompt: 'query',
      similarity: 'dot',
      width: 1,
    })
    const limited = await read({ 'tokenizer_config.json': { model_max_length: 7 } })
    assert.equal(limited?.longest, 7)
    assert.equal((await read({ 'tokenizer_config.json': { model_max_length: 1e30 } }))?.longest, undefined)
  })

  const cases: [name: string, files: Files, message: string][] = [
    [
      'a module that is not known',
      { 'modules.json': [...modules, module('LSTM', '2_LSTM')] },
      'folder/modules.json: module 2: type is "sentence_transformers.models.LSTM", and Cutaway runs only Transformer, Pooling, Normalize and Dense of sentence_transformers. Take another folder.',
    ],
    [
      'a module elsewhere',
      { 'modules.json': [modules[0], module('Pooling', '../1_Pooling')] },
      'folder/modules.json: module 1: path is "../1_Pooling". Give the name of a folder within this one.',
    ],
    [
      'no pooling',
      { 'modules.json': [modules[0]] },
      'folder/modules.json: its second module must be a Pooling, which makes a vector of a text. Take another folder.',
    ],
    ['no list', { 'modules.json': {} }, 'folder/modules.json: expected a list of modules, but found an object.'],
    [
      'a pooling that is not known',
      { '1_Pooling/config.json': { pooling_mode: ['cls', 'attention'] } },
      'folder/1_Pooling/config.json: pooling_mode is "attention", and Cutaway runs only "cls" or "max" or "mean" or "mean_sqrt_len_tokens" or "weightedmean" or "lasttoken". Take another checkpoint.',
    ],
    [
      'a pooling that is neither yes nor no',
      { '1_Pooling/config.json': { pooling_mode_cls_token: 'yes' } },
      'folder/1_Pooling/config.json: pooling_mode_cls_token is "yes". Write true or false.',
    ],
    [
      'a default that is no prompt',
      { 'config_sentence_transformers.json': { prompts: { query: 'q' }, default_prompt_name: 'document' } },
      'folder/config_sentence_transformers.json: default_prompt_name is "document", which is none of the prompts: query.',
    ],
    [
      'a measure that is not known',
      { 'config_sentence_transformers.json': { similarity_fn_name: 'maxsim' } },
      'folder/config_sentence_transformers.json: similarity_fn_name is "maxsim", and Cutaway runs only "cosine" or "dot" or "euclidean" or "manhattan". Take another checkpoint.',
    ],
    [
      'a layer of other sizes',
      {
        'modules.json': [...modules, module('Dense', '2_Dense')],
        '2_Dense/config.json': { in_features: 2, out_features: 1 },
        '2_Dense/model.safetensors': safetensors({ 'linear.weight': { dtype: 'F32', shape: [2, 1], data: [1, 2] } }),
      },
      'folder/2_Dense/model.safetensors: linear.weight is F32 (2, 1), but config.json asks for 1, 2 floating point numbers. Take both from the same save.',
    ],
    [
      'a layer with an activation that is not known',
      {
        'modules.json': [...modules, module('Dense', '2_Dense')],
        '2_Dense/config.json': { in_features: 2, out_features: 1, activation_function: 'torch.nn.Softsign' },
      },
      'folder/2_Dense/config.json: activation_function is "torch.nn.Softsign", and Cutaway runs only "torch.nn.modules.activation.Tanh" or "torch.nn.modules.linear.Identity" or "torch.nn.modules.activation.ReLU" or "torch.nn.modules.activation.Sigmoid" or "torch.nn.modules.activation.SiLU". Take another checkpoint.',
    ],
  ]
  for (const [name, files, message] of cases)
    test(`with ${name} is refused`, () => assert.rejects(read(files), { message }))
})

test('a model that is saved again brings along how vectors are made', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'cutaway-sentence-'))
  try {
    const config = { vocab: 11, context: 6, layer: 1, head: 2, model: 8 }
    const model = bert.blueprint(config).build()
    const from = withFiles({ 'sentence_bert_config.json': { max_seq_length: 4 } })
    const weights = withSizes(model, initialValues(model, 1))
    for (let i = 0; i < 2; i++) await saveFolder(folder, { blueprint: bert.blueprint(config), weights, from })
    assert.deepEqual((await readdir(folder)).sort(), [
      '1_Pooling',
      'config.json',
      'generation_config.json',
      'model.safetensors',
      'modules.json',
      'sentence_bert_config.json',
    ])
    assert.deepEqual(JSON.parse(await readFile(join(folder, 'modules.json'), 'utf8')), modules)
    assert.deepEqual(await readdir(join(folder, '1_Pooling')), ['config.json'])
  } finally {
    await rm(folder, { recursive: true })
  }
})
