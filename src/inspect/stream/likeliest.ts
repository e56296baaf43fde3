// The likeliest tokens: those with the largest logits.

/** The ids of the largest logits, best first; of equal ones the lower. */
export function likeliestOf(logits: ArrayLike<number>, count: number): number[] {
  const best: number[] = []
  for (let id = 0; id < logits.length; id++) {
    if (best.length === count && !(logits[id] > logits[best[count - 1]])) continue
    const at = best.findLastIndex((each) => logits[each] >= logits[id]) + 1
    best.splice(at, 0, id)
    if (best.length > count) best.pop()
  }
  return best
}
