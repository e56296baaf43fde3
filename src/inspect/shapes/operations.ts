// The operations of a model in the order of the data, from token ids to probabilities, in a grain that can be read: not every primitive of
// the graph, but what a person would call a step. No architecture is asked. An operation makes one of these:
//
//   a value with a name              query, scores, pattern, mixed, up, hidden, output, logits, …
//   a product with a weight          that is more than its name's bias away: queries before they are turned
//   rows of a table                  that ids are looked up in
//   a norm, what it normalises,
//   a sum of the stream              that the model gives no name
//   shares over the vocabulary       which no model makes, but everybody who reads its logits
//
// Every other node of the graph belongs to the first operation that needs it, so that what all of them cost is what the graph costs.

import { cells, hasAxis } from '../../tensor/axes.ts'
import { softmax } from '../../tensor/definitions.ts'
import type { Node, Tensor } from '../../tensor/node.ts'
import type { Pass } from '../../tensor/pass.ts'
import { layerOfPath } from '../paths.ts'
import { isNumber, isSum, isWeight, operandsOf } from '../stream/forms.ts'
import { normOf } from '../stream/norms.ts'
import { formulaOf } from './formula.ts'
import { type OpenedPass, openPass } from './opened.ts'
import type { ModelOperation, OperationAxis, OperationValue, SizeOrigin } from './operation.ts'
import { isTurn, type OperationNodes, operationKind, partOfOperation, roleOfOperation } from './operationKind.ts'
import { type Origin, originsOf } from './origins.ts'
import { type GivenReasons, isDerived, reasonsIn } from './reasons.ts'

/**
 * The operations of a pass forward, in order.
 *
 * - `reasons`: reasons for sizes, which the model does not know: `{ vocab: '65 different characters in the text' }`
 */
export function modelOperations(pass: Pass<readonly Node[]>, reasons: GivenReasons = {}): ModelOperation[] {
  const opened = openPass({ ...pass, outputs: pass.outputs.map(withShares) })
  const found = operationsIn(opened)
  const described = valuesWithReasons(opened, reasons)
  const counted = new Set<Node>()
  const costs = found.map(({ inside }) => inside.reduce((sum, node) => sum + flopsOf(node), 0))
  const total = costs.reduce((sum, flops) => sum + flops, 0)
  const numbers = new Map(found.map(({ result }, number) => [result, number]))
  return found.map((nodes, number) => {
    const { result, inside, operands } = nodes
    const address = opened.addressOf(result)
    const kind = operationKind(nodes)
    const part = partOfOperation(nodes, kind, opened)
    const layer = layerOfPath(part)
    const weights = operands.filter((node) => isWeight(node) && !counted.has(node))
    for (const weight of weights) counted.add(weight)
    return {
      number,
      kind,
      ...(address !== undefined && { address }),
      part,
      role: roleOfOperation(nodes, opened),
      ...(layer !== undefined && { layer }),
      formula: formulaOf(result, opened),
      operands: operands.map((node) => {
        const made = numbers.get(node)
        return { ...described(node), ...(made !== undefined && { made }) }
      }),
      result: described(result),
      over: [...new Set(inside.flatMap(({ operation }) => (operation.kind === 'dot' ? operation.over : [])))],
      flops: costs[number],
      share: total === 0 ? 0 : costs[number] / total,
      parameters: weights.reduce((sum, { axes }) => sum + cells(axes), 0),
    }
  })
}

/** Logits, and the shares that are made of them. */
const withShares = (end: Node): Node => (hasAxis(end.axes, 'vocab') ? softmax(end as Tensor<'vocab'>, 'vocab') : end)

/** The operations with their nodes, in the order of the data. */
function operationsIn(opened: OpenedPass): OperationNodes[] {
  const forward = opened.nodes.filter((node) => !opened.names.forwardOf(node))
  const results = resultsIn(forward, opened)
  const taken = new Set<Node>()
  return forward
    .filter((node) => results.has(node))
    .map((result) => {
      const [inside, operands, seen]: [Node[], Set<Node>, Set<Node>] = [[], new Set(), new Set()]
      const gather = (node: Node): void => {
        if (seen.has(node)) return
        seen.add(node)
        if (!taken.has(node)) inside.push(node)
        taken.add(node)
        for (const input of node.inputs) {
          if (results.has(input) || isWeight(input) || input.operation.kind === 'input') operands.add(input)
          else gather(input)
        }
      }
      gather(result)
      return { result, inside, operands: [...operands] }
    })
}

