// A model in the fast engine and in the reference engine, with the same weights, so that what is found in one can be held to the other.

import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import { cpu } from '../../src/engine/cpu/index.ts'
import type { Engine } from '../../src/engine/engine.ts'
import { reference } from '../../src/engine/reference.ts'
import { cells } from '../../src/tensor/axes.ts'
import { parametersOf } from '../../src/tensor/names.ts'

interface Both {
  readonly engine: Engine
  /** The reference engine. */
  readonly plain: Engine
}

/** Two engines that hold the model, while the tests of a suite run. `take`: is given them before the first. */
export function bothEngines(model: object, take: (both: Both) => void): void {
  let both: Both
  before(async () => {
    both = { engine: await cpu({ threads: 1 }), plain: reference() }
    for (const each of [both.engine, both.plain]) await fill(each, model)
    take(both)
  })
  after(() => {
    both.engine.close()
    both.plain.close()
  })
}

/** Weights of no meaning, the same in every engine. */
export async function fill(engine: Engine, model: object): Promise<void> {
  let count = 0
  for (const weight of parametersOf(model).values())
    await engine.set(
      weight,
      Float32Array.from({ length: cells(weight.axes) }, () => 0.4 * Math.sin(1.7 * count++)),
    )
}

/** Throws unless the numbers are as many, and each as near. */
export function near(a: ArrayLike<number>, b: ArrayLike<number>, allowed = 1e-5): void {
  assert.equal(a.length, b.length)
  for (let i = 0; i < a.length; i++) assert.ok(Math.abs(a[i] - b[i]) <= allowed, `${i}: ${a[i]} is not ${b[i]}`)
}
