// The parts of a value at one position, as vectors: what each summand is there, each head and each neuron by itself. Vectors are
// computed in double precision from what the engine gives, one after the other, so that those of 37,000 neurons are never all held.

import { type Engine, runWith, type Values } from '../../engine/engine.ts'
import { givenOf, type InputValues } from '../../model/inputValues.ts'
import type { AnyModel } from '../../model/language.ts'
import { hasAxis, sizeOf } from '../../tensor/axes.ts'
import type { Names } from '../../tensor/names.ts'
import type { Node } from '../../tensor/node.ts'
import { placed } from '../../tensor/placed.ts'
import { offsets } from '../layout.ts'
import { layerOfPath } from '../paths.ts'
import { isWeight, isWeightOfPlaces } from './forms.ts'
import type { SplitProduct, Summand } from './summands.ts'

/** One named part of a value. */
export interface PartLabel {
  /** token, position, attention, cross, mlp, bias, norm; or as the model calls it. */
  readonly part: string
  /** The number of the block. */
  readonly layer?: number
  /** The number of the head; heads that share keys and values come one after the other. */
  readonly head?: number
  readonly neuron?: number
  /** The address of the value that it is, or is a part of; of the weight where it is a row of one, or a bias. */
  readonly address?: string
}

/** An example, and the position at which it is read; all of them where none is said. */
export interface Sought {
  readonly model: AnyModel
  readonly engine: Engine
  readonly inputs: InputValues
  readonly names: Names
  readonly position?: number
}

/** The numbers of nodes at one position, or at all, and of parameters that are the same at all. */
export async function valuesAt(
  { engine, inputs, names, position }: Sought,
  nodes: ReadonlyMap<string, Node>,
): Promise<Map<string, Values>> {
  const places = { batch: 0, ...(position !== undefined && { position }) }
  const here = (node: Node): Node =>
    placed(node, Object.fromEntries(Object.entries(places).filter(([axis]) => hasAxis(node.axes, axis))))
  const found = new Map<string, Values>()
  const outputs: Record<string, Node> = {}
  for (const [name, node] of nodes)
    if (isWeight(node) && !isWeightOfPlaces(node)) found.set(name, { axes: node.axes, data: await engine.get(node) })
    else outputs[name] = here(node)
  const program = await engine.compile({ outputs, names })
  try {
    await runWith(program, givenOf(inputs))
    for (const name of Object.keys(outputs)) found.set(name, await program.read(name))
    return found
  } finally {
    await program.close()
  }
}

/** The values of one position among those of all. */
export function valuesOfPlace(values: ReadonlyMap<string, Values>, position: number): Map<string, Values> {
  return new Map([...values].map(([name, value]) => [name, valueOfPlace(value, position)]))
}

/** The same of one value. */
export function valueOfPlace(value: Values, position: number): Values {
  const { axes, data } = value
  const [along, others] = [true, false].map((is) => axes.filter(({ name }) => (name === 'position') === is))
  if (along.length === 0) return value
  const first = offsets(along, axes)[position]
  return { axes: others, data: Float32Array.from(offsets(others, axes), (offset) => data[first + offset]) }
}

/**
 * Calls `visit` with each part of a sum at one position, in the order of the summands. The vector is the visitor's until it
 * returns.
 *
 * - `values`: those of `readableOf` the summands
 */
export async function visitParts(
  engine: Pick<Engine, 'get'>,
  summands: readonly Summand[],
  values: ReadonlyMap<string, Values>,
  visit: (label: PartLabel, vector: Float64Array) => void,
): Promise<void> {
  for (const [i, summand] of summands.entries()) {
    const value = values.get(keyOf(i)) as Values
    const { product } = summand
    if (product) {
      const [weights, scale] = [await engine.get(product.weight), product.scale && (await engine.get(product.scale))]
      visitProduct(summand, product, { x: value, weights, scale }, visit)
    } else visit(labelOf(summand), Float64Array.from(value.data))
  }
}

/** The nodes that the parts of a sum are computed from. */
export const readableOf = (summands: readonly Summand[]): Map<string, Node> =>
  new Map(summands.map(({ node, product }, i) => [keyOf(i), product?.x ?? node]))

const keyOf = (summand: number): string => `summand ${summand}`

/** The name of a summand; its layer is the first number on its way. */
export function labelOf({ part, address }: Summand): PartLabel {
  const layer = layerOfPath(address ?? '')
  return { part, ...(layer !== undefined && { layer }), ...(address !== undefined && { address }) }
}

/** The vectors factor · scale ⊙ Σ x · weight for each place on the axes along which the product is split. */
function visitProduct(
  summand: Summand,
  { weight, factor, along }: SplitProduct,
  {
    x,
    weights,
    scale,
  }: { readonly x: Values; readonly weights: Float32Array; readonly scale: Float32Array | undefined },
  visit: (label: PartLabel, vector: Float64Array) => void,
): void {
  const own = weight.axes.filter(({ name }) => !hasAxis(x.axes, name))
  const width = own.reduce((product, { size }) => product * size, 1)
  const inner = x.axes.filter(({ name }) => !along.includes(name))
  const outer = along.map((name) => ({ name, size: sizeOf(x.axes, name) }))
  const xPlaces = { outer: offsets(outer, x.axes), inner: offsets(inner, x.axes) }
  const weightPlaces = {
    outer: offsets(outer, weight.axes),
    inner: offsets(inner, weight.axes),
    own: offsets(own, weight.axes),
  }
  const vector = new Float64Array(width)
  const which = along.includes('head') || along.includes('group') ? 'head' : 'neuron'
  for (const [i, start] of xPlaces.outer.entries()) {
    vector.fill(0)
    for (const [j, step] of xPlaces.inner.entries()) {
      const value = factor * x.data[start + step]
      const from = weightPlaces.outer[i] + weightPlaces.inner[j]
      for (let cell = 0; cell < width; cell++) vector[cell] += value * weights[from + weightPlaces.own[cell]]
    }
    if (scale) for (let cell = 0; cell < width; cell++) vector[cell] *= scale[cell]
    visit({ ...labelOf(summand), [which]: i }, vector)
  }
}
