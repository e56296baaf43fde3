// About how long one thread needs for a program: the smallest are left to it, since threads that wait for one another at every
// kernel then wait longer than they work. It is a guess from the sizes, so that it is the same everywhere.

import type { Node } from '../../tensor/node.ts'
import type { Call } from './call.ts'
import { bytes } from './layout.ts'

/** What a thread does in a microsecond: operations of products, and bytes that it reads or writes. */
const flopsPerMicrosecond = 40_000
const bytesPerMicrosecond = 50_000
/** Microseconds that a kernel takes in any case. */
const leastOfCall = 0.2

/** Microseconds. */
export function effortOf(calls: readonly Call[]): number {
  return calls.reduce((sum, call) => sum + leastOfCall + workOf(call), 0)
}

function workOf({ kernel, operands, writes, flops }: Call): number {
  const isWhole = kernel.kind === 'product' || kernel.kind === 'attention' || kernel.kind === 'attentionGradient'
  // Of a table or a cache the other kernels may touch a few rows only; what they write says more.
  const touched = isWhole ? sizeOf(operands) : kernel.kind === 'place' ? 0 : 2 * sizeOf([...writes])
  return Math.max(flops / flopsPerMicrosecond, touched / bytesPerMicrosecond)
}

const sizeOf = (nodes: readonly Node[]): number => nodes.reduce((sum, { axes }) => sum + bytes(axes), 0)
