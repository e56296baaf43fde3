// The guard of ids that a caller gives: numbers of a vocabulary, and nothing that JavaScript would make one of (−1, 1.5, NaN, "3").

/** Throws for what is no id below `vocab`; `place` says whose ids they are: `generate: the prompt`. */
export function checkIds(place: string, ids: ArrayLike<unknown>, vocab: number): void {
  for (let i = 0; i < ids.length; i++) {
    const id = ids[i]
    if (typeof id === 'number' && Number.isInteger(id) && id >= 0 && id < vocab) continue
    const shown = typeof id === 'string' ? JSON.stringify(id) : String(id)
    throw new Error(
      `${place} has the id ${shown} at place ${i}, outside 0..${vocab - 1}. The text may have been encoded for another model.`,
    )
  }
}
