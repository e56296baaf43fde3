// Text that is text: JavaScript's strings may hold halves of surrogate pairs, which are no characters.

import { lineAt } from './lines.ts'

/**
 * Throws when half a surrogate pair stands in a text: it could neither be saved as UTF-8 nor read by Python.
 *
 * - `place`, `what`: the reader of the text, and the text's own name, for the message
 */
export function checkIsWellFormed(text: string, place = 'tokenizer', what = 'text'): void {
  if (text.isWellFormed()) return
  const characters = [...text]
  const index = characters.findIndex((character) => !character.isWellFormed())
  const line = lineAt(characters.slice(0, index).join(''), Infinity)
  const where = line === 1 ? '' : ` (in line ${line})`
  throw new Error(
    `${place}: character ${index + 1} of the ${what}${where} is half of a surrogate pair (${showCharacter(characters[index].charCodeAt(0))}), ` +
      'which is no character. The text was cut inside an emoji or a rare letter; cut it between characters.',
  )
}

/** A character by its code point, for a message: `"é"`, `"\n"`, or `U+0301` for what cannot be seen by itself. */
export function showCharacter(codePoint: number): string {
  const character = String.fromCodePoint(codePoint)
  const quoted = JSON.stringify(character)
  const isVisible = /^[\p{L}\p{N}\p{P}\p{S} ]$/u.test(character) || quoted.length === 4
  return isVisible ? quoted : `U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}`
}
