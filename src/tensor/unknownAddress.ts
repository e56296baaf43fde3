// The error for an address that names no value: apart, because who looks a value up needs nothing else of addresses.

import { didYouMeanOneOf } from '../text/spelling.ts'

/** The error for an address that names no value: it says the nearest three, or some that there are. */
export function unknownAddress(path: string, known: readonly string[], asker = 'address'): Error {
  const alike = known.filter((each) => each.includes(path)).sort((a, b) => a.length - b.length)
  const some = (alike.length > 0 ? alike : known).slice(0, 3).map((each) => `"${each}"`)
  const advice =
    didYouMeanOneOf(path, known, 3) ||
    (some.length > 0 ? ` There are, for instance, ${some.join(', ')}.` : ' There is none at all.')
  return new Error(`${asker}: there is no value "${path}".${advice}`)
}
