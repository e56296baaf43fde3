// A model whose attention goes along edges passes messages, and nothing else: what no path of at most as many edges as layers leads to is
// not touched, to the bit; without positions the order of the nodes does not matter; and rollout goes where messages go.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { edges as karate, members } from '../../examples/karateClub.ts'
import { cpu } from '../../src/engine/cpu/index.ts'
import { type Engine, runWith } from '../../src/engine/engine.ts'
import { reference } from '../../src/engine/reference.ts'
import { greatestFlow, rollout, withSkip } from '../../src/inspect/heads/rollout.ts'
import { Attention } from '../../src/model/attention.ts'
import { PreNormBlock } from '../../src/model/block.ts'
import { TokenEmbedding } from '../../src/model/embedding.ts'
import { Encoder } from '../../src/model/encoder.ts'
import { Linear } from '../../src/model/linear.ts'
import { maskOfEdges } from '../../src/model/masks.ts'
import { MLP } from '../../src/model/mlp.ts'
import { LayerNorm } from '../../src/model/norm.ts'
import { initialValues } from '../../src/model/start.ts'
import type { Ids } from '../../src/model/stream.ts'
import { relu } from '../../src/tensor/definitions.ts'
import type { AttentionEdge } from '../../src/tensor/edges.ts'
import { gradient } from '../../src/tensor/gradient.ts'
import { parametersOf } from '../../src/tensor/names.ts'
import { trace } from '../../src/tensor/pass.ts'
import { gather, input, multiply, sum, table } from '../../src/tensor/primitives.ts'

const [model, head, key, layers] = [8, 2, 4, 2]
const start = { normal: 0.5 }

function encoderOf(nodes: number): Encoder {
  const from = { model }
  const norm = () => new LayerNorm({ over: from })
  const block = () =>
    new PreNormBlock({
      attentionNorm: norm(),
      attention: new Attention({
        query: new Linear({ from, to: { head, key }, bias: true, start }),
        key: new Linear({ from, to: { head, key }, bias: true, start }),
        value: new Linear({ from, to: { head, value: key }, bias: true, start }),
        output: new Linear({ from: { head, value: key }, to: from, bias: true, start }),
      }),
      mlpNorm: norm(),
      mlp: new MLP({
        up: new Linear({ from, to: { hidden: 12 }, bias: true, start }),
        down: new Linear({ from: { hidden: 12 }, to: from, bias: true, start }),
        activation: relu,
      }),
    })
  return new Encoder({
    context: nodes,
    embedding: new TokenEmbedding({ vocab: 2 * nodes, model, start: { normal: 1 } }),
    blocks: Array.from({ length: layers }, block),
    norm: norm(),
  })
}

function begin(engine: Engine, encoder: Encoder): void {
  const weights = parametersOf(encoder)
  for (const [path, values] of initialValues(encoder, 3)) {
    const weight = weights.get(path)
    if (weight) engine.set(weight, values)
  }
}

const sumOf = (values: ArrayLike<number>): number => Array.from(values).reduce((sum, each) => sum + each, 0)

/** The nodes from which messages come to a node in at most so many steps, itself included. */
function reaching(edges: readonly AttentionEdge[], node: number, steps: number): Set<number> {
  const found = new Set([node])
  for (let step = 0; step < steps; step++)
    for (const position of [...found]) for (const edge of edges) if (edge.position === position) found.add(edge.source)
  return found
}

/** A ring of 9 nodes, each looking at the one before; and a club. */
const ring: readonly AttentionEdge[] = Array.from({ length: 9 }, (_, i) => ({ source: (i + 8) % 9, position: i }))
const graphs = [
  ['a ring', 9, ring],
  ['a karate club', members, karate],
] as const

describe('messages go along edges alone', () => {
  for (const [name, nodes, edges] of graphs)
    test(`in ${name}: what cannot be reached changes no bit and has no gradient`, async () => {
      const engine = await cpu({ threads: 1 })
      const encoder = encoderOf(nodes)
      begin(engine, encoder)
      const ids = input('ids', { batch: 1, position: nodes }, { below: 2 * nodes }) as Ids
      const asked = input('asked', {})
      const states = encoder.states({ ids }, { keep: maskOfEdges({ position: nodes }, edges) })
      const one = gather(states, asked, 'position')
      const [slope] = gradient(sum(multiply(one, one), 'batch', 'model'), [encoder.embedding.token])
      const program = await engine.compile({ outputs: { states, slope } })
      const own = Array.from({ length: nodes }, (_, i) => i)
      const run = async (
        given: readonly number[],
        position: number,
      ): Promise<Record<'states' | 'slope', Float32Array>> => {
        await runWith(program, { ids: given, asked: position })
        return {
          states: (await program.read('states')).data.slice(),
          slope: (await program.read('slope')).data.slice(),
        }
      }
      const row = (values: Float32Array, i: number): number[] => [...values.subarray(i * model, (i + 1) * model)]
      const before = await run(own, 0)
      let untouched = 0
      for (let changed = 0; changed < nodes; changed += 4) {
        // The same node with other numbers.
        const { states: after } = await run(own.with(changed, nodes + changed), 0)
        for (let node = 0; node < nodes; node++) {
          const isReached = reaching(edges, node, layers).has(changed)
          const isSame = row(after, node).every((value, i) => value === row(before.states, node)[i])
          assert.equal(isSame, !isReached, `${changed} → ${node}`)
          if (!isReached) untouched++
        }
      }
      for (let position = 0; position < nodes; position += 5) {
        const { slope: found } = await run(own, position)
        const from = reaching(edges, position, layers)
        for (let node = 0; node < nodes; node++)
          assert.equal(
            row(found, node).every((value) => value === 0),
            !from.has(node),
            `slope of ${node} at ${position}`,
          )
      }
      assert.ok(untouched > nodes, `${untouched}`)
      engine.close()
    })
})

