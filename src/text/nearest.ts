// "Did you mean …?": the name that a misspelt one was probably meant to be.

/**
 * Of `names` the one that takes the fewest edits (insert, delete, replace a character) to come from `name`; undefined
 * when all of them are further off than a third of the longer name, since a far-fetched guess only misleads.
 */
export function nearest(name: string, names: Iterable<string>): string | undefined {
  let best: string | undefined
  let fewest = Number.POSITIVE_INFINITY
  for (const candidate of names) {
    const most = Math.floor(Math.max(name.length, candidate.length) / 3)
    if (Math.abs(name.length - candidate.length) > most) continue
    const edits = editDistance(name.toLowerCase(), candidate.toLowerCase())
    if (edits <= most && edits < fewest) {
      fewest = edits
      best = candidate
    }
  }
  return best
}

/** The Levenshtein distance, row by row: entry j is the distance of what was read of `a` to the first j units of `b`. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(replaced, row[j] + 1, next[j - 1] + 1))
    }
    row = next
  }
  return row[b.length]
}
