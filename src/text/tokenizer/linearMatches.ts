// `text.matchAll(pattern)`, in time that grows with the text and no faster, whatever the pattern is: it comes from a file.

import { isQuick } from './patternCost.ts'
import { patternSearch } from './patternSearch.ts'
import { patternTree } from './patternTree.ts'

/** The text that was found, and its place. */
export interface Match {
  readonly 0: string
  readonly index: number
}

/** A search for everything that is found in a text, from its beginning to its end. */
export type TextMatches = (text: string) => Iterable<Match>

/** A pattern with more characters is none that anybody wrote. */
const longestPattern = 5_000

/**
 * The search for a pattern with the flags g and u or v: JavaScript's own engine where it is quick (patternCost.ts), a slower one
 * that never does anything twice where it is not. Throws a SyntaxError for a pattern that neither can run.
 */
export function linearMatches(pattern: RegExp): TextMatches {
  if (pattern.source.length > longestPattern)
    throw new SyntaxError(`it has ${pattern.source.length} characters, and may have ${longestPattern}`)
  const tree = patternTree(pattern.source)
  if (!isQuick(tree)) return patternSearch(tree, pattern.flags)
  return /\((?!\?[:=!]|\?<[=!])/.test(pattern.source)
    ? (text) => text.matchAll(pattern)
    : (text) => listed(text, pattern)
}

/** The matches of a pattern without groups: `replace` gives it out with less around it than `matchAll`. */
function listed(text: string, pattern: RegExp): Match[] {
  const found: Match[] = []
  text.replace(pattern, (match, index: number) => {
    found.push({ 0: match, index })
    return ''
  })
  return found
}
