// SentencePiece's compiled normalization: a table of replacements, packed into a double array (a trie in one list of numbers)
// and a list of what they are replaced with.
//
//   size of the trie in bytes (32 bits) · trie (32 bits a unit) · replacements, each ended by a zero byte
//
// Applied as Python's `tokenizers` does: to every character as a reader sees it (a grapheme) of less than six bytes, where the
// shortest entry that it begins with replaces all of it; else to each of its code points. The double array is Susumu Yata's darts-clone.

import { kindOf } from '../json.ts'

/** The normalizer in a `precompiled_charsmap` (base 64). Throws when it is damaged. */
export function precompiled(charsmap: unknown, place: string): (text: string) => string {
  const damaged = (what: string): Error =>
    new Error(`${place}: it ${what}. The file may be damaged; download it again.`)
  if (charsmap === null) return (text) => text
  if (typeof charsmap !== 'string') throw damaged(`is ${kindOf(charsmap)}, and should be a text in base 64`)
  let bytes: Uint8Array
  try {
    bytes = Uint8Array.from(atob(charsmap), (character) => character.charCodeAt(0))
  } catch {
    throw damaged('is no base 64')
  }
  if (bytes.length === 0) return (text) => text
  const view = new DataView(bytes.buffer)
  const size = bytes.length < 4 ? 0 : view.getUint32(0, true)
  if (size === 0 || size % 4 !== 0 || 4 + size > bytes.length)
    throw damaged(`has ${bytes.length} bytes, and names a trie of ${size}`)
  const trie = Uint32Array.from({ length: size / 4 }, (_, unit) => view.getUint32(4 + 4 * unit, true))
  const replacements = bytes.subarray(4 + size)
  const encoder = new TextEncoder()
  const decoder = new TextDecoder()

  /** The replacement of a text; undefined where no entry begins it. */
  const replacementOf = (text: string): string | undefined => {
    const start = shortestMatch(trie, encoder.encode(text))
    if (start === undefined) return undefined
    const end = replacements.indexOf(0, start)
    return decoder.decode(replacements.subarray(start, end < 0 ? undefined : end))
  }
  const known = new Map<string, string>()
  const normalizeOne = (grapheme: string): string => {
    const found = known.get(grapheme)
    if (found !== undefined) return found
    const whole = encoder.encode(grapheme).length < 6 ? replacementOf(grapheme) : undefined
    const result = whole ?? Array.from(grapheme, (character) => replacementOf(character) ?? character).join('')
    if (known.size < mostKnown) known.set(grapheme, result)
    return result
  }
  const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })
  return (text) => {
    let result = ''
    for (const { segment } of graphemes.segment(text)) result += normalizeOne(segment)
    return result
  }
}

/** The number of graphemes that are remembered with what they become. */
const mostKnown = 10_000

/** The value of the shortest entry that some bytes begin with. */
function shortestMatch(trie: Uint32Array, bytes: Uint8Array): number | undefined {
  const offset = (unit: number): number => (unit >>> 10) << ((unit & (1 << 9)) >>> 6)
  let place = offset(trie[0])
  for (const byte of bytes) {
    if (byte === 0) return undefined
    place ^= byte
    const unit = trie[place] ?? 0
    // The label of a unit: its lowest byte, and the highest bit, which only values have.
    if ((unit & 0x800000ff) !== byte) return undefined
    place ^= offset(unit)
    const hasValue = ((unit >>> 8) & 1) === 1
    if (hasValue) return (trie[place] ?? 0) & 0x7fffffff
  }
  return undefined
}
