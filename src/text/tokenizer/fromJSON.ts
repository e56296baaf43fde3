// Reads a `tokenizer.json` of any make: characters, byte pairs, word pieces, unigrams or whole words.

import { CharacterTokenizer } from '../characters.ts'
import { isCharacterTokenizer } from '../charactersFromJSON.ts'
import { checkIsObject, kindOf } from '../json.ts'
import { type Role, roleNames, rolesOf, type SpecialIds, type Template } from '../special.ts'
import type { Tokenizer } from '../tokenizer.ts'
import type { AddedToken } from './addedTokens.ts'
import { BytePairs } from './bytePairs.ts'
import { decoderFrom } from './decoders.ts'
import { type Library, libraryParts, loadLibrary } from './library.ts'
import { normalizerFrom } from './normalizers.ts'
import { PipelineTokenizer } from './pipeline.ts'
import { preTokenizerFrom } from './preTokenizers.ts'
import { Unigram } from './unigram.ts'
import { WordLevel } from './wordLevel.ts'
import type { WordModel } from './wordModel.ts'
import { WordPieces } from './wordPieces.ts'

/**
 * The tokenizer in a parsed `tokenizer.json`: the same ids as Python's `tokenizers`.
 *
 * - `config`: the parsed `tokenizer_config.json` or `special_tokens_map.json`, or both as one object; it says which special
 *   token has which role. Without it, names such as `[PAD]` and `</s>` say so.
 * - `place`: the file's name, for errors
 *
 * Truncation and padding that the file asks for are left to whoever makes batches. Throws when the file is damaged, and for a
 * part that cannot be run.
 */
export async function tokenizerFromJSON(json: unknown, config?: unknown, place = 'tokenizer.json'): Promise<Tokenizer> {
  checkIsObject(json, place)
  if (isCharacterTokenizer(json)) return CharacterTokenizer.fromJSON(json, place)
  return pipelineFrom(json, config, await loadLibrary(), place)
}

function pipelineFrom(
  json: Record<string, unknown>,
  config: unknown,
  library: Library,
  place: string,
): PipelineTokenizer {
  const { model, vocab } = modelFrom(json['model'], library, place)
  const added = addedFrom(json['added_tokens'], place)
  const ids = new Map([...vocab, ...added.map(({ content, id }) => [content, id] as const)])
  return new PipelineTokenizer({
    vocab,
    added,
    normalize: normalizerFrom(json['normalizer'], library, place),
    preTokenizer: preTokenizerFrom(json['pre_tokenizer'], library, place),
    model,
    template: templateFrom(json['post_processor'], ids, library, place),
    decoder: decoderFrom(json['decoder'], library, place),
    special: rolesFrom(config, ids, added),
    json,
  })
}

function modelFrom(
  config: unknown,
  library: Library,
  place: string,
): { model: WordModel; vocab: ReadonlyMap<string, number> } {
  checkIsObject(config, `${place}: model`)
  const type = config['type'] ?? guessType(config)
  if (type === 'Unigram') {
    const model = new Unigram(config, library, place)
    return { model, vocab: model.vocab }
  }
  const vocab = vocabFrom(config['vocab'], place)
  const text = (name: string): string | undefined => {
    const value = config[name]
    return typeof value === 'string' ? value : undefined
  }
  switch (type) {
    case 'BPE': {
      const model = new BytePairs(
        {
          vocab,
          merges: mergesFrom(config['merges'], place),
          unknown: text('unk_token'),
          fusesUnknown: config['fuse_unk'] === true,
          fallsBackToBytes: config['byte_fallback'] === true,
          takesWholeWords: config['ignore_merges'] === true,
          prefix: text('continuing_subword_prefix'),
          suffix: text('end_of_word_suffix'),
        },
        place,
      )
      return { model, vocab }
    }
    case 'WordPiece': {
      const longest = config['max_input_chars_per_word']
      const unknown = text('unk_token') ?? '[UNK]'
      const prefix = text('continuing_subword_prefix')
      return {
        model: new WordPieces({ vocab, unknown, prefix, longest: typeof longest === 'number' ? longest : 100 }, place),
        vocab,
      }
    }
    case 'WordLevel':
      return { model: new WordLevel({ vocab, unknown: text('unk_token') ?? '<unk>' }), vocab }
    default:
      throw new Error(
        `${place}: this is a ${typeof type === 'string' ? type : 'nameless'} tokenizer; Cutaway runs BPE, WordPiece, Unigram and ` +
          'WordLevel. Take another tokenizer.',
      )
  }
}

/** Old files do not name the kind of their model. */
function guessType(config: Record<string, unknown>): string | undefined {
  if (Array.isArray(config['merges'])) return 'BPE'
  if (Array.isArray(config['vocab'])) return 'Unigram'
  return 'max_input_chars_per_word' in config || 'continuing_subword_prefix' in config ? 'WordPiece' : undefined
}

