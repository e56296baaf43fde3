// Classes of characters as Oniguruma reads them, written as JavaScript's (flag v): `[^\w&&[:alpha:]]`, `\p{^L}`, `\h`.
//
// A set is written here as what may stand between the brackets of a class, so that sets are joined by writing them one after
// the other. A `Place` is where a reader stands in a pattern; each reader moves it.

/** A pattern and how far it is read. */
export interface PatternPlace {
  readonly text: string
  at: number
}

/** Throws what is wrong with a pattern at a place. */
export function refuse(what: string, { at }: PatternPlace): never {
  throw new SyntaxError(`${what} at character ${at + 1}`)
}

/** One character as it may stand anywhere in a pattern, in and outside of classes. */
export function literal(codePoint: number): string {
  const character = String.fromCodePoint(codePoint)
  return /[\p{L}\p{N} ]/u.test(character) ? character : `\\u{${codePoint.toString(16)}}`
}

const wordSet = '\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}'
/** Outside of brackets `\w` finds Latin-1's other numbers too. */
export const wordClass = `[${wordSet}²³¹¼-¾]`

/** The sets that have a letter: `\d`. What is not in them has the capital: `\D`. */
export const letterSets: Readonly<Record<string, string>> = {
  d: '\\p{Nd}',
  h: '0-9A-Fa-f',
  s: '\\p{White_Space}',
  w: wordSet,
}

/** POSIX's sets: `[:alpha:]`, and `\p{Alpha}` too. */
const namedSets: Readonly<Record<string, string>> = {
  alnum: '\\p{Alphabetic}\\p{Nd}',
  alpha: '\\p{Alphabetic}',
  ascii: '\\u{0}-\\u{7f}',
  blank: '\\p{Zs}\\t',
  cntrl: '\\p{Cc}',
  digit: '\\p{Nd}',
  graph: '[^\\p{White_Space}\\p{Cc}\\p{Cn}\\p{Cs}]',
  lower: '\\p{Lowercase}',
  print: '[[^\\p{White_Space}\\p{Cc}\\p{Cn}\\p{Cs}]\\p{Zs}]',
  punct: '\\p{P}\\p{S}',
  space: '\\p{White_Space}',
  upper: '\\p{Uppercase}',
  xdigit: '0-9A-Fa-f',
  word: wordSet,
}

/** The characters of escapes that are one: `\t`. */
const controls: Readonly<Record<string, number>> = { t: 9, n: 10, v: 11, f: 12, r: 13, a: 7, e: 27 }

/** `\p{…}` from its brace on; `isNegated`: it is written with a capital P. */
export function propertySet(place: PatternPlace, isNegated: boolean): string {
  const found = /^\{(\^?)([^{}^]+)\}/.exec(place.text.slice(place.at))
  if (found === null) refuse('a property without its name', place)
  const [{ length }, caret, name] = found
  const plain = name.replace(/[ _-]/g, '').toLowerCase()
  const set = plain === 'punct' ? '\\p{P}' : (namedSets[plain] ?? unicodeSet(name))
  if (set === undefined) refuse(`the property ${JSON.stringify(name)}, which is unknown,`, place)
  place.at += length
  return isNegated === (caret === '^') ? set : `[^${set}]`
}

/** A property of Unicode, whose names Oniguruma knows in capitals or not, and with blanks or not. */
function unicodeSet(name: string): string | undefined {
  const words = name.trim().split(/[ _-]+/)
  const titled = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase()).join('_')
  const candidates = [name, titled].flatMap((name) => [`\\p{${name}}`, `\\p{Script=${name}}`])
  return candidates.find((candidate) => {
    try {
      return new RegExp(candidate, 'u')
    } catch {
      return false
    }
  })
}

/**
 * The character that an escape stands for, from the letter after its backslash on; undefined where the escape is none of one
 * character. Bytes (`\xC3\xA9`) are UTF-8.
 */
export function escapedCharacter(place: PatternPlace): number | undefined {
  const rest = place.text.slice(place.at)
  const take = (length: number, codePoint: number): number => {
    if (!(codePoint <= 0x10ffff) || (codePoint >= 0xd800 && codePoint < 0xe000))
      refuse('a number of no character', place)
    place.at += length
    return codePoint
  }
  const [whole, braced, four] = /^(?:x\{([0-9A-Fa-f]+)\}|u([0-9A-Fa-f]{4}))/.exec(rest) ?? []
  if (whole !== undefined) return take(whole.length, Number.parseInt(braced ?? four, 16))
  const bytes = /^x[0-9A-Fa-f]{1,2}(?:\\x[89A-Fa-f][0-9A-Fa-f]){0,3}/.exec(rest)?.[0]
  if (bytes !== undefined) return byteCharacter(bytes, place)
  const octal = /^o\{([0-7]+)\}|^(0[0-7]{0,2}|[1-3][0-7]{2})/.exec(rest)
  if (octal !== null) return take(octal[0].length, Number.parseInt(octal[1] ?? octal[2], 8))
  const control = /^(?:c|C-)([\x20-\x7e])/.exec(rest)
  if (control !== null) return take(control[0].length, (control[1].codePointAt(0) as number) & 0x1f)
  const letter = rest.charAt(0)
  if (letter in controls) return take(1, controls[letter])
  const codePoint = rest.codePointAt(0)
  if (codePoint === undefined) refuse('a backslash at the end', place)
  return /[\p{L}\p{N}]/u.test(letter) && 'AbBdDgGhHkKMNoOpPRsSuwWxXyYzZ123456789'.includes(letter)
    ? undefined
    : take(String.fromCodePoint(codePoint).length, codePoint)
}

