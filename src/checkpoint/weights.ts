// Weight-name tables: how a checkpoint's tensors are made of ours.
//
// Ours have paths (`blocks.3.attention.query.weight`) and named axes; a checkpoint has its own names
// (`h.3.attn.c_attn.weight`) and dimensions without names, into which it may have flattened several axes, in another
// order, and several of our weights. An architecture states this once, in a table; both directions, and all shape errors, follow from it:
//
//   { name: 'wte.weight', of: { 'embedding.token': 'vocab model' } }
//   { name: 'h.{layer}.attn.c_proj.weight', of: { 'blocks.{layer}.attention.output.weight': '(head value) model' } }
//
// `(head value)` is one dimension that runs over all values of head 0, then over those of head 1, and so on. Writing the
// axes in another order than ours transposes.

import { nearest } from '../tensor/axes.ts'
import { type AxisSizes, reorder, stack, unstack } from './layout.ts'
import { generalName, Misfits } from './misfits.ts'
import type { SafetensorsFile, StoredTensor } from './safetensors.ts'

/** The numbers of one parameter. */
export interface Weight {
  readonly sizes: AxisSizes
  readonly data: Float32Array
}

/** All parameters of a model, by path. */
export type Weights = ReadonlyMap<string, Weight>

export interface WeightRow {
  /** The checkpoint's name; `{layer}` stands for a layer's number, here and in the paths. */
  readonly name: string
  /** Our path (or paths, stacked in this order), each with our axes in the checkpoint's order, a word per dimension. */
  readonly of: Readonly<Record<string, string>>
  /** Where there are several paths: the dimension along which they are stacked. */
  readonly stackedAlong?: number
}

export interface WeightTable {
  /** What every name begins with when the checkpoint is written; when it is read, names may lack it. */
  readonly prefix: string
  readonly rows: readonly WeightRow[]
  /** Names of tensors that are not weights and are passed over. */
  readonly ignored: readonly string[]
  /** Full names of copies: each must equal the row that it names, and is not written. */
  readonly copies: Readonly<Record<string, string>>
}

/** A file with thousands of unknown names is not searched for what each missing one may be called. */
const mostCompared = 500

/**
 * A model's weights as the checkpoint's tensors. Where the order of axes is the same, the numbers are not copied.
 *
 * Throws when the table does not account for every weight.
 */
export function toCheckpoint(weights: Weights, table: WeightTable): Map<string, StoredTensor> {
  const tensors = new Map<string, StoredTensor>()
  for (const { name, parts, along } of tensorsOf(sizesOf(weights), table)) {
    const stored = parts.map(({ path, shape, order }) => {
      const weight = weights.get(path) as Weight
      return { shape, data: reorder(weight.data, weight.sizes, order) }
    })
    tensors.set(table.prefix + name, stored.length === 1 ? stored[0] : stack(stored, along))
  }
  return tensors
}

/**
 * A checkpoint's tensors as the weights of a model. Where the order of axes is the same, the numbers are not copied.
 *
 * - `sizes`: what the model has: the axes and sizes of each of its parameters, by path
 * - `place`: the file's name, for errors
 *
 * Throws one error that lists all that is missing, has another shape, is unknown, or should be a copy and is not.
 */
export function fromCheckpoint(
  { tensors, others }: Pick<SafetensorsFile, 'tensors' | 'others'>,
  table: WeightTable,
  sizes: ReadonlyMap<string, AxisSizes>,
  place = 'weights',
): Map<string, Weight> {
  const expected = tensorsOf(sizes, table)
  const withPrefix = (name: string): string => (tensors.has(table.prefix + name) ? table.prefix + name : name)

  const unknown = new Set([...tensors.keys(), ...others.keys()].filter((name) => !isIgnored(name, table)))
  for (const { name } of expected) unknown.delete(withPrefix(name))
  const misfits = new Misfits()
  for (const [copy, original] of Object.entries(table.copies)) {
    const tensor = tensors.get(copy)
    if (tensor === undefined) continue
    unknown.delete(copy)
    const name = withPrefix(original)
    if (!isSame(tensor, tensors.get(name))) misfits.add(`different: ${copy} must be the same as ${name}, but is not`)
  }

  const weights = new Map<string, Weight>()
  for (const { name, shape, parts, along } of expected) {
    const tensor = tensors.get(withPrefix(name))
    const needs = `${parts.map(({ path }) => showWeight(path, sizes)).join(' + ')} takes ${showShape(shape)}`
    if (tensor === undefined) {
      const full = table.prefix + name
      const other = others.get(full) ?? others.get(name)
      unknown.delete(others.has(full) ? full : name)
      if (other !== undefined) misfits.add(`unreadable: ${full} holds ${other.dtype}, not floating point numbers`)
      else misfits.add(`missing: ${full}; ${needs}`, nearest(full, [...unknown].slice(0, mostCompared)))
    } else if (!isSameShape(tensor.shape, shape)) {
      misfits.add(`other shape: ${withPrefix(name)} is ${showShape(tensor.shape)}, but ${needs}`)
    } else {
      const pieces =
        parts.length === 1
          ? [tensor.data]
          : unstack(
              tensor,
              parts.map((part) => part.shape),
              along,
            )
      for (const [i, { path, order }] of parts.entries()) {
        const own = sizes.get(path) as AxisSizes
        const theirs = Object.fromEntries(order.map((axis) => [axis, own[axis]]))
        weights.set(path, { sizes: own, data: reorder(pieces[i], theirs, Object.keys(own)) })
      }
    }
  }
  for (const name of unknown) {
    const tensor = tensors.get(name) ?? others.get(name)
    misfits.add(`unknown: ${JSON.stringify(name).slice(1, -1)} ${showShape(tensor?.shape ?? [])}`)
  }
  misfits.check(place)
  // In the model's own order, whatever the table's is.
  return new Map([...sizes.keys()].map((path) => [path, weights.get(path) as Weight]))
}

