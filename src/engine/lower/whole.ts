// A definition as one kernel.

import type { Definition, Node } from '../../tensor/node.ts'
import type { Kernel } from './kernel.ts'
import type { Layout } from './layout.ts'

/** A kernel that nothing joins, and the values on which it works. */
export interface Alone {
  readonly kernel: Kernel
  readonly operands: readonly Node[]
  readonly writes: readonly Node[]
  readonly flops: number
}

/** The way from a definition to its kernel. */
export interface WholeKernel {
  /** True if the kernel can run the definition, as its inputs lie. */
  runs(definition: Node, layout: Layout): boolean
  /** The definition and the inputs that the kernel has in their place, where it has others: attention reads no mask that it can do without. */
  given?(definition: Definition, inputs: readonly Node[]): readonly [Definition, readonly Node[]]
  /** The definition's node is one that was `given`; `results`: its parts, which the kernel writes. */
  describe(definition: Node, results: readonly Node[], layout: Layout): Alone
}
