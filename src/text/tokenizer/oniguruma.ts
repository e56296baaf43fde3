// Patterns as tokenizer.json has them, written for Oniguruma, as patterns of JavaScript.
//
//   (?i:'s|'t)| ?\p{^L}++$     →     (?:'[sSſ]|'[tT])| ?(?:(?=(?<g1>[^\p{L}]+))\k<g1>)(?=\n|$)
//
// What JavaScript lacks is written otherwise: what may not be given back (`(?>…)`, `a++`) is looked at first and then taken as a
// whole; options hold for a part of a pattern; `^` and `$` belong to lines, `\w` and `\s` to Unicode. What cannot be written
// so is refused: calls of groups, conditions, `\G`, `\K`.
//
// Oniguruma's doc/RE, syntax "Oniguruma". characterClasses.ts reads what stands in brackets.

import {
  escapedCharacter,
  folded,
  letterSets,
  literal,
  type PatternPlace,
  propertySet,
  readClass,
  refuse,
  wordClass,
} from './characterClasses.ts'

/** The options that hold for a part of a pattern. */
interface Options {
  readonly ignoresCase: boolean
  readonly dotIsAll: boolean
  readonly isSpaced: boolean
  readonly isBehind: boolean
}

/** A part of a pattern; `isLast`: nothing stands after it, so that nothing makes it give back what it took. */
type Part = (isLast: boolean) => string

interface Group {
  readonly name: string | undefined
  isUsed: boolean
}

const noWordClass = `[^${wordClass}]`
const boundary = `(?:(?<!${wordClass})(?=${wordClass})|(?<=${wordClass})(?!${wordClass}))`
const noBoundary = `(?:(?<!${wordClass})(?!${wordClass})|(?<=${wordClass})(?=${wordClass}))`
const lineEnd = '\\n\\v\\f\\r\\u0085\\u2028\\u2029'
/** Signs and letters that belong to the character after them. */
const prepended =
  '\\u0600-\\u0605\\u06dd\\u070f\\u0890\\u0891\\u08e2\\u0d4e\\u{110bd}\\u{110cd}\\u{111c2}\\u{111c3}\\u{1193f}\\u{11941}' +
  '\\u{11a3a}\\u{11a84}-\\u{11a89}\\u{11d46}\\u{11f02}'
/** A character as readers see it: a letter and its accents, a family of emoji, a flag. Unicode's annex 29. */
const grapheme =
  `(?:\\r\\n|[\\p{Cc}\\p{Zl}\\p{Zp}]|[${prepended}]*(?:\\p{RI}{2}|\\p{ExtPict}(?:[\\p{Grapheme_Extend}\\p{EMod}]*\\u200d\\p{ExtPict})*` +
  '|[\\u1100-\\u115f\\ua960-\\ua97c]*(?:[\\uac00-\\ud7a3]|[\\u1160-\\u11a7\\ud7b0-\\ud7c6])[\\u1160-\\u11ff\\ud7b0-\\ud7fb]*' +
  '|[\\u1100-\\u115f\\ua960-\\ua97c]+|[^\\p{Cc}\\p{Zl}\\p{Zp}])[\\p{Grapheme_Extend}\\p{EMod}\\p{Mc}\\u200d]*)'

/** Escapes that are no characters; the letters of sets (`\d`) stand in `letterSets`. */
const escapes: Readonly<Record<string, string>> = {
  A: '^',
  b: boundary,
  B: noBoundary,
  N: '[^\\n]',
  O: '[^]',
  w: wordClass,
  W: noWordClass,
  R: `(?:\\r\\n|(?!\\r\\n)[${lineEnd}])`,
  X: grapheme,
  z: '$',
  Z: '(?=\\n?$)',
}

/** The pattern as one of JavaScript's. Throws a SyntaxError for what is none, or cannot be written in JavaScript. */
export function onigurumaPattern(text: string): RegExp {
  const found = new PatternReader(text, false)
  // Where groups have names those without are no groups.
  const reader = found.hasNames ? new PatternReader(text, true) : found
  return new RegExp(reader.source, 'gv')
}

class PatternReader {
  readonly source: string
  readonly #place: PatternPlace
  readonly #onlyNamed: boolean
  readonly #groups: Group[] = []
  /** The number of parts that give nothing back. */
  #atoms = 0

