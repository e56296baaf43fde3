// Reversing: 3 1 2 → 2 1 3. Each position of the answer looks back by another distance.

import { type RearrangingOptions, rearranging } from './rearranging.ts'
import type { Task } from './task.ts'

export function reverseTask(options: RearrangingOptions = {}): Task {
  return rearranging('reverse', 'Says backwards what it read.', (prompt) => prompt.toReversed(), options)
}
