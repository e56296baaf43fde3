// An architecture is known everywhere once it is in one list.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Architecture } from '../../src/checkpoint/architecture.ts'
import { architectures, configFromJSON } from '../../src/checkpoint/architectures.ts'
import { blobFiles, blobsOf } from '../../src/checkpoint/blobFiles.ts'
import { getWeights, withSizes } from '../../src/checkpoint/engineWeights.ts'
import { type CompleteConfig, gpt2 } from '../../src/checkpoint/gpt2.ts'
import { loadModel } from '../../src/checkpoint/load.ts'
import { savedFiles } from '../../src/checkpoint/savedFiles.ts'
import { reference } from '../../src/engine/reference.ts'
import type { GPT2 } from '../../src/model/gpt2.ts'
import { initialValues } from '../../src/model/start.ts'
import { newModel } from '../../src/runs/newModel.ts'

/** GPT-2 under another name. */
const madeUp: Architecture<CompleteConfig, GPT2> = {
  ...gpt2,
  name: 'madeUp',
  types: ['made_up'],
  classes: ['MadeUpLMHeadModel'],
  configToJSON: (config) => ({
    ...gpt2.configToJSON(config),
    model_type: 'made_up',
    architectures: ['MadeUpLMHeadModel'],
  }),
}
const of = [madeUp, ...architectures]
const sizes = { vocab: 7, context: 5, layer: 1, head: 2, model: 4, hidden: undefined, dropout: 0 }

test('an architecture that is in the list is made, saved, read and loaded', async () => {
  const { architecture, config } = newModel('decoder', sizes, of)
  assert.equal(architecture.name, 'madeUp')
  const made = architecture.build(config)
  const weights = new Map(withSizes(made, initialValues(made, 1)))
  const files = await savedFiles({ architecture, config, weights })
  const read = configFromJSON(JSON.parse(JSON.stringify(architecture.configToJSON(config))), 'config.json', of)
  assert.equal(read.architecture.name, 'madeUp')
  assert.deepEqual(read.config, config)

  const engine = reference()
  const { architecture: loaded, model } = await loadModel(blobFiles(await blobsOf(files)), engine, { of })
  assert.equal(loaded.name, 'madeUp')
  assert.equal(model.kind, 'decoder')
  assert.deepEqual(new Map(await getWeights(engine, model)), weights)
})

test('each kind is that of the first architecture which has new models of it', () => {
  const found = (['decoder', 'llama', 'encoder', 'classifier', 'encoder-decoder'] as const).map(
    (as) => newModel(as, { ...sizes, labels: ['no', 'yes'] }).architecture.name,
  )
  assert.deepEqual(found, ['gpt2', 'llama', 'maskedBert', 'classifyingBert', 'marian'])
  assert.throws(() => newModel('encoder', sizes, [gpt2]), {
    message: 'newModel: none of gpt2 begins anew as encoder. Give one that does.',
  })
})
