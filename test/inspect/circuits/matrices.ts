// What tests of circuits share: an engine of their own, weights as matrices, and numbers that are near.

import assert from 'node:assert/strict'
import type { Engine } from '../../../src/engine/engine.ts'
import { reference } from '../../../src/engine/reference.ts'
import type { Matrix } from '../../../src/inspect/circuits/matrix.ts'
import type { AnyModel } from '../../../src/model/language.ts'
import { parametersOf } from '../../../src/tensor/names.ts'

export const near = (found: number | undefined, wanted: number, by: number, what: string): void =>
  assert.ok(Math.abs((found ?? Number.NaN) - wanted) <= by, `${what}: ${found}, not ${wanted}`)

export async function within<T>(use: (engine: Engine) => Promise<T>): Promise<T> {
  const engine = reference()
  try {
    return await use(engine)
  } finally {
    engine.close()
  }
}

/** A weight with two axes, or with one as a column. */
export async function weight(engine: Engine, model: AnyModel, path: string): Promise<Matrix> {
  const node = parametersOf(model).get(path)
  if (!node) throw new Error(`there is no ${path}`)
  const [rows, columns = 1] = node.axes.map(({ size }) => size)
  return { rows, columns, data: Float64Array.from(await engine.get(node)) }
}
