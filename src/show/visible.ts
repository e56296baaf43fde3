// Tokens as a reader can see them: what has no shape of its own gets a sign.

const signs: Readonly<Record<string, string>> = {
  ' ': '␣',
  '\n': '⏎',
  '\r': '␍',
  '\t': '⇥',
  '\u00a0': '⍽',
  '\u00ad': '‧',
}

/** A token with signs for spaces, line ends and whatever else could not be seen. */
export function visible(token: string): string {
  return [...token].map((character) => signs[character] ?? (isUnseen(character) ? '·' : character)).join('')
}

/** Control characters, marks without a letter, directions of writing: nothing to be seen, or trouble for the line. */
const isUnseen = (character: string): boolean => /[\p{C}\p{M}\p{Z}]/u.test(character)

/** A label or a sentence as a reader can see it: as `visible`, but that spaces stay. */
export const readable = (text: string): string => text.split(' ').map(visible).join(' ')

/** A text of at most so many characters; a longer one ends in `…`. */
export function cut(text: string, most: number): string {
  const characters = [...text]
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join('')}…`
}
