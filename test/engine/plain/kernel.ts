// Every kernel that lowering knows, by plain loops: what engines' own code is held to.

import type { Kernel } from '../../../src/engine/lower/kernel.ts'
import { runAttention } from './attention.ts'
import { plainLoops } from './loops.ts'
import { runPlace, runScatter, runWindow } from './moves.ts'
import type { Cells } from './places.ts'
import { plainProduct } from './product.ts'

/** A function that runs the kernel. It computes in double precision; rounding is that of the operands' cells. */
export function plainKernel(kernel: Kernel): (operands: readonly Cells[]) => void {
  switch (kernel.kind) {
    case 'rows':
    case 'columns':
      return plainLoops(kernel)
    case 'product':
      return plainProduct(kernel)
    case 'attention':
    case 'attentionGradient':
      return (operands) => runAttention(kernel, operands)
    case 'scatter':
      return (operands) => runScatter(kernel, operands)
    case 'place':
      return (operands) => runPlace(kernel, operands)
    case 'window':
      return (operands) => runWindow(kernel, operands)
  }
}

/** The operands after a kernel has run, while those given stay as they are. Operands that are one array are one here too. */
export function plainResults<Data extends Cells>(kernel: Kernel, operands: readonly Data[]): Data[] {
  const copies = new Map(operands.map((cells) => [cells, cells.slice() as Data]))
  const own = operands.map((cells) => copies.get(cells) ?? cells)
  plainKernel(kernel)(own)
  return own
}
