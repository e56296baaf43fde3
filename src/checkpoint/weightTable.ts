// Weight-name tables: how a checkpoint's tensors are made of our weights.
//
// Ours have paths (`blocks.3.attention.query.weight`) and named axes; a checkpoint has its own names
// (`h.3.attn.c_attn.weight`) and dimensions without names, into which it may have flattened several axes, in another
// order, and several of our weights. An architecture states this once, in a table; both directions, and all shape errors, follow from it:
//
//   { name: 'wte.weight', of: { 'embedding.token': 'vocab model' } }
//   { name: 'h.{layer}.attn.c_proj.weight', of: { 'blocks.{layer}.attention.output.weight': '(head value) model' } }
//
// `(head value)` is one dimension that runs over all values of head 0, then over those of head 1, and so on. Writing the
// axes in another order than ours transposes. `1` is a dimension of one cell that no axis of ours stands for.

import { denseStrides } from '../tensor/axes.ts'
import { generalName } from './misfits.ts'
import { cellCount, type WeightAxes } from './rearrange.ts'

export interface WeightRow {
  /** The checkpoint's name; `{layer}` stands for a layer's number, here and in the paths. */
  readonly name: string
  /** Our path (or paths, stacked in this order), each with our axes in the checkpoint's order, a word per dimension. */
  readonly of: Readonly<Record<string, string>>
  /** Where there are several paths: the dimension along which they are stacked. */
  readonly stackedAlong?: number
  /** The beginning of the name, if that is not the table's prefix: '' for one that stands outside of it. */
  readonly prefix?: string
}

export interface WeightTable {
  /** The beginning of every name when the checkpoint is written; when it is read, names may lack it. */
  readonly prefix: string
  /** A row whose first path the model does not have is passed over: one table serves models with biases and without. */
  readonly rows: readonly WeightRow[]
  /** Names, without the prefix, of tensors that are not weights and are passed over; `*` at the end stands for anything. */
  readonly ignored: readonly string[]
  /**
   * Full names of copies, each of the row that it names. Where both are there they must be equal; where only the copy is
   * there, it stands in for the row. They are not written.
   */
  readonly copies: Readonly<Record<string, string>>
}

/** The rows of weight and bias, or of a norm's scale and shift, where both are named after one part; a bias has the first dimension alone. */
export function pairRows(name: string, part: string, axes: string, prefix?: string): WeightRow[] {
  const [weight, bias] = axes === 'model' ? ['scale', 'shift'] : ['weight', 'bias']
  const [first] = /^(\([^)]*\)|\S+)/.exec(axes) ?? [axes]
  const rest = prefix === undefined ? {} : { prefix }
  return [
    { name: `${name}.weight`, of: { [`${part}.${weight}`]: axes }, ...rest },
    { name: `${name}.bias`, of: { [`${part}.${bias}`]: first }, ...rest },
  ]
}

/** One tensor of the checkpoint: its shape, and the weights of ours that it is made of. */
export interface TensorPlan {
  /** Its name with the prefix, as it is written. */
  readonly name: string
  /** Its name without the table's prefix, which is read too. */
  readonly bare: string
  readonly shape: readonly number[]
  readonly parts: readonly PartPlan[]
  /** The dimension along which several parts are stacked. */
  readonly along: number
}

export interface PartPlan {
  readonly path: string
  readonly shape: readonly number[]
  /** Our axes, in the checkpoint's order. */
  readonly order: readonly string[]
  /** The distance in the tensor between neighbours on each of these axes, in numbers. */
  readonly strides: readonly number[]
  /** Where in the tensor the part begins. */
  readonly from: number
}

/**
 * Applies a table to a model: every layer's tensors. Errors here are errors of the table, not of a file.
 *
 * - `sizes`: the axes and sizes of each of the model's parameters, by path
 */
