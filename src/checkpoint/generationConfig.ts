// generation_config.json: how a model writes unless told otherwise.

import { ConfigFields } from '../text/configFields.ts'
import { kindOf } from '../text/json.ts'
import { rolesToJSON, type SpecialPieces } from '../text/special.ts'

/** How text is written by default. */
export interface GenerationConfig {
  /** Whether the next token is drawn by its probability; otherwise it is always the likeliest. */
  readonly isSampled: boolean
  /** What the logits are divided by before the softmax. */
  readonly temperature: number
  /** Only so many of the likeliest tokens are drawn from; 0 for all. */
  readonly topK: number
  /** Only the likeliest tokens that together have this probability are drawn from; 1 for all. */
  readonly topP: number
  /** What else a model that others trained may ask for; what is not there is as in src/generate. */
  readonly more?: MoreGeneration
}

/** Further defaults. Ids that end a text, begin one or end it by force are those of config.json where they are not here. */
export interface MoreGeneration {
  readonly minP?: number
  readonly repetitionPenalty?: number
  readonly noRepeat?: number
  readonly beams?: number
  readonly lengthPenalty?: number
  readonly earlyStopping?: boolean | 'never'
  /** Ids that are never written. */
  readonly banned?: readonly number[]
  readonly end?: readonly number[]
  readonly begin?: number
  readonly start?: number
  readonly forcedEnd?: number
}

/** How a model writes whose folder does not say: every token drawn by the model's own probabilities. */
export const plainSampling: GenerationConfig = { isSampled: true, temperature: 1, topK: 0, topP: 1 }

/** The defaults for writing text in a parsed generation_config.json; options that it has beside these are left out. */
export function generationFromJSON(json: unknown, place = 'generation_config.json'): GenerationConfig {
  const fields = new ConfigFields(json, place)
  const isSampled = fields.get('do_sample') ?? false
  if (typeof isSampled !== 'boolean')
    throw fields.wrong(`do_sample is ${kindOf(isSampled)}. Write true to draw tokens by chance, or false.`)
  const temperature = fields.number('temperature', { otherwise: 1 })
  if (temperature <= 0)
    throw fields.wrong(`temperature is ${temperature}. Give a number above 0; 1 leaves the logits as they are.`)
  const topK = fields.number('top_k', { otherwise: 0 })
  if (!Number.isSafeInteger(topK) || topK < 0)
    throw fields.wrong(`top_k is ${topK}. Give a whole number from 1, or 0 to draw from all tokens.`)
  const topP = fields.number('top_p', { otherwise: 1 })
  if (topP <= 0 || topP > 1)
    throw fields.wrong(`top_p is ${topP}. Give a probability above 0; 1 draws from all tokens.`)
  const more = moreFrom(fields)
  return { isSampled, temperature, topK, topP, ...(Object.keys(more).length > 0 && { more }) }
}

function moreFrom(fields: ConfigFields): MoreGeneration {
  const has = (name: string): boolean => fields.has(name)
  const idsOf = (name: string, value: unknown = fields.get(name)): number[] => {
    const ids = (Array.isArray(value) ? value : [value]) as unknown[]
    if (ids.every((id) => typeof id === 'number' && Number.isSafeInteger(id) && id >= 0)) return ids as number[]
    throw fields.wrong(`${name} is ${kindOf(value)}. Give an id of the vocabulary.`)
  }
  const earlyStopping = fields.get('early_stopping')
  if (!['boolean', 'undefined'].includes(typeof earlyStopping) && earlyStopping !== 'never')
    throw fields.wrong(`early_stopping is ${kindOf(earlyStopping)}. Write true, false or "never".`)
  return {
    ...(has('min_p') && { minP: fields.number('min_p') }),
    ...(has('repetition_penalty') && { repetitionPenalty: fields.number('repetition_penalty') }),
    ...(has('no_repeat_ngram_size') && { noRepeat: fields.whole('no_repeat_ngram_size', { least: 0 }) }),
    ...(has('num_beams') && { beams: fields.whole('num_beams') }),
    ...(has('length_penalty') && { lengthPenalty: fields.number('length_penalty') }),
    ...(earlyStopping !== undefined && { earlyStopping: earlyStopping as boolean | 'never' }),
    ...(has('bad_words_ids') && { banned: bannedFrom(fields, idsOf) }),
    ...(has('eos_token_id') && { end: idsOf('eos_token_id') }),
    ...(has('bos_token_id') && { begin: idsOf('bos_token_id')[0] }),
    ...(has('decoder_start_token_id') && { start: idsOf('decoder_start_token_id')[0] }),
    ...(has('forced_eos_token_id') && { forcedEnd: idsOf('forced_eos_token_id')[0] }),
  }
}

/** Of the words that are never to be written those of one token: whole sequences are not watched for. */
function bannedFrom(fields: ConfigFields, idsOf: (name: string, value: unknown) => number[]): number[] {
  const words = fields.get('bad_words_ids')
  if (!Array.isArray(words)) throw fields.wrong(`bad_words_ids is ${kindOf(words)}. Give a list of lists of ids.`)
  return words.map((word) => idsOf('bad_words_ids', word)).flatMap((word) => (word.length === 1 ? word : []))
}

/** A generation_config.json; `context` limits the length to the positions that the model was made for. */
export function generationToJSON({ isSampled, temperature, topK, topP }: GenerationConfig, context: number): object {
  return { do_sample: isSampled, temperature, top_k: topK, top_p: topP, max_length: context }
}

/**
 * The tokenizer_config.json that makes `AutoTokenizer.from_pretrained` read tokenizer.json as it stands, and know what the
 * special tokens are for.
 *
 * - `context`: how many tokens the model sees, where there is one
 */
export function tokenizerConfigToJSON(context?: number, tokenizer?: SpecialPieces): object {
  return {
    tokenizer_class: 'PreTrainedTokenizerFast',
    ...(context === undefined ? {} : { model_max_length: context }),
    // Otherwise older transformers would take out the space in "word ." when they decode.
    clean_up_tokenization_spaces: false,
    ...(tokenizer === undefined ? {} : rolesToJSON(tokenizer)),
  }
}
