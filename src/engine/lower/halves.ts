// bfloat16, where a kernel cannot read it.

import { Node } from '../../tensor/node.ts'
import { type Call, copyCall } from './call.ts'
import type { Kernel, Operand } from './kernel.ts'

/** Where a kernel cannot read bfloat16, the matrix is copied as floats first. Products read their two sides, loops everything. */
export function widened(calls: readonly Call[], isHalf: (parameter: Node) => boolean): Call[] {
  return calls.flatMap((call) => {
    const { kernel } = call
    const isLoop = kernel.kind === 'rows' || kernel.kind === 'columns'
    const copies: Call[] = []
    const operands = call.operands.map((node, i) => {
      if (isLoop || !isHalf(node) || (kernel.kind === 'product' && i < 2)) return node
      const copy = new Node({ kind: 'expand' }, [node], node.axes)
      copies.push(copyCall(node, copy, 'bf16'))
      return copy
    })
    if (copies.length === 0) return [call]
    const whole: Kernel = kernel.kind === 'product' ? { ...kernel, operands: kernel.operands.map(asFloats) } : kernel
    return [...copies, { ...call, kernel: whole, operands }]
  })
}

/** The sides of a product keep their type. */
const asFloats = (operand: Operand, i: number): Operand => (i < 2 ? operand : { strides: operand.strides })
