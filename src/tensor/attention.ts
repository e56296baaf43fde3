// Attention, the formula: the only place in a transformer where positions exchange information.
//
//   scores  = query · key / √d_k         over "key": how well a position's question fits a source's offer
//   pattern = softmax(scores)            over "source": shares of attention, for every position a whole
//   mixed   = pattern · value            over "source": what the position receives
//
// Vaswani et al. 2017, section 3.2.1. Engines have kernels for the whole of it; asked for what is inside (the pattern), they
// run what stands here. See model/attention.ts for the part with its weights.

import { checkAttended, checkInside } from './attended.ts'
import { type Axis, sizeOf } from './axes.ts'
import { logSumExp, softmax } from './definitions.ts'
import { derive } from './gradient.ts'
import { type Definition, type DefinitionOpening, Node, type Tensor } from './node.ts'
import { openedDefinition } from './opening.ts'
import { add, dot, expand, multiply, where } from './primitives.ts'

/** 1 where a position may look at a source, 0 where not: for every head or not, in each row of the batch or not. */
export type Mask =
  | Tensor<'source'>
  | Tensor<'batch' | 'source'>
  | Tensor<'position' | 'source'>
  | Tensor<'batch' | 'position' | 'source'>
  | Tensor<'head' | 'source'>
  | Tensor<'batch' | 'head' | 'source'>
  | Tensor<'head' | 'position' | 'source'>
  | Tensor<'batch' | 'head' | 'position' | 'source'>

/**
 * The values of attention: `mixed`, and what lies inside, which costs nothing unless somebody asks for it. `Q`: the axes of the
 * query.
 */
export interface AttentionValues<Q extends string> {
  readonly scores: Tensor<Exclude<Q, 'key'> | 'source'>
  readonly pattern: Tensor<Exclude<Q, 'key'> | 'source'>
  readonly mixed: Tensor<Exclude<Q, 'key'> | 'value'>
}

export interface AttentionOptions<Q extends string> {
  /** The sources at which a position may look. Engines see by themselves which sources between a first and a last one that means. */
  readonly keep?: Mask
  /** Added to the scaled scores (ALiBi): any axes of the scores. */
  readonly bias?: Node
  /** The factor of query · key; 1 / √d_k if not given. */
  readonly scale?: number
  /** Changes the pattern before it mixes the values: dropout. */
  drop?(pattern: Tensor<Exclude<Q, 'key'> | 'source'>): Tensor<Exclude<Q, 'key'> | 'source'>
}

interface Options {
  readonly keep?: Tensor | undefined
  readonly bias?: Tensor | undefined
  readonly scale?: number | undefined
  drop?(pattern: Tensor): Tensor
}

interface Values {
  readonly scores: Tensor
  readonly pattern: Tensor
  readonly mixed: Tensor
}

function formula(
  query: Tensor,
  key: Tensor,
  value: Tensor,
  { keep, bias, scale = usualScale(query), drop = (pattern) => pattern }: Options,
): Values {
  checkAttended(query, key, value)
  const scaled = multiply(dot(query, key, 'key'), scale)
  checkInside(scaled, { mask: keep, bias })
  const biased = bias ? add(scaled, bias) : scaled
  const scores = keep ? where(keep, biased, -Infinity) : biased
  const pattern = softmax(scores, 'source')
  const mixed = dot(drop(pattern), value, 'source')
  return { scores, pattern, mixed }
}

const usualScale = (query: Node): number => sizeOf(query.axes, 'key') ** -0.5

/**
 * mixed = softmax(query · key / √d_k) · value, for every head, and on the way scores and pattern.
 *
 * query (batch, position, head, key) · key (batch, source, head, key) · value (batch, source, head, value)
 * → (batch, position, head, value). Any other axes of the query run along, whatever their names, and it may lack `batch` or
 * `head`; keys and values may lack axes that the query has: queries along `group` then share them. A position that may look
 * at nothing receives 0. Throws an AxisError where an axis is missing, or keys, values, mask or bias bring one of their own.
 *
 * An engine may run it whole, unless it has a bias or drops something: then it is its formula.
 */
