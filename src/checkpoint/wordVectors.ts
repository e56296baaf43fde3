// Files of word vectors, in the text format of word2vec, and in GloVe's, which is the same without the first line.
//
//   3 2                  the number of words, and of the numbers of each
//   the 0.25 -1.5        a word a line: the word, and its numbers, each after a space
//   New York 0.5 1e-3    numbers are counted from the end, so that a word may hold spaces
//
// Such files are large: they are read piece by piece, and never held as text. What gensim reads, this reads alike.

import { linePieces } from './linePieces.ts'

/** Words with a vector each. */
export interface WordVectors {
  /** The words, in the order of the file: in most files the commonest first. */
  readonly words: readonly string[]
  readonly width: number
  /** `width` numbers for each word, one after the other. */
  readonly data: Float32Array
}

/** Words as a file has them, and sentences about what in it was passed over. */
export interface WordVectorsRead extends WordVectors {
  readonly warnings: readonly string[]
}

/**
 * Reads word vectors.
 *
 * - `pieces`: the bytes of the file, in pieces of any size
 * - `place`: the name of the file, for messages
 * - `most`: so many words are read at most, and nothing behind them
 *
 * A word that stands there twice counts once, with its first vector, and a warning says so. Throws, with the line, for what is no
 * such file, for a line with another number of numbers, for what is no number, NaN or infinite, and for a file that has
 * fewer or more words than its first line says.
 */
export async function readWordVectors(
  pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  { place = 'word vectors', most = Infinity }: { readonly place?: string; readonly most?: number } = {},
): Promise<WordVectorsRead> {
  const reading = new Reading(place, most)
  let isEnded = true
  for await (const { lines, hasEnd } of linePieces(pieces, place)) {
    for (const line of lines) if (!reading.add(line)) return reading.found(true)
    isEnded = hasEnd
  }
  return reading.found(false, isEnded)
}

/** The file up to some line. */
class Reading {
  readonly #place: string
  readonly #most: number
  readonly #ids = new Map<string, number>()
  readonly #twice: string[] = []
  #line = 0
  #blank = 0
  /** The number of words that the first line says. */
  #said: number | undefined
  #width = 0
  #rows = 0
  #data = new Float32Array(0)

  constructor(place: string, most: number) {
    this.#place = place
    this.#most = most
  }

