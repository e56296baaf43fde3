// The primitives: every value in Cutaway is made of these. Each checks its axes and returns a node; none computes.
//
// Two tensors meet by the names of their axes: an axis that both have runs along in both, an axis that only one has is
// repeated in the other. There is nothing to reshape and nothing to transpose.

import { type Axis, AxisError, axesOf, cells, describeAxes, hasAxis, type Sizes, sameAxes } from './axes.ts'
import { axisError, requireAxis, requireEqualSizes, sizesDiffer } from './checks.ts'
import { type Elementwise, evaluatePlain } from './elementwise.ts'
import { Node, type Operation, type Start, type Tensor } from './node.ts'

// The only place where a node gets the type of its axes. The functions below say what it is.
function make<A extends string>(operation: Operation, inputs: readonly Node[], axes: readonly Axis[]): Tensor<A> {
  return new Node(operation, inputs, axes) as Tensor<A>
}

// ── Where values come from ──────────────────────────────────────────────────────────────────────────────────────────

/**
 * A value that is learnt, or kept from run to run. It begins as `start`: zeros, ones, normal with a standard deviation, or numbers
 * (`fixed`) that no training changes.
 */
export function parameter<A extends string>(sizes: Sizes<A>, start: Start = { normal: 0.02 }): Tensor<A> {
  return make({ kind: 'parameter', start }, [], axesOf(sizes, 'parameter'))
}

/** A value that is given at every run. `below`: its cells are ids 0 … below − 1, or −1 for "none"; other ids are refused. */
export function input<A extends string>(name: string, sizes: Sizes<A>, { below }: { below?: number } = {}): Tensor<A> {
  return make(
    below === undefined ? { kind: 'input', name } : { kind: 'input', name, below },
    [],
    axesOf(sizes, `input "${name}"`),
  )
}

export function constant(value: number): Tensor<never> {
  return make({ kind: 'constant', value }, [], [])
}

/** Numbers that are known beforehand and never learnt, row-major: the frequencies of RoPE, say. */
export function table<A extends string>(sizes: Sizes<A>, values: readonly number[]): Tensor<A> {
  const axes = axesOf(sizes, 'table')
  if (cells(axes) !== values.length)
    throw new AxisError(
      undefined,
      `table: ${describeAxes(axes)} has ${cells(axes)} cells, but ${values.length} numbers were given.`,
    )
  return make({ kind: 'table', values }, [], axes)
}

/** The places on an axis: 0, 1, … length − 1. */
export function index<A extends string>(axis: A, length: number): Tensor<A> {
  return make({ kind: 'index' }, [], axesOf({ [axis]: length }, 'index'))
}

/** Uniform numbers in [0, 1), each a function of the engine's seed, of `name`, of `step` and of its cell alone. */
export function random<A extends string>(name: string, step: Tensor<never>, like: Tensor<A>): Tensor<A> {
  return make({ kind: 'random', name }, [step], like.axes)
}

// ── Functions of single numbers ─────────────────────────────────────────────────────────────────────────────────────

function apply<A extends string>(name: Elementwise, ...given: readonly (Node | number)[]): Tensor<A> {
  const inputs = given.map((value) => (typeof value === 'number' ? constant(value) : value))
  const numbers = inputs.map((node) => (node.operation.kind === 'constant' ? node.operation.value : undefined))
  const known = numbers.every((value) => value !== undefined) ? evaluatePlain(name, numbers) : undefined
  if (known !== undefined) return constant(known) as Node as Tensor<A>
  const neutral = unchanged(name, inputs, numbers)
  if (neutral) return neutral as Tensor<A>
  return make({ kind: 'apply', function: name }, inputs, mergeAxes(name, inputs))
}

/** x + 0, x − 0, x · 1 and x / 1 are x. */
function unchanged(
  name: Elementwise,
  inputs: readonly Node[],
  numbers: readonly (number | undefined)[],
): Node | undefined {
  const identity = { add: 0, subtract: 0, multiply: 1, divide: 1 }[name as string]
  if (identity === undefined) return undefined
  if (numbers[1] === identity) return inputs[0]
  if (numbers[0] === identity && (name === 'add' || name === 'multiply')) return inputs[1]
  return undefined
}

