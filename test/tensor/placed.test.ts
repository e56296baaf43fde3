// Values at places: the cells of the whole, and no others computed.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { cpu } from '../../src/engine/cpu/index.ts'
import { type Engine, nodesOf } from '../../src/engine/engine.ts'
import { computeAsked } from '../../src/engine/lower/asked.ts'
import { reference } from '../../src/engine/reference.ts'
import { readableValues } from '../../src/inspect/read.ts'
import { GPT2 } from '../../src/model/gpt2.ts'
import { Llama } from '../../src/model/llama.ts'
import { cells } from '../../src/tensor/axes.ts'
import type { Node } from '../../src/tensor/node.ts'
import { placed } from '../../src/tensor/placed.ts'
import * as p from '../../src/tensor/primitives.ts'
import { uniform } from '../../src/tensor/random.ts'
import { fillWeights } from '../fillWeights.ts'

const ids = [3, 1, 4, 1, 5, 9, 2]

async function results(engine: Engine, outputs: Readonly<Record<string, Node>>): Promise<Float32Array[]> {
  const program = await engine.compile({ outputs })
  await program.run({ ids })
  const all: Float32Array[] = []
  for (const name of Object.keys(outputs)) all.push((await program.read(name)).data)
  return all
}

describe('a value at places', () => {
  const models = {
    gpt2: new GPT2({ vocab: 11, context: 9, layer: 2, head: 3, model: 12 }),
    llama: new Llama({ vocab: 11, context: 9, layer: 2, head: 4, shared: 2, model: 16, hidden: 20 }),
  }

  for (const [name, model] of Object.entries(models)) {
    it(`is the part of the whole that it means, whatever the axes (${name})`, async (t) => {
      const [right, engine] = [reference(), await cpu({ threads: 1 })]
      t.after(() => engine.close())
      for (const each of [right, engine]) fillWeights(each, model)
      let draw = 0
      for (const [path, value] of readableValues(model, { position: ids.length })) {
        const chosen = value.axes.filter(() => uniform(3, 0, draw++) < 0.5)
        const at = Object.fromEntries(chosen.map(({ name, size }) => [name, Math.floor(size * uniform(4, 0, draw++))]))
        const slice = placed(value, at)
        assert.deepEqual(
          slice.axes,
          value.axes.filter(({ name }) => at[name] === undefined),
        )
        const [[whole], [cut]] = [await results(right, { value }), await results(right, { slice })]
        const where = cellsAt(value, at)
        assert.deepEqual(
          cut,
          whole.filter((_, cell) => where(cell)),
          path,
        )
        const narrow = computeAsked({ outputs: { slice } }).graph.outputs.slice
        assert.deepEqual((await results(right, { narrow }))[0], cut, path)
        const [fast] = await results(engine, { slice })
        for (const [i, cell] of cut.entries())
          assert.ok(
            fast[i] === cell || Math.abs(fast[i] - cell) < 1e-4 * (1 + Math.abs(cell)),
            `${path} ${JSON.stringify(at)} ${i}: ${fast[i]}, not ${cell}`,
          )
      }
    })
  }

  it('is the only part that has to be computed', async (t) => {
    const engine = await cpu({ threads: 1 })
    t.after(() => engine.close())
    const model = new GPT2({ vocab: 11, context: 256, layer: 2, head: 12, model: 48 })
    const values = readableValues(model, { position: 256 })
    const value = (path: string): Node => values.get(path) as Node
    const passing = async (outputs: Readonly<Record<string, Node>>): Promise<number> => {
      const program = await engine.compile({ outputs })
      const { passing } = program.plan
      await program.close()
      return passing
    }
    const shared = await passing({ before: value('blocks.0.attentionNorm.output') })
    const pattern = value('blocks.0.attention.pattern')
    const whole = (await passing({ pattern })) - shared
    const head = (await passing({ head: placed(pattern, { head: 0 }) })) - shared
    const row = (await passing({ row: placed(pattern, { position: -1 }) })) - shared
    const both = (await passing({ row: placed(pattern, { head: -1, position: -1 }) })) - shared
    assert.ok(head <= whole / 11, `one of 12 heads takes ${head} bytes, all take ${whole}`)
    // The keys of all sources are needed even for one row.
    const keys = 4 * cells(value('blocks.0.attention.key').axes)
    assert.ok(row <= whole / 256 + 1.5 * keys, `one row of 256 takes ${row} bytes, all take ${whole}`)
    assert.ok(both <= head && both <= row)
  })

  it('costs no more than the whole, where that is asked for too', () => {
    const model = models.gpt2
    const values = readableValues(model, { position: 7 })
    const pattern = values.get('blocks.1.attention.pattern') as Node
    const products = (outputs: Readonly<Record<string, Node>>): number =>
      nodesOf(computeAsked({ outputs }).graph).filter(({ operation }) => operation.kind === 'dot').length
    const slices = { head: placed(pattern, { head: 0 }), row: placed(pattern, { head: 0, position: 2 }) }
    assert.equal(products({ pattern, ...slices }), products({ pattern }))
    // What both want is one head.
    const narrow = nodesOf(computeAsked({ outputs: slices }).graph)
    const scores = narrow.filter(({ axes }) => axes.some(({ name }) => name === 'source') && axes.length === 3)
    assert.ok(scores.length > 0)
    assert.equal(products(slices), products({ head: slices.head }))
  })

  it('is worked out beforehand, where places and numbers are known', () => {
    const at = { position: 2 }
    const numbers = p.table({ position: 3, model: 2 }, [1, 2, 3, 4, 5, 6])
    const place = placed(p.multiply(p.index('position', 3), 2), at)
    const row = placed(p.multiply(numbers, p.parameter({ model: 2 })), at)
    const outputs = { place, row }
    const nodes = nodesOf(computeAsked({ outputs }).graph)
    assert.deepEqual(
      nodes.flatMap(({ operation }) => (operation.kind === 'table' ? [operation.values] : [])),
      [[5, 6]],
    )
    assert.ok(nodes.every(({ axes }) => axes.every(({ name }) => name !== 'position')))
  })

  it('has places that the value has', () => {
    const value = p.input('x', { head: 2, position: 3 })
    assert.throws(() => placed(value, { heads: 0 }), {
      message:
        'address: value {heads: 0}: the value has no axis "heads", it is (head 2, position 3). Did you mean "head"?',
    })
    assert.throws(() => placed(value, { head: -3 }), {
      message:
        'address: value {head: -3}: the axis "head" has the places 0 to 1. Give one of these, or count from the end: -1 is the last.',
    })
    assert.equal(placed(value, {}), value)
  })
})

/** Which cells of a value are at these places. */
function cellsAt({ axes }: Node, at: Readonly<Record<string, number>>): (cell: number) => boolean {
  return (cell) =>
    axes.every(({ name, size }, i) => {
      const place = at[name]
      return place === undefined || Math.floor(cell / cells(axes.slice(i + 1))) % size === place
    })
}
