// The terms of an analogy as it is written: king - man + woman. A term in quotes is taken as it stands: " king".

/** A term, and whether it is added or taken away. */
export interface AnalogyTerm {
  readonly word: string
  readonly sign: 1 | -1
}

const signs: Readonly<Record<string, 1 | -1>> = { '+': 1, '-': -1, '−': -1 }

/** The terms of an analogy. `place`: where it was given, for messages. Throws where a sign has no word behind it, or nothing stands there at all. */
export function analogyTerms(given: string, place = 'analogy:'): AnalogyTerm[] {
  const parts = given.match(/"(?:[^"\\]|\\.)*"|\S+/g) ?? []
  const terms: { words: string[]; sign: 1 | -1 }[] = []
  for (const [at, part] of parts.entries()) {
    const sign = signs[part]
    if (sign !== undefined) terms.push({ words: [], sign })
    else if (at === 0) terms.push({ words: [part], sign: 1 })
    else terms.at(-1)?.words.push(part)
  }
  const read = terms.map(({ words, sign }) => ({ word: words.map(unquoted).join(' '), sign }))
  if (read.length < 2 || read.some(({ word }) => word === ''))
    throw new Error(
      `${place} "${given}" is no sum of words. Write words with signs between, and spaces around each sign: "king - man + woman".`,
    )
  return read
}

/** A word without the quotes around it. */
function unquoted(word: string): string {
  if (!/^".*"$/s.test(word)) return word
  try {
    return String(JSON.parse(word))
  } catch {
    return word.slice(1, -1)
  }
}

/** An analogy as it is written. */
export const analogyText = (terms: readonly AnalogyTerm[]): string =>
  terms.map(({ word, sign }, at) => `${at === 0 ? (sign < 0 ? '− ' : '') : sign < 0 ? ' − ' : ' + '}${word}`).join('')
