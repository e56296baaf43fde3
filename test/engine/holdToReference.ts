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

/** What the reference engine says of a graph: after each run, and of the parameters in the end. */
interface Right {
  readonly inputs: Inputs
  readonly began: ReadonlyMap<Node, Float32Array>
  readonly runs: readonly ReadonlyMap<string, ArrayLike<number>>[]
  readonly updated: ReadonlyMap<Node, ArrayLike<number>>
}

const known = new WeakMap<Graph, Promise<Right>>()

/** What is right is found once for each graph, however many engines are held to it. */
function rightOf(graph: Graph): Promise<Right> {
  const right = known.get(graph) ?? computed(graph)
  known.set(graph, right)
  return right
}

async function computed(graph: Graph): Promise<Right> {
  const inputs = inputsOf(graph)
  const engine = reference()
  const nodes = [...(graph.updates?.keys() ?? [])]
  const began = new Map(
    nodes.map((node, i) => [node, Float32Array.from({ length: count(node) }, (_, k) => uniform(i, 0, k))]),
  )
  for (const [node, values] of began) engine.set(node, values)
  const program = await engine.compile(graph)
  const runs: Map<string, ArrayLike<number>>[] = []
  for (let run = 0; run < (graph.updates ? 2 : 1); run++) {
    await program.run(inputs)
    const outputs = new Map<string, ArrayLike<number>>()
    for (const output of Object.keys(graph.outputs)) outputs.set(output, (await program.read(output)).data)
    runs.push(outputs)
  }
  const updated = new Map<Node, ArrayLike<number>>()
  for (const node of nodes) updated.set(node, await engine.get(node))
  return { inputs, began, runs, updated }
}

/** Runs a graph on both, twice where it updates parameters, and compares all that it gives. `tolerance`: as a share of the largest number. */
export async function holdToReference(engine: Engine, graph: Graph, what: string, tolerance = 5e-5): Promise<void> {
  const { inputs, began, runs, updated } = await rightOf(graph)
  for (const [node, values] of began) engine.set(node, values)
  const program = await engine.compile(graph)
  for (const outputs of runs) {
    await program.run(inputs)
    for (const [output, right] of outputs)
      assertNear((await program.read(output)).data, right, `${what} ${output}`, tolerance)
  }
  for (const [node, right] of updated) assertNear(await engine.get(node), right, `${what} updated`, tolerance)
}