test('nodes in another order give the same, in that order', () => {
  const engine = reference()
  const encoder = encoderOf(members)
  begin(engine, encoder)
  const order = Array.from({ length: members }, (_, i) => (11 * i + 5) % members)
  const placeOf = order.map((_, node) => order.indexOf(node))
  const renamed = karate.map(({ source, position }) => ({ source: placeOf[source], position: placeOf[position] }))
  const statesOf = (ids: readonly number[], edges: readonly AttentionEdge[]) => {
    const states = encoder.states(
      { ids: table({ batch: 1, position: members }, ids) },
      { keep: maskOfEdges({ position: members }, edges) },
    )
    return engine.run64({ outputs: { states } }, {}).get(states) ?? new Float64Array()
  }
  const first = statesOf(
    order.map((_, i) => i),
    karate,
  )
  const other = statesOf(order, renamed)
  for (const [place, node] of order.entries())
    for (let i = 0; i < model; i++)
      assert.ok(Math.abs(other[place * model + i] - first[node * model + i]) < 1e-12, `node ${node}`)
})

test('rollout and flow go where messages go, and keep what there is', () => {
  const engine = reference()
  for (const [, nodes, edges] of graphs) {
    const encoder = encoderOf(nodes)
    begin(engine, encoder)
    const ids = table(
      { batch: 1, position: nodes },
      Array.from({ length: nodes }, (_, i) => i),
    )
    const { names } = trace(encoder, () => encoder.states({ ids }, { keep: maskOfEdges({ position: nodes }, edges) }))
    const patterns = [0, 1].map((layer) => names.valueAt(`blocks.${layer}.attention.pattern`))
    const made = engine.run64({ outputs: Object.fromEntries(patterns.map((node, i) => [i, node])) }, {})
    const squares = patterns.map((node) => {
      const shares = made.get(node) ?? new Float64Array()
      const at = ['position', 'head', 'source'].map((name) => node.axes.findIndex((axis) => axis.name === name))
      const strides = at.map((i) => node.axes.slice(i + 1).reduce((size, axis) => size * axis.size, 1))
      const heads = Array.from({ length: head }, (_, h) =>
        Array.from(
          { length: nodes * nodes },
          (_, i) => shares[Math.floor(i / nodes) * strides[0] + h * strides[1] + (i % nodes) * strides[2]],
        ),
      )
      return withSkip(heads, nodes)
    })
    const through = rollout(squares, nodes)
    for (let position = 0; position < nodes; position++) {
      const row = through.subarray(position * nodes, (position + 1) * nodes)
      assert.ok(Math.abs(sumOf(row) - 1) < 1e-12)
      const from = reaching(edges, position, layers)
      for (const [source, share] of row.entries()) assert.equal(share > 0, from.has(source), `${source} → ${position}`)
      const source = (5 * position) % nodes
      const { amount, through: flows } = greatestFlow(squares, nodes, position, source)
      assert.equal(amount > 0, from.has(source), `${source} → ${position}`)
      for (const [layer, cells] of flows.entries())
        for (const [cell, flow] of cells.entries()) assert.ok(flow >= 0 && flow <= squares[layer][cell] + 1e-12)
      for (let node = 0; node < nodes; node++) {
        const out = sumOf(Array.from({ length: nodes }, (_, other) => flows[0][node * nodes + other]))
        const into = sumOf(Array.from({ length: nodes }, (_, other) => flows[1][other * nodes + node]))
        assert.ok(Math.abs(out - into) < 1e-12, `node ${node}: ${out} is not ${into}`)
      }
      assert.ok(Math.abs(sumOf(flows[1].subarray(position * nodes, (position + 1) * nodes)) - amount) < 1e-12)
    }
  }
})
