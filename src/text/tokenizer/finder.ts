// What a tokenizer.json looks for in a text: a text itself (`{"String": " "}`), or a pattern (`{"Regex": "\\\\p{L}+"}`), which is
// written for Oniguruma and becomes one of JavaScript's.

import type { ConfigFields } from '../configFields.ts'
import { type Library, libraryPattern } from './library.ts'

/** Everything that is found in a text, from its beginning to its end. */
export type Finder = (text: string) => Iterable<{ readonly 0: string; readonly index: number }>

export const inPattern =
  (pattern: RegExp): Finder =>
  (text) =>
    text.matchAll(pattern)

/** What the field `pattern` looks for. Throws for what is no pattern. */
export function finderFrom(fields: ConfigFields, library: Library): Finder {
  const pattern = fields.inner('pattern')
  if (pattern === undefined) throw fields.wrong('pattern is missing. Give {"String": …} or {"Regex": …}.')
  const kinds = ['Regex', 'String'].filter((kind) => pattern.has(kind))
  if (kinds.length !== 1) throw fields.wrong('pattern is neither {"String": …} nor {"Regex": …}. Give one of them.')
  const text = pattern.text(kinds[0])
  return inPattern(libraryPattern(library, { [kinds[0]]: text }, fields.place))
}
