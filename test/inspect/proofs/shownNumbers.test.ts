// Numbers that are shown, held beside another engine's.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { reference } from '../../../src/engine/reference.ts'
import { CellReader } from '../../../src/inspect/cells/cellReader.ts'
import { sourceReading } from '../../../src/inspect/heads/sourceReading.ts'
import { checkShown, type ShownNumber, type ShownValue } from '../../../src/inspect/proofs/shownNumbers.ts'
import { read } from '../../../src/inspect/read.ts'
import { lattice } from '../../../src/inspect/stream/lattice.ts'
import { EncoderDecoder } from '../../../src/model/encoderDecoder.ts'
import { initialValues } from '../../../src/model/start.ts'
import { parametersOf } from '../../../src/tensor/names.ts'

const sizes = { encoder: { layer: 2, head: 2 }, decoder: { layer: 2, head: 2 } }
const model = new EncoderDecoder({ vocab: 9, context: 8, model: 8, ...sizes })
const engine = reference()
for (const [path, weight] of parametersOf(model)) engine.set(weight, initialValues(model, 1).get(path) ?? [])
const looking = { model, engine, inputs: { ids: [0, 7, 8], source: [1, 2, 3, 4] } }

const pattern = 'decoder.blocks.1.cross.pattern {head: 1}'
const addresses = [
  'decoder.blocks.0.attention.scores {head: 1, position: 2, source: 1}',
  'decoder.blocks.0.attention.scores {head: 0, position: 0, source: 2}',
  'decoder.blocks.0.attention.scores / step 1 {position: 2, source: 1}',
  'ids {position: 2}',
  'encoder.embedding.token {vocab: 3, model: 2}',
]

async function shown(): Promise<{ cells: ShownNumber[]; values: ShownValue[] }> {
  const seen = await new CellReader(looking).look({ inputs: looking.inputs, hasGradients: true })
  const cells: ShownNumber[] = []
  for (const address of addresses)
    cells.push({ address, of: 'value', value: (await seen.explain(address, 'value')).value })
  const at = 'decoder.blocks.1.output {position: 1, model: 4}'
  cells.push({ address: at, of: 'gradient', value: (await seen.explain(at, 'gradient')).value })
  const { data } = (await read({ ...looking, addresses: [pattern] })).get(pattern) ?? { data: new Float32Array() }
  return { cells, values: [{ address: pattern, of: 'value', data }] }
}

test('what is right is found right: cells, steps, gradients, whole values, and what a mask hides', async () => {
  const { cells, values } = await shown()
  assert.equal(cells[1].value, -Infinity)
  const rows = await lattice(looking)
  const guesses = rows.flatMap(({ address, cells }) =>
    cells.map(({ probability }, place) => ({ address, place, value: probability })),
  )
  const [{ address, shares }] = await sourceReading(looking)
  const read = [...shares].map((value, place) => ({ address, place, value }))
  const { numbers, farthest } = await checkShown({ ...looking, cells, values, guesses: [...guesses, ...read] })
  assert.equal(numbers, cells.length + 3 * 4 + 3 * 3 + 4)
  assert.ok((farthest?.apart ?? 0) < 1e-6)
})

test('one number that is wrong is found, and where', async () => {
  const { cells, values } = await shown()
  const { farthest } = await checkShown({
    ...looking,
    cells: cells.map((cell, i) => (i === 0 ? { ...cell, value: cell.value + 0.5 } : cell)),
    values,
  })
  assert.equal(farthest?.address, addresses[0])
  assert.ok(Math.abs(farthest.value - farthest.right - 0.5) < 1e-6)
  const [{ data, ...value }] = values
  const wrong = Float32Array.from(data, (number, i) => (i === 6 ? number + 0.25 : number))
  const found = await checkShown({ ...looking, values: [{ ...value, data: wrong }] })
  assert.equal(found.farthest?.address, 'decoder.blocks.1.cross.pattern {head: 1, position: 1, source: 2}')
  const torn = await checkShown({ ...looking, cells: [{ ...cells[0], value: Number.NaN }] })
  assert.equal(torn.farthest?.apart, Number.POSITIVE_INFINITY)
})

test('a cell that is not there is an error', async () => {
  await assert.rejects(checkShown({ ...looking, guesses: [{ address: 'decoder.embedded', place: 9, value: 0 }] }), {
    message: 'check: there is no cell 9 of decoder.embedded in the lattice.',
  })
})
