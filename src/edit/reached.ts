// Edits at places that no run ever came to: they changed nothing, and whoever wrote them believes that they did.

import { addressText } from '../tensor/address.ts'
import { addressOfEdit, type Edit } from './edit.ts'

/** The places that runs came to. */
export interface Reached {
  /** How many positions of its text were computed for the longest. */
  readonly positions: number
  /** The first position that was; 0 if not given. */
  readonly first?: number
  /** How many tokens the longest source had. */
  readonly sources?: number
}

/**
 * Throws for an edit at a place that no run came to.
 *
 * - `asker`: who ran, for messages
 */
export function checkReached(
  edits: readonly Edit[],
  { positions, first = 0, sources = 0 }: Reached,
  asker: string,
): void {
  for (const address of edits.map(addressOfEdit)) {
    const { position, source } = address.at ?? {}
    const isOwn = (place: number): boolean => place < positions && place >= first
    if (
      (position === undefined || position < 0 || isOwn(position)) &&
      (source === undefined || source < sources || isOwn(source))
    )
      continue
    const seen = positions - first === 1 ? `only position ${first} was` : `positions ${first} to ${positions - 1} were`
    throw new Error(
      `${asker}: the edit of ${addressText(address)} never took effect: ${seen} computed. Give a place among these, or a longer text.`,
    )
  }
}
