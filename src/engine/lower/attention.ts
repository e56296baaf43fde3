// Attention and its gradient as kernels: which definitions they can run, and their descriptions.

import { type Axis, cells, hasAxis, sizeOf } from '../../tensor/axes.ts'
import type { Node } from '../../tensor/node.ts'
import type { AttentionAxis, AttentionKernel } from './kernel.ts'
import type { Layout } from './layout.ts'
import { isSighted, ownInputs, sighted } from './sight.ts'
import type { Alone, WholeKernel } from './whole.ts'

/** For the definitions `attention` and `attentionGradient`. */
export const attentionWhole: WholeKernel = { runs, given: sighted, describe }

/** The contracted axes must lie contiguously. */
function runs(node: Node, { viewOf }: Layout): boolean {
  const [query, key, value] = node.inputs
  const last = (each: Node, name: string): boolean =>
    viewOf(each).strides.get(name) === 1 || sizeOf(each.axes, name) === 1
  return (
    last(query, 'key') &&
    last(key, 'key') &&
    last(value, 'value') &&
    !hasAxis(query.axes, 'source') &&
    !hasAxis(key.axes, 'position')
  )
}

function describe(node: Node, results: readonly Node[], { strides, viewOf }: Layout): Alone {
  const { operation } = node
  if (operation.kind !== 'defined') throw new Error('attention: not a definition.')
  const { definition } = operation
  if ((definition.name !== 'attention' && definition.name !== 'attentionGradient') || !isSighted(definition))
    throw new Error(`attention: "${definition.name}" has no kernel.`)
  const isForward = definition.name === 'attention'
  const [query, key, value] = node.inputs
  const views = [query, key, value].map(viewOf)
  const mixed = isForward
    ? definition.results[0]
    : query.axes.map((axis) => (axis.name === 'key' ? { name: 'value', size: sizeOf(value.axes, 'value') } : axis))
  const rows = isForward ? definition.results[1] : node.inputs[4].axes
  const along = (axes: readonly Axis[]) => new Map(strides(axes).map((stride, i) => [axes[i].name, stride]))
  const [output, logSumExp] = [along(mixed), along(rows)]
  const own = ownInputs(definition)
  const { isCausal, inputs: names } = definition.sight
  const given = (name: (typeof names)[number]) =>
    names.includes(name) ? node.inputs[own + names.indexOf(name)] : undefined
  const lies = (name: (typeof names)[number]) => {
    const input = given(name)
    return input ? viewOf(input).strides : new Map<string, number>()
  }
  const [mask, firsts, lasts] = [lies('keep'), lies('first'), lies('last')]
  const of = (map: ReadonlyMap<string, number>, name: string): number => map.get(name) ?? 0
  const outer: AttentionAxis[] = query.axes
    .filter(({ name, size }) => name !== 'key' && name !== 'position' && size > 1)
    .map(({ name, size }) => ({
      size,
      query: of(views[0].strides, name),
      key: of(views[1].strides, name),
      value: of(views[2].strides, name),
      output: of(output, name),
      logSumExp: of(logSumExp, name),
      keep: of(mask, name),
      first: of(firsts, name),
      last: of(lasts, name),
    }))
  const operands: Node[] = [...node.inputs.slice(0, own).map((each) => viewOf(each).base), ...results]
  const operand = (name: (typeof names)[number]) => {
    const input = given(name)
    return input ? operands.push(viewOf(input).base) - 1 : undefined
  }
  const [offset, first, last, keep] = [operand('offset'), operand('first'), operand('last'), operand('keep')]
  const kernel: AttentionKernel = {
    kind: definition.name,
    outer,
    position: {
      size: sizeOf(query.axes, 'position'),
      query: of(views[0].strides, 'position'),
      output: of(output, 'position'),
      logSumExp: of(logSumExp, 'position'),
      keep: of(mask, 'position'),
      first: of(firsts, 'position'),
      last: of(lasts, 'position'),
    },
    source: {
      size: sizeOf(key.axes, 'source'),
      key: of(views[1].strides, 'source'),
      value: of(views[2].strides, 'source'),
      keep: of(mask, 'source'),
    },
    key: sizeOf(query.axes, 'key'),
    value: sizeOf(value.axes, 'value'),
    scale: definition.numbers.scale,
    ...(isCausal ? { causal: offset === undefined ? {} : { offset } } : {}),
    ...(first !== undefined && { first }),
    ...(last !== undefined && { last }),
    ...(keep !== undefined && { keep }),
  }
  const pairs =
    cells(query.axes.filter(({ name }) => name !== 'key')) *
    kernel.source.size *
    (isCausal && offset === undefined ? 0.5 : 1)
  return { kernel, operands, writes: results, flops: 2 * pairs * (kernel.key + kernel.value) * (isForward ? 1 : 2.5) }
}
