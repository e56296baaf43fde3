// Finds which of many texts stands at a place of a text, the longest of those that do. The texts lie sorted, so that those
// which begin alike lie together: character by character the range of those that are still possible becomes narrower.
//
//   <a>  <b>  <b><c>  <bc>       at "<b><d>":   <  all · b  three · >  two, the first of which ends · <  one · c ≠ d

export interface LongestToken {
  /** The place, from this one on, at which one of the texts may begin; the text's length, if there is none. */
  next(text: string, from: number): number
  /** The longest of the texts that stands at a place; undefined, if there is none. */
  at(text: string, place: number): string | undefined
}

/** `tokens`: none of them is empty, and none stands twice. */
export function longestToken(tokens: Iterable<string>): LongestToken {
  // By UTF-16 unit, as `charCodeAt` has them.
  const sorted = [...tokens].sort()
  /** By its first unit: where those that begin with it begin, and end. */
  const begin = new Map<number, number>()
  const end = new Map<number, number>()
  const isFirst = new Uint8Array(0x10000)
  for (const [i, token] of sorted.entries()) {
    const unit = token.charCodeAt(0)
    isFirst[unit] = 1
    if (!begin.has(unit)) begin.set(unit, i)
    end.set(unit, i + 1)
  }
  return {
    next(text, from) {
      let place = from
      while (place < text.length && isFirst[text.charCodeAt(place)] === 0) place++
      return place
    },
    at(text, place) {
      const first = text.charCodeAt(place)
      let low = begin.get(first) ?? 0
      let high = end.get(first) ?? 0
      let longest: string | undefined
      for (let length = 1; low < high; length++) {
        if (sorted[low].length === length) longest = sorted[low++]
        if (place + length >= text.length) break
        const unit = text.charCodeAt(place + length)
        high = firstFrom(sorted, low, high, length, unit + 1)
        low = firstFrom(sorted, low, high, length, unit)
      }
      return longest
    },
  }
}

/** The first in a range of sorted texts that has at `at` this unit or a greater one. */
function firstFrom(sorted: readonly string[], from: number, to: number, at: number, unit: number): number {
  let low = from
  let high = to
  while (low < high) {
    const middle = (low + high) >> 1
    if (sorted[middle].charCodeAt(at) < unit) low = middle + 1
    else high = middle
  }
  return low
}
