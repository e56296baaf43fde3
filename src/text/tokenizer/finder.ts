// What a tokenizer.json looks for in a text: a text itself (`{"String": " "}`), or a pattern (`{"Regex": "\\p{L}+"}`), which is
// written for Oniguruma and becomes one of JavaScript's.

import type { ConfigFields } from '../configFields.ts'
import { kindOf } from '../json.ts'
import { literal } from './characterClasses.ts'
import { linearMatches, type Match, type TextMatches } from './linearMatches.ts'
import { onigurumaPattern } from './oniguruma.ts'

/** Everything that is found in a text, from its beginning to its end. */
export type Finder = TextMatches

/**
 * As Oniguruma's users in Python see it: where a pattern finds nothing at a place (`a*` in "b"), that counts, but not directly
 * after what was found before. In an empty text nothing is found.
 */
export function inPattern(pattern: RegExp): Finder {
  const matches = linearMatches(pattern)
  return (text) => {
    const all: Match[] = []
    if (text === '') return all
    let end = -1
    for (const found of matches(text)) {
      if (found[0] === '' && (found.index === end || isInside(text, found.index))) continue
      end = found.index + found[0].length
      all.push(found)
    }
    return all
  }
}

/** True where a place is inside of a surrogate pair, where V8 finds `(?<!a)` too. */
function isInside(text: string, at: number): boolean {
  return (text.codePointAt(at - 1) ?? 0) > 0xffff && text.charCodeAt(at) >> 10 === 0x37
}

/** The finder that the field `pattern` describes. Throws for what is no pattern. */
export function finderFrom(fields: ConfigFields): Finder {
  const pattern = fields.inner('pattern')
  if (pattern === undefined) throw fields.wrong('pattern is missing. Give {"String": …} or {"Regex": …}.')
  const kinds = ['Regex', 'String'].filter((kind) => pattern.has(kind))
  if (kinds.length !== 1) throw fields.wrong('pattern is neither {"String": …} nor {"Regex": …}. Give one of them.')
  const text = pattern.text(kinds[0])
  try {
    const made =
      kinds[0] === 'Regex'
        ? onigurumaPattern(text)
        : new RegExp(Array.from(text, (character) => literal(character.codePointAt(0) as number)).join(''), 'gv')
    // Only when it is used does an engine say that a pattern is too large for it.
    made.test('')
    made.lastIndex = 0
    return inPattern(made)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    const shown = reason.length > 200 ? `${reason.slice(0, 200)}…` : reason
    throw new Error(`${fields.place}: the pattern ${kindOf(text)} cannot be run (${shown}). Take another tokenizer.`, {
      cause,
    })
  }
}
