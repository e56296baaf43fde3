// An architecture and a config of it in one value: what the compiler holds together, and what such a value gives.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { architectures, blueprintFromJSON } from '../../src/checkpoint/architectures.ts'
import { bert, classifyingBert, maskedBert } from '../../src/checkpoint/bert.ts'
import type { Blueprint } from '../../src/checkpoint/blueprint.ts'
import { gpt2 } from '../../src/checkpoint/gpt2.ts'
import { llama, mistral } from '../../src/checkpoint/llama.ts'
import { marian } from '../../src/checkpoint/marian.ts'
import type { SavedModel } from '../../src/checkpoint/savedFiles.ts'

const sizes = { vocab: 11, context: 6, layer: 1, head: 2, model: 8 }
const half = { layer: 1, head: 2, hidden: 8 }
const blueprints: readonly Blueprint[] = [
  gpt2.blueprint(sizes),
  llama.blueprint({ ...sizes, hidden: 16 }),
  mistral.blueprint({ ...sizes, hidden: 16, window: { size: 4, layers: [0] } }),
  bert.blueprint(sizes),
  maskedBert.blueprint(sizes),
  classifyingBert.blueprint({ ...sizes, class: 2 }),
  marian.blueprint({ vocab: 11, context: 6, model: 8, encoder: half, decoder: half }),
]

test('a config of another architecture, and one without its own, do not compile', () => {
  // Never called: the compiler judges.
  const misfits = (): readonly unknown[] => [
    // @ts-expect-error: a Llama has to be told how wide its perceptrons are
    llama.blueprint(sizes),
    // @ts-expect-error: a classifier has to be told how many classes there are
    classifyingBert.blueprint(sizes),
    // @ts-expect-error: GPT-2 has one table of positions, and no encoder
    gpt2.blueprint({ vocab: 11, context: 6, model: 8, encoder: half, decoder: half }),
    // @ts-expect-error: nobody knows which configs an architecture of the list has
    architectures[0].blueprint(sizes),
    // @ts-expect-error: what is saved is a blueprint
    { architecture: gpt2, config: sizes, weights: new Map() } satisfies SavedModel,
  ]
  assert.equal(typeof misfits, 'function')
})

test('the JSON of a blueprint is its config.json, from which it comes back', () => {
  for (const blueprint of blueprints) {
    const json: unknown = JSON.parse(JSON.stringify(blueprint))
    const again = blueprintFromJSON(json, 'config.json', [blueprint.architecture]).blueprint
    assert.equal(again.architecture, blueprint.architecture)
    assert.deepEqual(again.sizes, blueprint.sizes)
    assert.deepEqual(JSON.parse(JSON.stringify(again)), json, blueprint.architecture.name)
  }
})

test('a blueprint with another dropout is the same but for that', () => {
  for (const blueprint of blueprints) {
    const dropped = blueprint.withDropout(0.25)
    assert.deepEqual(dropped.config, { ...blueprint.config, dropout: 0.25 })
    assert.deepEqual([dropped.architecture, dropped.sizes], [blueprint.architecture, blueprint.sizes])
  }
})

test('an encoder has heads, and nothing else has any', () => {
  const named = (blueprint: Blueprint): (string | undefined)[] =>
    (['encoder', 'classifier'] as const).map((as) => blueprint.underNewHead(as, ['no', 'yes'])?.architecture.name)
  assert.deepEqual(blueprints.map(named), [
    [undefined, undefined],
    [undefined, undefined],
    [undefined, undefined],
    ['maskedBert', 'classifyingBert'],
    [undefined, 'classifyingBert'],
    [undefined, 'classifyingBert'],
    [undefined, undefined],
  ])
})

test('what only comes out of folders has no blueprint of sizes', () => {
  const asked = { ...sizes, hidden: undefined, dropout: 0 }
  assert.equal(mistral.fromSizes(asked), undefined)
  assert.deepEqual(gpt2.fromSizes(asked)?.config, { ...sizes, hidden: 32, dropout: 0, epsilon: 1e-5 })
})
