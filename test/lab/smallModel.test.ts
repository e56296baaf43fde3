import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setWeights, withSizes } from '../../src/checkpoint/engineWeights.ts'
import { runWith } from '../../src/engine/engine.ts'
import { reference } from '../../src/engine/reference.ts'
import { read } from '../../src/inspect/read.ts'
import { type SmallModel, usualModel } from '../../src/lab/smallChoices.ts'
import { before, smallModel } from '../../src/lab/smallModel.ts'
import { initialValues } from '../../src/model/start.ts'

const tiny = { ...usualModel, layers: 1, model: 8, heads: 2, hidden: 0, context: 4 }

/** The values at an address, of a tiny model that reads these ids. */
async function valueAt(some: Partial<SmallModel>, address: string, ids = [1, 2, 3]) {
  const engine = reference()
  const model = smallModel({ ...tiny, ...some }, 5)
  setWeights(engine, model, withSizes(model, initialValues(model, 0)))
  const values = await read({ model, engine, inputs: { ids }, addresses: [address] })
  engine.close()
  const found = values.get(address)
  assert.ok(found)
  return found
}

test('without the diagonal a position sees those before it, and the first itself', async () => {
  const engine = reference()
  const program = await engine.compile({ outputs: { keep: before({ position: 4 }) } })
  await runWith(program, {})
  const { axes, data } = await program.read('keep')
  assert.deepEqual(
    axes.map(({ name }) => name),
    ['source', 'position'],
  )
  assert.deepEqual([...data], [1, 1, 1, 1, 0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 0, 0])
  engine.close()
})

test('a model without the diagonal has patterns without it, whose rows are whole all the same', async () => {
  const { axes, data } = await valueAt({ diagonal: false }, 'blocks.0.attention.pattern')
  const at = Object.fromEntries(axes.map(({ name }, i) => [name, axes.slice(i + 1).reduce((n, a) => n * a.size, 1)]))
  for (let head = 0; head < 2; head++)
    for (let position = 0; position < 3; position++) {
      const row = [0, 1, 2].map((source) => data[head * at.head + position * at.position + source * at.source])
      assert.equal(row[position], position === 0 ? 1 : 0)
      assert.ok(Math.abs(row[0] + row[1] + row[2] - 1) < 1e-6)
    }
})

test('without W_Q and W_K, or W_O, rotary places still tell equal tokens apart by their distance', async () => {
  for (const attention of ['raw', 'bare'] as const) {
    // With equal tokens and no places all scores of a row are one number.
    const spread = async (positions: SmallModel['positions']) => {
      const { data } = await valueAt({ attention, positions, start: 'glorot' }, 'blocks.0.attention.scores', [1, 1, 1])
      const scores = [...data].filter(Number.isFinite)
      return Math.max(...scores) - Math.min(...scores)
    }
    assert.ok((await spread('rotary')) > 1e-4, attention)
  }
  // One head, so that every score of equal tokens is equal.
  const { data } = await valueAt({ attention: 'raw', positions: 'none' }, 'blocks.0.attention.scores', [1, 1, 1])
  const scores = [...data].filter(Number.isFinite)
  assert.ok(Math.max(...scores) - Math.min(...scores) < 1e-6)
})
