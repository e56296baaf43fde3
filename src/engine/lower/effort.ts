// About how long one thread needs for a program: the smallest are left to it, since threads that wait for one another at every
// kernel then wait longer than they work. It is a guess from the sizes, so that it is the same everywhere.

import type { Node } from '../../tensor/node.ts'
import type { Call } from './call.ts'
import type { Target } from './target.ts'

/** In microseconds. */
export function effortOf(calls: readonly Call[], target: Target): number {
  return calls.reduce((sum, call) => sum + target.speed.call + workOf(call, target), 0)
}

function workOf({ kernel, operands, writes, flops }: Call, { layout, speed }: Target): number {
  const sizeOf = (nodes: readonly Node[]): number => nodes.reduce((sum, { axes }) => sum + layout.bytes(axes), 0)
  const isWhole = kernel.kind === 'product' || kernel.kind === 'attention' || kernel.kind === 'attentionGradient'
  // Of a table or a cache the other kernels may touch a few rows only; what they write says more.
  const touched = isWhole ? sizeOf(operands) : kernel.kind === 'place' ? 0 : 2 * sizeOf([...writes])
  return Math.max(flops / speed.flops, touched / speed.bytes)
}
