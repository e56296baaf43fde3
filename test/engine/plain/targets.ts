// Machines that differ in all that a target can say.

import { target as cpu } from '../../../src/engine/cpu/target.ts'
import { attentionWhole } from '../../../src/engine/lower/attention.ts'
import { layoutOf } from '../../../src/engine/lower/layout.ts'
import type { Target } from '../../../src/engine/lower/target.ts'
import { type Elementwise, elementwise } from '../../../src/tensor/elementwise.ts'

/** Few operands, small memory without padding, nothing run whole, no epilogue, no bfloat16. */
export const narrow: Target = {
  layout: layoutOf(1),
  memory: { alignment: 4, largestSlab: 2 ** 13, mostUnshared: 0 },
  operands: { most: 4, above: 0 },
  repeating: { mostReads: 0, mostCells: 0, mostReadsOnce: 2 },
  epilogue: { functions: new Set(), mostSteps: 0 },
  readsHalf: () => false,
  whole: {},
  costs: { of: () => 1, keeping: 1 },
  speed: { flops: 1, bytes: 1, call: 1 },
  mostInWave: 2,
}

/** As a graphics processor might be: eight bindings, windows at multiples of 256 bytes, attention but not its gradient. */
export const wide: Target = {
  layout: layoutOf(8),
  memory: { alignment: 256, largestSlab: 2 ** 20, mostUnshared: 2 ** 12 },
  operands: { most: 8, above: 16 },
  repeating: { mostReads: 4, mostCells: 1000, mostReadsOnce: 100 },
  epilogue: { functions: new Set(Object.keys(elementwise) as Elementwise[]), mostSteps: 100 },
  readsHalf: ({ kind }) => kind === 'rows',
  whole: { attention: attentionWhole('attention') },
  costs: { of: () => 1, keeping: 1 },
  speed: { flops: 1, bytes: 1, call: 1 },
  mostInWave: 1000,
}

export const targets = { cpu, narrow, wide }
