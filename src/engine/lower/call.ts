// A kernel with the values whose memory its operands are.

import type { Node } from '../../tensor/node.ts'
import type { Kernel, KernelOperand } from './kernel.ts'
import type { Layout } from './layout.ts'

/** One kernel to run: operand i lies in the memory of operands[i]. */
export interface Call {
  readonly kernel: Kernel
  readonly operands: readonly Node[]
  /** The operands that are written. */
  readonly writes: ReadonlySet<Node>
  /** The value that it computes, or one of several: tells those who look where in the model it belongs. */
  readonly value: Node
  /** True if it only brings a value to another place. */
  readonly isCopy?: boolean
  /** Multiplications and additions of its products. */
  readonly flops: number
}

/** Copies a value to the memory of another one along the same axes. */
export function copyCall(value: Node, to: Node, { strides, viewOf }: Layout, type?: KernelOperand['type']): Call {
  const axes = to.axes.length === 0 ? [{ name: '', size: 1 }] : to.axes
  const from = viewOf(value)
  const read: KernelOperand = { strides: axes.map(({ name }) => from.strides.get(name) ?? 0) }
  const kernel: Kernel = {
    kind: 'rows',
    axes: axes.map(({ size }) => size),
    operands: [type ? { ...read, type } : read, { strides: to.axes.length === 0 ? [0] : strides(axes) }],
    stores: [{ operand: 1, value: { kind: 'load', operand: 0 } }],
  }
  return { kernel, operands: [from.base, to], writes: new Set([to]), value: to, isCopy: true, flops: 0 }
}

/** A call in words: its kernel, and where in the model its value belongs. */
export const describeCall = (
  { kernel, value, isCopy }: Call,
  { labelOf }: { readonly labelOf: (node: Node) => string },
): string => `${kernel.kind} ${isCopy ? 'copy ' : ''}${labelOf(value)}`
