// The lattice of a text: guesses as the lens says, surprises and changes as they are computed one by one.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { reference } from '../../../src/engine/reference.ts'
import { read } from '../../../src/inspect/read.ts'
import { lattice } from '../../../src/inspect/stream/lattice.ts'
import { fillWeights, smallModel } from '../model.ts'

const ids = [3, 1, 4, 1, 5]

test('has a row for the embeddings and for each block', async () => {
  const model = smallModel()
  const engine = reference()
  fillWeights(engine, model)
  const looking = { model, engine, inputs: { ids } }
  const rows = await lattice(looking)
  assert.deepEqual(
    rows.map(({ address }) => address),
    ['embedded', 'blocks.0.output', 'blocks.1.output'],
  )
  const seen = await read({ ...looking, addresses: ['embedded', 'blocks.0.output', 'logits'] })
  const [embedded, first, logits] = [...seen.values()].map(({ data }) => data)
  const vocab = logits.length / ids.length
  const width = embedded.length / ids.length
  const last = rows[2].cells
  for (const [position, cell] of last.entries()) {
    const own = logits.subarray(position * vocab, (position + 1) * vocab)
    const powers = Array.from(own, Math.exp)
    const sum = powers.reduce((a, b) => a + b, 0)
    assert.equal(cell.id, own.indexOf(Math.max(...own)))
    assert.ok(Math.abs(cell.probability - powers[cell.id] / sum) < 1e-5)
    const next = ids[position + 1]
    if (next === undefined) assert.equal(cell.surprise, undefined)
    else assert.ok(Math.abs((cell.surprise ?? 0) + Math.log(powers[next] / sum)) < 1e-4)
  }
  for (const [position, { change = 0 }] of rows[1].cells.entries()) {
    let squares = 0
    for (let i = position * width; i < (position + 1) * width; i++) squares += (first[i] - embedded[i]) ** 2
    assert.ok(Math.abs(change - Math.sqrt(squares)) < 1e-4)
  }
  assert.equal(rows[0].cells[0].change, undefined)
})
