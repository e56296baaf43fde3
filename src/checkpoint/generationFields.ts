// The fields of generation_config.json, one by one: what each becomes, and which are not used, as far as the `GenerationConfig` of
// transformers 5 has them.

import type { ConfigFields } from '../text/configFields.ts'
import { kindOf } from '../text/json.ts'

/** Further defaults. Ids that end a text, begin one or end it by force are those of config.json where they are not here. */
export interface MoreGeneration {
  /** Limits to the tokens that are drawn from, as in src/generate/sample.ts. */
  readonly minP?: number
  readonly topH?: number
  readonly typicalP?: number
  readonly epsilon?: number
  readonly eta?: number
  /** Changes to the scores of tokens, as in src/generate/adjust.ts. */
  readonly bias?: readonly { readonly ids: readonly number[]; readonly bias: number }[]
  readonly sourcePenalty?: number
  readonly repetitionPenalty?: number
  readonly noRepeat?: number
  readonly noRepeatOfSource?: number
  readonly banned?: readonly (readonly number[])[]
  readonly leastLength?: number
  readonly leastTokens?: number
  readonly forcedBegin?: number
  readonly forcedEnd?: readonly number[]
  readonly replacesInvalid?: boolean
  readonly growingEnd?: { readonly after: number; readonly factor: number }
  readonly suppressed?: readonly number[]
  readonly suppressedFirst?: readonly number[]
  readonly renormalizes?: boolean
  /** The search for the likeliest text, as in src/generate/beams.ts. */
  readonly beams?: number
  readonly lengthPenalty?: number
  readonly earlyStopping?: boolean | 'never'
  /** The number of texts that are written for each. */
  readonly each?: number
  /** The length of a text: with its prompt, or without it. */
  readonly mostLength?: number
  readonly mostTokens?: number
  readonly stopStrings?: readonly string[]
  readonly begin?: number
  readonly end?: readonly number[]
  readonly start?: number
  /** Of models that listen, what they write before all else and how they tell times: see src/generate/listening.ts. */
  readonly noTimes?: number
  readonly latestFirst?: number
  readonly alignmentHeads?: readonly (readonly [layer: number, head: number])[]
  readonly languages?: Readonly<Record<string, number>>
  readonly tasks?: Readonly<Record<string, number>>
  readonly language?: string
  readonly task?: string
  readonly forced?: readonly (number | null)[]
}

/** Reads a field that is there. `vocab`: the number of ids that the model knows. */
type Reader = (fields: ConfigFields, name: string, vocab: number) => MoreGeneration

const penalty = (fields: ConfigFields, name: string): number => {
  const value = fields.number(name)
  if (value > 0) return value
  throw fields.wrong(`${name} is ${value}. Give a number above 0; 1 changes nothing.`)
}

const count = (fields: ConfigFields, name: string, least = 0): number => fields.whole(name, { least })

const isId = (value: unknown): value is number => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0

/** The same id. Throws for one that the model does not know. */
function known(fields: ConfigFields, name: string, vocab: number, id: number): number {
  if (id < vocab) return id
  throw fields.wrong(
    `${name} has the id ${id}, but the model (config.json) knows 0 to ${vocab - 1}. The file may belong to another model: correct it, or leave ${name} out.`,
  )
}

function idsOf(fields: ConfigFields, name: string, vocab: number, value = fields.get(name)): number[] {
  const ids: unknown[] = Array.isArray(value) ? value : [value]
  if (ids.every(isId)) return ids.map((id) => known(fields, name, vocab, id))
  const wrong = kindOf(ids.find((id) => !isId(id)))
  throw fields.wrong(
    Array.isArray(value)
      ? `${name} has ${wrong} in it. Give ids of the vocabulary.`
      : `${name} is ${wrong}. Give an id of the vocabulary.`,
  )
}

function idOf(fields: ConfigFields, name: string, vocab: number): number {
  const ids = idsOf(fields, name, vocab)
  if (ids.length === 1) return ids[0]
  throw fields.wrong(`${name} is ${kindOf(fields.get(name))}. Give one id of the vocabulary.`)
}

function listOf(fields: ConfigFields, name: string, what: string): readonly unknown[] {
  const value = fields.get(name)
  if (Array.isArray(value)) return value
  throw fields.wrong(`${name} is ${kindOf(value)}. Give a list of ${what}.`)
}

function sequenceOf(fields: ConfigFields, name: string, vocab: number, value: unknown): number[] {
  if (Array.isArray(value) && value.length > 0) return idsOf(fields, name, vocab, value)
  throw fields.wrong(`${name} has ${kindOf(value)} in it. Give lists of ids.`)
}

