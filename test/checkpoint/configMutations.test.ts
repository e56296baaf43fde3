// Every field of every architecture's config.json with every kind of wrong value: a config all of whose numbers can be computed
// with, or an error that names the file and, where one field is wrong, that field.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { blueprintFromJSON } from '../../src/checkpoint/architectures.ts'
import { bert, classifyingBert, maskedBert } from '../../src/checkpoint/bert.ts'
import { clip } from '../../src/checkpoint/clip.ts'
import { gpt2 } from '../../src/checkpoint/gpt2.ts'
import { llama, mistral, qwen2, qwen3 } from '../../src/checkpoint/llama.ts'
import { marian } from '../../src/checkpoint/marian.ts'

const sizes = { vocab: 13, context: 32, layer: 2, head: 2, model: 12, special: { begin: 1, end: [2], pad: 0 } }
const window = { size: 4, layers: [0] }
const half = { layer: 1, head: 2 }
const scaled = (kind: string, more: object): object => ({
  ...llama.blueprint({ ...sizes, hidden: 16 }).toJSON(),
  rope_scaling: { rope_type: kind, original_max_position_embeddings: 16, factor: 2, ...more },
})
const configs: Readonly<Record<string, object>> = {
  gpt2: gpt2.blueprint({ ...sizes, hidden: 24, epsilon: 1e-5, dropout: 0 }).toJSON(),
  llama: llama.blueprint({ ...sizes, hidden: 16 }).toJSON(),
  mistral: mistral.blueprint({ ...sizes, hidden: 16, window: { size: 4, layers: [1] } }).toJSON(),
  qwen2: qwen2.blueprint({ ...sizes, hidden: 16, window, biases: ['query', 'key', 'value'] }).toJSON(),
  qwen3: qwen3.blueprint({ ...sizes, hidden: 16, window, hasNormedKeys: true }).toJSON(),
  linear: scaled('linear', {}),
  dynamic: scaled('dynamic', {}),
  yarn: scaled('yarn', { beta_fast: 32, beta_slow: 1, truncate: true, mscale: 0.7, mscale_all_dim: 0.5 }),
  'yarn with a strength': scaled('yarn', { attention_factor: 0.7 }),
  longrope: scaled('longrope', { short_factor: [1, 1.1, 1.2], long_factor: [2, 2.1, 2.2] }),
  llama3: scaled('llama3', { low_freq_factor: 1, high_freq_factor: 4 }),
  bert: { ...bert.blueprint(sizes).toJSON(), has_pooling_layer: true },
  maskedBert: maskedBert.blueprint(sizes).toJSON(),
  classifyingBert: classifyingBert.blueprint({ ...sizes, class: 2, labels: ['no', 'yes'] }).toJSON(),
  marian: marian
    .blueprint({ ...sizes, encoder: half, decoder: half, special: { end: [0], pad: 2, start: 2 } })
    .toJSON(),
  clip: clip
    .blueprint({
      ...{ vocab: 13, context: 8, shared: 5, end: 12, logitScale: 2.5 },
      ...{ picture: { channel: 3, down: 8, across: 8 }, patch: { down: 4, across: 4 } },
      ...{ textEncoder: { ...half, model: 12 }, pictureEncoder: { ...half, model: 10 } },
    })
    .toJSON(),
}

let deep: unknown = 1
for (let i = 0; i < 20_000; i++) deep = [deep]
const values: readonly unknown[] = [
  undefined,
  null,
  '',
  'x',
  [],
  {},
  true,
  false,
  -1,
  0,
  1,
  1.5,
  1e300,
  1e-300,
  2 ** 31,
  2 ** 32,
  2e9,
  2 ** 53,
  Number.POSITIVE_INFINITY,
  Number.NaN,
  [null],
  ['full_attention'],
  [['full_attention'], ['full_attention']],
  { toString: 2 },
  { 0: 'a', 2: 'b' },
  { 0: { a: 1 } },
  deep,
]

for (const [name, json] of Object.entries(configs))
  test(`config.json of ${name}`, () => {
    blueprintFromJSON(json)
    for (const [field, value] of Object.entries(json)) {
      for (const wrong of values) check({ ...json, [field]: wrong }, field)
      if (typeof value !== 'object' || value === null || Array.isArray(value)) continue
      for (const inner of Object.keys(value))
        for (const wrong of values) check({ ...json, [field]: { ...value, [inner]: wrong } }, `${field}.${inner}`)
    }
  })

function check(json: object, field: string): void {
  let config: object
  try {
    ;({
      blueprint: { config },
    } = blueprintFromJSON(json))
  } catch (error) {
    assert.ok(error instanceof Error)
    assert.equal(error.constructor, Error, `${field}: ${error.message}`)
    assert.match(error.message, /^config\.json: /)
    return
  }
  assert.ok(areFinite(config), `${field}: ${JSON.stringify(config)}`)
}

/** Whether every number that a config holds is one that 32 bits can hold. */
function areFinite(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(Math.fround(value))
  return typeof value !== 'object' || value === null || Object.values(value).every(areFinite)
}
