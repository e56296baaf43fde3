// The name that was probably meant, where one that is not known was given.

/** ` Did you mean "source"?`, or nothing where no name is near. */
export function didYouMean(wanted: string, known: readonly string[]): string {
  const near = nearest(wanted, known)
  return near === undefined ? '' : ` Did you mean "${near}"?`
}

/** The known name with the fewest changed characters, if it is at most a third of the word away. */
export function nearest(wanted: string, known: readonly string[]): string | undefined {
  let best: string | undefined
  let fewest = Math.max(2, Math.ceil(wanted.length / 3)) + 1
  for (const name of known) {
    const changes = editDistance(wanted.toLowerCase(), name.toLowerCase())
    if (changes < fewest) [best, fewest] = [name, changes]
  }
  return best
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