/** Everything that a file may ask for beside the four settings of plain sampling. */
export const readers: Readonly<Record<string, Reader>> = {
  repetition_penalty: (fields, name) => ({ repetitionPenalty: penalty(fields, name) }),
  encoder_repetition_penalty: (fields, name) => ({ sourcePenalty: penalty(fields, name) }),
  no_repeat_ngram_size: (fields, name) => ({ noRepeat: count(fields, name) }),
  encoder_no_repeat_ngram_size: (fields, name) => ({ noRepeatOfSource: count(fields, name) }),
  bad_words_ids: (fields, name, vocab) => ({
    banned: listOf(fields, name, 'lists of ids').map((word) => sequenceOf(fields, name, vocab, word)),
  }),
  sequence_bias: (fields, name, vocab) => ({ bias: biasFrom(fields, name, vocab) }),
  min_length: (fields, name) => ({ leastLength: count(fields, name) }),
  min_new_tokens: (fields, name) => ({ leastTokens: count(fields, name) }),
  max_length: (fields, name) => ({ mostLength: count(fields, name, 1) }),
  max_new_tokens: (fields, name) => ({ mostTokens: count(fields, name, 1) }),
  forced_bos_token_id: (fields, name, vocab) => ({ forcedBegin: idOf(fields, name, vocab) }),
  forced_eos_token_id: (fields, name, vocab) => ({ forcedEnd: idsOf(fields, name, vocab) }),
  remove_invalid_values: (fields, name) => ({ replacesInvalid: fields.flag(name, false) }),
  exponential_decay_length_penalty: (fields, name) => {
    const [after, factor, ...rest] = listOf(fields, name, 'a number of tokens and a factor')
    const isRight = typeof after === 'number' && Number.isSafeInteger(after) && typeof factor === 'number' && factor > 0
    if (isRight && rest.length === 0 && Number.isFinite(factor)) return { growingEnd: { after, factor } }
    throw fields.wrong(
      `${name} is ${JSON.stringify(fields.get(name))}. Give a list of a number of tokens and a factor above 0.`,
    )
  },
  suppress_tokens: (fields, name, vocab) => ({ suppressed: idsOf(fields, name, vocab, listOf(fields, name, 'ids')) }),
  begin_suppress_tokens: (fields, name, vocab) => ({
    suppressedFirst: idsOf(fields, name, vocab, listOf(fields, name, 'ids')),
  }),
  renormalize_logits: (fields, name) => ({ renormalizes: fields.flag(name, false) }),
  num_beams: (fields, name) => ({ beams: count(fields, name, 1) }),
  length_penalty: (fields, name) => ({ lengthPenalty: fields.number(name) }),
  early_stopping: (fields, name) => {
    const value = fields.get(name)
    if (typeof value === 'boolean' || value === 'never') return { earlyStopping: value }
    throw fields.wrong(`${name} is ${kindOf(value)}. Write true, false or "never".`)
  },
  num_return_sequences: (fields, name) => ({ each: count(fields, name, 1) }),
  stop_strings: (fields, name) => {
    const value = fields.get(name)
    const strings: readonly unknown[] = Array.isArray(value) ? value : [value]
    if (strings.every((each) => typeof each === 'string' && each !== '')) return { stopStrings: strings as string[] }
    throw fields.wrong(`${name} is ${kindOf(value)}. Give a text, or a list of texts, that end what is written.`)
  },
  bos_token_id: (fields, name, vocab) => ({ begin: idOf(fields, name, vocab) }),
  eos_token_id: (fields, name, vocab) => ({ end: idsOf(fields, name, vocab) }),
  decoder_start_token_id: (fields, name, vocab) => ({ start: idOf(fields, name, vocab) }),
  // Texts of unequal lengths need nothing to fill them up here.
  pad_token_id: () => ({}),
  no_timestamps_token_id: (fields, name, vocab) => ({ noTimes: idOf(fields, name, vocab) }),
  max_initial_timestamp_index: (fields, name) => ({ latestFirst: count(fields, name) }),
  alignment_heads: (fields, name) => ({ alignmentHeads: headsFrom(fields, name) }),
  lang_to_id: (fields, name, vocab) => ({ languages: idsByName(fields, name, vocab) }),
  task_to_id: (fields, name, vocab) => ({ tasks: idsByName(fields, name, vocab) }),
  language: (fields, name) => ({ language: fields.text(name) }),
  task: (fields, name) => ({ task: fields.text(name) }),
  forced_decoder_ids: (fields, name, vocab) => ({ forced: forcedFrom(fields, name, vocab) }),
  // Languages say whether there are several; what was written before is not given along, nor are times told unasked.
  is_multilingual: () => ({}),
  prev_sot_token_id: () => ({}),
}

function headsFrom(fields: ConfigFields, name: string): (readonly [layer: number, head: number])[] {
  return listOf(fields, name, 'pairs of a layer and a head').map((pair) => {
    const [layer, head, ...rest] = Array.isArray(pair) ? (pair as unknown[]) : []
    if (isId(layer) && isId(head) && rest.length === 0) return [layer, head]
    throw fields.wrong(`${name} has ${JSON.stringify(pair)} in it. Give pairs of a layer and a head, from 0.`)
  })
}

