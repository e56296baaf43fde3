// The name that was probably meant, where one that is not known was given.

/** ` Did you mean "source"?`, or nothing where no name is near. */
export function didYouMean(wanted: string, known: readonly string[]): string {
  return didYouMeanOneOf(wanted, known, 1)
}

/** ` Did you mean "a", "b" or "c"?`, with at most so many names, or nothing where no name is near. */
export function didYouMeanOneOf(wanted: string, known: readonly string[], most: number): string {
  const near = nearestSome(wanted, known, most).map((name) => `"${name}"`)
  if (near.length === 0) return ''
  const last = near.slice(-1)
  return ` Did you mean ${[near.slice(0, -1).join(', '), ...last].filter((each) => each !== '').join(' or ')}?`
}

/** The known name with the fewest changed characters, if it is at most a third of the word away. */
export const nearest = (wanted: string, known: readonly string[]): string | undefined =>
  nearestSome(wanted, known, 1)[0]

/** The known names with the fewest changed characters, nearest first, as far as they are at most a third of the word away. */
function nearestSome(wanted: string, known: readonly string[], most: number): string[] {
  const limit = Math.max(2, Math.ceil(wanted.length / 3))
  return known
    .map((name) => ({ name, changes: editDistance(wanted.toLowerCase(), name.toLowerCase()) }))
    .filter(({ changes }) => changes <= limit)
    .sort((a, b) => a.changes - b.changes)
    .slice(0, most)
    .map(({ name }) => name)
}

/** Levenshtein's distance, a row at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++)
      next.push(Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)))
    row = next
  }
  return row[b.length]
}
