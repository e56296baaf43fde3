// Codes as letters: a model that draws or speaks writes no text, but codes; in the page each of its codes is a letter of nobody's alphabet
// (Unicode's private use areas), so that what was written stands in a link, is cut into tokens and is looked at as any text is.

/** The first of the letters, and how many stand in the smaller of both areas; the larger one goes on with them. */
const [first, few, beyond] = [0xe000, 6400, 0xf0000]

/** The letter of a code. */
export const letterOfCode = (code: number): string =>
  String.fromCodePoint(code < few ? first + code : beyond + code - few)

/** The code of a letter; undefined for a letter of a text. */
export function codeOfLetter(letter: string): number | undefined {
  const point = letter.codePointAt(0) ?? 0
  if (point >= first && point < first + few) return point - first
  return point >= beyond && point < 0xffffe ? point - beyond + few : undefined
}

/** The letters of codes, which are one text. */
export const lettersOf = (codes: readonly number[]): string => codes.map(letterOfCode).join('')

/** The codes of what was written; of no code NaN. */
export const codesOf = (text: string): number[] => Array.from(text, (letter) => codeOfLetter(letter) ?? Number.NaN)

/** A text with the numbers of its codes: `#17`. */
export const withCodeNumbers = (text: string): string =>
  text.replace(/[\ue000-\uf8ff\u{f0000}-\u{ffffd}]/gu, (letter) => `#${codeOfLetter(letter)}`)