/** The nodes that operations make. */
function resultsIn(nodes: readonly Node[], opened: OpenedPass): Set<Node> {
  const readers = new Map<Node, Node[]>()
  for (const node of nodes) for (const input of node.inputs) readers.set(input, [...(readers.get(input) ?? []), node])
  const readersOf = (node: Node): readonly Node[] => readers.get(node) ?? []
  const results = new Set<Node>()
  for (const node of nodes) {
    if (isWeight(node) || node.operation.kind === 'input') continue
    const norm = normOf(node)
    if (opened.addressOf(node) !== undefined || readersOf(node).length === 0 || isStreamSum(node)) results.add(node)
    if (isLookUp(node)) results.add(endOf(node, readersOf, isScaled))
    if (node.operation.kind === 'dot' && node.inputs.some(isWeight)) results.add(endOf(node, readersOf, isFinished))
    if (norm && !readersOf(node).some((reader) => normOf(reader)?.factor === norm.factor)) results.add(node)
    if (norm && !isSoftmax(node)) results.add(norm.input)
  }
  for (const node of results) if (isWeight(node) || node.operation.kind === 'input') results.delete(node)
  return results
}

/** The last of the steps that only finish a value: a bias, a factor, other names of axes. */
function endOf(node: Node, readersOf: (node: Node) => readonly Node[], isStep: (reader: Node) => boolean): Node {
  const [reader, ...others] = readersOf(node)
  return reader && others.length === 0 && isStep(reader) ? endOf(reader, readersOf, isStep) : node
}

const isScaled = (node: Node): boolean =>
  operandsOf(node, 'multiply')?.some(isNumber) || node.operation.kind === 'rename' || node.operation.kind === 'expand'

const isFinished = (node: Node): boolean => isScaled(node) || operandsOf(node, 'add')?.some(isWeight) === true

/** Powers over their sum look like a norm: what is told apart is e. */
const isSoftmax = (node: Node): boolean => {
  const power = normOf(node)?.input
  return power !== undefined && operandsOf(power, 'exp') !== undefined
}

/** Rows of a table, by ids that are given: places are no ids. */
function isLookUp({ operation, inputs: [table, ids] }: Node): boolean {
  return operation.kind === 'gather' && isWeight(table) && isGiven(ids)
}

const isGiven = ({ operation, inputs }: Node): boolean => operation.kind === 'input' || inputs.some(isGiven)

/** A sum of two values as wide as the stream, at every position. */
const isStreamSum = (node: Node): boolean =>
  isSum(node) &&
  node.inputs.every((input) => ['position', 'model'].every((name) => hasAxis(input.axes, name))) &&
  !node.inputs.some(isTurn)

/** Additions and multiplications; every function of a number counts as one. */
function flopsOf({ operation, axes, inputs }: Node): number {
  switch (operation.kind) {
    case 'dot':
      return 2 * cells(axes) * cells(inputs[0].axes.filter(({ name }) => operation.over.includes(name)))
    case 'apply':
      return cells(axes)
    case 'reduce':
    case 'scatter':
      return cells(inputs[0].axes)
    default:
      return 0
  }
}

/** Says of a value where it is, and of each of its axes why it is as long. */
function valuesWithReasons(opened: OpenedPass, given: GivenReasons): (node: Node) => OperationValue {
  const [sayReason, origins] = [reasonsIn(opened, given), originsOf(opened)]
  return (node) => {
    const address = opened.addressOf(node)
    return {
      ...(address !== undefined && { address }),
      ...(node.operation.kind === 'input' && { input: node.operation.name }),
      isWeight: isWeight(node),
      axes: node.axes.map(({ name, size }): OperationAxis => {
        const origin = origins(node, name)
        return { name, size, origin: originKind(origin, given), reason: sayReason(origin) }
      }),
    }
  }
}

function originKind(origin: Origin | undefined, given: GivenReasons): SizeOrigin {
  if (!origin) return 'unknown'
  if (origin.forced) return 'forced'
  const because = origin.axis.because ?? given[origin.axis.name]
  if (because === undefined) return 'unknown'
  if (isDerived(because)) return 'derived'
  return because.startsWith('chosen') ? 'chosen' : 'text'
}
