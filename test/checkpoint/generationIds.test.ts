// A translator's folder says in generation_config.json with which tokens a target begins and ends: transformers looks for them
// nowhere else once that file is there.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withSizes } from '../../src/checkpoint/engineWeights.ts'
import { readJSON } from '../../src/checkpoint/folderFiles.ts'
import { marian } from '../../src/checkpoint/marian.ts'
import { savedFiles } from '../../src/checkpoint/savedFiles.ts'
import { initialValues } from '../../src/model/start.ts'
import { folderOfSaved } from './files.ts'

const half = { layer: 1, head: 2, hidden: 8 }
const special = { end: [0], pad: 2, start: 2, forcedEnd: [0] }

test('a translator begins with its start, ends with its end, and writes what is likeliest', async () => {
  const config = { vocab: 9, context: 8, model: 4, encoder: half, decoder: half, special }
  const model = marian.blueprint(config).build()
  const weights = withSizes(model, initialValues(model, 1))
  const saved = await folderOfSaved(await savedFiles({ blueprint: marian.blueprint(config), weights }))
  assert.deepEqual(await readJSON(saved, 'generation_config.json'), {
    eos_token_id: 0,
    pad_token_id: 2,
    decoder_start_token_id: 2,
    forced_eos_token_id: 0,
    do_sample: false,
    temperature: 1,
    top_k: 0,
    top_p: 1,
    max_length: 8,
  })
})
