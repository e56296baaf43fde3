// The parts of a regular expression of JavaScript's: what patternCost.ts judges and patternSearch.ts runs.

export type PatternTree =
  /** One character: a letter, a class. */
  | { readonly kind: 'set'; readonly source: string }
  | { readonly kind: 'sequence'; readonly parts: readonly PatternTree[] }
  | { readonly kind: 'choice'; readonly branches: readonly PatternTree[] }
  | {
      readonly kind: 'repeat'
      readonly part: PatternTree
      readonly least: number
      readonly most: number
      readonly isLazy: boolean
    }
  | { readonly kind: 'look'; readonly part: PatternTree; readonly isBehind: boolean; readonly isNegated: boolean }
  /** The first that is found, for good: `(?=(?<name>…))\k<name>`. */
  | { readonly kind: 'atomic'; readonly part: PatternTree }
  /** The text that a group found, once more. */
  | { readonly kind: 'reference' }

/** The tree of a pattern with the flag u or v and without m. Throws for what stands in no pattern that was made from an Oniguruma one. */
export function patternTree(source: string): PatternTree {
  let at = 0
  const takes = (text: string): boolean => {
    if (!source.startsWith(text, at)) return false
    at += text.length
    return true
  }
  const takesMatch = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at
    const found = pattern.exec(source)
    if (found !== null) at = pattern.lastIndex
    return found
  }
  const unknown = (): never => {
    throw new SyntaxError(`something that cannot be run at character ${at + 1} of ${source}`)
  }

  const choice = (): PatternTree => {
    const branches = [sequence()]
    while (takes('|')) branches.push(sequence())
    return branches.length === 1 ? branches[0] : { kind: 'choice', branches }
  }
  const sequence = (): PatternTree => {
    const parts: PatternTree[] = []
    while (at < source.length && source[at] !== '|' && source[at] !== ')') parts.push(repeated(one()))
    return parts.length === 1 ? parts[0] : { kind: 'sequence', parts: withAtomics(parts) }
  }
  const repeated = (part: PatternTree): PatternTree => {
    const found = takesMatch(/(?:([*+?])|\{(\d+)(,?)(\d*)\})(\??)/y)
    if (found === null) return part
    const [, sign, lowest, comma, highest, lazy] = found
    const least = sign === undefined ? Number(lowest) : sign === '+' ? 1 : 0
    const open = sign === '*' || sign === '+' || (comma === ',' && highest === '')
    const most = open ? Infinity : sign === '?' ? 1 : comma === ',' ? Number(highest) : least
    return { kind: 'repeat', part, least, most, isLazy: lazy === '?' }
  }
  const one = (): PatternTree => {
    if (takes('^')) return { kind: 'look', part: anything, isBehind: true, isNegated: true }
    if (takes('$')) return { kind: 'look', part: anything, isBehind: false, isNegated: true }
    if (takes('(?:')) return closed(choice())
    for (const [opening, isBehind, isNegated] of looks)
      if (takes(opening)) return { kind: 'look', part: closed(choice()), isBehind, isNegated }
    if (takesMatch(/\(\?<\w+>/y)) return closed(choice())
    if (source.startsWith('(?', at)) return unknown()
    if (takes('(')) return closed(choice())
    if (takesMatch(/\\k<\w+>|\\[1-9]\d*/y)) return { kind: 'reference' }
    return { kind: 'set', source: set() }
  }
  const closed = (part: PatternTree): PatternTree => (takes(')') ? part : unknown())
  const set = (): string => {
    const begin = at
    if (source[at] === '[') {
      for (let depth = 0; ; ) {
        if (at >= source.length) return unknown()
        const sign = source[at++]
        if (sign === '\\') at++
        else if (sign === '[') depth++
        else if (sign === ']' && --depth <= 0) return source.slice(begin, at)
      }
    }
    const found = takesMatch(
      /\\[pP]\{[^}]*\}|\\u\{[0-9A-Fa-f]+\}|\\u[0-9A-Fa-f]{4}|\\x[0-9A-Fa-f]{2}|\\c[A-Za-z]|\\[dDsSwWtnrfv0]|\\[^\p{L}\p{N}]|[^\\^$*+?()[\]{}|]/uy,
    )
    return found === null ? unknown() : found[0]
  }

  const tree = choice()
  return at === source.length ? tree : unknown()
}

const anything: PatternTree = { kind: 'set', source: '[^]' }

const looks: readonly [opening: string, isBehind: boolean, isNegated: boolean][] = [
  ['(?=', false, false],
  ['(?!', false, true],
  ['(?<=', true, false],
  ['(?<!', true, true],
]

/** A look ahead, and what it found once more: JavaScript's way of writing an atomic group. */
function withAtomics(parts: readonly PatternTree[]): PatternTree[] {
  const found: PatternTree[] = []
  for (const part of parts) {
    const before = found.at(-1)
    if (part.kind === 'reference' && before?.kind === 'look' && !before.isBehind && !before.isNegated)
      found[found.length - 1] = { kind: 'atomic', part: before.part }
    else found.push(part)
  }
  return found
}