  constructor(text: string, onlyNamed: boolean) {
    this.#place = { text, at: 0 }
    this.#onlyNamed = onlyNamed
    const part = this.#alternatives({ ignoresCase: false, dotIsAll: false, isSpaced: false, isBehind: false })
    if (this.#place.at < text.length) refuse('a bracket that nothing opened', this.#place)
    this.source = part(true)
  }

  get hasNames(): boolean {
    return this.#groups.some(({ name }) => name !== undefined)
  }

  #alternatives(options: Options): Part {
    const { text } = this.#place
    const branches = [this.#branch(options)]
    while (text[this.#place.at] === '|') {
      this.#place.at++
      branches.push(this.#branch(options))
    }
    return (isLast) => branches.map((branch) => branch(isLast)).join('|')
  }

  #branch(options: Options): Part {
    const { text } = this.#place
    const parts: Part[] = []
    while (this.#place.at < text.length && !/[|)]/.test(text[this.#place.at])) {
      if (options.isSpaced && this.#skipsComment()) continue
      const part = this.#one(options)
      if (part !== undefined) parts.push(this.#repeated(part, options))
    }
    return (isLast) => parts.map((part, i) => part(isLast && i === parts.length - 1)).join('')
  }

  /** Blanks and comments, where a pattern may hold them. */
  #skipsComment(): boolean {
    const found = /^(?:[ \t\n\r\f\v]+|#[^\n]*\n?)/.exec(this.#place.text.slice(this.#place.at))
    if (found !== null) this.#place.at += found[0].length
    return found !== null
  }

  #one(options: Options): Part | undefined {
    const place = this.#place
    const { text } = place
    const codePoint = text.codePointAt(place.at) as number
    const character = String.fromCodePoint(codePoint)
    switch (character) {
      case '(':
        return this.#group(options)
      case '[': {
        const read = readClass(place, options.ignoresCase)
        return () => read
      }
      case '\\':
        place.at++
        return this.#escape(options)
      case '*':
      case '+':
      case '?':
        return refuse('nothing that could be repeated', place)
      case '{':
        if (/^\{(?:\d+(?:,\d*)?|,\d+)\}/.test(text.slice(place.at))) refuse('nothing that could be repeated', place)
    }
    place.at += character.length
    switch (character) {
      case '.':
        return () => (options.dotIsAll ? '[^]' : '[^\\n]')
      case '^':
        return () => '(?:^|(?<=\\n)(?=[^]))'
      case '$':
        return () => '(?=\\n|$)'
    }
    return () => letter(codePoint, options)
  }

  #escape(options: Options): Part {
    const place = this.#place
    const { text } = place
    const sign = text.charAt(place.at)
    if (sign === 'p' || sign === 'P') {
      place.at++
      const set = propertySet(place, sign === 'P')
      return () => `[${set}]`
    }
    const set = letterSets[sign.toLowerCase()]
    const found = escapes[sign] ?? (set && `[${sign === sign.toLowerCase() ? '' : '^'}${set}]`)
    if (found !== undefined) {
      place.at++
      return () => found
    }
    const number = /^[1-9]\d*/.exec(text.slice(place.at))?.[0]
    if (number !== undefined && (number.length === 1 || Number(number) <= this.#groups.length)) {
      if (this.#onlyNamed) refuse('a number for a group, where groups have names,', place)
      place.at += number.length
      return this.#reference((group) => this.#groups.indexOf(group) === Number(number) - 1, options)
    }
    const name = /^k(?:<([^>]+)>|'([^']+)')/.exec(text.slice(place.at))
    if (name !== null) {
      const wanted = name[1] ?? name[2]
      place.at += name[0].length
      return this.#reference(
        (group) => group.name === wanted || String(this.#groups.indexOf(group) + 1) === wanted,
        options,
      )
    }
    const codePoint = escapedCharacter(place)
    if (codePoint === undefined) refuse(`\\${sign}, which cannot be run,`, place)
    return () => letter(codePoint, options)
  }

  /** The text that a group found, once more. */
  #reference(isIt: (group: Group) => boolean, { ignoresCase }: Options): Part {
    const group = this.#groups.find(isIt)
    if (group === undefined) refuse('a reference to a group that is not there', this.#place)
    if (ignoresCase) refuse('a reference to a group, in capitals or not,', this.#place)
    group.isUsed = true
    return () => `\\k<g${this.#groups.indexOf(group) + 1}>`
  }

  #group(options: Options): Part | undefined {
    const place = this.#place
    const rest = place.text.slice(place.at)
    const comment = /^\(\?#(?:[^)\\]|\\.)*\)/su.exec(rest)
    if (comment !== null) {
      place.at += comment[0].length
      return undefined
    }
    const [opened, kind] = /^\((\?(?:[:=!>]|<[=!]))?/.exec(rest) as RegExpExecArray
    const flags = /^\(\?([imx]*)(?:-([imx]*))?([:)])/.exec(rest)
    if (kind === undefined && flags !== null) return this.#optional(flags, options)
    const named = /^\(\?(?:<([\p{L}_][\p{L}\p{N}_]*)>|'([\p{L}_][\p{L}\p{N}_]*)')/u.exec(rest)
    if (kind === undefined && named === null && rest[1] === '?') refuse('a group of a kind that cannot be run', place)
    place.at += (named?.[0] ?? opened).length
    const isBehind = options.isBehind || kind === '?<=' || kind === '?<!'
    if (kind !== undefined) {
      const inner = this.#closed({ ...options, isBehind })
      if (kind === '?>') return (isLast) => this.#atomic(inner(true), isLast || isBehind)
      return kind === '?:' ? (isLast) => `(?:${inner(isLast)})` : () => `(?:(${kind}${inner(false)}))`
    }
    const name = named?.[1] ?? named?.[2]
    if (name === undefined && this.#onlyNamed) {
      const inner = this.#closed(options)
      return (isLast) => `(?:${inner(isLast)})`
    }
    const group: Group = { name, isUsed: false }
    const number = this.#groups.push(group)
    const inner = this.#closed(options)
    return (isLast) => (group.isUsed ? `(?<g${number}>${inner(isLast)})` : `(?:${inner(isLast)})`)
  }

  /** `(?i:…)`, and `(?i)` for all that follows in the group around it. */
  #optional([whole, on, off = '', ends]: RegExpExecArray, options: Options): Part {
    this.#place.at += whole.length
    const isOn = (flag: string, before: boolean): boolean => !off.includes(flag) && (on.includes(flag) || before)
    const within: Options = {
      ...options,
      ignoresCase: isOn('i', options.ignoresCase),
      dotIsAll: isOn('m', options.dotIsAll),
      isSpaced: isOn('x', options.isSpaced),
    }
    const inner = ends === ':' ? this.#closed(within) : this.#alternatives(within)
    return (isLast) => `(?:${inner(isLast)})`
  }

  #closed(options: Options): Part {
    const inner = this.#alternatives(options)
    if (this.#place.text[this.#place.at] !== ')') refuse('a group without its end', this.#place)
    this.#place.at++
    return inner
  }

  /** A part with the signs after it that repeat it. */
  #repeated(part: Part, options: Options): Part {
    const place = this.#place
    for (let repeated = part; ; ) {
      while (options.isSpaced && this.#skipsComment());
      const [sign, lowest, comma, highest] =
        /^(?:[*+?][?+]?|\{(\d*)(?:(,)(\d*))?\}\??)/.exec(place.text.slice(place.at)) ?? []
      if (sign === undefined || (lowest === '' && !highest)) return repeated
      const inner = repeated
      const isInterval = lowest !== undefined
      if (isInterval && Number(lowest) > Number(highest || Infinity)) refuse('fewer times than the least', place)
      place.at += sign.length
      const bounds = isInterval ? `{${lowest || 0}${comma ?? ''}${highest ?? ''}}` : sign[0]
      const mark = isInterval ? sign.slice(sign.indexOf('}') + 1) : sign.slice(1)
      // One number and a question mark: so many times, or not at all.
      const isMaybe = isInterval && comma === undefined && mark === '?'
      if (isMaybe) repeated = () => `(?:(?:${inner(false)})${bounds})?`
      else if (mark === '+')
        repeated = (isLast) => this.#atomic(`(?:${inner(false)})${bounds}`, isLast || options.isBehind)
      else repeated = () => `${grouped(inner(false))}${bounds}${mark}`
    }
  }

  /** A part that gives back nothing of what it took; where nothing follows it nothing makes it do so. */
  #atomic(source: string, isPlain: boolean): string {
    if (isPlain) return `(?:${source})`
    const name = `a${++this.#atoms}`
    return `(?:(?=(?<${name}>${source}))\\k<${name}>)`
  }
}

/** A part that is to be repeated as a whole. */
function grouped(source: string): string {
  return /^(?:\[[^[\]\\]*\]|\\p\{\w+\}|[\p{L}\p{N} ])$/u.test(source) ? source : `(?:${source})`
}

function letter(codePoint: number, { ignoresCase }: Options): string {
  const written = literal(codePoint)
  if (!ignoresCase) return written
  const set = folded(written)
  return set === written ? written : `[${set}]`
}