export function tensorPlans(sizes: ReadonlyMap<string, WeightAxes>, table: WeightTable): TensorPlan[] {
  const plans: TensorPlan[] = []
  const left = new Set(sizes.keys())
  for (const row of table.rows) {
    for (const layer of layersOf(row, sizes)) {
      const parts = Object.entries(row.of).map(([pattern, dimensions]) => {
        const path = inLayer(pattern, layer)
        left.delete(path)
        return { path, ...dimensionsOf(path, dimensions, sizes.get(path)) }
      })
      const bare = inLayer(row.name, layer)
      plans.push({ name: (row.prefix ?? table.prefix) + bare, bare, ...stacked(parts, row.stackedAlong ?? 0) })
    }
  }
  if (left.size > 0) {
    throw new Error(
      `weights: the table has no row for ${[...left].join(', ')}. Add one for each, or it would not be saved.`,
    )
  }
  return plans
}

/** True where the table says that a tensor of this name is to be passed over. */
export function isIgnored(name: string, { prefix, ignored }: WeightTable): boolean {
  const names = [name, name.startsWith(prefix) ? name.slice(prefix.length) : name]
  const patterns = [...names, ...names.map((each) => generalName(each).pattern)]
  return ignored.some((rule) =>
    patterns.some((each) => (rule.endsWith('*') ? each.startsWith(rule.slice(0, -1)) : each === rule)),
  )
}

/** The layers in which the model has the row's first weight; for a row without `{layer}`, once or not at all. */
function layersOf(row: WeightRow, sizes: ReadonlyMap<string, WeightAxes>): string[] {
  const [pattern] = Object.keys(row.of)
  const [before, after] = pattern.split('{layer}')
  if (after === undefined) return sizes.has(pattern) ? [''] : []
  const numbers = [...sizes.keys()]
    .filter((path) => path.startsWith(before) && path.endsWith(after))
    .map((path) => path.slice(before.length, path.length - after.length))
  return numbers.filter((number) => /^\d+$/.test(number))
}

interface Dimensions {
  readonly shape: readonly number[]
  /** The axes of every dimension, with their sizes. */
  readonly axes: readonly (readonly (readonly [name: string, size: number])[])[]
}

/** 'model (head key)' → [[model], [head, key]] and their sizes */
function dimensionsOf(path: string, dimensions: string, sizes: WeightAxes | undefined): Dimensions {
  const grouped = [...dimensions.matchAll(/\(([^)]*)\)|\S+/g)].map(([word, group]) =>
    (group ?? word)
      .trim()
      .split(/\s+/)
      .filter((axis) => axis !== '1'),
  )
  const named = grouped.flat()
  const own = Object.keys(sizes ?? {})
  if (sizes === undefined || [...named].sort().join() !== [...own].sort().join()) {
    throw new Error(
      `weights: the table gives ${path} the axes (${named.join(', ')}), but it has (${own.join(', ')}). Correct the row.`,
    )
  }
  const axes = grouped.map((group) => group.map((axis) => [axis, sizes[axis]] as const))
  return { axes, shape: axes.map((group) => cellCount(group.map(([, size]) => size))) }
}

/** Puts the parts side by side along a dimension. */
function stacked(
  parts: readonly (Dimensions & { readonly path: string })[],
  along: number,
): Pick<TensorPlan, 'shape' | 'parts' | 'along'> {
  const shape = [...parts[0].shape]
  if (parts.length > 1) shape[along] = parts.reduce((sum, part) => sum + part.shape[along], 0)
  const dense = denseStrides(shape)
  let from = 0
  const plans = parts.map(({ path, axes, shape: own }): PartPlan => {
    const strides = axes.flatMap((group, dimension) =>
      denseStrides(group.map(([, size]) => size)).map((stride) => dense[dimension] * stride),
    )
    const plan = { path, shape: own, order: axes.flat().map(([name]) => name), strides, from }
    if (parts.length > 1) from += own[along] * dense[along]
    return plan
  })
  return { shape, parts: plans, along }
}

function inLayer(pattern: string, layer: string): string {
  return pattern.replace('{layer}', layer)
}
