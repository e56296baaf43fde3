// Which new values of parameters can be written straight over the old ones.

import type { Node } from '../../tensor/node.ts'
import type { Call } from './call.ts'
import type { KernelOperand, Store, Value } from './kernel.ts'
import { isLeaf } from './roots.ts'
import type { Simplified } from './simplify.ts'
import { allValues, depthsOf } from './values.ts'

/** The value of which a node writes some cells alone, if it is such a node. */
export const targetOf = ({ operation: { kind }, inputs }: Node): Node | undefined =>
  inputs[{ place: 0, scatter: 2 }[kind as string] ?? inputs.length]

/** True if a value may be written over the parameter: nobody reads the old one afterwards. */
export function mayReplace(
  parameter: Node,
  value: Node,
  calls: readonly Call[],
  { outputs, updates }: Simplified,
): boolean {
  if (isLeaf(value) || value.operation.kind === 'part') return false
  if ([...outputs.values()].includes(parameter) || [...updates.values()].filter((each) => each === value).length > 1)
    return false
  const written = calls.findIndex(({ writes }) => writes.has(value))
  const lastRead = calls.findLastIndex(({ operands, writes }) =>
    operands.some((each) => each === parameter && !writes.has(each)),
  )
  const target = targetOf(value)
  if (target) return target === parameter && lastRead < written
  if (lastRead !== written) return lastRead < written
  return readsWhatItWrites(parameter, value, calls[written])
}

/**
 * True if a kernel that reads the old value, too, reads every cell of it just before it writes that: in no other way, and in
 * the last of a row's loops alone.
 */
function readsWhatItWrites(parameter: Node, value: Node, { kernel, operands }: Call): boolean {
  if (kernel.kind !== 'rows') return false
  const target = JSON.stringify(kernel.operands[operands.indexOf(value)])
  const reads = new Set(operands.flatMap((node, i) => (node === parameter ? [i] : [])))
  if ([...reads].some((i) => JSON.stringify(kernel.operands[i]) !== target)) return false
  const depths = depthsOf(kernel.stores.map((store) => store.value))
  const loopOf = (store: Store): number => depths.get(store.value) ?? 0
  const last = Math.max(...kernel.stores.filter(({ operand }) => operands[operand] === value).map(loopOf))
  return kernel.stores.every(
    (store) => !readsBefore(store.value, loopOf(store) === last, (load) => touches(kernel.operands, load, reads)),
  )
}

/** True if a load reads one of these operands, or looks up by it. */
function touches(operands: readonly KernelOperand[], load: number, wanted: ReadonlySet<number>): boolean {
  const { lookup } = operands[load]
  return wanted.has(load) || (lookup !== undefined && wanted.has(lookup.ids))
}

/** True if a value reads such an operand in another loop than the last; `isLast`: the value itself is computed in the last. */
function readsBefore(value: Value, isLast: boolean, isMeant: (operand: number) => boolean): boolean {
  const reads = (values: readonly Value[]): boolean =>
    values.some((each) => each.kind === 'load' && isMeant(each.operand))
  if (!isLast) return reads(allValues([value]))
  const reductions = allValues([value], { intoReductions: false }).filter(({ kind }) => kind === 'reduce')
  return reads(allValues(reductions))
}
