// Reads a `tokenizer.json` of any make: characters, byte pairs, word pieces, unigrams or whole words.

import { charactersFromJSON, isCharacterTokenizer } from '../charactersFromJSON.ts'
import { ConfigFields } from '../configFields.ts'
import { checkDepth, checkIsObject, kindOf } from '../json.ts'
import { type Role, roleNames, rolesOf, type SpecialIds, type Template } from '../special.ts'
import type { Tokenizer } from '../tokenizer.ts'
import type { AddedToken } from './addedTokens.ts'
import { BytePairs } from './bytePairs.ts'
import { cleaning, decoderFrom } from './decoders.ts'
import { halfPair, listedAgain, listedTokens, mostIds, withIds } from './listedTokens.ts'
import { normalizerFrom } from './normalizers.ts'
import { PipelineTokenizer } from './pipeline.ts'
import { preTokenizerFrom } from './preTokenizers.ts'
import { templateFrom } from './templates.ts'
import { tellsTextsApart } from './textKinds.ts'
import { besideNames, tokensBeside } from './tokensBeside.ts'
import { Unigram } from './unigram.ts'
import { WordLevel } from './wordLevel.ts'
import type { WordModel } from './wordModel.ts'
import { WordPieces } from './wordPieces.ts'

/**
 * The tokenizer in a parsed `tokenizer.json`: the same ids as Python's `tokenizers`.
 *
 * - `config`: the parsed `tokenizer_config.json`, or what `configBeside` makes of all files beside; it says which special token
 *   has which role, and may add tokens. Without it, names such as `[PAD]` and `</s>` say the roles.
 * - `place`: the file's name, for errors
 * - `most`: the number of ids that the model knows. A token that the config only names for a role is left out where it would
 *   get an id beyond them
 *
 * Everything that the file asks for has an end: its patterns take time in proportion to the text, and its normalizer may make
 * 64 characters of one, or a million in all.
 *
 * Truncation and padding that the file asks for are left to whoever makes batches. Throws when the file is damaged, and for a
 * part that cannot be run.
 */
export async function tokenizerFromJSON(
  json: unknown,
  config?: unknown,
  place = 'tokenizer.json',
  most?: number,
): Promise<Tokenizer> {
  checkIsObject(json, place)
  checkDepth(json, place)
  if (isCharacterTokenizer(json)) return charactersFromJSON(json, place)
  return pipelineFrom(json, config, place, most)
}

function pipelineFrom(json: Record<string, unknown>, config: unknown, place: string, most?: number): PipelineTokenizer {
  const { model, vocab, pieces = [...vocab] } = modelFrom(json['model'], place)
  const listed = listedTokens(json['added_tokens'], place)
  const { declared, named } = tokensBeside(config, listed)
  const added = withIds([...listed, ...declared], { vocab, size: pieces.length }, named, most)
  const ids = new Map([...vocab, ...added.map(({ content, id }) => [content, id] as const)])
  const decoder = decoderFrom(json['decoder'], place)
  return new PipelineTokenizer({
    vocab: pieces,
    added,
    normalize: normalizerFrom(json['normalizer'], place),
    preTokenizer: preTokenizerFrom(json['pre_tokenizer'], place),
    model,
    template: knownTemplate(templateFrom(json['post_processor'], ids, place), ids, place),
    decoder: cleansUp(config, model) ? cleaning(decoder) : decoder,
    special: rolesFrom(config, ids, added),
    tellsTextsApart: tellsTextsApart(config),
    passesSpecialOver: optionOf(config, 'split_special_tokens'),
    json: declared.length + named.length === 0 ? json : { ...json, added_tokens: listedAgain(added) },
  })
}

/** True where a decoded text is to lose the spaces before its punctuation; Python's `transformers` leaves byte pairs as they are. */
function cleansUp(config: unknown, model: WordModel): boolean {
  const isForced = 'clean_up_tokenization_spaces_for_bpe_even_though_it_will_corrupt_output'
  if (!optionOf(config, 'clean_up_tokenization_spaces')) return false
  return !(model instanceof BytePairs) || optionOf(config, isForced)
}

function optionOf(config: unknown, name: string): boolean {
  if (config === undefined || config === null) return false
  return new ConfigFields(config, besideNames[0]).flag(name, false)
}

