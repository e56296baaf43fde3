// One cell explained: its terms are the cells that the engine has, and they make it.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { cpu } from '../../../src/engine/cpu/index.ts'
import { parseCellAddress } from '../../../src/inspect/cells/cellAddress.ts'
import { CellReader } from '../../../src/inspect/cells/cellReader.ts'
import { explainCell } from '../../../src/inspect/cells/explainCell.ts'
import { read } from '../../../src/inspect/read.ts'
import { fillWeights } from '../../fillWeights.ts'
import { smallModel } from '../model.ts'

const ids = [3, 1, 4, 1, 5]

describe('a cell of the scores', () => {
  const model = smallModel()
  const at = 'blocks.1.attention.scores {head: 2, position: 3, source: 1}'

  test('is a dot product of a query and a key, scaled, where it may look', async (t) => {
    const engine = await cpu({ threads: 1 })
    t.after(() => engine.close())
    fillWeights(engine, model)
    const seen = await read({
      model,
      engine,
      inputs: { ids },
      addresses: [
        'blocks.1.attention.query {head: 2, position: 3}',
        'blocks.1.attention.key {head: 2, source: 1}',
        'blocks.1.attention.scores {head: 2, position: 3, source: 1}',
      ],
    })
    const [query, key, score] = [...seen.values()].map(({ data }) => data)
    const { value, how, place, formula, isRead } = await explainCell({ model, engine, inputs: { ids }, at })
    assert.ok(Math.abs(value - score[0]) < 1e-6 * Math.abs(score[0]))
    assert.equal(place, 'blocks.1.attention')
    assert.equal(isRead, true)
    assert.equal(
      formula.text,
      'Σ[key] blocks.1.attention.query · blocks.1.attention.key · 0.5 where source ≤ position, otherwise −∞',
    )
    assert.equal(how.kind, 'product')
    if (how.kind !== 'product') return
    assert.deepEqual(how.over, [{ name: 'key', size: 4 }])
    assert.deepEqual(
      how.terms.map(({ left, right }) => [left.value, right.value]),
      Array.from(query, (each, i) => [each, key[i]]),
    )
    assert.equal(how.terms[2].left.address, 'blocks.1.attention.query {position: 3, head: 2, key: 2}')
    assert.deepEqual(
      how.after.map((step) => [step.function, step.by?.value, step.condition]),
      [
        ['multiply', 0.5, undefined],
        ['where', 1, 'source ≤ position'],
      ],
    )
    assert.ok(Math.abs(how.sum * 0.5 - value) < 1e-6 * (1 + Math.abs(value)))
  })

  test('is told to be hidden where it is', async (t) => {
    const engine = await cpu({ threads: 1 })
    t.after(() => engine.close())
    fillWeights(engine, model)
    const reader = new CellReader({ model, engine })
    const cells = await reader.look({ inputs: { ids } })
    const { how, value } = await cells.explain({
      ...parseCellAddress(at),
      at: { head: 2, position: 1, source: -1 },
    })
    assert.equal(value, -Infinity)
    assert.ok(how.kind === 'masked' && how.condition === 'source ≤ position' && how.by.value === 0)
    await assert.rejects(
      cells.explain('blocks.1.attention.scores {head: 2}'),
      new Error(
        'cells: blocks.1.attention.scores {head: 2} is more than one cell: it says no place on "position" (0 to 4), "source" (0 to 4). Say one on each axis.',
      ),
    )
    await assert.rejects(
      cells.explain('blocks.1.attention.scroes {head: 2, position: 0, source: 0}'),
      /cells: there is no value "blocks\.1\.attention\.scroes"\. Did you mean "blocks\.1\.attention\.scores"/,
    )
    await reader.close()
  })
})
