// What a folder holds that its model does not use: told, and no reason to refuse the folder.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { bert, maskedBert } from '../../src/checkpoint/bert.ts'
import type { Blueprint } from '../../src/checkpoint/blueprint.ts'
import { getWeights, withSizes } from '../../src/checkpoint/engineWeights.ts'
import { gpt2 } from '../../src/checkpoint/gpt2.ts'
import { llama } from '../../src/checkpoint/llama.ts'
import { loadFolder, loadModel } from '../../src/checkpoint/load.ts'
import { toCheckpoint } from '../../src/checkpoint/weights.ts'
import { reference } from '../../src/engine/reference.ts'
import { initialValues } from '../../src/model/start.ts'
import { CharacterTokenizer } from '../../src/text/characters.ts'
import { folderOf, safetensors, type TestTensor } from './files.ts'

const sizes = { vocab: 11, context: 6, layer: 2, head: 2, model: 8 }

/** The tensors of a random model, as its architecture writes them. */
function tensorsOf(blueprint: Blueprint): Record<string, TestTensor> {
  const model = blueprint.build()
  const stored = toCheckpoint(withSizes(model, initialValues(model, 1)), blueprint.table)
  return Object.fromEntries([...stored].map(([name, tensor]) => [name, { dtype: 'F32', ...tensor }]))
}

const zeros = (...shape: number[]): TestTensor => ({
  dtype: 'F32',
  shape,
  data: new Float32Array(shape.reduce((product, size) => product * size, 1)),
})

const folder = (config: object, tensors: Record<string, TestTensor>, more: Record<string, object> = {}) =>
  folderOf({ 'config.json': config, 'model.safetensors': safetensors(tensors), ...more })

describe('tensors of no use', () => {
  const config = { ...sizes, hidden: 32, epsilon: 1e-5, dropout: 0 }
  const json = gpt2.blueprint(config).toJSON()
  const tensors = tensorsOf(gpt2.blueprint(config))

  test('are told, those of several layers in one line', async () => {
    const more = {
      'v_head.summary.weight': zeros(1, 8),
      'h.0.adapter.up': zeros(2),
      'h.1.adapter.up': zeros(2),
    }
    const { warnings } = await loadModel(folder(json, { ...tensors, ...more }), reference())
    assert.deepEqual(warnings, [
      "folder/model.safetensors: 3 tensors are none of the model's, and not used:\n" +
        '  v_head.summary.weight (1, 8).\n  h.{layer}.adapter.up (2), for layer 0 to 1.',
    ])
  })

  test('stand in the error where others are missing', async () => {
    const { 'transformer.ln_f.bias': shift, ...rest } = tensors
    await assert.rejects(loadModel(folder(json, { ...rest, 'transformer.ln_f.shift': shift }), reference()), {
      message:
        'folder/model.safetensors: 2 tensors do not fit the model.\n' +
        '  missing: transformer.ln_f.bias; norm.shift (model 8) takes (8). Did you mean "transformer.ln_f.shift"?\n' +
        '  unknown: transformer.ln_f.shift (8).\n' +
        '  Take the config.json that was saved with these weights.',
    })
  })

  test('are passed over where every file of the kind has them', async () => {
    const old = { 'h.0.attn.bias': zeros(1, 1, 6, 6), 'transformer.h.1.attn.masked_bias': zeros(1) }
    assert.deepEqual((await loadModel(folder(json, { ...tensors, ...old }), reference())).warnings, [])
    const encoder = tensorsOf(bert.blueprint(sizes))
    const inside = Object.fromEntries(Object.entries(encoder).map(([name, tensor]) => [`bert.${name}`, tensor]))
    const numbered = { ...inside, 'bert.embeddings.position_ids': zeros(1, 6), 'cls.predictions.bias': zeros(11) }
    assert.deepEqual((await loadModel(folder(bert.blueprint(sizes).toJSON(), numbered), reference())).warnings, [])
  })
})

