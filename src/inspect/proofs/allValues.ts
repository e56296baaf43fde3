// All values of a pass together: what looks at every one of them says first that they are too many.

import { cells } from '../../tensor/axes.ts'
import type { Node } from '../../tensor/node.ts'
import { amountOf, usualLimit } from '../read.ts'
import { isWeight } from '../stream/forms.ts'

/** Throws where all values together have more bytes than are read at once. `asker`: who looks at them. */
export function checkAllFit(asker: string, values: Iterable<Node>, limit = usualLimit): void {
  let bytes = 0
  for (const value of values) if (!isWeight(value)) bytes += 4 * cells(value.axes)
  if (bytes <= limit) return
  throw new Error(
    `${asker}: all values of this text together have ${amountOf(bytes)}, and each is looked at; at most ${amountOf(limit)} are. Give a shorter text.`,
  )
}
