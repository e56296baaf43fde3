// A word of a link that should be JSON. A link may come from anywhere.

/** The value of a word as JSON; undefined for one that is none. */
export function readJsonWord(word: string): unknown {
  try {
    return JSON.parse(word)
  } catch {
    return undefined
  }
}
