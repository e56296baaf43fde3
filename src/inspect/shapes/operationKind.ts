// The kind of an operation, told from the nodes that it is made of, and the name that people have for it.

import { hasAxis } from '../../tensor/axes.ts'
import type { Node } from '../../tensor/node.ts'
import { partOfPath } from '../paths.ts'
import { isSum, isWeight, isWeightOfPlaces } from '../stream/forms.ts'
import { normOf } from '../stream/norms.ts'
import type { OpenedPass } from './opened.ts'
import type { OperationKind } from './operation.ts'

/** The nodes of an operation, its result among them, and what goes into it: weights, inputs and other results. */
export interface OperationNodes {
  readonly result: Node
  readonly inside: readonly Node[]
  readonly operands: readonly Node[]
}

/** The kind of an operation; `other` for one of which only the formula is known. */
export function operationKind({ result, inside, operands }: OperationNodes): OperationKind {
  const has = (test: (node: Node) => boolean): boolean => inside.some(test)
  const isFunction =
    (...names: readonly string[]): ((node: Node) => boolean) =>
    ({ operation }) =>
      operation.kind === 'apply' && names.includes(operation.function)
  const isPower = isFunction('exp')
  if (!has(isWeightProduct) && has(isPower) && has(({ operation }) => operation.kind === 'reduce')) return 'softmax'
  if (normOf(result)) return 'norm'
  if (has(isWeightProduct)) return 'product'
  if (has(isTurn)) return 'turn'
  const over = inside.flatMap(({ operation }) => (operation.kind === 'dot' ? operation.over : []))
  if (over.includes('source')) return 'mix'
  if (over.length > 0) return over.includes('key') && hasAxis(result.axes, 'source') ? 'scores' : 'other'
  if (result.operation.kind === 'gather' || (has(isLookUpRow) && operands.every(isTableOrInput))) return 'lookUp'
  if (isSumOfStreams(result, operands)) return 'add'
  // A learnt token that is put before all others says nothing of places.
  const isBefore =
    has(({ operation }) => operation.kind === 'window') &&
    operands.some((node) => isWeight(node) && !isWeightOfPlaces(node))
  const isOfEach = has(isOfPlaces) || operands.some(isWeightOfPlaces)
  if (hasAxis(result.axes, 'model') && isOfEach && !isBefore) return 'positions'
  if (inside.every(isNumberwise)) return 'activation'
  return 'other'
}

const isWeightProduct = ({ operation, inputs }: Node): boolean => operation.kind === 'dot' && inputs.some(isWeight)
const isLookUpRow = ({ operation, inputs: [table] }: Node): boolean => operation.kind === 'gather' && isWeight(table)
const isTableOrInput = (node: Node): boolean => isWeight(node) || node.operation.kind === 'input'

/** Turned numbers: their product with the matrix that turns pairs, which is known beforehand. */
export const isTurn = ({ operation, inputs }: Node): boolean =>
  operation.kind === 'dot' && inputs.some(({ operation: { kind } }) => kind === 'table')

/** The stream, and what a part has made of it: two results, one of which is perhaps scaled. */
function isSumOfStreams(node: Node, operands: readonly Node[]): boolean {
  const values = operands.filter((node) => !isTableOrInput(node))
  return isSum(node) && values.length === 2 && operands.every((node) => !isWeight(node))
}

/** Made of places, or rows that are looked up by them. */
const isOfPlaces = (node: Node): boolean => node.operation.kind === 'index' || isLookUpRow(node)

/** A function of each number by itself. */
const isNumberwise = ({ operation: { kind } }: Node): boolean =>
  kind === 'apply' || kind === 'constant' || kind === 'rename' || kind === 'expand'

/** The name of what is done: that of the weight of a product (query, up, unembedding, …), else that of what is made. */
export function roleOfOperation({ result, inside, operands }: OperationNodes, opened: OpenedPass): string {
  const product = inside.find(isWeightProduct)
  if (product) {
    if (hasAxis(result.axes, 'vocab')) return 'unembedding'
    const [part, own] = (opened.addressOf(product.inputs.find(isWeight) ?? product) ?? '').split('.').slice(-2)
    return own === 'weight' || own === undefined ? part : own
  }
  const address = opened.addressOf(result)
  if (address !== undefined) return address.split('.').at(-1) ?? ''
  if (hasAxis(result.axes, 'vocab')) return 'probabilities'
  if (isSumOfStreams(result, operands)) return 'sum'
  const table = operands.find(isWeight)
  return (table && opened.addressOf(table)?.split('.').at(-1)) ?? 'value'
}

/** The path of the part: that of what is made, of the table that is looked up in, of the block in which is added. */
export function partOfOperation({ result, operands }: OperationNodes, kind: OperationKind, opened: OpenedPass): string {
  const address = opened.addressOf(result)
  if (address !== undefined) return partOfPath(address)
  const of = (nodes: readonly Node[]): string | undefined =>
    nodes.flatMap((node) => opened.addressOf(node) ?? []).at(-1)
  if (kind === 'lookUp') return partOfPath(of(operands.filter(isWeight)) ?? '')
  if (kind === 'add') return partOfPath(partOfPath(of(operands) ?? ''))
  return opened.names.placeOf(result) ?? ''
}