describe('an unembedding that is said to be tied, and is another', () => {
  const llamaConfig = { ...sizes, hidden: 16, isTied: true }
  const gpt2Config = { ...sizes, hidden: 32, epsilon: 1e-5, dropout: 0 }
  const cases = [
    [
      'llama',
      llama.blueprint(llamaConfig).toJSON(),
      tensorsOf(llama.blueprint(llamaConfig)),
      'lm_head.weight',
      'model.embed_tokens',
    ],
    [
      'gpt2',
      gpt2.blueprint(gpt2Config).toJSON(),
      tensorsOf(gpt2.blueprint(gpt2Config)),
      'lm_head.weight',
      'transformer.wte',
    ],
    [
      'bert',
      maskedBert.blueprint(sizes).toJSON(),
      { ...tensorsOf(maskedBert.blueprint(sizes)), 'cls.predictions.decoder.bias': zeros(11) },
      'cls.predictions.decoder.weight',
      'bert.embeddings.word_embeddings',
    ],
  ] as const satisfies [string, object, Record<string, TestTensor>, string, string][]
  for (const [name, json, tensors, unembedding, embedding] of cases)
    test(name, async () => {
      const original = `${embedding}.weight`
      const same = { ...tensors, [unembedding]: (tensors as Record<string, TestTensor>)[original] }
      assert.deepEqual((await loadModel(folder(json, same), reference())).warnings, [])
      const engine = reference()
      const { model, warnings, blueprint } = await loadModel(
        folder(json, { ...tensors, [unembedding]: zeros(11, 8) }),
        engine,
      )
      assert.equal('isTied' in blueprint.config && blueprint.config.isTied, false)
      assert.deepEqual(warnings, [
        `folder/model.safetensors: ${unembedding} is not the same as ${original}, though config.json says that they are tied ` +
          '(tie_word_embeddings). Each is used for what it is.',
      ])
      const own = (await getWeights(engine, model)).get('unembedding.weight')
      assert.ok(own?.data.every((number) => number === 0))
    })
})

test('a tokenizer with more pieces than the model knows', async () => {
  const config = { ...sizes, hidden: 32, epsilon: 1e-5, dropout: 0 }
  const files = (letters: string) =>
    folder(gpt2.blueprint(config).toJSON(), tensorsOf(gpt2.blueprint(config)), {
      'tokenizer.json': CharacterTokenizer.of(letters).toJSON(),
    })
  assert.deepEqual((await loadFolder(files('abcdefghijk'), reference())).warnings, [])
  assert.deepEqual((await loadFolder(files('abc'), reference())).warnings, [])
  assert.deepEqual((await loadFolder(files('abcdefghijkl'), reference())).warnings, [
    'folder/tokenizer.json: it has 12 pieces, but the model (config.json: vocab_size) knows 11: a text with one of the others cannot be read. ' +
      'The model and the tokenizer may not belong together.',
  ])
})

describe('a config.json', () => {
  const json = llama.blueprint({ ...sizes, hidden: 16 }).toJSON()
  const tensors = tensorsOf(llama.blueprint({ ...sizes, hidden: 16 }))
  const warningsOf = async (config: object) => (await loadModel(folder(config, tensors), reference())).warnings

  test("with Python's words for numbers", async () => {
    const text = JSON.stringify({ ...json, limits: ['<', '>'], floor: '?' })
      .replace('"<"', '-Infinity')
      .replace('">"', 'Infinity')
      .replace('"?"', 'NaN')
    const files = folderOf({ 'config.json': text, 'model.safetensors': safetensors(tensors) })
    assert.deepEqual((await loadModel(files, reference())).warnings, [])
  })

  test('with a part of a head to be turned, where nothing is scaled', async () => {
    assert.deepEqual(await warningsOf({ ...json, partial_rotary_factor: 0.5 }), [
      'folder/config.json: partial_rotary_factor is not used: RoPE turns all numbers of a head.',
    ])
  })
})
