// What the processor likes, as far as lowering asks. The numbers were measured on generated WebAssembly (docs/log.md).

import { attentionWhole } from '../lower/attention.ts'
import type { Value } from '../lower/kernel.ts'
import { layoutOf } from '../lower/layout.ts'
import type { Target } from '../lower/target.ts'

/** Vectors have four cells: kernels load and store whole ones, and so go over a row's end. */
export const layout = layoutOf(4)
export const { padded, strides, bytes } = layout

export const target: Target = {
  layout,
  memory: {
    // A cache line.
    alignment: 64,
    // One arena holds everything; it says itself when it is full.
    largestSlab: Number.POSITIVE_INFINITY,
    mostUnshared: 16384,
  },
  // Every operand is a parameter of a function and has its row's address in a register, or on the stack: no use in having more.
  operands: { most: 40, above: 0 },
  // Reading one value costs as much as reading what is made of it; of two, it pays to keep the result. Where there are few
  // cells, a kernel more costs more than computing them again.
  repeating: { mostReads: 1, mostCells: 64, mostReadsOnce: 20 },
  // What costs nothing worth mentioning. Anything dearer (GELU, say) runs two to four times faster in a loop of its own, where the
  // registers do not hold a tile of the product.
  epilogue: {
    functions: new Set([
      'add',
      'subtract',
      'multiply',
      'negate',
      'maximum',
      'minimum',
      'where',
      'less',
      'lessEqual',
      'equal',
    ]),
    mostSteps: 12,
  },
  // Products widen their two sides while they pack them, loops everything in registers.
  readsHalf: ({ kind }, operand) => kind === 'rows' || kind === 'columns' || (kind === 'product' && operand < 2),
  whole: { attention: attentionWhole('attention'), attentionGradient: attentionWhole('attentionGradient') },
  // A value that is kept costs a store and a load, and its place in the cache.
  costs: { of: instructionsOf, keeping: 6 },
  // Half of what a core does at its best, as programs that are so small do not get there.
  speed: { flops: 40_000, bytes: 50_000, call: 0.2 },
  // A wave's calls share the counters out of which threads take their work.
  mostInWave: 64,
}

/** Of vectors of four cells (wasm/elementary.ts has the formulas). */
function instructionsOf(value: Value): number {
  if (value.kind === 'random') return 20
  if (value.kind !== 'apply') return 1
  switch (value.operation) {
    case 'log':
    case 'sin':
    case 'cos':
      return 25
    case 'exp':
    case 'tanh':
    case 'erf':
      return 16
    case 'divide':
    case 'reciprocal':
    case 'sqrt':
      return 6
    default:
      return 1
  }
}
