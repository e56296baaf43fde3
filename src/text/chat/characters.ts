// Texts as Python sees them: rows of characters, where JavaScript counts an emoji as two.

import { characterCount } from './contents.ts'
import { intOf } from './numbers.ts'
import { type Slice, TemplateProblem, type TemplateValue } from './values.ts'

const surrogate = /[\ud800-\udfff]/

/** The characters that Python takes for blank, as the inside of a set in a pattern. */
export const blank = String.raw`\t-\r\x1c-\x1f \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000`
const blanks = new RegExp(`[${blank}]+`)
const onlyBlanks = new RegExp(`^[${blank}]+$`)
const lineEnd = /\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/

export const isBlank = (text: string): boolean => onlyBlanks.test(text)

/** The row of a text's characters; a string serves where none takes two places. */
export const charactersOf = (text: string): string | string[] => (surrogate.test(text) ? Array.from(text) : text)

/** Characters `start` to `stop`, counted from 0. */
export function partOf(text: string, start: number, stop?: number): string {
  const from = placeOf(text, start)
  return text.slice(from, stop === undefined ? undefined : placeOf(text, stop - start, from))
}

/** One character; undefined where there is none. */
export const characterAt = (text: string, index: number): string | undefined =>
  index < 0 ? undefined : partOf(text, index, index + 1) || undefined

/** Where the next `count` characters from a place on end, in JavaScript's count. */
function placeOf(text: string, count: number, from = 0): number {
  if (!surrogate.test(text)) return from + count
  let at = from
  for (; count > 0 && at < text.length; count--) at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1
  return at
}

/** Where a row of `length` is begun, ended and how it is stepped through by `[start:stop:step]`. */
export function boundsOf({ parts }: Slice, length: number): { from: number; to: number; by: number } {
  const [start, stop, step] = parts.map((part) => (part === null ? undefined : Number(intOf(part))))
  const by = step ?? 1
  if (by === 0) throw new TemplateProblem('slice step cannot be zero')
  const [low, high] = by > 0 ? [0, length] : [-1, length - 1]
  const clip = (at: number | undefined, usual: number): number =>
    at === undefined ? usual : Math.max(low, Math.min(high, at < 0 ? at + length : at))
  return { from: clip(start, by > 0 ? low : high), to: clip(stop, by > 0 ? high : low), by }
}

export function indicesOf(slice: Slice, length: number): number[] {
  const { from, to, by } = boundsOf(slice, length)
  const indices: number[] = []
  for (let at = from; by > 0 ? at < to : at > to; at += by) indices.push(at)
  return indices
}

/** The text without what stands at its ends: blanks, or any of `chars`. */
export function strip(
  text: string,
  chars: TemplateValue | undefined,
  ends: 'both' | 'left' | 'right' = 'both',
): string {
  if (chars !== undefined && chars !== null && typeof chars !== 'string')
    throw new TemplateProblem('strip arg must be None or str')
  const isGone = typeof chars === 'string' ? (each: string) => charactersOf(chars).includes(each) : isBlank
  const characters = charactersOf(text)
  let [start, stop] = [0, characters.length]
  if (ends !== 'right') while (start < stop && isGone(characters[start])) start++
  if (ends !== 'left') while (start < stop && isGone(characters[stop - 1])) stop--
  return partOf(text, start, stop)
}

/** Python's `split` and, from the right, `rsplit`; a `limit` below 0 is none. */
export function splitText(text: string, separator: string | null, limit: number, fromRight = false): string[] {
  if (separator === '') throw new TemplateProblem('empty separator')
  const parts = separator === null ? words(text, limit, fromRight) : text.split(separator)
  if (separator === null || limit < 0 || parts.length <= limit + 1) return parts
  const cut = fromRight ? parts.length - limit : limit
  const [left, right] = [parts.slice(0, cut), parts.slice(cut)]
  return fromRight ? [left.join(separator), ...right] : [...left, right.join(separator)]
}