/** One tensor of the checkpoint: its shape, and the weights of ours that it is made of. */
interface TensorPlan {
  readonly name: string
  readonly shape: readonly number[]
  readonly parts: readonly PartPlan[]
  readonly along: number
}

interface PartPlan {
  readonly path: string
  readonly shape: readonly number[]
  /** Our axes in the checkpoint's order. */
  readonly order: readonly string[]
}

/** Applies the table to a model: every layer's tensors. Errors here are errors of the table, not of a file. */
function tensorsOf(sizes: ReadonlyMap<string, AxisSizes>, table: WeightTable): TensorPlan[] {
  const plans: TensorPlan[] = []
  const left = new Set(sizes.keys())
  for (const row of table.rows) {
    const along = row.stackedAlong ?? 0
    for (const layer of layersOf(row, sizes)) {
      const parts = Object.entries(row.of).map(([pattern, dimensions]) => {
        const path = inLayer(pattern, layer)
        left.delete(path)
        return planPart(path, dimensions, sizes.get(path))
      })
      const shape = [...parts[0].shape]
      if (parts.length > 1) shape[along] = parts.reduce((sum, part) => sum + part.shape[along], 0)
      plans.push({ name: inLayer(row.name, layer), shape, parts, along })
    }
  }
  if (left.size > 0) {
    throw new Error(
      `weights: the table has no row for ${[...left].join(', ')}. Add one for each, or it would not be saved.`,
    )
  }
  return plans
}

/** The layers in which the model has the row's first weight; for a row without `{layer}`, once or not at all. */
function layersOf(row: WeightRow, sizes: ReadonlyMap<string, AxisSizes>): string[] {
  const [pattern] = Object.keys(row.of)
  const [before, after] = pattern.split('{layer}')
  if (after === undefined) return sizes.has(pattern) ? [''] : []
  const numbers = [...sizes.keys()]
    .filter((path) => path.startsWith(before) && path.endsWith(after))
    .map((path) => path.slice(before.length, path.length - after.length))
  return numbers.filter((number) => /^\d+$/.test(number))
}

function planPart(path: string, dimensions: string, sizes: AxisSizes | undefined): PartPlan {
  // 'model (head key)' → [['model'], ['head', 'key']]
  const grouped = [...dimensions.matchAll(/\(([^)]*)\)|\S+/g)].map(([word, group]) =>
    (group ?? word).trim().split(/\s+/),
  )
  const order = grouped.flat()
  const axes = Object.keys(sizes ?? {})
  if (sizes === undefined || [...order].sort().join() !== [...axes].sort().join()) {
    throw new Error(
      `weights: the table gives ${path} the axes (${order.join(', ')}), but it has (${axes.join(', ')}). Correct the row.`,
    )
  }
  return { path, order, shape: grouped.map((group) => group.reduce((product, axis) => product * sizes[axis], 1)) }
}

function inLayer(pattern: string, layer: string): string {
  return pattern.replace('{layer}', layer)
}

function isIgnored(name: string, { prefix, ignored }: WeightTable): boolean {
  const general = generalName(name.startsWith(prefix) ? name.slice(prefix.length) : name)
  return ignored.includes(general.pattern) || ignored.includes(name)
}

function sizesOf(weights: Weights): Map<string, AxisSizes> {
  return new Map([...weights].map(([path, { sizes }]) => [path, sizes]))
}

function isSame(a: StoredTensor, b: StoredTensor | undefined): boolean {
  return b !== undefined && isSameShape(a.shape, b.shape) && a.data.every((number, i) => number === b.data[i])
}

function isSameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, i) => size === b[i])
}

function showShape(shape: readonly number[]): string {
  return `(${shape.join(', ')})`
}

function showWeight(path: string, sizes: ReadonlyMap<string, AxisSizes>): string {
  const axes = Object.entries(sizes.get(path) ?? {}).map(([axis, size]) => `${axis} ${size}`)
  return `${path} (${axes.join(', ')})`
}
