// Every case of the table on the CPU engine, in each of its arithmetics, against the reference engine.

import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { type CpuOptions, cpu } from '../../src/engine/cpu/index.ts'
import { type Engine, type Graph, nodesOf } from '../../src/engine/engine.ts'
import { elementwise } from '../../src/tensor/elementwise.ts'
import type { Node } from '../../src/tensor/node.ts'
import { parameter } from '../../src/tensor/primitives.ts'
import { type CaseSizes, cases } from './cases.ts'
import { holdToReference } from './holdToReference.ts'

const allSizes: readonly CaseSizes[] = [
  { a: 1, b: 1, c: 1 },
  { a: 2, b: 3, c: 5 },
  { a: 3, b: 7, c: 16 },
  { a: 4, b: 17, c: 33 },
  { a: 2, b: 29, c: 64 },
]

/** `before`: so many cells stand in the arena before anything else. */
interface Variant {
  readonly name: string
  readonly options: CpuOptions
  readonly before?: number
}

const variants: readonly Variant[] = [
  { name: '256 bits', options: { threads: 2 } },
  { name: '128 bits, fused multiply-add', options: { threads: 1, simd: 128, fma: true } },
  { name: '128 bits, multiply and add', options: { threads: 3, simd: 128, fma: false } },
  // Addresses around 2³¹, where signed numbers turn over. What is never touched costs no memory.
  { name: '2 GB and more', options: { threads: 2 }, before: 2 ** 29 - 2 ** 14 },
]

/** What takes up so many cells as long as it can be reached; nothing where the system gives less. */
function reserve(engine: Engine, before: number): Node | undefined {
  try {
    const reserved = parameter({ cell: before })
    engine.keep(reserved, 'f32')
    return reserved
  } catch {
    return undefined
  }
}

const graphs = new Map<string, Graph>()

/** A case in some sizes: one graph for all engines. */
function graphOf({ name, build }: (typeof cases)[number], sizes: CaseSizes): Graph {
  const key = `${name} ${JSON.stringify(sizes)}`
  const graph = graphs.get(key) ?? build(sizes)
  graphs.set(key, graph)
  return graph
}

for (const { name, options, before = 1 } of variants) {
  describe(`cpu, ${name}`, async () => {
    const engine = await cpu({ ...options, aloneBelow: 0 })
    const reserved = reserve(engine, before)
    const skip = reserved ? false : 'the system gives WebAssembly less memory'
    after(() => {
      if (reserved) engine.forget(reserved)
      engine.close()
    })
    for (const each of cases)
      it(each.name, { skip }, async () => {
        for (const sizes of before > 1 ? allSizes.slice(-2) : allSizes)
          await holdToReference(engine, graphOf(each, sizes), `${each.name} ${JSON.stringify(sizes)}`)
      })
  })
}

it('every function of single numbers and every kind of operation has a case', () => {
  const graphs = cases.map(({ build }) => build({ a: 2, b: 3, c: 5 }))
  const nodes = graphs.flatMap((graph) => nodesOf(graph))
  const functions = new Set(nodes.map(({ operation }) => (operation.kind === 'apply' ? operation.function : '')))
  for (const name of Object.keys(elementwise))
    assert.ok(functions.has(name as keyof typeof elementwise), `no case for "${name}"`)
  const kinds = new Set(nodes.map(({ operation }) => operation.kind))
  const all = [
    'input',
    'parameter',
    'constant',
    'table',
    'index',
    'random',
    'apply',
    'expand',
    'reduce',
    'dot',
    'rename',
    'gather',
    'scatter',
    'place',
    'stop',
    'defined',
    'part',
  ]
  for (const kind of all) assert.ok(kinds.has(kind as Node['operation']['kind']), `no case for "${kind}"`)
})
