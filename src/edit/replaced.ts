// A value and an edit: the value that the model goes on with.
//
//   where (it is one of the edit's places) what the edit says, otherwise the old value

import { placesIn, unknownAxis } from '../tensor/address.ts'
import { type Axis, AxisError, describeAxes, hasAxis, sizeOf } from '../tensor/axes.ts'
import { Node, type Tensor } from '../tensor/node.ts'
import {
  add,
  constant,
  equal,
  expand,
  gather,
  index,
  lessEqual,
  maximum,
  mean,
  minimum,
  multiply,
  table,
  where,
} from '../tensor/primitives.ts'
import { alongText, type GivenValues, isGivenValues, numbersOf, type SettledEdit } from './edit.ts'
import { countedCells, placesOn, type Standing } from './standing.ts'

/** The value that comes in place of a cell, and which cells of the value it is for, where not for all. */
interface Change {
  readonly to: Node
  readonly where: readonly Tensor[]
}

/**
 * The value that an edit makes of another.
 *
 * Throws for places and values that do not fit it, and for what cannot be computed in a pass like this one.
 */
export function replaced(value: Node, edit: SettledEdit, standing: Standing = {}): Node {
  const places = conditions(value, edit, standing)
  if (places === 'elsewhere') return value
  const change = changeOf(value, edit, standing)
  const counted = countedCells(value)
  const all = [...places, ...change.where, ...(counted ? [counted] : [])]
  const to = expand(change.to, value.axes) as Tensor
  if (all.length === 0) return to
  return where(
    all.reduce((a, b) => multiply(a, b)),
    to,
    value as Tensor,
  )
}

/** Where a cell is at the edit's places; 'elsewhere' if the pass has none of them. */
function conditions(value: Node, { address, text }: SettledEdit, standing: Standing): Tensor[] | 'elsewhere' {
  const { axes } = value
  const found: Tensor[] = []
  for (const [axis, place] of Object.entries(address.at ?? {})) {
    if (!hasAxis(axes, axis)) throw unknownAxis(axes, address, axis, 'edits')
    if (axis === 'batch' && standing.isPadded)
      throw new Error(
        `edits: ${text}: rows are no places where several texts are run, or parts of one. Leave "batch" out, and run by itself the text that is meant.`,
      )
    const isAlongText = alongText.includes(axis)
    if (isAlongText && standing.isPadded && place < 0)
      throw new Error(
        `edits: ${text}: a place from the end means nothing where texts grow or are padded. Count "${axis}" from the beginning.`,
      )
    const places = placesOn(value, axis, standing)
    if (!places && isAlongText && !standing.isWhole && place >= sizeOf(axes, axis)) return 'elsewhere'
    const known = places ? place : placesIn(axes, { path: address.path, at: { [axis]: place } }, 'edits')[axis]
    found.push(equal(places ?? index(axis, sizeOf(axes, axis)), known))
  }
  return found
}

function changeOf(value: Node, edit: SettledEdit, standing: Standing): Change {
  const { to } = edit
  const old = value as Tensor
  if (typeof to === 'number') return { to: constant(to), where: [] }
  if (to === '-Infinity') return { to: constant(-Infinity), where: [] }
  if (isGivenValues(to)) return given(value, edit, to, standing)
  if (typeof to === 'object' && 'scale' in to) return { to: multiply(old, to.scale), where: [] }
  if (typeof to === 'object' && 'add' in to) {
    if (typeof to.add === 'number') return { to: add(old, to.add), where: [] }
    const { to: added, where } = given(value, edit, to.add, standing)
    return { to: add(old, added as Tensor), where }
  }
  return { to: expression(value, edit, standing), where: [] }
}

/** The result of a function of the old value. */
function expression(value: Node, { to, text }: SettledEdit, standing: Standing): Node {
  const old = value as Tensor
  let made: Node
  if (typeof to === 'function') {
    made = to(old)
    if (!(made instanceof Node))
      throw new Error(`edits: ${text}: the expression gives ${made}. Give a value of the graph back.`)
  } else {
    const over = typeof to === 'object' && 'mean' in to ? [to.mean].flat() : []
    for (const axis of over)
      if (!hasAxis(value.axes, axis)) throw unknownAxis(value.axes, { path: text }, axis, 'edits')
    made = mean(old, ...over)
  }
  const extra = made.axes.find(({ name, size }) => !value.axes.some((axis) => axis.name === name && axis.size === size))
  if (extra)
    throw new AxisError(
      undefined,
      `edits: ${text}: the expression gives ${describeAxes(made.axes)}, but the value is ${describeAxes(value.axes)}.`,
      'Give an expression with the axes of the value, or with some of them.',
    )
  const mixed = standing.isPadded ? mixedAxis(made, value) : undefined
  if (mixed !== undefined)
    throw new Error(
      `edits: ${text}: nothing can be computed along "${mixed}" here, where texts are padded or come token by token. Give values instead.`,
    )
  return made
}

/** An axis of texts along which an expression of a value brings cells together. */
function mixedAxis(made: Node, value: Node): string | undefined {
  const axes = ['batch', ...alongText].filter((axis) => hasAxis(value.axes, axis))
  const seen = new Set<Node>([value])
  const stack = [made]
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (seen.has(node)) continue
    seen.add(node)
    const mixed = axes.find((axis) => mixes(node, axis))
    if (mixed !== undefined) return mixed
    stack.push(...node.inputs)
  }
  return undefined
}

function mixes({ operation }: Node, axis: string): boolean {
  switch (operation.kind) {
    case 'reduce':
    case 'dot':
      return operation.over.includes(axis)
    case 'gather':
    case 'scatter':
    case 'place':
    case 'window':
      return operation.axis === axis
    case 'rename':
      return operation.from === axis
    case 'defined':
      return true
    default:
      return false
  }
}

const isNoRow = ({ name, size }: Pick<Axis, 'name' | 'size'>): boolean => !(name === 'batch' && size === 1)

/** Given values as they lie in a pass. */
function given(value: Node, edit: SettledEdit, values: GivenValues, standing: Standing): Change {
  const { address, text } = edit
  const asked = value.axes.filter(({ name }) => address.at?.[name] === undefined)
  // One row of a batch stands for all of them.
  const own = values.axes.filter(isNoRow)
  const misfit = (isOfOtherLength = false): Error =>
    new Error(
      `edits: ${text}: the values given are ${describeAxes(own)}, but what stands there is ${describeAxes(asked.filter(isNoRow))}. ` +
        `Give values with these axes, or with some of them${isOfOtherLength ? '; another text must have as many tokens' : ''}.`,
    )
  let to = table(Object.fromEntries(own.map(({ name, size }) => [name, size])), numbersOf(text, values)) as Tensor
  const where: Tensor[] = []
  for (const { name, size } of own) {
    if (!hasAxis(asked, name)) throw misfit()
    const there = sizeOf(asked, name)
    const places = placesOn(value, name, standing)
    if (!places && size === there) continue
    if (!alongText.includes(name) || (standing.isWhole ?? false)) throw misfit(alongText.includes(name))
    // The text has these places, wherever they are in the pass; what stands behind them stays.
    const standsAt = places ?? (index(name, there) as Tensor)
    to = gather(to, maximum(minimum(standsAt, size - 1), 0), name)
    where.push(multiply(lessEqual(constant(0), standsAt), lessEqual(standsAt, size - 1)))
  }
  return { to, where }
}