function vocabFrom(vocab: unknown, place: string): ReadonlyMap<string, number> {
  checkIsObject(vocab, `${place}: model.vocab`)
  const pieces = new Map<string, number>()
  const byId = new Map<number, string>()
  for (const [piece, id] of Object.entries(vocab)) {
    if (typeof id !== 'number' || !Number.isSafeInteger(id) || id < 0 || id > mostIds) {
      throw new Error(
        `${place}: the id of ${JSON.stringify(piece)} is ${kindOf(id)}, and should be a whole number. Save the tokenizer again.`,
      )
    }
    const other = byId.get(id)
    if (other !== undefined) {
      throw new Error(
        `${place}: ${JSON.stringify(other)} and ${JSON.stringify(piece)} both have the id ${id}. Save the tokenizer again.`,
      )
    }
    byId.set(id, piece)
    pieces.set(piece, id)
  }
  return pieces
}

/** Far above every vocabulary: an id beyond it comes from a damaged file. */
const mostIds = 10_000_000

/** Merges are pairs, or, in older files, texts with a space between the two. */
function mergesFrom(merges: unknown, place: string): [string, string][] {
  if (!Array.isArray(merges)) {
    throw new Error(
      `${place}: model.merges is ${kindOf(merges)}, and should be a list of pairs. Save the tokenizer again.`,
    )
  }
  return merges.map((merge: unknown, rank) => {
    const pair: unknown[] = typeof merge === 'string' ? merge.split(' ') : Array.isArray(merge) ? merge : []
    const [left, right] = pair
    if (pair.length === 2 && typeof left === 'string' && typeof right === 'string') return [left, right]
    throw new Error(`${place}: merge ${rank} is ${kindOf(merge)}, and should be two pieces. Save the tokenizer again.`)
  })
}

function addedFrom(added: unknown, place: string): AddedToken[] {
  if (added === undefined || added === null) return []
  if (!Array.isArray(added)) {
    throw new Error(`${place}: added_tokens is ${kindOf(added)}, and should be a list. Save the tokenizer again.`)
  }
  return added.map((token: unknown, index) => {
    checkIsObject(token, `${place}: added_tokens[${index}]`)
    const { id, content } = token
    if (typeof content !== 'string' || typeof id !== 'number' || !Number.isSafeInteger(id) || id < 0 || id > mostIds) {
      throw new Error(
        `${place}: added_tokens[${index}] has the id ${kindOf(id)} and the content ${kindOf(content)}; a whole number and a text ` +
          'are wanted. Save the tokenizer again.',
      )
    }
    return {
      id,
      content,
      isSpecial: token['special'] === true,
      isSingleWord: token['single_word'] === true,
      takesBlanksBefore: token['lstrip'] === true,
      takesBlanksAfter: token['rstrip'] === true,
      isNormalized: token['normalized'] === true,
    }
  })
}

/** What the post-processor puts before and after a text: it is asked to do so with a text of one token. */
function templateFrom(
  config: unknown,
  ids: ReadonlyMap<string, number>,
  library: Library,
  place: string,
): Template | undefined {
  if (config === null || config === undefined) return undefined
  const text = '\u0000'
  const { post_processor: processor } = libraryParts(library, { post_processor: config }, place)
  const { tokens } = (processor?.post_process([text], null, true) ?? { tokens: [text] }) as { tokens: string[] }
  const idOf = (token: string): number => {
    const id = ids.get(token)
    if (id !== undefined) return id
    throw new Error(
      `${place}: post_processor adds the token ${JSON.stringify(token)}, which the vocabulary lacks. Save the tokenizer again.`,
    )
  }
  const at = tokens.indexOf(text)
  return { before: tokens.slice(0, at).map(idOf), after: tokens.slice(at + 1).map(idOf) }
}

/** Roles as the config gives them (null: no token has it); those that it does not speak of go by the tokens' names. */
function rolesFrom(config: unknown, ids: ReadonlyMap<string, number>, added: readonly AddedToken[]): SpecialIds {
  const special = new Map(added.filter(({ isSpecial }) => isSpecial).map(({ content, id }) => [content, id]))
  const roles: { -readonly [R in Role]?: number } = { ...rolesOf((token) => special.get(token)) }
  if (typeof config !== 'object' || config === null) return roles
  for (const [role, name] of Object.entries(roleNames) as [Role, string][]) {
    const given = (config as Record<string, unknown>)[name]
    if (given === undefined) continue
    const token = typeof given === 'object' && given !== null ? (given as { content?: unknown }).content : given
    const id = typeof token === 'string' ? ids.get(token) : undefined
    if (id === undefined) delete roles[role]
    else roles[role] = id
  }
  return roles
}
