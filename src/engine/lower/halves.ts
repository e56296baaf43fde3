// bfloat16, where a kernel cannot read it.

import { Node } from '../../tensor/node.ts'
import { type Call, copyCall } from './call.ts'
import type { Kernel, KernelOperand } from './kernel.ts'
import type { Target } from './target.ts'

/** Where a kernel cannot read a matrix that is kept as bfloat16, that is copied as floats first. */
export function widened(calls: readonly Call[], isHalf: (parameter: Node) => boolean, target: Target): Call[] {
  return calls.flatMap((call) => {
    const { kernel } = call
    const copies: Call[] = []
    const operands = call.operands.map((node, i) => {
      if (!isHalf(node) || target.readsHalf(kernel, i)) return node
      const copy = new Node({ kind: 'expand' }, [node], node.axes)
      copies.push(copyCall(node, copy, target.layout, 'bf16'))
      return copy
    })
    const asFloats = (operand: KernelOperand, i: number): KernelOperand =>
      operands[i] === call.operands[i] ? operand : { ...operand, type: undefined }
    if (copies.length === 0) return [call]
    const whole: Kernel = 'operands' in kernel ? { ...kernel, operands: kernel.operands.map(asFloats) } : kernel
    return [...copies, { ...call, kernel: whole, operands }]
  })
}
