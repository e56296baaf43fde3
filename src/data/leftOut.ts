// Files that are left out where many are learnt from: sentences about them, of which each begins with the file's name and says the reason.

/** As many are named one by one. */
const mostTold = 8

/** Sentences about files that are left out, the first few of them. `things`: what they are: `pictures`. */
export function toldLeftOut(reasons: readonly string[], things: string): readonly string[] {
  const told = reasons.slice(0, mostTold).map((each) => `left out: ${each}`)
  const more = reasons.length - told.length
  const others = more === 1 ? `1 more of the ${things} is left out.` : `${more} more ${things} are left out.`
  return more === 0 ? told : [...told, others]
}

/** The end of an error that there is too little to learn from, where some was left out: the first, with its reason. */
export const firstLeftOut = (reasons: readonly string[]): string =>
  reasons.length === 0 ? '' : ` The first of ${reasons.length} that were left out: ${reasons[0]}`

/** `a.heic`, or `a.heic and 11 others` */
export const someOf = ([first, ...more]: readonly string[]): string =>
  more.length === 0 ? first : `${first} and ${more.length} ${more.length === 1 ? 'other' : 'others'}`
