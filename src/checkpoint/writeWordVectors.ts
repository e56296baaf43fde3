// Writing word vectors in the text format of word2vec. Each number has as many digits as bring back its 32 bits.

import type { WordVectors } from './wordVectors.ts'

/** So many characters are gathered before they are given out. */
const mostGathered = 1 << 16

/**
 * Word vectors as a text, in pieces. A word cannot hold a space or a line end there: each of these is written by its number, as
 * `<0x20>` and `<0x0A>`.
 *
 * Throws where nothing could tell two words apart, where a word is empty, where there are not as many numbers as words need, and
 * for a number that is NaN or infinite: before the first piece.
 */
export function writeWordVectors(vectors: WordVectors): Iterable<string> {
  const { words, width, data } = vectors
  if (data.length !== words.length * width)
    throw new Error(
      `word vectors: ${words.length} words of ${width} numbers need ${words.length * width}, but ${data.length} were given. Give as many.`,
    )
  const written = new Map<string, string>()
  for (const [at, word] of words.entries()) {
    const text = writtenWord(word)
    if (text === '')
      throw new Error(`word vectors: word ${at} is empty, and a file has no way to say so. Leave it out.`)
    const other = written.get(text)
    if (other !== undefined)
      throw new Error(
        `word vectors: ${JSON.stringify(other)} and ${JSON.stringify(word)} would both be written as ${text}. Leave one out.`,
      )
    written.set(text, word)
    for (let i = at * width; i < (at + 1) * width; i++)
      if (!Number.isFinite(data[i]))
        throw new Error(`word vectors: a number of ${JSON.stringify(word)} is ${data[i]}. Leave the word out.`)
  }
  return linesOfWords([...written.keys()], width, data)
}

function* linesOfWords(words: readonly string[], width: number, data: Float32Array): Generator<string> {
  let gathered = `${words.length} ${width}\n`
  for (const [at, word] of words.entries()) {
    gathered += word
    for (let i = at * width; i < (at + 1) * width; i++) gathered += ` ${digitsOf(data[i])}`
    gathered += '\n'
    if (gathered.length < mostGathered) continue
    yield gathered
    gathered = ''
  }
  yield gathered
}

/** A word as a file has it: spaces and whatever else ends words or lines by its number. */
export const writtenWord = (word: string): string =>
  word.replace(/[\0- \x7f\x85]/g, (sign) => {
    const hex = (sign.codePointAt(0) ?? 0).toString(16).toUpperCase()
    return `<0x${hex.padStart(2, '0')}>`
  })

/** Powers of ten that doubles hold exactly. */
const powers = Array.from({ length: 23 }, (_, power) => Number(`1e${power}`))

/** A number in six digits, or as many more as it takes to be read as the same 32 bits: nine always do. */
function digitsOf(value: number): string {
  if (value === 0) return Object.is(value, -0) ? '-0' : '0'
  const first = Math.floor(Math.log10(Math.abs(value)))
  for (const digits of [6, 7, 8]) {
    // A whole number by an exact power of ten is the double nearest to that decimal fraction, which is what a reader makes of it.
    const power = powers[digits - 1 - first]
    const near = power === undefined ? Number(value.toPrecision(digits)) : Math.round(value * power) / power
    if (Math.fround(near) === value) return String(near)
  }
  return String(Number(value.toPrecision(9)))
}
