// What a text is made of, before anybody learns it: how many characters, which, and how often each.

/** A character, and how often it occurs. */
export interface CharacterCount {
  readonly character: string
  readonly count: number
}

export interface TextStatistics {
  /** Unicode code points. */
  readonly characters: number
  readonly lines: number
  /** Every character that occurs, the most frequent first; of equally frequent ones the lower code point. */
  readonly counts: readonly CharacterCount[]
}

/** Counts a text. */
export function textStatistics(text: string): TextStatistics {
  const units = new Float64Array(0x10000)
  const pairs = new Map<number, number>()
  let characters = 0
  for (let i = 0; i < text.length; i++) {
    const codePoint = text.codePointAt(i) as number
    characters++
    if (codePoint <= 0xffff) {
      units[codePoint]++
      continue
    }
    pairs.set(codePoint, (pairs.get(codePoint) ?? 0) + 1)
    i++
  }
  const counts: CharacterCount[] = []
  for (const [unit, count] of units.entries())
    if (count > 0) counts.push({ character: String.fromCharCode(unit), count })
  for (const [codePoint, count] of [...pairs].sort(([a], [b]) => a - b))
    counts.push({ character: String.fromCodePoint(codePoint), count })
  const ends = units[10]
  const lines = text === '' ? 0 : ends + (text.endsWith('\n') ? 0 : 1)
  return { characters, lines, counts: counts.sort((a, b) => b.count - a.count) }
}

/** The number of a text's characters, as Unicode counts them: without a list of them, which a long text would fill the memory with. */
export function countCodePoints(text: string): number {
  let count = text.length
  for (let i = 0; i + 1 < text.length; i++) {
    const isPair = (text.charCodeAt(i) & 0xfc00) === 0xd800 && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00
    if (!isPair) continue
    count--
    i++
  }
  return count
}