/** The character whose first byte is first in `\xC3\xA9…`. */
function byteCharacter(escapes: string, place: PatternPlace): number {
  const bytes = escapes.split('\\').map((written) => Number.parseInt(written.slice(1), 16))
  const size = bytes[0] < 0x80 ? 1 : bytes[0] < 0xe0 ? 2 : bytes[0] < 0xf0 ? 3 : 4
  const taken = bytes.slice(0, size)
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(taken))
  } catch {
    refuse('bytes that are no character', place)
  }
  place.at += escapes.split('\\').slice(0, size).join('\\').length
  return text.codePointAt(0) as number
}

/** A class from its bracket on, as one of JavaScript's. */
export function readClass(place: PatternPlace, ignoresCase: boolean): string {
  const { isNegated, set } = readSet(place)
  return `[${isNegated ? '^' : ''}${ignoresCase ? folded(set) : set}]`
}

function readSet(place: PatternPlace): { isNegated: boolean; set: string } {
  const { text } = place
  place.at++
  const isNegated = text[place.at] === '^'
  if (isNegated) place.at++
  /** The operands of &&, each a list of sets. */
  const operands: string[][] = [[]]
  const isEnd = (at: number): boolean => text[at] === ']' || text.startsWith('&&', at)
  for (let isFirst = true; ; isFirst = false) {
    const parts = operands[operands.length - 1]
    if (place.at >= text.length) refuse('a class without its end', place)
    if (text[place.at] === ']' && !(isFirst && text.indexOf(']', place.at + 1) > 0)) break
    if (text.startsWith('&&', place.at)) {
      place.at += 2
      operands.push([])
      continue
    }
    const posix = /^\[:(\^?)([a-z]+):\]/.exec(text.slice(place.at, place.at + 20))
    if (posix !== null) {
      const set = namedSets[posix[2]]
      if (set === undefined) refuse(`the class ${posix[0]}, which is unknown,`, place)
      parts.push(posix[1] === '' ? set : `[^${set}]`)
      place.at += posix[0].length
      continue
    }
    if (text[place.at] === '[') {
      const inner = readSet(place)
      parts.push(`[${inner.isNegated ? '^' : ''}${inner.set}]`)
      continue
    }
    const from = readItem(place)
    if (typeof from === 'string') {
      parts.push(from)
      continue
    }
    const isRange = text[place.at] === '-' && !isEnd(place.at + 1) && text[place.at + 1] !== '['
    if (!isRange) {
      parts.push(literal(from))
      continue
    }
    place.at++
    const to = readItem(place)
    if (typeof to === 'string') parts.push(literal(from), literal(0x2d), to)
    else if (to < from) refuse('a range from a later character to an earlier one', place)
    else parts.push(`${literal(from)}-${literal(to)}`)
  }
  place.at++
  const sets = operands.map((parts) => parts.join(''))
  return { isNegated, set: sets.length === 1 ? sets[0] : sets.map((set) => `[${set}]`).join('&&') }
}

/** One character of a class, or a set within it. */
function readItem(place: PatternPlace): number | string {
  const { text } = place
  const codePoint = text.codePointAt(place.at)
  if (codePoint === undefined) refuse('a class without its end', place)
  place.at += String.fromCodePoint(codePoint).length
  if (codePoint !== 0x5c) return codePoint
  const letter = text.charAt(place.at)
  if (letter === 'p' || letter === 'P') {
    place.at++
    return propertySet(place, letter === 'P')
  }
  if (letter === 'b') {
    place.at++
    return 8
  }
  const set = letterSets[letter.toLowerCase()]
  if (set !== undefined) {
    place.at++
    return letter === letter.toLowerCase() ? set : `[^${set}]`
  }
  const character = escapedCharacter(place)
  if (character !== undefined) return character
  place.at++
  return letter.codePointAt(0) as number
}

/** A set with what differs from it in case only. */
export function folded(set: string): string {
  const pattern = new RegExp(`^[${set}]$`, 'v')
  const added = foldings().flatMap((alike) => {
    const inside = alike.filter((character) => pattern.test(character))
    return inside.length === 0 ? [] : alike.filter((character) => !inside.includes(character))
  })
  return set + added.map((character) => literal(character.codePointAt(0) as number)).join('')
}

let known: readonly (readonly string[])[] | undefined

/** All characters that differ in case only: s, S, ſ. */
function foldings(): readonly (readonly string[])[] {
  if (known !== undefined) return known
  const byFold = new Map<string, string[]>()
  for (let codePoint = 0x41; codePoint < 0x1e944; codePoint++) {
    // Beyond U+2E80 there are few: most are Chinese.
    if (codePoint === 0x2e80) codePoint = 0xa640
    if (codePoint === 0xac00) codePoint = 0xff21
    const character = String.fromCodePoint(codePoint)
    // An i without its dot is no other case of one that has it.
    const fold = character === 'ı' ? character : foldOf(character)
    if (fold === character && character.toUpperCase() === character) continue
    const alike = byFold.get(fold)
    if (alike === undefined) byFold.set(fold, [character])
    else alike.push(character)
  }
  known = [...byFold.values()].filter((alike) => alike.length > 1)
  return known
}

/** A character that is the same for all that differ in case only. */
function foldOf(character: string): string {
  const upper = character.toUpperCase()
  const lower = (upper.length === character.length ? upper : character).toLowerCase()
  return lower.length === character.length ? lower : character
}
