// What the processor likes, as far as lowering asks. The numbers were measured on generated WebAssembly (docs/log.md).

import { attentionWhole } from '../lower/attention.ts'
import type { Elementwise, Value } from '../lower/kernel.ts'
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

/** About how many instructions' time each function of single numbers takes (values/elementary.ts has the formulas). */
const instructionsOfFunction: Readonly<Record<Elementwise, number>> = {
  log: 25,
  sin: 25,
  cos: 25,
  exp: 16,
  tanh: 16,
  erf: 16,
  divide: 6,
  reciprocal: 6,
  sqrt: 6,
  negate: 1,
  abs: 1,
  floor: 1,
  add: 1,
  subtract: 1,
  multiply: 1,
  maximum: 1,
  minimum: 1,
  where: 1,
  less: 1,
  lessEqual: 1,
  equal: 1,
}

/** Of a vector of four cells. */
function instructionsOf(value: Value): number {
  if (value.kind === 'random') return 20
  return value.kind === 'apply' ? instructionsOfFunction[value.operation] : 1
}
