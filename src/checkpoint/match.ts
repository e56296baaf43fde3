// Which of a checkpoint's tensors is which of a model's, and all that does not fit between them.

import { nearest } from '../text/spelling.ts'
import { Misfits } from './misfits.ts'
import type { WeightAxes } from './rearrange.ts'
import { isIgnored, type TensorPlan, tensorPlans, type WeightTable } from './weightTable.ts'

/** A tensor of a checkpoint, before its numbers are read. */
export interface TensorInfo {
  /** As in safetensors: F32, BF16, … */
  readonly dtype: string
  readonly shape: readonly number[]
}

export interface Matched {
  /** Every tensor that the model takes, with the checkpoint's name for it. */
  readonly tensors: readonly { readonly name: string; readonly plan: TensorPlan }[]
  /** Tensors that must be equal: a copy, and what it copies. */
  readonly copies: readonly { readonly copy: string; readonly name: string }[]
  /** Everything that does not fit. To be checked before anything is read. */
  readonly misfits: Misfits
  /** Tensors that are none of the model's: most often the head of another model. */
  readonly unknown: ReadonlySet<string>
}

/** The formats whose numbers can be read as floating point numbers. */
const readable: ReadonlySet<string> = new Set(['F64', 'F32', 'F16', 'BF16'])
export const isReadable = ({ dtype }: TensorInfo): boolean => readable.has(dtype)

/** A file with thousands of unknown names is not searched for what each missing one may be called. */
const mostCompared = 500

/**
 * Finds a model's tensors in a checkpoint, by its architecture's table. What is missing, has another shape or cannot
 * be read stands in `misfits`.
 *
 * - `sizes`: the axes and sizes of each of the model's parameters, by path
 */
export function matchTensors(
  found: ReadonlyMap<string, TensorInfo>,
  table: WeightTable,
  sizes: ReadonlyMap<string, WeightAxes>,
): Matched {
  const plans = tensorPlans(sizes, table).map((plan) => ({
    plan,
    known: [...new Set([plan.name, plan.bare, ...copiesOf(plan, table)])].filter((name) => found.has(name)),
  }))
  const unknown = new Set([...found.keys()].filter((name) => !isIgnored(name, table)))
  for (const { known } of plans) for (const name of known) unknown.delete(name)
  const misfits = new Misfits()
  const tensors: { name: string; plan: TensorPlan }[] = []
  const copies: { copy: string; name: string }[] = []
  for (const { plan, known } of plans) {
    const [name] = known
    const tensor = found.get(name)
    const needs = `${plan.parts.map(({ path }) => showWeight(path, sizes)).join(' + ')} takes ${showShape(plan.shape)}`
    if (tensor === undefined)
      misfits.add(`missing: ${plan.name}; ${needs}`, nearest(plan.name, [...unknown].slice(0, mostCompared)))
    else if (!isReadable(tensor)) misfits.add(`unreadable: ${name} holds ${tensor.dtype}, not floating point numbers`)
    else if (!isSameShape(tensor.shape, plan.shape))
      misfits.add(`other shape: ${name} is ${showShape(tensor.shape)}, but ${needs}`)
    else {
      tensors.push({ name, plan })
      for (const copy of known.slice(1)) {
        const other = found.get(copy)
        if (other !== undefined && isReadable(other) && isSameShape(other.shape, plan.shape))
          copies.push({ copy, name })
        else addDifferent(misfits, copy, name)
      }
    }
  }
  return { tensors, copies, misfits, unknown }
}

/** A tensor's name, whatever stands in it, and its shape. */
export const showTensor = (name: string, found: ReadonlyMap<string, TensorInfo>): string =>
  `${JSON.stringify(name).slice(1, -1)} ${showShape(found.get(name)?.shape ?? [])}`

/** Says of a copy that it is not what it should be. */
export function addDifferent(misfits: Misfits, copy: string, name: string): void {
  misfits.add(`different: ${copy} must be the same as ${name}, but is not`)
}

function copiesOf({ bare }: TensorPlan, { copies }: WeightTable): string[] {
  return Object.entries(copies).flatMap(([copy, original]) => (original === bare ? [copy] : []))
}

function isSameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, i) => size === b[i])
}

function showShape(shape: readonly number[]): string {
  return `(${shape.join(', ')})`
}

function showWeight(path: string, sizes: ReadonlyMap<string, WeightAxes>): string {
  const axes = Object.entries(sizes.get(path) ?? {}).map(([axis, size]) => `${axis} ${size}`)
  return `${path} (${axes.join(', ')})`
}