  /** Takes the next line; false once as many words are there as are wanted. */
  add(given: string): boolean {
    this.#line++
    const line = given.replace(/[ \t\r]+$/, '')
    if (line === '') {
      this.#blank ||= this.#line
      return true
    }
    if (this.#blank > 0)
      throw this.#wrong(`line ${this.#blank} is empty, but others follow`, 'Take it out', this.#blank)
    if (this.#line === 1 && this.#isHead(line)) return true
    this.#width ||= widthOf(line)
    if (this.#width === 0)
      throw new Error(
        `${this.#place}: this is no file of word vectors: in its first line stands no word with numbers behind it. Give one in the text format of word2vec or GloVe; of a binary one, save it as text first.`,
      )
    if (this.#rows === this.#said)
      throw this.#wrong(`its first line says ${this.#said} words, but more follow`, 'Mend the first line')
    this.#keep(line)
    this.#rows++
    return this.#ids.size < this.#most
  }

  /** The words that were read; `isPart`: those behind were not wanted. */
  found(isPart: boolean, isEnded = true): WordVectorsRead {
    const said = this.#said
    if (!isPart && said !== undefined && this.#rows < said)
      throw new Error(
        `${this.#place}: its first line says ${said} words, but the file ends after ${this.#rows}. It may be cut off; fetch it again, or mend the first line.`,
      )
    if (this.#ids.size === 0) throw new Error(`${this.#place}: there are no words in it. Name another file.`)
    const twice = this.#twice.length
    const warnings = [
      ...(twice === 0
        ? []
        : [
            `${this.#place}: ${twice === 1 ? 'a word stands' : `${twice} words stand`} there again (${quotedSome(this.#twice)}); the first vector of each counts.`,
          ]),
      ...(isPart || isEnded
        ? []
        : [`${this.#place}: its last line has no end, so that the file may be cut off there.`]),
    ]
    const width = this.#width
    return { words: [...this.#ids.keys()], width, data: this.#data.slice(0, this.#ids.size * width), warnings }
  }

  #isHead(line: string): boolean {
    const [, count, width] = line.match(/^(\d+)[ \t]+(\d+)$/) ?? []
    if (count === undefined) return false
    this.#said = Number(count)
    this.#width = Number(width)
    if (this.#width === 0) throw this.#wrong('the words have 0 numbers', 'Name another file')
    return true
  }

  /** Keeps the word and the numbers of a line. */
  #keep(line: string): void {
    const width = this.#width
    const fields = line.split(' ')
    const isPlain = fields.length === width + 1 && fields[0] !== ''
    const [word, texts] = isPlain ? [fields[0], fields.slice(1)] : this.#apart(line)
    if (this.#ids.has(word)) {
      this.#twice.push(word)
      return
    }
    const at = this.#ids.size * width
    this.#ids.set(word, this.#ids.size)
    if (at + width > this.#data.length) this.#grow(at + width)
    for (let i = 0; i < width; i++) {
      const value = numberIn(texts[i])
      if (value === undefined) throw this.#wrong(`"${texts[i].slice(0, 40)}" is no number`, 'Mend it')
      if (!Number.isFinite(value)) throw this.#wrong(`a number of "${word}" is ${texts[i]}`, 'Leave the word out')
      this.#data[at + i] = value
    }
  }

  /** The word and the numbers of a line whose word has spaces, or whose numbers stand after tabs or several spaces. */
  #apart(line: string): readonly [string, readonly string[]] {
    const width = this.#width
    const fields = line.trimStart().split(/[ \t]+/)
    if (fields.length <= width || /^[ \t]/.test(line)) {
      const has = fields.length - (/^[ \t]/.test(line) ? 0 : 1)
      throw has === width
        ? this.#wrong('there is no word before the numbers', 'Add it, or leave the line out')
        : this.#wrong(`the word has ${has} numbers where others have ${width}`, 'The file may be damaged or cut off')
    }
    const numbers = fields.slice(-width)
    // The word as it stands there, with its own spaces.
    const behind = line.match(new RegExp(`(?:[ \\t]+[^ \\t]+){${width}}$`))?.[0].length ?? 0
    const word = line.slice(0, line.length - behind)
    // More numbers than others have are no word.
    if (fields.slice(1, -width).some((field) => numberIn(field) !== undefined && /[.e]/.test(field)))
      throw this.#wrong(
        `the word has ${fields.length - 1} numbers where others have ${width}`,
        'The file may be damaged or cut off',
      )
    return [word, numbers]
  }

  #grow(least: number): void {
    const larger = new Float32Array(Math.max(least, 2 * this.#data.length, 1024))
    larger.set(this.#data)
    this.#data = larger
  }

  #wrong(what: string, advice: string, line = this.#line): Error {
    return new Error(`${this.#place}, line ${line}: ${what}. ${advice}.`)
  }
}

/** The number of numbers at the end of a line, behind a word of one character at least. */
function widthOf(line: string): number {
  const fields = line.split(/[ \t]+/)
  let count = 0
  while (count < fields.length - 1 && numberIn(fields[fields.length - 1 - count]) !== undefined) count++
  return count
}

/** The number that a text is, as 32 bits keep it; NaN and infinite ones are such. Undefined for a text that is none. */
function numberIn(text: string): number | undefined {
  const value = Number(text)
  // JavaScript has numbers that nobody else writes: "", 0x10.
  if (!Number.isNaN(value)) return text === '' || /^0[a-z]/i.test(text) ? undefined : Math.fround(value)
  const named = /^([+-]?)(nan|inf|infinity)$/i.exec(text)
  if (!named) return undefined
  return named[2].toLowerCase() === 'nan' ? Number.NaN : named[1] === '-' ? -Infinity : Infinity
}

const quotedSome = (words: readonly string[]): string =>
  `${words
    .slice(0, 3)
    .map((word) => JSON.stringify(word))
    .join(', ')}${words.length > 3 ? ', …' : ''}`
