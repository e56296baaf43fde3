// Attention, the formula: the only place in a transformer where positions exchange information.
//
//   scores  = query · key / √d_k         over "key": how well a position's question fits a source's offer
//   pattern = softmax(scores)            over "source": shares of attention, for every position a whole
//   mixed   = pattern · value            over "source": what the position receives
//
// Vaswani et al. 2017, section 3.2.1. Engines have kernels for the whole of it; asked for what is inside (the pattern), they
// run what stands here. See model/attention.ts for the part with its weights.

import { type Axis, sizeOf } from './axes.ts'
import { logSumExp, softmax } from './definitions.ts'
import { gradientOf } from './gradient.ts'
import { type Definition, Node, type Tensor } from './node.ts'
import { dot, multiply, where } from './primitives.ts'

type Query = Tensor<'batch' | 'position' | 'head' | 'key'>
type Key = Tensor<'batch' | 'source' | 'head' | 'key'>
type Value = Tensor<'batch' | 'source' | 'head' | 'value'>
type Mask = Tensor<'position' | 'source'>

/** What attention gives: `mixed`, and from inside `scores` and `pattern`. */
export interface AttentionValues {
  readonly scores: Tensor<'batch' | 'head' | 'position' | 'source'>
  readonly pattern: Tensor<'batch' | 'head' | 'position' | 'source'>
  readonly mixed: Tensor<'batch' | 'position' | 'head' | 'value'>
}

/** The formula as it stands above, opened. `keep` is 1 where a position may look at a source. */
export function attentionFormula(query: Query, key: Key, value: Value, keep?: Mask): AttentionValues {
  const scaled = multiply(dot(query, key, 'key'), sizeOf(query.axes, 'key') ** -0.5)
  const scores = keep ? where(keep, scaled, -Infinity) : scaled
  const pattern = softmax(scores, 'source')
  const mixed = dot(pattern, value, 'source')
  return { scores, pattern, mixed }
}

/**
 * softmax(query · key / √d_k) · value, for every head.
 *
 * query (batch, position, head, key) · key (batch, source, head, key) · value (batch, source, head, value)
 * → (batch, position, head, value). Axes beyond these that all share (`group`) run along; in `key` and `value` they may lack.
 * A position that may look at nothing receives 0.
 */
export function attention(query: Query, key: Key, value: Value, keep?: Mask): AttentionValues['mixed'] {
  const mixed = axesOfMixed(query, key, value, keep)
  const inputs = keep ? [query, key, value, keep] : [query, key, value]
  return part(
    new Node({ kind: 'defined', definition: forward(mixed, axesOfRows(query)) }, inputs, []),
    0,
    mixed,
  ) as AttentionValues['mixed']
}

function part(whole: Node, index: number, axes: readonly Axis[]): Node {
  return new Node({ kind: 'part', index }, [whole], axes)
}

/** The axes of the result: those of the query, with `value` for `key`. */
function axesOfMixed(query: Query, key: Key, value: Value, keep: Mask | undefined): Axis[] {
  // Building the formula checks every axis and every size.
  attentionFormula(query, key, value, keep)
  const size = sizeOf(value.axes, 'value')
  return query.axes.map((axis) => (axis.name === 'key' ? { name: 'value', size } : axis))
}

/** One number for every row of scores: all axes of the query but `key`, position last. */
function axesOfRows(query: Node): Axis[] {
  const repeated = query.axes.filter(({ name }) => name !== 'key' && name !== 'position')
  return repeated.concat(query.axes.filter(({ name }) => name === 'position'))
}

const opened = ([query, key, value, keep]: readonly Node[]) =>
  attentionFormula(query as Query, key as Key, value as Value, keep as Mask | undefined)

const inOrder = (node: Node, axes: readonly Axis[]): Node =>
  node.axes.every((axis, i) => axis.name === axes[i].name) ? node : new Node({ kind: 'expand' }, [node], axes)

function forward(mixed: readonly Axis[], rows: readonly Axis[]): Definition {
  return {
    name: 'attention',
    results: [mixed, rows],
    open(inputs) {
      const { scores, pattern, mixed: output } = opened(inputs)
      return {
        results: [inOrder(output, mixed), inOrder(logSumExp(scores, 'source'), rows)],
        inside: { scores, pattern },
      }
    },
    gradient([mixedNode, rowsNode], [upstream], inputs) {
      if (!upstream) return inputs.map(() => undefined)
      const [query, key, value] = inputs
      const definition = backward([query.axes, key.axes, value.axes])
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
function backward(axes: readonly (readonly Axis[])[]): Definition {
  return {
    name: 'attentionGradient',
    results: axes,
    open([query, key, value, , , upstream, keep]) {
      const { scores, pattern, mixed } = opened(keep ? [query, key, value, keep] : [query, key, value])
      const results = gradientOf([{ of: mixed, is: upstream }], [query, key, value])
      return { results: results.map((gradient, i) => inOrder(gradient, axes[i])), inside: { scores, pattern } }
    },
    gradient() {
      throw new Error('gradient: attention can be differentiated once, not twice.')
    },
  }
}
