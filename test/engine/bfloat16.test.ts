// Graphs whose weights are kept as bfloat16, against the reference engine with the same rounded numbers.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { cpu } from '../../src/engine/cpu/index.ts'
import { reference } from '../../src/engine/reference.ts'
import { fromBfloat16, toBfloat16 } from '../../src/engine/storage.ts'
import { attention } from '../../src/tensor/attention.ts'
import { cells } from '../../src/tensor/axes.ts'
import { gelu, softmax } from '../../src/tensor/definitions.ts'
import type { Node, Tensor } from '../../src/tensor/node.ts'
import { trace } from '../../src/tensor/pass.ts'
import * as p from '../../src/tensor/primitives.ts'
import { uniform } from '../../src/tensor/random.ts'

interface Case {
  /** What is kept as bfloat16. */
  readonly halves: readonly Node[]
  readonly outputs: Record<string, Node>
  readonly inputs: Record<string, ArrayLike<number>>
}

const numbers = (count: number, from: number): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => Math.fround(2 * uniform(from, 0, i) - 1))

/** So many positions with a vector of this size each. */
const stream = (position: number, model: number): Tensor<'position' | 'model'> => p.input('x', { position, model })

const cases: Readonly<Record<string, (position: number, model: number) => Case>> = {
  'a table read by ids, and the same one as unembedding': (position, model) => {
    const token = p.parameter({ vocab: 37, model })
    const ids = p.input('ids', { position }, { below: 37 })
    const activated = gelu(p.gather(token, ids, 'vocab'))
    const given = Float32Array.from({ length: position }, (_, i) => (i * 11) % 37)
    return { halves: [token], outputs: { logits: p.dot(activated, token, 'model') }, inputs: { ids: given } }
  },
  'heads, and back': (position, model) => {
    const x = stream(position, model)
    const query = p.parameter({ model, head: 3, key: 5 })
    const output = p.parameter({ head: 3, key: 5, model })
    const made = softmax(p.dot(x, query, 'model'), 'key')
    const outputs = { made, back: p.add(p.contract(made, output, ['head', 'key']) as Tensor<'position' | 'model'>, x) }
    return { halves: [query, output], outputs, inputs: { x: numbers(position * model, 1) } }
  },
  'a weight on the other side': (position, model) => {
    const x = p.input('x', { model, position })
    const weight = p.parameter({ hidden: 19, model })
    const y = p.dot(weight, x, 'model')
    return { halves: [weight], outputs: { y }, inputs: { x: numbers(position * model, 1) } }
  },
  'a matrix that is added to a product': (position, model) => {
    const weight = p.parameter({ model, hidden: 9 })
    const place = p.parameter({ position, hidden: 9 })
    const outputs = { y: p.add(p.dot(stream(position, model), weight, 'model'), place) }
    return { halves: [weight, place], outputs, inputs: { x: numbers(position * model, 1) } }
  },
  'a matrix in loops': (position, model) => {
    const weight = p.parameter({ position, model })
    const product = p.multiply(weight, stream(position, model))
    const outputs = {
      weight,
      sums: p.sum(product, 'model'),
      columns: p.sum(product, 'position'),
      more: p.add(weight, 1),
    }
    return { halves: [weight], outputs, inputs: { x: numbers(position * model, 1) } }
  },
  'keys that are weights': (position, model) => {
    const query = p.input('x', { position, head: 1, key: model })
    const key = p.parameter({ source: 7, head: 1, key: model })
    const value = p.parameter({ source: 7, head: 1, value: 6 })
    const outputs = { mixed: attention(query, key, value).mixed }
    return { halves: [key, value], outputs, inputs: { x: numbers(position * model, 1) } }
  },
}

const sizes = [
  [1, 1],
  [1, 70],
  [3, 5],
  [7, 64],
  [20, 33],
] as const

describe('weights kept as bfloat16', () => {
  for (const [name, build] of Object.entries(cases))
    it(name, async () => {
      const bits = new Map<boolean, Float32Array[]>()
      for (const [threads, fma] of [
        [1, true],
        [2, true],
        [3, true],
        [2, false],
      ] as const) {
        const engine = await cpu({ threads, fma, aloneBelow: 0 })
        const all: Float32Array[] = []
        for (const [position, model] of sizes) {
          const { halves, outputs, inputs } = build(position, model)
          const right = reference()
          for (const [i, parameter] of halves.entries()) {
            engine.keep(parameter, 'bf16')
            const values = numbers(cells(parameter.axes), 5 + i)
            engine.set(parameter, values)
            right.set(
              parameter,
              values.map((value) => fromBfloat16(toBfloat16(value))),
            )
          }
          const [program, expected] = [await engine.compile({ outputs }), await right.compile({ outputs })]
          await program.run(inputs)
          await expected.run(inputs)
          for (const output of Object.keys(outputs)) {
            const [{ data }, { data: wanted }] = [await program.read(output), await expected.read(output)]
            all.push(data)
            const worst = data.findIndex(
              (value, i) => !(Math.abs(value - wanted[i]) <= 2e-5 * (1 + Math.abs(wanted[i]))),
            )
            if (worst >= 0)
              assert.fail(
                `${output} of ${position}, ${model} on ${engine.description}: ${data[worst]} instead of ${wanted[worst]} at ${worst}`,
              )
          }
        }
        assert.deepEqual(all, bits.get(fma) ?? all, `${engine.description}: other bits`)
        bits.set(fma, all)
        engine.close()
      }
    })

  it('takes half the memory', async () => {
    const engine = await cpu({ threads: 1 })
    const [half, whole] = [p.parameter({ a: 100, b: 64 }), p.parameter({ a: 100, b: 64 })]
    engine.keep(half, 'bf16')
    const lasting = async (weight: Node): Promise<number> =>
      (await engine.compile({ outputs: { y: p.sum(weight as Tensor<'a' | 'b'>, 'b') } })).plan.lasting
    assert.equal(await lasting(half), 100 * 64 * 2)
    assert.equal(await lasting(whole), 100 * 64 * 4)
    engine.close()
  })

  it('does not give them new values', async () => {
    const engine = await cpu({ threads: 1 })
    const weight = p.parameter({ a: 3, b: 4 })
    const { outputs: updates, names } = trace({ mlp: { up: { weight } } }, () => new Map([[weight, p.add(weight, 1)]]))
    engine.keep(weight, 'bf16')
    await assert.rejects(engine.compile({ outputs: {}, updates, names }), {
      message: 'compile: mlp.up.weight is kept as bf16, but the program gives it new values; keep it as f32.',
    })
    engine.close()
  })
})
