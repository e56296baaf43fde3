// Every architecture, with every option that its config.json can say, against what Hugging Face's transformers computed from
// the same weights and the same padded batch: logits, the stream and the patterns of every layer, the loss, the gradient of
// every weight. tools/make_model_fixtures.py made the stored results.

import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { blueprintFromJSON } from '../../src/checkpoint/architectures.ts'
import { setWeights } from '../../src/checkpoint/engineWeights.ts'
import { engines } from '../engines.ts'
import { differences, type Theirs } from './differences.ts'
import { formulaWeights } from './formula.ts'

interface Fixture extends Theirs {
  readonly config: object
  readonly seed: string
}

const folder = new URL('../fixtures/models/', import.meta.url)

for (const { name: engineName, open } of engines)
  describe(`models and transformers, ${engineName}`, () => {
    for (const file of readdirSync(folder).sort())
      test(file.replace('.json', ''), async () => {
        const fixture = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Fixture
        const { model, table } = modelOf(fixture.config, file)
        const engine = await open()
        try {
          setWeights(engine, model, formulaWeights(model, table, fixture.seed))
          for (const { what, largest } of await differences(engine, model, table, fixture))
            assert.ok(largest < 2e-5, `${what} differs by ${largest}`)
        } finally {
          engine.close()
        }
      })
  })

function modelOf(json: object, place: string) {
  const { blueprint } = blueprintFromJSON(json, place)
  return { model: blueprint.build(), table: blueprint.table }
}
