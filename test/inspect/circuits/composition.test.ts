// Composition of all pairs at once, tile by tile, against the product of each pair.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cpu } from '../../../src/engine/cpu/index.ts'
import { composition } from '../../../src/inspect/circuits/composition.ts'
import { headWeights, ovOf, qkOf } from '../../../src/inspect/circuits/headWeights.ts'
import { Llama } from '../../../src/model/llama.ts'
import { fill, translator } from '../stream/models.ts'

test('scores of all pairs are those of their products, where tables are of several tiles and heads are shared', async () => {
  const engine = await cpu({ threads: 1 })
  const sizes = { vocab: 5, context: 8, layer: 3, head: 4, shared: 2, model: 132, hidden: 8, key: 6 }
  const model = new Llama(sizes)
  fill(engine, model)
  const settings = { model, engine, offset: 2 }
  const heads = await headWeights(settings)
  const { rows } = await composition(settings)
  assert.equal(rows.length, 3 * (4 * 8 + 4 * 4))
  const at = ({ layer, head }: { layer: number; head: number }) => heads[layer * 4 + head]
  for (const { kind, from, to, score } of rows) {
    const qk = qkOf(at(to))
    const read = { query: qk, key: qk.transposed, value: ovOf(at(to)) }[kind]
    const wanted = ovOf(at(from)).composition(read)
    assert.ok(Math.abs(score - wanted) < 1e-6, `${kind} ${from.address} ${to.address}: ${score}, not ${wanted}`)
  }
  engine.close()
})

test('a half composes with itself alone', async () => {
  const engine = await cpu({ threads: 1 })
  const { model } = translator()
  fill(engine, model)
  const { rows } = await composition({ model, engine, kinds: ['key'] })
  assert.equal(rows.length, 9)
  assert.deepEqual([...new Set(rows.map(({ from, to }) => `${from.part} ${to.part}`))], ['decoder decoder'])
  engine.close()
})
