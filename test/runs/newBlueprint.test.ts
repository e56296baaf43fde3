// An architecture is known everywhere once it is in one list.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { architectureOf } from '../../src/checkpoint/architecture.ts'
import { architectures, blueprintFromJSON } from '../../src/checkpoint/architectures.ts'
import { blobFiles, blobsOf } from '../../src/checkpoint/blobFiles.ts'
import { getWeights, withSizes } from '../../src/checkpoint/engineWeights.ts'
import { gpt2 } from '../../src/checkpoint/gpt2.ts'
import { loadModel } from '../../src/checkpoint/load.ts'
import { savedFiles } from '../../src/checkpoint/savedFiles.ts'
import { reference } from '../../src/engine/reference.ts'
import { initialValues } from '../../src/model/start.ts'
import { newBlueprint } from '../../src/runs/newBlueprint.ts'

/** GPT-2 under another name. */
const madeUp = architectureOf({
  ...gpt2.definition,
  name: 'madeUp',
  types: ['made_up'],
  classes: ['MadeUpLMHeadModel'],
  configToJSON: (config) => ({
    ...gpt2.blueprint(config).toJSON(),
    model_type: 'made_up',
    architectures: ['MadeUpLMHeadModel'],
  }),
})
const of = [madeUp, ...architectures]
const sizes = { vocab: 7, context: 5, layer: 1, head: 2, model: 4, hidden: undefined, dropout: 0 }

test('an architecture that is in the list is made, saved, read and loaded', async () => {
  const blueprint = newBlueprint('decoder', sizes, of)
  assert.equal(blueprint.architecture.name, 'madeUp')
  const made = blueprint.build()
  const weights = new Map(withSizes(made, initialValues(made, 1)))
  const files = await savedFiles({ blueprint, weights })
  const read = blueprintFromJSON(JSON.parse(JSON.stringify(blueprint)), 'config.json', of)
  assert.equal(read.blueprint.architecture.name, 'madeUp')
  assert.deepEqual(read.blueprint.config, blueprint.config)

  const engine = reference()
  const { blueprint: loaded, model } = await loadModel(blobFiles(await blobsOf(files)), engine, { of })
  assert.equal(loaded.architecture.name, 'madeUp')
  assert.equal(model.kind, 'decoder')
  assert.deepEqual(new Map(await getWeights(engine, model)), weights)
})

test('each kind is that of the first architecture which has new models of it', () => {
  const found = (['decoder', 'llama', 'encoder', 'classifier', 'encoder-decoder'] as const).map(
    (as) => newBlueprint(as, { ...sizes, labels: ['no', 'yes'] }).architecture.name,
  )
  assert.deepEqual(found, ['gpt2', 'llama', 'maskedBert', 'classifyingBert', 'marian'])
  assert.throws(() => newBlueprint('encoder', sizes, [gpt2]), {
    message: 'newBlueprint: none of gpt2 begins anew as encoder. Give one that does.',
  })
})