/** All axes of the inputs, those of the widest input first. Axes of one name must have one size. */
function mergeAxes(operation: string, inputs: readonly Node[]): Axis[] {
  const widestFirst = inputs.toSorted((a, b) => b.axes.length - a.axes.length)
  const merged: Axis[] = []
  for (const node of widestFirst)
    for (const axis of node.axes) {
      const known = merged.find(({ name }) => name === axis.name)
      if (!known) merged.push(axis)
      else if (known.size !== axis.size) throw sizesDiffer(operation, axis.name, inputs)
    }
  return merged
}

// `B extends string = never`: a plain number brings no axes. Without the default, B would become `string`, and every
// check after it would go silent.
export const add = <A extends string, B extends string = never>(a: Tensor<A>, b: Tensor<B> | number): Tensor<A | B> =>
  apply('add', a, b)
export const subtract = <A extends string, B extends string = never>(
  a: Tensor<A>,
  b: Tensor<B> | number,
): Tensor<A | B> => apply('subtract', a, b)
export const multiply = <A extends string, B extends string = never>(
  a: Tensor<A>,
  b: Tensor<B> | number,
): Tensor<A | B> => apply('multiply', a, b)
export const divide = <A extends string, B extends string = never>(
  a: Tensor<A>,
  b: Tensor<B> | number,
): Tensor<A | B> => apply('divide', a, b)
/** The larger (or smaller) of two, cell by cell. */
export const maximum = <A extends string, B extends string = never>(
  a: Tensor<A>,
  b: Tensor<B> | number,
): Tensor<A | B> => apply('maximum', a, b)
export const minimum = <A extends string, B extends string = never>(
  a: Tensor<A>,
  b: Tensor<B> | number,
): Tensor<A | B> => apply('minimum', a, b)
/** Comparisons are 1 where they hold and 0 where not. */
export const lessEqual = <A extends string, B extends string = never>(
  a: Tensor<A>,
  b: Tensor<B> | number,
): Tensor<A | B> => apply('lessEqual', a, b)
export const less = <A extends string, B extends string = never>(a: Tensor<A>, b: Tensor<B> | number): Tensor<A | B> =>
  apply('less', a, b)
export const equal = <A extends string, B extends string = never>(a: Tensor<A>, b: Tensor<B> | number): Tensor<A | B> =>
  apply('equal', a, b)
export const negate = <A extends string>(x: Tensor<A>): Tensor<A> => apply('negate', x)
export const exp = <A extends string>(x: Tensor<A>): Tensor<A> => apply('exp', x)
/** The natural logarithm. */
export const log = <A extends string>(x: Tensor<A>): Tensor<A> => apply('log', x)
export const sqrt = <A extends string>(x: Tensor<A>): Tensor<A> => apply('sqrt', x)
export const reciprocal = <A extends string>(x: Tensor<A>): Tensor<A> => apply('reciprocal', x)
export const tanh = <A extends string>(x: Tensor<A>): Tensor<A> => apply('tanh', x)
/** The error function, 2/√π ∫₀ˣ e^(−t²) dt. */
export const erf = <A extends string>(x: Tensor<A>): Tensor<A> => apply('erf', x)
export const sin = <A extends string>(x: Tensor<A>): Tensor<A> => apply('sin', x)
export const cos = <A extends string>(x: Tensor<A>): Tensor<A> => apply('cos', x)
export const abs = <A extends string>(x: Tensor<A>): Tensor<A> => apply('abs', x)
export const floor = <A extends string>(x: Tensor<A>): Tensor<A> => apply('floor', x)

/** `then` where the condition is not 0, `otherwise` where it is. The condition may not bring axes that `then` lacks. */
export function where<M extends A, A extends string, B extends A = never>(
  condition: Tensor<M>,
  then: Tensor<A>,
  otherwise: Tensor<B> | number,
): Tensor<A> {
  return apply('where', condition, then, otherwise)
}

// ── Along axes ──────────────────────────────────────────────────────────────────────────────────────────────────────

