// Attention and its gradient as kernels: which definitions they can run, and their descriptions.

import { type Axis, cells, hasAxis, sizeOf } from '../../tensor/axes.ts'
import type { Node } from '../../tensor/node.ts'
import type { AttentionAxis, AttentionKernel } from './kernel.ts'
import { baseOf, type Layout } from './layout.ts'
import { isSighted, type SightedDefinition, type SightInput, sighted } from './sight.ts'
import type { Alone, WholeKernel } from './whole.ts'

type Kind = AttentionKernel['kind']

/** The kernel of attention, or of its gradient, for a definition that takes and gives the same. */
export const attentionWhole = (kind: Kind): WholeKernel => ({
  runs,
  given: sighted,
  describe: (node, results, layout) => describe(kind, node, results, layout),
})

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

function describe(kind: Kind, node: Node, results: readonly Node[], layout: Layout): Alone {
  const definition = definitionOf(node)
  const { own, isCausal } = definition.sight
  const [query, key, value] = node.inputs
  const given = givenOf(definition, node.inputs)
  const operands = [...node.inputs.slice(0, own).map(baseOf), ...results]
  const operandOf = (name: SightInput): number | undefined => {
    const input = given.get(name)
    return input && operands.push(baseOf(input)) - 1
  }
  const [offset, first, last, keep] = [operandOf('offset'), operandOf('first'), operandOf('last'), operandOf('keep')]
  const along = stridesOf(kind, node, definition, layout)
  const { key: _, value: __, ...position } = along('position')
  const source = along('source')
  const kernel: AttentionKernel = {
    kind,
    outer: query.axes
      .filter(({ name, size }) => name !== 'key' && name !== 'position' && size > 1)
      .map(({ name, size }) => ({ size, ...along(name) })),
    position: { size: sizeOf(query.axes, 'position'), ...position },
    source: { size: sizeOf(key.axes, 'source'), key: source.key, value: source.value, keep: source.keep },
    key: sizeOf(query.axes, 'key'),
    value: sizeOf(value.axes, 'value'),
    scale: definition.numbers.scale,
    ...(isCausal ? { causal: offset === undefined ? {} : { offset } } : {}),
    ...(first !== undefined && { first }),
    ...(last !== undefined && { last }),
    ...(keep !== undefined && { keep }),
  }
  const places = cells(query.axes.filter(({ name }) => name !== 'key'))
  const pairs = places * kernel.source.size * (isCausal && offset === undefined ? 0.5 : 1)
  return {
    kernel,
    operands,
    writes: results,
    flops: 2 * pairs * (kernel.key + kernel.value) * (kind === 'attention' ? 1 : 2.5),
  }
}

/** The definition of what attention is to be run whole. */
function definitionOf({ operation }: Node): SightedDefinition {
  if (operation.kind !== 'defined') throw new Error('attention: not a definition.')
  const { definition } = operation
  if (!isSighted(definition)) throw new Error(`attention: "${definition.name}" was not given what its mask means.`)
  return definition
}

/** The spans or conditions that stand in place of the mask. */
function givenOf({ sight }: SightedDefinition, inputs: readonly Node[]): Map<SightInput, Node> {
  return new Map(sight.inputs.map((name, i) => [name, inputs[sight.own + i]]))
}

/** A function that says how far apart neighbours on an axis lie in everything that attention works on. */
function stridesOf(
  kind: Kind,
  { inputs }: Node,
  definition: SightedDefinition,
  { strides, viewOf }: Layout,
): (axis: string) => Omit<AttentionAxis, 'size'> {
  const [query, key, value] = inputs
  const isForward = kind === 'attention'
  const mixed = isForward
    ? definition.results[0]
    : query.axes.map((axis) => (axis.name === 'key' ? { name: 'value', size: sizeOf(value.axes, 'value') } : axis))
  const rows = isForward ? definition.results[1] : inputs[4].axes
  const given = givenOf(definition, inputs)
  const own = (axes: readonly Axis[]) => new Map(strides(axes).map((stride, i) => [axes[i].name, stride]))
  const seen = (name: SightInput) => {
    const input = given.get(name)
    return input && viewOf(input).strides
  }
  const [ofQuery, ofKey, ofValue] = [query, key, value].map((each) => viewOf(each).strides)
  const [output, logSumExp] = [own(mixed), own(rows)]
  const [keep, first, last] = [seen('keep'), seen('first'), seen('last')]
  return (axis) => ({
    query: ofQuery.get(axis) ?? 0,
    key: ofKey.get(axis) ?? 0,
    value: ofValue.get(axis) ?? 0,
    output: output.get(axis) ?? 0,
    logSumExp: logSumExp.get(axis) ?? 0,
    keep: keep?.get(axis) ?? 0,
    first: first?.get(axis) ?? 0,
    last: last?.get(axis) ?? 0,
  })
}
