// Which new values of parameters can be written straight over the old ones.

import type { Node } from '../../tensor/node.ts'
import type { Call } from './call.ts'
import type { Value } from './kernel.ts'
import { loopOf } from './loops.ts'
import { isLeaf } from './roots.ts'
import type { Simplified } from './simplify.ts'

/** Whether a value may be written over the parameter: nobody reads the old one afterwards. */
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
  if (value.operation.kind === 'place') return value.inputs[0] === parameter && lastRead <= written
  if (lastRead !== written) return lastRead < written
  // The same kernel reads it: then it must read every cell just before it writes it, in the same loop along the row.
  const { kernel, operands } = calls[written]
  if (kernel.kind !== 'rows') return false
  const target = kernel.operands[operands.indexOf(value)]
  const reads = new Set(operands.flatMap((node, i) => (node === parameter ? [i] : [])))
  if ([...reads].some((i) => JSON.stringify(kernel.operands[i]) !== JSON.stringify(target))) return false
  const last = Math.max(
    ...kernel.stores.filter(({ operand }) => operands[operand] === value).map((store) => loopOf(store.value)),
  )
  return kernel.stores.every((store) => !readsBefore(store.value, reads, loopOf(store.value) === last))
}

/** Whether a value reads one of these operands in another loop than the last, where `isLast` says that it is computed there. */
function readsBefore(value: Value, operands: ReadonlySet<number>, isLast: boolean): boolean {
  if (value.kind === 'load') return !isLast && operands.has(value.operand)
  if (value.kind === 'reduce') return readsBefore(value.input, operands, false)
  return value.kind === 'apply' && value.inputs.some((input) => readsBefore(input, operands, isLast))
}
