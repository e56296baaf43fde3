// Random graphs, lowered for machines that differ, give what the reference engine gives; so does the CPU engine.

import { after, describe, test } from 'node:test'
import { cpu } from '../../../src/engine/cpu/index.ts'
import type { Engine, Graph } from '../../../src/engine/engine.ts'
import type { Node, Tensor } from '../../../src/tensor/node.ts'
import * as p from '../../../src/tensor/primitives.ts'
import { holdToReference } from '../holdToReference.ts'
import { plain } from '../plain/engine.ts'
import { targets } from '../plain/targets.ts'

/** Whole numbers below what is asked for, the same for the same seed. */
function draws(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

const namesOf = ({ axes }: Node): string[] => axes.map(({ name }) => name)

/** A graph of random operations on random axes, with two parameters that change. */
function randomGraph(seed: number): Graph {
  const draw = draws(seed)
  const pick = <T>(all: readonly T[]): T => all[draw(all.length)]
  const sizes: Readonly<Record<string, number>> = { a: 1 + draw(4), b: 1 + draw(5), c: 1 + draw(9), d: 1 + draw(3) }
  const some = (): string[] => Object.keys(sizes).filter(() => draw(2) === 1)
  const along = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, sizes[name]]))
  const parameters = [p.parameter(along(['a', 'c'])), p.parameter(along(['b', 'c']))]
  const nodes: Tensor[] = [...Array.from({ length: 5 }, (_, i) => p.input(`x${i}`, along(some()))), ...parameters]
  const operations: readonly ((x: Tensor, y: Tensor, z: Tensor) => Node | undefined)[] = [
    (x) => p.tanh(x),
    (x) => p.stopGradient(p.exp(p.minimum(x, 1))),
    (x, y) => p.add(x, y),
    (x, y) => p.multiply(p.tanh(x), y),
    (x, y) => p.subtract(x, p.multiply(y, 0.5)),
    (x, y, z) => p.where(p.less(x, 0.3711), z, p.add(x, p.multiply(z, y))),
    (x) => (x.axes.length > 0 ? p.multiply(p.sum(x, pick(namesOf(x))), 0.3) : undefined),
    (x) => (x.axes.length > 0 ? p.max(x, pick(namesOf(x))) : undefined),
    (x, y) => {
      const shared = namesOf(x).filter((name) => namesOf(y).includes(name))
      return shared.length > 0 ? p.tanh(p.dot(x, y, pick(shared))) : undefined
    },
    (x) => {
      const added = some().filter((name) => !namesOf(x).includes(name))
      return p.expand(x, [...added.map((name) => ({ name, size: sizes[name] })), ...x.axes])
    },
    (x) => {
      if (x.axes.length === 0) return undefined
      const { name, size } = pick(x.axes)
      return p.sum(p.multiply(p.rename(x, name, 'other'), p.index('other', size)), 'other')
    },
    (x) => {
      if (x.axes.length === 0) return undefined
      const { name, size } = pick(x.axes)
      return p.window(x, name, { from: draw(3) - 1, size })
    },
  ]
  for (let i = 5 + draw(30); i > 0; i--) {
    const made = pick(operations)(draw(3) > 0 ? pick(nodes.slice(-6)) : pick(nodes), pick(nodes), pick(nodes))
    if (made) nodes.push(made as Tensor)
  }
  const shift = p.sum(nodes[0], ...namesOf(nodes[0]))
  return {
    outputs: Object.fromEntries(nodes.slice(-4).map((node, i) => [`y${i}`, node])),
    updates: new Map(parameters.map((parameter) => [parameter, p.add(parameter, p.multiply(shift, 0.1))])),
  }
}

const seeds = Array.from({ length: 60 }, (_, seed) => seed)

async function holdAll(engine: Engine, tolerance: number): Promise<void> {
  for (const seed of seeds) await holdToReference(engine, randomGraph(seed), `graph ${seed}`, tolerance)
}

describe('random graphs', async () => {
  const engine = await cpu({ threads: 2, aloneBelow: 0 })
  after(() => engine.close())
  for (const [name, target] of Object.entries(targets))
    test(`plain loops, ${name}`, () => holdAll(plain(target, 'f64'), 1e-6))
  test('cpu', () => holdAll(engine, 2e-3))
})
