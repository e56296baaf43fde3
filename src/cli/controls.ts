// Control characters in what others wrote: a text that a model made up, a token, the name of a file. On a terminal they would move
// the cursor, hide what is printed, or turn its order around; there they are written as \u001b. Line ends and tabs stay.

/** C0 and C1 controls, and the marks that override or isolate a direction of writing. */
const controls = /\r(?!\n)|[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g

/** A text with its control characters written out, in the way of JSON, so that JSON stays what it is. */
function controlsEscaped(text: string): string {
  return text.replace(controls, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/**
 * Stands for the escape character in our own sequences until they are written, so that nobody else's pass for them: it cannot be
 * guessed.
 */
const mark = `\ue01b${Math.random().toString(36).slice(2)}\ue01b`

/** A text whose escape sequences are our own: colours. */
export function ours(text: string): string {
  return text.replaceAll('\u001b', mark)
}

/** A text as it is written: to a terminal with others' control characters escaped, to anything else as it is. */
export function asWritten(text: string, isTerminal: boolean): string {
  const parts = text.split(mark)
  return (isTerminal ? parts.map(controlsEscaped) : parts).join('\u001b')
}
