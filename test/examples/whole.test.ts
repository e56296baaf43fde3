// examples/00-whole.ts is the lesson and the oracle: it has to stay short, to learn, and to agree with PyTorch.

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { backward, logits, loss, newWeights, parameters, type Scalar, type Weights } from '../../examples/00-whole.ts'

const example = new URL('../../examples/00-whole.ts', import.meta.url)

type Stored = { shape: number[]; values: number[] }
type Fixture = {
  config: { vocab_size: number; n_positions: number; n_layer: number; n_embd: number; n_head: number; n_inner?: number }
  ids: Stored
  targets: Stored
  weights: Record<string, Stored>
  gradients: Record<string, Stored>
  logits: Stored
  loss: number
}

/** The numbers that transformers keeps under its names, at the places where the example keeps them. */
function arranged(stored: Record<string, Stored>, { config: { n_layer, n_head, n_embd } }: Fixture) {
  const vector = (name: string) => stored[name].values
  const matrix = (name: string) => {
    const [rows, columns] = stored[name].shape
    return Array.from({ length: rows }, (_, row) => vector(name).slice(row * columns, (row + 1) * columns))
  }
  const transposed = (name: string) => {
    const rows = matrix(name)
    return rows[0].map((_, column) => rows.map((row) => row[column]))
  }
  const norm = (name: string) => ({ scale: vector(`${name}.weight`), shift: vector(`${name}.bias`) })
  const linear = (name: string) => ({ weight: transposed(`${name}.weight`), bias: vector(`${name}.bias`) })
  const key = n_embd / n_head
  return {
    token: matrix('transformer.wte.weight'),
    position: matrix('transformer.wpe.weight'),
    blocks: Array.from({ length: n_layer }, (_, layer) => {
      const name = `transformer.h.${layer}`
      const { weight, bias } = linear(`${name}.attn.c_attn`) // queries, keys and values of all heads, one after the other
      const rows = (third: number, head: number) => {
        const from = third * n_embd + head * key
        return { weight: weight.slice(from, from + key), bias: bias.slice(from, from + key) }
      }
      return {
        attentionNorm: norm(`${name}.ln_1`),
        heads: Array.from({ length: n_head }, (_, head) => ({
          query: rows(0, head),
          key: rows(1, head),
          value: rows(2, head),
        })),
        output: linear(`${name}.attn.c_proj`),
        mlpNorm: norm(`${name}.ln_2`),
        up: linear(`${name}.mlp.c_fc`),
        down: linear(`${name}.mlp.c_proj`),
      }
    }),
    finalNorm: norm('transformer.ln_f'),
  }
}

/** The numbers of nested arrays and objects, in order. */
type Nested = number | Nested[] | { [name: string]: Nested }
const flat = (part: Nested): number[] => (typeof part === 'number' ? [part] : Object.values(part).flatMap(flat))

function weightsOf(fixture: Fixture): Weights {
  const { vocab_size, n_positions, n_layer, n_embd, n_head, n_inner } = fixture.config
  const sizes = { vocab: vocab_size, context: n_positions, layer: n_layer, model: n_embd, head: n_head }
  const weights = newWeights({ ...sizes, hidden: n_inner ?? 4 * n_embd }, () => 0)
  const values = flat(arranged(fixture.weights, fixture))
  const all = parameters(weights)
  assert.equal(all.length, values.length)
  for (const [i, weight] of all.entries()) weight.value = values[i]
  return weights
}

function batchOf({ ids, targets }: Fixture) {
  const [samples, positions] = ids.shape
  const row = ({ values }: Stored, sample: number) => values.slice(sample * positions, (sample + 1) * positions)
  return Array.from({ length: samples }, (_, sample) => ({ ids: row(ids, sample), targets: row(targets, sample) }))
}

function assertClose(actual: number[], expected: number[], tolerance: number) {
  assert.equal(actual.length, expected.length)
  for (const [i, value] of actual.entries()) {
    const allowed = tolerance * Math.max(1, Math.abs(expected[i]))
    assert.ok(Math.abs(value - expected[i]) <= allowed, `place ${i}: ${value} instead of ${expected[i]}`)
  }
}

for (const name of ['even', 'onehead', 'odd', 'greedy']) {
  describe(`the example and PyTorch, ${name}`, async () => {
    const file = new URL(`../fixtures/gpt2/${name}.json`, import.meta.url)
    const fixture: Fixture = JSON.parse(await readFile(file, 'utf8'))
    const weights = weightsOf(fixture)
    const batch = batchOf(fixture)

    test('have the same logits', () => {
      const rows = batch.flatMap(({ ids }) => logits(weights, ids))
      const values = rows.flat().map((one: Scalar) => one.value)
      assertClose(values, fixture.logits.values, 1e-7)
    })

    test('have the same loss and the same gradient of every weight', () => {
      const mean = loss(weights, batch)
      backward(mean)
      assertClose([mean.value], [fixture.loss], 1e-12)
      const gradients = parameters(weights).map((weight) => weight.gradient)
      assertClose(gradients, flat(arranged(fixture.gradients, fixture)), 1e-7)
    })
  })
}

describe('the example by itself', () => {
  test('has at most 200 lines', async () => {
    const text = await readFile(example, 'utf8')
    assert.ok(text.trimEnd().split('\n').length <= 200)
  })

  test('learns, and writes names', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [fileURLToPath(example), '250'])
    const lines = stdout.trimEnd().split('\n')
    const number = (start: string) => Number(lines.find((line) => line.startsWith(start))?.slice(start.length))
    assert.equal(number('step 1: loss '), 3.2104)
    // Reached 1.34; 1.49 to 1.98 without the MLP, positions, queries and keys, or the past. A blind guess is 3.14.
    assert.ok(number('all names: loss ') < 1.45)
    const written = lines.slice(lines.findIndex((line) => line.startsWith('all names')) + 1)
    assert.equal(written.length, 20)
    for (const name of written) assert.match(name, /^[a-z]*( \(new\))?$/)
  })
})