export function attention<
  Q extends string,
  K extends Exclude<Q, 'position'> | 'source',
  V extends Exclude<Q, 'position' | 'key'> | 'source' | 'value',
>(query: Tensor<Q>, key: Tensor<K>, value: Tensor<V>, options: AttentionOptions<Q> = {}): AttentionValues<Q> {
  return values(
    query as Node as Tensor,
    key as Node as Tensor,
    value as Node as Tensor,
    options as Options,
  ) as Values as AttentionValues<Q>
}

function values(query: Tensor, key: Tensor, value: Tensor, options: Options): Values {
  checkAttended(query, key, value)
  const axes = axesOfMixed(query, value)
  if (options.bias || options.drop) {
    const { mixed, ...inside } = formula(query, key, value, options)
    return { ...inside, mixed: inOrder(mixed, axes) }
  }
  const { keep, scale = usualScale(query) } = options
  const whole = new Node(
    { kind: 'defined', definition: forward(axes, axesOfRows(query), scale) },
    keep ? [query, key, value, keep] : [query, key, value],
    [],
  )
  // Opening it checks every axis and every size.
  const { scores, pattern } = openedDefinition(whole).inside
  return { scores, pattern, mixed: part(whole, 0, axes) }
}

/** The axes of the result: those of the query, with `value` for `key`. */
function axesOfMixed(query: Node, value: Node): Axis[] {
  const size = sizeOf(value.axes, 'value')
  return query.axes.map((axis) => (axis.name === 'key' ? { name: 'value', size } : axis))
}

function part(whole: Node, index: number, axes: readonly Axis[]): Tensor {
  return new Node({ kind: 'part', index }, [whole], axes) as Tensor
}

/** One number for every row of scores: all axes of the query but `key`, position last. */
function axesOfRows(query: Node): Axis[] {
  const repeated = query.axes.filter(({ name }) => name !== 'key' && name !== 'position')
  return repeated.concat(query.axes.filter(({ name }) => name === 'position'))
}

const inOrder = (node: Node, axes: readonly Axis[]): Tensor => expand(node, axes) as Tensor

/** Attention as one computation of query, key, value and perhaps a mask: `mixed`, and ln Σ e^scores for its gradient. */
function forward(mixed: readonly Axis[], rows: readonly Axis[], scale: number): Definition {
  return {
    name: 'attention',
    numbers: { scale },
    results: [mixed, rows],
    mask: 3,
    placewise: {
      apart: ['source', 'key', 'value'],
      stays: 'position',
      build: ([query, key, value, keep]) => values(query, key, value, { keep: keep, scale }).mixed,
    },
    open([query, key, value, keep]) {
      const { scores, pattern, mixed: output } = formula(query, key, value, { keep: keep, scale })
      return {
        results: [inOrder(output, mixed), inOrder(logSumExp(scores, 'source'), rows)],
        inside: { scores, pattern },
      }
    },
    gradient([mixedNode, rowsNode], [upstream], inputs) {
      if (!upstream) return inputs.map(() => undefined)
      const [query, key, value] = inputs
      const definition = backward([query.axes, key.axes, value.axes], scale)
      const whole = new Node(
        { kind: 'defined', definition },
        [query, key, value, mixedNode, rowsNode, upstream, ...inputs.slice(3)],
        [],
      )
      return [query, key, value].map((node, i) => part(whole, i, node.axes))
    },
  }
}

/** Gradients of query, key and value: by the rules of the primitives, from the formula. */
function backward(axes: readonly (readonly Axis[])[], scale: number): Definition {
  return {
    name: 'attentionGradient',
    numbers: { scale },
    results: axes,
    mask: 6,
    open([query, key, value, , , upstream, keep]): DefinitionOpening {
      const { scores, pattern, mixed } = formula(query, key, value, { keep: keep, scale })
      const { gradients, forwardOf } = derive([{ of: mixed, is: upstream }], [query, key, value])
      return { results: gradients.map((each, i) => inOrder(each, axes[i])), inside: { scores, pattern }, forwardOf }
    },
    gradient() {
      throw new Error('gradient: attention can be differentiated once, not twice.')
    },
  }
}
