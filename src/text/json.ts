// Checks on what was parsed from JSON: a file from outside is never trusted to be what its name says.

/** Throws unless the value is a JSON object; from then on its fields can be read, each of unknown kind. */
export function checkIsObject(value: unknown, place: string): asserts value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Error(
      `${place}: expected an object {…}, but found ${kindOf(value)}. The file may be damaged, or another one.`,
    )
  }
}

/** A value as a message shows it: small ones as they are, large ones by their kind. */
export function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (Array.isArray(value)) return `a list of ${value.length}`
  if (typeof value === 'object' && value !== null) return 'an object'
  const shown = typeof value === 'number' ? String(value) : JSON.stringify(value)
  return shown.length > 60 ? `${shown.slice(0, 60)}…` : shown
}

/** Rust's reader of tokenizer.json goes no deeper; nobody's files do, and a stack is exhausted by some thousands. */
const deepest = 128

/** Throws for lists and objects inside one another without end: whoever walks through them would exhaust the stack. */
export function checkDepth(value: unknown, place: string): void {
  if (isDeeper(value, deepest))
    throw new Error(
      `${place}: lists and objects stand inside one another more than ${deepest} deep. The file may be damaged; restore it or ` +
        'save it again.',
    )
}

function isDeeper(value: unknown, most: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (most === 0) return true
  if (Array.isArray(value)) return value.some((part) => isDeeper(part, most - 1))
  for (const name in value) if (isDeeper((value as Record<string, unknown>)[name], most - 1)) return true
  return false
}

/**
 * Parses JSON that came from outside; the error names the place and what the parser stumbled over. `NaN`, `Infinity` and
 * `-Infinity`, which no JSON has, but which Python writes and reads, are read as Python reads them.
 */
export function parseJSON(text: string, place: string): unknown {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    value = pythonNumbers(text)
    const reason = cause instanceof Error ? cause.message : String(cause)
    if (value === undefined)
      throw new Error(
        `${place}: this is not JSON (${reason}). The file may be cut off or damaged; restore it or save it again.`,
        { cause },
      )
  }
  checkDepth(value, place)
  return value
}

/** The value of JSON in which Python's words for numbers stand; undefined where there are none, or where it is no JSON still. */
function pythonNumbers(text: string): unknown {
  let notANumber = 'NaN'
  while (text.includes(`"${notANumber}"`)) notANumber += '.'
  const written = { NaN: `"${notANumber}"`, Infinity: '1e999' }
  let json = ''
  let isInside = false
  let from = 0
  for (let i = 0; i < text.length; i++) {
    const letter = text[i]
    if (letter === '"') isInside = !isInside
    else if (isInside) i += letter === '\\' ? 1 : 0
    else
      for (const [word, instead] of Object.entries(written))
        if (letter === word[0] && text.startsWith(word, i) && !/[\d.+]/.test(text[i - 1] ?? '')) {
          json += text.slice(from, i) + instead
          from = i + word.length
          i = from - 1
          break
        }
  }
  if (from === 0) return undefined
  try {
    return JSON.parse(json + text.slice(from), (_, value) => (value === notANumber ? Number.NaN : value))
  } catch {
    return undefined
  }
}
