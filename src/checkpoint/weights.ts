// A model's weights as arrays: all of them at once, by path, from a checkpoint's tensors and back. For what is small, or must
// be kept beside the engine: the state of a training, initial values, fixtures. Whole models go straight into an engine
// (loadWeights.ts) and out of it.

import type { Loop } from '../engine/lower/collapse.ts'
import { addDifferent, matchTensors, showTensor } from './match.ts'
import { cellCount, isPlain, rearrange, simplest, stridesByName, type WeightAxes } from './rearrange.ts'
import type { SafetensorsFile, StoredTensor } from './safetensors.ts'
import { type PartPlan, tensorPlans, type WeightTable } from './weightTable.ts'

/** The numbers of one parameter. */
export interface Weight {
  readonly sizes: WeightAxes
  readonly data: Float32Array
}

/** All parameters of a model, by path. */
export type Weights = ReadonlyMap<string, Weight>

/**
 * A model's weights as the checkpoint's tensors. Where the order of axes is the same, the numbers are not copied.
 *
 * Throws when the table does not account for every weight.
 */
export function toCheckpoint(weights: Weights, table: WeightTable): Map<string, StoredTensor> {
  const sizes = new Map([...weights].map(([path, weight]) => [path, weight.sizes]))
  return new Map(
    tensorPlans(sizes, table).map(({ name, shape, parts }) => {
      const pieces = parts.map((part) => {
        const { sizes, data } = weights.get(part.path) as Weight
        return { data, part, loops: loopsOf(part, sizes) }
      })
      const [first] = pieces
      if (pieces.length === 1 && isPlain(first.loops)) return [name, { shape, data: first.data }]
      const stored = new Float32Array(cellCount(shape))
      for (const { data, part, loops } of pieces)
        rearrange({ type: 'f32', data }, { type: 'f32', data: stored }, loops.map(turned), 0, part.from)
      return [name, { shape, data: stored }]
    }),
  )
}

/**
 * A checkpoint's tensors as the weights of a model. Where the order of axes is the same, the numbers are not copied.
 *
 * - `sizes`: the axes and sizes of each of the model's parameters, by path
 * - `place`: the file's name, for errors
 *
 * Throws one error that lists all that is missing, has another shape, is unknown, or should be a copy and is not.
 */
export function fromCheckpoint(
  { tensors, others }: Pick<SafetensorsFile, 'tensors' | 'others'>,
  table: WeightTable,
  sizes: ReadonlyMap<string, WeightAxes>,
  place = 'weights',
): Map<string, Weight> {
  const found = new Map([
    ...others,
    ...[...tensors].map(([name, { shape }]) => [name, { dtype: 'F32', shape }] as const),
  ])
  const matched = matchTensors(found, table, sizes)
  const dataOf = (name: string): Float32Array => (tensors.get(name) as StoredTensor).data
  for (const { copy, name } of matched.copies) {
    const original = dataOf(name)
    if (!dataOf(copy).every((number, i) => number === original[i])) addDifferent(matched.misfits, copy, name)
  }
  for (const name of matched.unknown) matched.misfits.add(`unknown: ${showTensor(name, found)}`)
  matched.misfits.check(place)

  const weights = new Map<string, Weight>()
  for (const { name, plan } of matched.tensors) {
    const stored = dataOf(name)
    for (const part of plan.parts) {
      const own = sizes.get(part.path) as WeightAxes
      const loops = loopsOf(part, own)
      const isWhole = plan.parts.length === 1 && isPlain(loops)
      const data = isWhole ? stored : new Float32Array(cellCount(Object.values(own)))
      if (!isWhole) rearrange({ type: 'f32', data: stored }, { type: 'f32', data }, loops, part.from)
      weights.set(part.path, { sizes: own, data })
    }
  }
  // In the model's own order, whatever the table's is.
  return new Map([...sizes.keys()].map((path) => [path, weights.get(path) as Weight]))
}

/** From the checkpoint's order to ours, both dense. */
function loopsOf({ order, strides }: PartPlan, sizes: WeightAxes): readonly Loop[] {
  const own = stridesByName(sizes)
  return simplest(order.map((axis, i) => ({ size: sizes[axis], strides: [strides[i], own[axis]] })))
}

const turned = ({ size, strides: [from, to] }: Loop): Loop => ({ size, strides: [to, from] })
