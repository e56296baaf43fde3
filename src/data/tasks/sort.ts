// Sorting: 3 1 2 → 1 2 3. With length 6 and 3 symbols this is the demonstration of minGPT (demo.ipynb), ids too, and what
// its model "gpt-nano" was trained on; it draws half of its prompts so that symbols repeat, here all are equally likely.

import { type RearrangingOptions, rearranging } from './rearranging.ts'
import type { Task } from './task.ts'

export function sortTask(options: RearrangingOptions = {}): Task {
  // The symbols' order is that of their code points.
  return rearranging('sort', 'Puts in order what it read.', (prompt) => prompt.toSorted(), options)
}