function reduce<A extends string, C extends A>(
  name: 'sum' | 'maximum',
  x: Tensor<A>,
  over: readonly C[],
): Tensor<Exclude<A, C>> {
  for (const axis of over) requireAxis(name === 'sum' ? 'sum' : 'max', x, axis)
  return make(
    { kind: 'reduce', function: name, over },
    [x],
    x.axes.filter((axis) => !(over as readonly string[]).includes(axis.name)),
  )
}

/** The sum along one or several axes, which vanish. */
export function sum<A extends string, C extends A>(x: Tensor<A>, ...over: readonly C[]): Tensor<Exclude<A, C>> {
  if (over.length === 0) return x as Node as Tensor<Exclude<A, C>>
  if (x.operation.kind === 'expand') {
    // What was repeated along an axis sums to itself times the axis' size.
    const original = x.inputs[0] as Node as Tensor<A>
    const repeated = x.axes.filter(
      (axis) => (over as readonly string[]).includes(axis.name) && !hasAxis(original.axes, axis.name),
    )
    if (repeated.length > 0) {
      const rest = over.filter((axis) => hasAxis(original.axes, axis))
      const kept = x.axes.filter((axis) => !(over as readonly string[]).includes(axis.name))
      return expand(multiply(sum(original, ...rest), cells(repeated)), kept) as Tensor<Exclude<A, C>>
    }
  }
  return reduce('sum', x, over)
}

/** The largest along one or several axes, which vanish. */
export function max<A extends string, C extends A>(x: Tensor<A>, ...over: readonly C[]): Tensor<Exclude<A, C>> {
  return reduce('maximum', x, over)
}

/** sum(x) / number of cells, along one or several axes. */
export function mean<A extends string, C extends A>(x: Tensor<A>, ...over: readonly C[]): Tensor<Exclude<A, C>> {
  for (const axis of over) requireAxis('mean', x, axis)
  const count = over.reduce((product, axis) => product * size(x, axis), 1)
  return multiply(sum(x, ...over), 1 / count)
}

/**
 * The product of two tensors, summed along the axes `over`: a matrix product where each side has axes of its own, a dot
 * product where neither has. Axes that both have and that are not in `over` run along (a batch, a head).
 *
 *   dot(a, b, "k")[rest] = Σₖ a[…, k] · b[…, k]
 */
export function dot<A extends string, B extends string, C extends A & B>(
  a: Tensor<A>,
  b: Tensor<B>,
  ...over: readonly C[]
): Tensor<Exclude<A | B, C>> {
  return contract(a, b, over) as Tensor<Exclude<A | B, C>>
}

/** `dot` for nodes whose axes are known only when the graph is built. `like`: the order of the result's axes in memory. */
export function contract(a: Node, b: Node, over: readonly string[], like?: readonly Axis[]): Node {
  for (const axis of over) for (const side of [a, b]) requireAxis('dot', side, axis)
  requireEqualSizes('dot', a, b)
  const left = a.axes.filter(({ name }) => !over.includes(name))
  const right = b.axes.filter(({ name }) => !over.includes(name) && !hasAxis(a.axes, name))
  const axes = [...left, ...right]
  if (like && !sameAxes(axes, like))
    throw axisError([a], `dot: gives ${describeAxes(axes)} where ${describeAxes(like)} is wanted.`)
  return make({ kind: 'dot', over }, [a, b], like ?? axes)
}

/** The same values under another name of an axis. */
export function rename<A extends string, F extends A, T extends string>(
  x: Tensor<A>,
  from: F,
  to: T,
): Tensor<Exclude<A, F> | T> {
  requireAxis('rename', x, from)
  if (hasAxis(x.axes, to)) throw axisError([x], `rename: ${describeAxes(x.axes)} already has an axis "${to}".`)
  return make(
    { kind: 'rename', from, to },
    [x],
    x.axes.map((axis) => (axis.name === from ? { ...axis, name: to } : axis)),
  )
}

/** The same values, repeated along the axes of `like` that x lacks, lying in memory in the order of `like`. */
export function expand(x: Node, like: readonly Axis[]): Node {
  if (x.axes.length === like.length && x.axes.every((axis, i) => axis.name === like[i].name)) return x
  for (const axis of x.axes)
    if (!hasAxis(like, axis.name))
      throw axisError([x], `expand: axis "${axis.name}" of ${describeAxes(x.axes)} is not in ${describeAxes(like)}.`)
  return make({ kind: 'expand' }, [x], like)
}

