// How many numbers a model learns, and where they are.

import { type Axis, cells } from '../../tensor/axes.ts'
import { parametersOf } from '../../tensor/names.ts'
import { partOfPath } from '../paths.ts'

export interface PartParameters {
  /** The path of the part that the weights are fields of: `blocks.0.attention.query`. */
  readonly part: string
  readonly weights: readonly { readonly path: string; readonly axes: readonly Axis[]; readonly count: number }[]
  readonly count: number
  /** Its part of all parameters of the model. */
  readonly share: number
}

/** The parameters of a model, part by part, in the order of its fields. A weight that two parts share counts once. */
export function parametersByPart(model: object): PartParameters[] {
  const weights = [...parametersOf(model)].map(([path, { axes }]) => ({ path, axes, count: cells(axes) }))
  const total = weights.reduce((sum, { count }) => sum + count, 0)
  const parts = Map.groupBy(weights, ({ path }) => partOfPath(path))
  return [...parts].map(([part, own]) => {
    const count = own.reduce((sum, weight) => sum + weight.count, 0)
    return { part, weights: own, count, share: count / total }
  })
}