/** Pieces between blanks; after `limit` cuts the rest stays whole. */
function words(text: string, limit: number, fromRight: boolean): string[] {
  if (limit < 0) return text.split(blanks).filter((word) => word !== '')
  if (fromRight) return words(reversed(text), limit, false).map(reversed).reverse()
  const found: string[] = []
  let rest = strip(text, null, 'left')
  for (let run = blanks.exec(rest); run !== null && found.length < limit; run = blanks.exec(rest)) {
    found.push(rest.slice(0, run.index))
    rest = rest.slice(run.index + run[0].length)
  }
  return rest === '' ? found : [...found, rest]
}

export const reversed = (text: string): string => Array.from(text).reverse().join('')

export function splitLines(text: string, keepsEnds = false): string[] {
  const lines: string[] = []
  while (text !== '') {
    const end = lineEnd.exec(text)
    const next = end === null ? text.length : end.index + end[0].length
    lines.push(text.slice(0, keepsEnds ? next : (end?.index ?? next)))
    text = text.slice(next)
  }
  return lines
}

/** A text with `old` replaced, at most `limit` times if that is not below 0. */
export function replace(text: string, old: string, by: string, limit: number): string {
  if (limit === 0) return text
  if (limit < 0 && old !== '') {
    const times = by.length > old.length ? countIn(text, old) : 0
    checkTextLength(text.length + times * (by.length - old.length))
    // A dollar sign in a replacement means something else.
    return text.replaceAll(old, by.replaceAll('$', '$$$$'))
  }
  const pieces = old === '' ? ['', ...charactersOf(text), ''] : text.split(old)
  const cut = limit < 0 ? pieces.length - 1 : Math.min(limit, pieces.length - 1)
  checkTextLength(text.length + cut * by.length)
  return (
    pieces
      .slice(0, cut)
      .map((piece) => piece + by)
      .join('') + pieces.slice(cut).join(old)
  )
}

/** The number of times that a text stands in another, without overlapping. */
export function countIn(text: string, sought: string): number {
  let count = 0
  for (let at = text.indexOf(sought); at >= 0; at = text.indexOf(sought, at + sought.length)) count++
  return count
}

/** The longest text that a template may make, in UTF-16 units. */
const longestText = 20_000_000

export function checkTextLength(length: number): void {
  if (length > longestText)
    throw new TemplateProblem(
      `a text becomes longer than ${longestText.toLocaleString('en-US')} characters, which is the limit`,
    )
}

export function repeatText(text: string, times: number): string {
  checkTextLength(text.length * Math.max(0, times))
  return times > 0 ? text.repeat(times) : ''
}

/** A text made at least so wide. Where the blanks do not divide, Python's `center` has its own rule for the odd one. */
export function padded(text: string, width: number, side: 'left' | 'right' | 'center', fill = ' '): string {
  const length = characterCount(text)
  const missing = Math.max(0, width - length)
  const before = side === 'right' ? missing : side === 'left' ? 0 : (missing >> 1) + (missing & width & 1)
  return repeatText(fill, before) + text + repeatText(fill, missing - before)
}

/** Upper for the first character of a word: as `upper`, but of letters that become two only the first. */
export function titleCase(character: string): string {
  if (/[\u10d0-\u10ff]/.test(character)) return character
  const index = 'ǄǅǆǇǈǉǊǋǌǱǲǳ'.indexOf(character)
  if (index >= 0) return 'ǅǈǋǲ'[Math.floor(index / 3)]
  const [first, ...rest] = character.toUpperCase()
  return first + rest.join('').toLowerCase()
}

/** As Python orders texts: by characters, where JavaScript goes by halves of them. */
export function compareTexts(a: string, b: string): number {
  if (!surrogate.test(a) || !surrogate.test(b)) {
    if (!surrogate.test(a) && !surrogate.test(b)) return a < b ? -1 : a > b ? 1 : 0
  }
  const [x, y] = [Array.from(a), Array.from(b)]
  for (const [i, character] of x.entries()) {
    if (i >= y.length) return 1
    const difference = (character.codePointAt(0) ?? 0) - (y[i].codePointAt(0) ?? 0)
    if (difference !== 0) return difference
  }
  return x.length - y.length
}