/** Throws for a template with an id that nothing in the vocabulary has. */
function knownTemplate(
  template: Template | undefined,
  ids: ReadonlyMap<string, number>,
  place: string,
): Template | undefined {
  const unknown = new Set([...(template?.before ?? []), ...(template?.after ?? [])])
  if (unknown.size > 0) for (const id of ids.values()) unknown.delete(id)
  for (const id of unknown)
    throw new Error(`${place}: post_processor adds the id ${id}, which the vocabulary lacks. Save the tokenizer again.`)
  return template
}

interface ReadModel {
  readonly model: WordModel
  readonly vocab: ReadonlyMap<string, number>
  /** All pieces, where one may stand there with several ids. */
  readonly pieces?: readonly (readonly [piece: string, id: number])[]
}

function modelFrom(json: unknown, place: string): ReadModel {
  const config = new ConfigFields(json, `${place}: model`)
  const type = config.get('type') ?? guessType(config)
  if (type === 'Unigram') {
    const model = new Unigram(config)
    return { model, vocab: model.vocab, pieces: model.pieces }
  }
  if (type !== 'BPE' && type !== 'WordPiece' && type !== 'WordLevel')
    throw new Error(
      `${place}: this is a ${typeof type === 'string' ? type : 'nameless'} tokenizer; Cutaway runs BPE, WordPiece, Unigram and ` +
        'WordLevel. Take another tokenizer.',
    )
  const vocab = vocabFrom(config.get('vocab'), place)
  const text = (name: string): string | undefined => (config.has(name) ? config.text(name) : undefined)
  if (type === 'WordLevel') return { model: new WordLevel({ vocab, unknown: text('unk_token') ?? '<unk>' }), vocab }
  if (type === 'WordPiece') {
    const options = {
      vocab,
      unknown: text('unk_token') ?? '[UNK]',
      prefix: text('continuing_subword_prefix'),
      longest: config.whole('max_input_chars_per_word', { otherwise: 100 }),
    }
    return { model: new WordPieces(options, place), vocab }
  }
  if (config.has('dropout') && config.number('dropout') > 0)
    throw config.wrong(
      `dropout is ${config.number('dropout')}, which gives a text other ids each time. Only training wants that; write null to run it.`,
    )
  const options = {
    vocab,
    merges: mergesFrom(config.get('merges'), place),
    unknown: text('unk_token'),
    fusesUnknown: config.flag('fuse_unk', false),
    fallsBackToBytes: config.flag('byte_fallback', false),
    takesWholeWords: config.flag('ignore_merges', false),
    prefix: text('continuing_subword_prefix'),
    suffix: text('end_of_word_suffix'),
  }
  return { model: new BytePairs(options, place), vocab }
}

/** Old files do not name the kind of their model. */
function guessType(config: ConfigFields): string | undefined {
  if (Array.isArray(config.get('merges'))) return 'BPE'
  if (Array.isArray(config.get('vocab'))) return 'Unigram'
  return config.has('max_input_chars_per_word') || config.has('continuing_subword_prefix') ? 'WordPiece' : undefined
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
    if (!piece.isWellFormed()) throw new Error(`${place}: model.vocab: the piece ${kindOf(piece)} ${halfPair}`)
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

/** Roles as the config gives them (null: no token has it); those that it does not speak of go by the tokens' names. */
function rolesFrom(config: unknown, ids: ReadonlyMap<string, number>, added: readonly AddedToken[]): SpecialIds {
  const special = new Map(added.filter(({ isSpecial }) => isSpecial).map(({ content, id }) => [content, id]))
  const roles: { -readonly [R in Role]?: number } = { ...rolesOf((token) => special.get(token)) }
  if (config === undefined || config === null) return roles
  const fields = new ConfigFields(config, besideNames[0])
  for (const [role, name] of Object.entries(roleNames) as [Role, string][]) {
    if (!fields.has(name) && !fields.isNull(name)) continue
    const given = fields.get(name)
    const token = typeof given === 'object' ? fields.inner(name)?.text('content') : given
    if (token !== undefined && typeof token !== 'string')
      throw fields.wrong(`${name} is ${kindOf(token)}. Give the text of a token, or null.`)
    const id = token === undefined ? undefined : ids.get(token)
    if (id === undefined) delete roles[role]
    else roles[role] = id
  }
  return roles
}
