// One graph on an engine, against the reference engine.

import assert from 'node:assert/strict'
import { type Engine, type Graph, type Inputs, nodesOf } from '../../src/engine/engine.ts'
import { reference } from '../../src/engine/reference.ts'
import type { Node } from '../../src/tensor/node.ts'
import { uniform } from '../../src/tensor/random.ts'

const count = (node: Node): number => node.axes.reduce((product, { size }) => product * size, 1)

/** Numbers for every input, the same for every engine: ids where ids are wanted, small whole numbers for single ones. */
function inputsOf(graph: Graph): Inputs {
  const given: Record<string, number[]> = {}
  for (const node of nodesOf(graph)) {
    const { operation } = node
    if (operation.kind !== 'input' || given[operation.name]) continue
    const key = [...operation.name].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 7)
    given[operation.name] = Array.from({ length: count(node) }, (_, i) => {
      const u = uniform(key, 1, i)
      if (operation.below !== undefined) return Math.floor(u * operation.below)
      return node.axes.length === 0 ? 3 : Math.fround(4 * u - 2)
    })
  }
  return given
}

function assertNear(actual: ArrayLike<number>, expected: ArrayLike<number>, what: string, tolerance: number): void {
  let scale = 1e-2
  for (let i = 0; i < expected.length; i++) scale = Math.max(scale, Math.abs(expected[i]))
  assert.equal(actual.length, expected.length, what)
  for (let i = 0; i < expected.length; i++)
    if (!(Math.abs(actual[i] - expected[i]) <= tolerance * scale))
      assert.fail(`${what}[${i}] is ${actual[i]}, expected ${expected[i]} (largest ${scale})`)
}

/** Runs a graph on both, twice where it updates parameters, and compares all that it gives. `tolerance`: as a share of the largest number. */
export async function holdToReference(engine: Engine, graph: Graph, what: string, tolerance = 5e-5): Promise<void> {
  const inputs = inputsOf(graph)
  const right = reference()
  const updated = [...(graph.updates?.keys() ?? [])]
  for (const [i, node] of updated.entries()) {
    const values = Array.from({ length: count(node) }, (_, k) => Math.fround(uniform(i, 0, k)))
    engine.set(node, values)
    right.set(node, values)
  }
  const program = await engine.compile(graph)
  const expected = await right.compile(graph)
  for (let run = 0; run < (graph.updates ? 2 : 1); run++) {
    await program.run(inputs)
    await expected.run(inputs)
    for (const output of Object.keys(graph.outputs))
      assertNear((await program.read(output)).data, (await expected.read(output)).data, `${what} ${output}`, tolerance)
  }
  for (const node of updated) assertNear(await engine.get(node), await right.get(node), `${what} updated`, tolerance)
}
