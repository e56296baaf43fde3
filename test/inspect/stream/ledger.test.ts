// The stream is the sum of its parts, at any point, in any topology.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { cpu } from '../../../src/engine/cpu/index.ts'
import { reference } from '../../../src/engine/reference.ts'
import { editedPass } from '../../../src/inspect/editedPass.ts'
import { readableValues } from '../../../src/inspect/read.ts'
import { ledger } from '../../../src/inspect/stream/ledger.ts'
import { summandsOf } from '../../../src/inspect/stream/summands.ts'
import type { Node, Tensor } from '../../../src/tensor/node.ts'
import { contract, multiply } from '../../../src/tensor/primitives.ts'
import { goldenIds, goldenModel } from '../golden.ts'
import { bert, type Case, fill, gpt2, llama, preNorm, preNormCross, translator } from './models.ts'

const near = (value: number | undefined, wanted: number, most = 1e-5, what = ''): void =>
  assert.ok(Math.abs((value ?? Number.NaN) - wanted) <= most, `${what} ${value}, not ${wanted}`)

const partsOf = ({ rows }: { rows: readonly { part: string; layer?: number; head?: number }[] }): string[] =>
  rows.map(({ part, layer, head }) => [part, layer, head].filter((each) => each !== undefined).join(' '))

test('the golden model: the lengths of what each part adds', async () => {
  const engine = reference()
  const inputs = { ids: goldenIds }
  const { rows, norm, address, position } = await ledger({
    model: goldenModel(engine),
    engine,
    inputs,
    detail: 'parts',
  })
  assert.deepEqual([address, position], ['blocks.1.output', 10])
  const wanted = [1.23804, 1.092839, 2.570526, 3.954898, 2.794594, 4.385809]
  assert.equal(rows.length, wanted.length)
  for (const [i, row] of rows.entries()) near(row.norm, wanted[i], 1e-6, row.address)
  near(norm, 8.126396, 1e-6)
  near(
    rows.reduce((sum, { share }) => sum + share, 0),
    1,
  )
})

describe('the parts add up to the stream', () => {
  for (const { name, model, inputs } of preNorm())
    test(name, async () => {
      const engine = await cpu({ threads: 1 })
      try {
        fill(engine, model)
        const points = [...readableValues(model, { position: 7, source: 4 })]
          .filter(
            ([path, { axes }]) =>
              /embedded$|middle$|output$|mlp.output$/.test(path) && axes.some(({ name }) => name === 'position'),
          )
          .map(([path]) => path)
        for (const detail of ['parts', 'heads', 'neurons'] as const)
          for (const at of [...points.filter((_, i) => i % 3 === 0), undefined]) {
            const { left, stopsAt } = await ledger({ model, engine, inputs, at, detail })
            assert.ok(left <= 1e-6, `${at} in ${detail}: ${left}`)
            if (!at?.startsWith('encoder')) assert.equal(stopsAt, undefined)
          }
      } finally {
        engine.close()
      }
    })
})

describe('in double precision', () => {
  for (const { name, model, inputs } of [...preNorm(), translator(), bert()])
    test(name, async () => {
      const engine = reference()
      fill(engine, model)
      const names = await editedPass({ model, engine, inputs }, 'test')
      const [, stream] =
        [...names.values].findLast(([path]) => /\.output$|embedded$/.test(path) && !path.startsWith('norm')) ?? []
      assert.ok(stream)
      const summands = summandsOf(stream, names, 'neurons')
      const products = summands.flatMap(({ product }) => product ?? [])
      const split = products.map(({ x, weight, along, scale }) => {
        const inner = x.axes.map(({ name }) => name).filter((name) => !['batch', 'position', ...along].includes(name))
        const written = contract(x, weight, inner)
        return scale ? multiply(written as Tensor, scale as Tensor) : written
      })
      const nodes = [stream, ...summands.map(({ node }) => node), ...split]
      const made = engine.run64({ outputs: Object.fromEntries(nodes.map((node, i) => [`${i}`, node])) }, inputs)
      const last = (node: Node, cell: number): number => {
        const data = made.get(node) ?? new Float64Array()
        return data[(data.length - 12 + cell) % data.length]
      }
      const length = Math.hypot(...Array.from({ length: 12 }, (_, cell) => last(stream, cell)))
      for (let cell = 0; cell < 12; cell++) {
        const sum = summands.reduce((sum, { node }) => sum + last(node, cell), 0)
        near(sum, last(stream, cell), 1e-14 * length, `cell ${cell}`)
      }
      // A product is the sum of its heads, or of its neurons.
      for (const [i, { factor }] of products.entries()) {
        const summand = summands.find(({ product }) => product === products[i])
        const parts = made.get(split[i]) ?? new Float64Array()
        const count = parts.length / 12 / split[i].axes.filter(({ name }) => name === 'position')[0].size
        const whole = summand?.node
        assert.ok(whole)
        for (let cell = 0; cell < 12; cell++) {
          let sum = 0
          for (let each = 0; each < count; each++) sum += factor * parts[parts.length - 12 * (each + 1) + cell]
          near(sum, last(whole, cell), 1e-14 * length)
        }
      }
    })
})