function idsByName(fields: ConfigFields, name: string, vocab: number): Record<string, number> {
  const inner = fields.inner(name)
  if (inner) return Object.fromEntries(inner.names().map((each) => [each, idOf(inner, each, vocab)]))
  throw fields.wrong(`${name} is ${kindOf(fields.get(name))}. Give names with ids of the vocabulary.`)
}

/** Places from 1 on with the ids that stand there; null for one that is to be found. */
function forcedFrom(fields: ConfigFields, name: string, vocab: number): (number | null)[] {
  return listOf(fields, name, 'pairs of a place and an id').map((pair, i) => {
    const [place, id] = Array.isArray(pair) && pair.length === 2 ? (pair as unknown[]) : []
    if (place === i + 1 && (id === null || isId(id))) return id === null ? id : known(fields, name, vocab, id)
    throw fields.wrong(
      `${name} has ${JSON.stringify(pair)} at ${i}. Give pairs of a place, from 1 on in order, and an id or null.`,
    )
  })
}

/** A list of lists of ids and what is added, as transformers writes it. */
function biasFrom(fields: ConfigFields, name: string, vocab: number): { ids: number[]; bias: number }[] {
  return listOf(fields, name, 'pairs of ids and a number').map((pair) => {
    const [ids, bias] = Array.isArray(pair) && pair.length === 2 ? (pair as unknown[]) : []
    if (typeof bias !== 'number' || Number.isNaN(bias))
      throw fields.wrong(`${name} has ${kindOf(pair)} in it. Give pairs of a list of ids and a number.`)
    return { ids: sequenceOf(fields, name, vocab, ids), bias }
  })
}

/** A field that only drawing by chance looks at: what it must be, and what of it changes nothing. */
export interface SamplingField {
  readonly isRight: (value: number) => boolean
  readonly wanted: string
  readonly becomes: 'temperature' | 'topK' | 'topP' | 'minP' | 'topH' | 'typicalP' | 'epsilon' | 'eta'
}

export const samplingFields: Readonly<Record<string, SamplingField>> = {
  temperature: {
    isRight: (value) => value > 0,
    wanted: 'Give a number above 0; 1 leaves the logits as they are.',
    becomes: 'temperature',
  },
  top_k: {
    isRight: (value) => Number.isSafeInteger(value) && value >= 0,
    wanted: 'Give a whole number from 1, or 0 to draw from all tokens.',
    becomes: 'topK',
  },
  top_p: {
    isRight: (value) => value > 0 && value <= 1,
    wanted: 'Give a probability above 0; 1 draws from all tokens.',
    becomes: 'topP',
  },
  min_p: {
    isRight: (value) => value >= 0 && value <= 1,
    wanted: 'Give a share from 0, which draws from all tokens, to 1.',
    becomes: 'minP',
  },
  top_h: {
    isRight: (value) => value > 0 && value <= 1,
    wanted: 'Give a share above 0; 1 draws from all tokens.',
    becomes: 'topH',
  },
  typical_p: {
    isRight: (value) => value > 0 && value <= 1,
    wanted: 'Give a probability above 0; 1 draws from all tokens.',
    becomes: 'typicalP',
  },
  epsilon_cutoff: {
    isRight: (value) => value >= 0 && value < 1,
    wanted: 'Give a probability below 1; 0 draws from all tokens.',
    becomes: 'epsilon',
  },
  eta_cutoff: {
    isRight: (value) => value >= 0 && value < 1,
    wanted: 'Give a probability below 1; 0 draws from all tokens.',
    becomes: 'eta',
  },
}

/** Fields for things that Cutaway does not do, with the values that do not ask for them. */
export const unusedFields: Readonly<Record<string, readonly unknown[]>> = {
  // Another way of writing.
  use_mtp: [false],
  max_time: [],
  penalty_alpha: [0],
  dola_layers: [],
  diversity_penalty: [0],
  num_beam_groups: [1],
  constraints: [],
  force_words_ids: [],
  guidance_scale: [1],
  token_healing: [false],
  watermarking_config: [],
  // The same text, computed or given out in another way.
  use_cache: [true],
  cache_implementation: [],
  cache_config: [],
  max_cache_len: [],
  low_memory: [false],
  prefill_chunk_size: [],
  compile_config: [],
  disable_compile: [false],
  continuous_batching_config: [],
  output_attentions: [false],
  output_hidden_states: [false],
  output_scores: [false],
  output_logits: [false],
  return_dict_in_generate: [false],
  is_assistant: [false],
  num_assistant_tokens: [20],
  num_assistant_tokens_schedule: ['constant'],
  assistant_confidence_threshold: [0.4],
  prompt_lookup_num_tokens: [],
  max_matching_ngram_size: [],
  return_timestamps: [false],
  assistant_early_exit: [],
  assistant_lookbehind: [10],
  target_lookbehind: [10],
  assistant_ensemble_weight: [],
  speculation_type: [],
}

/** Fields about the file itself, which ask for nothing. */
export const ofTheFile: readonly string[] = ['transformers_version', '_from_model_config', '_commit_hash']
