// The lattice of a text: guesses as the lens says, surprises and changes as they are computed one by one.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { reference } from '../../../src/engine/reference.ts'
import { read } from '../../../src/inspect/read.ts'
import { lattice, latticeChanges, latticeWithStates } from '../../../src/inspect/stream/lattice.ts'
import { fillWeights } from '../../fillWeights.ts'
import { smallModel } from '../model.ts'

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

test('beside that of another text it says how far each cell is, and what it was', async () => {
  const model = smallModel()
  const engine = reference()
  fillWeights(engine, model)
  const swapped = ids.with(2, 7)
  const [before, after] = [
    await latticeWithStates({ model, engine, inputs: { ids } }),
    await latticeWithStates({ model, engine, inputs: { ids: swapped } }),
  ]
  const changes = latticeChanges(before, after)
  for (const { address, cells } of changes) {
    const seen = []
    for (const text of [ids, swapped])
      seen.push((await read({ model, engine, inputs: { ids: text }, addresses: [address] })).get(address)?.data ?? [])
    const width = seen[0].length / ids.length
    for (const [position, { distance, was }] of cells.entries()) {
      const squares = [0, 0, 0]
      for (let i = position * width; i < (position + 1) * width; i++) {
        squares[0] += (seen[0][i] - seen[1][i]) ** 2
        squares[1] += seen[0][i] ** 2
        squares[2] += seen[1][i] ** 2
      }
      const right = Math.sqrt(squares[0]) / Math.sqrt(Math.max(squares[1], squares[2]))
      assert.ok(Math.abs(distance - right) < 1e-6, `${address} ${position}: ${distance}, not ${right}`)
      assert.equal(was, before.rows.find((row) => row.address === address)?.cells[position].id)
      // What stands before the other letter sees nothing of it.
      assert.equal(distance === 0, position < 2 || (address === 'embedded' && position > 2))
    }
  }
  const shorter = await latticeWithStates({ model, engine, inputs: { ids: ids.slice(1) } })
  assert.throws(
    () => latticeChanges(shorter, after),
    /^Error: lattice: one has 4 tokens at embedded, the other 5\. Give two texts of one length\.$/,
  )
})
