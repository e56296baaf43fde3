// Reads a character tokenizer back from the tokenizer.json that characters.ts writes, and refuses what would be cut otherwise.

import { CharacterTokenizer, everyCharacter } from './characters.ts'
import { checkIsObject, kindOf } from './json.ts'
import { specialToJSON, templateFor, templateToJSON } from './special.ts'

/** True where a parsed tokenizer.json is a character tokenizer, as Cutaway writes them; it may still be damaged. */
export function isCharacterTokenizer(json: Record<string, unknown>): boolean {
  const { type } = (json['model'] ?? {}) as Record<string, unknown>
  return type === 'WordLevel' && sorted(json['pre_tokenizer']) === sorted(everyCharacter)
}

/**
 * The tokenizer in the parsed content of a `tokenizer.json`: special tokens, which have the first ids, and characters. Throws when
 * it is damaged, or is another kind of tokenizer, which the message names.
 */
export function charactersFromJSON(json: unknown, place = 'tokenizer.json'): CharacterTokenizer {
  checkIsObject(json, place)
  const { model } = json
  checkIsObject(model, `${place}: model`)
  const { type, vocab } = model
  // A real byte-pair tokenizer is what most people will try first: name it before anything else is found wanting.
  if (type !== 'WordLevel') {
    const pieces = typeof vocab === 'object' && vocab !== null ? ` with ${Object.keys(vocab).length} pieces` : ''
    throw new Error(
      `${place}: this is a ${typeof type === 'string' ? type : 'nameless'} tokenizer${pieces} and not one of characters. ` +
        'Read it with tokenizerFromJSON, which reads every kind.',
    )
  }
  checkIsObject(vocab, `${place}: model.vocab`)
  const special = specialFrom(json['added_tokens'])
  const pieces = piecesOf(vocab, new Set(special), place)
  checkCutsCharacters(json, special, place)
  for (const [id, token] of special.entries()) {
    if (pieces[id] !== token) {
      throw new Error(
        `${place}: the special token ${JSON.stringify(token)} is not the piece with the id ${id}, which is ` +
          `${kindOf(pieces[id])}. Save the tokenizer again.`,
      )
    }
  }
  return new CharacterTokenizer(pieces.slice(special.length), { special })
}

function piecesOf(vocab: Record<string, unknown>, special: ReadonlySet<string>, place: string): string[] {
  const entries = Object.entries(vocab)
  const pieces = new Array<string | undefined>(entries.length).fill(undefined)
  for (const [piece, id] of entries) {
    const name = JSON.stringify(piece)
    if ([...piece].length !== 1 && !special.has(piece)) {
      throw new Error(
        `${place}: the piece ${name} is not one character, as in a tokenizer of characters. ` +
          'Read it with tokenizerFromJSON, which reads every kind.',
      )
    }
    if (typeof id !== 'number' || !Number.isInteger(id) || id < 0 || id >= entries.length) {
      throw new Error(
        `${place}: the id of ${name} is ${kindOf(id)}, but the ids of ${entries.length} pieces are the whole numbers ` +
          `0..${entries.length - 1}. Save the tokenizer again.`,
      )
    }
    if (pieces[id] !== undefined) {
      throw new Error(
        `${place}: ${JSON.stringify(pieces[id])} and ${name} both have the id ${id}. Save the tokenizer again.`,
      )
    }
    pieces[id] = piece
  }
  return pieces.filter((piece) => piece !== undefined)
}

/** The special tokens that a tokenizer.json lists, by id; what is no such list is refused by `checkCutsCharacters`. */
function specialFrom(added: unknown): string[] {
  if (!Array.isArray(added)) return []
  const tokens = added as { content?: unknown; id?: unknown }[]
  return [...tokens].sort((a, b) => Number(a?.id) - Number(b?.id)).map((token) => String(token?.content))
}

/** A file may hold our vocabulary and still cut text otherwise; then its ids would silently differ from Python's. */
function checkCutsCharacters(json: Record<string, unknown>, special: readonly string[], place: string): void {
  const expected: [string, unknown][] = [
    ['normalizer', null],
    ['pre_tokenizer', everyCharacter],
    ['post_processor', templateToJSON(templateFor(special), special)],
    ['decoder', { type: 'Fuse' }],
    ['added_tokens', specialToJSON(special)],
  ]
  for (const [key, value] of expected) {
    const found = addsNothing(json[key]) ? null : json[key]
    if (sorted(found) !== sorted(value)) {
      const shown = compact(found)
      throw new Error(
        `${place}: ${key} is ${shown.length > 80 ? `${shown.slice(0, 80)}…` : shown}, but a character tokenizer has ` +
          `${compact(value)}. Take a tokenizer that Cutaway saved.`,
      )
    }
  }
}

/** Nothing, or the template without special tokens that Python's transformers puts into every tokenizer it saves. */
function addsNothing(value: unknown): boolean {
  if (value === undefined || value === null) return true
  if (typeof value !== 'object') return false
  const { type, special_tokens: special } = value as Record<string, unknown>
  return type === 'TemplateProcessing' && compact(special) === '{}'
}

function compact(value: unknown): string {
  try {
    return String(JSON.stringify(value))
  } catch {
    return 'nested too deeply to be shown'
  }
}

/** JSON that is equal for equal values, whatever the order of their fields. */
function sorted(value: unknown): string {
  try {
    return String(
      JSON.stringify(value, (_, part: unknown) =>
        typeof part === 'object' && part !== null && !Array.isArray(part)
          ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
          : part,
      ),
    )
  } catch {
    return 'nested too deeply to be compared'
  }
}
