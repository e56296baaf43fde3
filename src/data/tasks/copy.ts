// Copying: 3 1 2 → 3 1 2. Each position of the answer looks back by the same distance.

import { type RearrangingOptions, rearranging } from './rearranging.ts'
import type { Task } from './task.ts'

export function copyTask(options: RearrangingOptions = {}): Task {
  return rearranging('copy', 'Says again what it read.', (prompt) => prompt, options)
}
