// A model's weights into an engine and out of it: by their paths, each row-major in the order of its axes.

import type { Engine } from '../engine/engine.ts'
import { parametersOf } from '../tensor/names.ts'
import type { Node } from '../tensor/node.ts'
import { didYouMean } from '../text/spelling.ts'
import { cellCount, type WeightAxes } from './rearrange.ts'
import type { Weight, Weights } from './weights.ts'

/** The axes of every weight of a model and their sizes, by path. */
export function weightSizes(model: object): Map<string, WeightAxes> {
  return new Map([...parametersOf(model)].map(([path, weight]) => [path, axisSizes(weight)]))
}

/** Values by path as weights of a model, with the sizes that they have there. */
export function withSizes(model: object, values: ReadonlyMap<string, Float32Array>): Weights {
  const sizes = weightSizes(model)
  return new Map([...values].map(([path, data]) => [path, { sizes: sizes.get(path) ?? {}, data }]))
}

/** Reads all weights of a model as they are in the engine now. */
export async function getWeights(engine: Engine, model: object): Promise<Weights> {
  return readAll(engine, parametersOf(model))
}

/**
 * Sets all weights of a model. Throws when one is missing, has another shape or is none of the model's; then nothing was set.
 */
export function setWeights(engine: Engine, model: object, weights: Weights): void {
  setAll(engine, parametersOf(model), weights)
}

/** As `getWeights`, for any parameters that have paths: the moments of an optimizer too. */
export async function readAll(engine: Engine, parameters: ReadonlyMap<string, Node>): Promise<Weights> {
  const weights = new Map<string, Weight>()
  for (const [path, node] of parameters) weights.set(path, { sizes: axisSizes(node), data: await engine.get(node) })
  return weights
}

/** As `setWeights`, for any parameters that have paths. */
export function setAll(engine: Engine, parameters: ReadonlyMap<string, Node>, weights: Weights): void {
  for (const path of weights.keys()) {
    if (parameters.has(path)) continue
    throw new Error(`weights: the model has no "${path}".${didYouMean(path, [...parameters.keys()])}`)
  }
  for (const [path, node] of parameters) {
    const weight = weights.get(path)
    const sizes = axisSizes(node)
    if (!weight)
      throw new Error(`weights: "${path}" ${describe(sizes)} is missing. The weights may be those of another model.`)
    const fits = describe(weight.sizes) === describe(sizes) && weight.data.length === cellCount(Object.values(sizes))
    if (!fits) throw new Error(`weights: "${path}" is ${describe(weight.sizes)}, but the model has ${describe(sizes)}.`)
  }
  for (const [path, node] of parameters) engine.set(node, weights.get(path)?.data ?? [])
}

const axisSizes = (node: Node): WeightAxes => Object.fromEntries(node.axes.map(({ name, size }) => [name, size]))

const describe = (sizes: WeightAxes): string =>
  `(${Object.entries(sizes)
    .map(([name, size]) => `${name} ${size}`)
    .join(', ')})`