/** The size of an axis. */
export function size<A extends string, C extends A>(x: Tensor<A>, axis: C): number {
  requireAxis('size', x, axis)
  return x.axes.find(({ name }) => name === axis)?.size ?? 0
}

/**
 * Looks up rows of a table: the result has, in place of `axis`, the axes of the ids. Axes that table and ids share run along.
 *
 *   gather(table, ids, "vocab")[batch, position, model] = table[ids[batch, position], model]
 *
 * Ids below 0 get the first row, those behind the table its last. An input of ids says how many there are (`below`): then a run refuses
 * those beyond, and takes −1 alone for none. Throws for a constant that is no place of the table.
 */
export function gather<A extends string, I extends string, C extends A>(
  table: Tensor<A>,
  ids: Tensor<I>,
  axis: C,
): Tensor<Exclude<A, C> | I> {
  requireAxis('gather', table, axis)
  const rest = table.axes.filter(({ name }) => name !== axis)
  for (const { name, size: own } of rest) {
    const other = ids.axes.find((each) => each.name === name)
    if (other && other.size !== own) throw sizesDiffer('gather', name, [table, ids])
  }
  const { operation } = ids
  const places = size(table, axis)
  if (operation.kind === 'constant' && !(operation.value >= 0 && operation.value < places))
    throw new Error(`gather: there is no place ${operation.value} along "${axis}", which has ${places}, from 0.`)
  return make(
    { kind: 'gather', axis },
    [table, ids],
    [...ids.axes, ...rest.filter(({ name }) => !hasAxis(ids.axes, name))],
  )
}

/**
 * The inverse of gather: a table in which every row of `values` is added to the row that its id names. Ids outside the table add nothing.
 *
 * `onto`: a table with these axes to which the rows are added; zeros if not given. With a parameter there, and as its update, this
 * touches no other rows: a sparse step.
 */
export function scatter(values: Node, ids: Node, axis: Axis, like: readonly Axis[], onto?: Node): Node {
  for (const { name } of ids.axes) requireAxis('scatter', values, name)
  return make({ kind: 'scatter', axis: axis.name }, onto ? [values, ids, expand(onto, like)] : [values, ids], like)
}

/**
 * The target with `values` put in along `axis`, from place `start` on (a whole number known only at run time).
 * Used with a parameter as target and as its update, this writes nothing but the new cells: a cache.
 */
export function place<A extends string, C extends A>(
  target: Tensor<A>,
  values: Tensor<A>,
  axis: C,
  start: Tensor<never>,
): Tensor<A> {
  requireAxis('place', target, axis)
  for (const { name, size } of values.axes) {
    requireAxis('place', target, name)
    const room = target.axes.find((each) => each.name === name)?.size ?? 0
    if (name === axis ? size > room : size !== room) throw sizesDiffer('place', name, [target, values])
  }
  return make({ kind: 'place', axis }, [target, values, start], target.axes)
}

/**
 * A run of places on an axis, of any length and from anywhere: what lies outside x is 0. Cutting out, padding and shifting
 * are windows, and the gradient of a window is one.
 *
 *   window(x, "position", { from, size })[i] = x[from + i], or 0
 */
export function window<A extends string, C extends A>(
  x: Tensor<A>,
  axis: C,
  { from, size: length }: { from: number; size: number },
): Tensor<A> {
  requireAxis('window', x, axis)
  if (!Number.isInteger(from) || !Number.isInteger(length) || length < 1)
    throw axisError(
      [x],
      `window: ${length} places of axis "${axis}" from ${from} on; both must be whole numbers, and at least one place.`,
    )
  if (from === 0 && length === size(x, axis)) return x
  return make(
    { kind: 'window', axis, from, size: length },
    [x],
    x.axes.map((each) => (each.name === axis ? { name: axis, size: length } : each)),
  )
}

/** The same values, through which no gradient flows. */
export function stopGradient<A extends string>(x: Tensor<A>): Tensor<A> {
  return make({ kind: 'stop' }, [x], x.axes)
}