describe('the parts have names', () => {
  const openedLedger = async ({ model, inputs }: Case, options: Partial<Parameters<typeof ledger>[0]> = {}) => {
    const engine = reference()
    fill(engine, model)
    return ledger({ model, engine, inputs, ...options })
  }

  test('of a GPT-2', async () => {
    const block = (layer: number) =>
      [0, 1, 2].map((head) => `attention ${layer} ${head}`).concat(`bias ${layer}`, `mlp ${layer}`)
    assert.deepEqual(partsOf(await openedLedger(gpt2())), ['token', 'position', ...block(0), ...block(1)])
  })

  test('of a Llama, whose four heads share two heads of keys and values', async () => {
    const block = (layer: number) => [0, 1, 2, 3].map((head) => `attention ${layer} ${head}`).concat(`mlp ${layer}`)
    assert.deepEqual(partsOf(await openedLedger(llama())), ['token', ...block(0), ...block(1)])
  })

  test('of a decoder that looks at an encoder', async () => {
    const { rows } = await openedLedger(preNormCross(), { detail: 'parts', at: 'decoder.blocks.0.output' })
    assert.deepEqual(
      rows.map(({ part, address }) => [part, address]),
      [
        // One table embeds both texts; its name is the one it has first.
        ['token', 'encoder.embedding.token'],
        ['position', 'decoder.embedded'],
        ['attention', 'decoder.blocks.0.attention.output'],
        ['cross', 'decoder.blocks.0.cross.output'],
        ['mlp', 'decoder.blocks.0.mlp.output'],
      ],
    )
  })

  test('after a norm the ledger is of what went into it, and stops at the norm before', async () => {
    for (const [each, at, stop] of [
      [translator(), 'decoder.blocks.1.output', 'decoder.blocks.1.crossNorm.output'],
      [bert(), 'bert.blocks.1.output', 'bert.blocks.1.attentionNorm.output'],
      [bert(), 'bert.blocks.1.attentionNorm.output', 'bert.blocks.0.output'],
    ] as const) {
      const found = await openedLedger(each, { at, detail: 'parts' })
      assert.deepEqual([found.isBeforeNorm, found.stopsAt, found.rows[0].part], [true, stop, 'norm'])
      assert.equal(found.rows.length, 2)
      assert.ok(found.left <= 1e-6)
    }
    const { rows } = await openedLedger(bert(), { at: 'bert.embeddingNorm.output' })
    assert.deepEqual(partsOf({ rows }), ['token', 'kind', 'position'])
  })
})

test('edits are seen: a head that gives nothing, an attention twice as strong, a stream that is another', async () => {
  const { model, inputs } = gpt2()
  const engine = reference()
  fill(engine, model)
  const rowsWith = async (edits: Parameters<typeof ledger>[0]['edits'], at = 'blocks.1.output') =>
    (await ledger({ model, engine, inputs, edits, at })).rows
  const before = await rowsWith([])
  const without = await rowsWith([{ at: 'blocks.0.attention.mixed {head: 1}', to: 0 }])
  assert.equal(without.find(({ layer, head }) => layer === 0 && head === 1)?.norm, 0)
  const twice = await rowsWith([{ at: 'blocks.0.attention.output', to: { scale: 2 } }])
  near(twice[3].norm, 2 * before[3].norm, 1e-5)
  const other = await rowsWith([{ at: 'blocks.0.output {position: 6}', to: 1 }])
  assert.deepEqual(partsOf({ rows: other }).slice(0, 2), ['output 0', 'attention 1 0'])
})

test('the vectors themselves are given where they are asked for', async () => {
  const { model, inputs } = gpt2()
  const engine = reference()
  fill(engine, model)
  const { rows, norm } = await ledger({ model, engine, inputs, at: 'blocks.0.output {position: 2}', numbers: true })
  const sum = rows.reduce(
    (sum, { numbers = [] }) => sum.map((cell, i) => cell + numbers[i]),
    Array.from({ length: 12 }, () => 0),
  )
  near(Math.hypot(...sum), norm, 1e-6)
})

test('what is no place in the stream is refused', async () => {
  const { model, inputs } = gpt2()
  const engine = reference()
  const refused = (at: string, message: string) =>
    assert.rejects(ledger({ model, engine, inputs, at }), (error: Error) => {
      assert.equal(error.message, message)
      return true
    })
  await refused(
    'blocks.0.outptu',
    'ledger: there is no value "blocks.0.outptu". Did you mean "blocks.0.output", "blocks.1.output" or "blocks.0.mlp.up"?',
  )
  await refused(
    'blocks.*.output',
    'ledger: blocks.*.output means 2 values. Give the address of one, such as blocks.0.output.',
  )
  await refused(
    'blocks.0.attention.mixed',
    'ledger: blocks.0.attention.mixed is no vector of the stream. Give an address with the axes "position" and "model", and no place but a position.',
  )
  await refused(
    'blocks.0.output {position: 7}',
    'ledger: blocks.0.output {position: 7}: the axis "position" has the places 0 to 6. Give one of these, or count from the end: -1 is the last.',
  )
})
