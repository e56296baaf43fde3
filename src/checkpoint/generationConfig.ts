// generation_config.json: how a model writes unless told otherwise. Its fields stand in generationFields.ts.

import { ConfigFields } from '../text/configFields.ts'
import { kindOf } from '../text/json.ts'
import { rolesToJSON, type SpecialPieces } from '../text/special.ts'
import { kindsName } from '../text/tokenizer/textKinds.ts'
import {
  type MoreGeneration,
  ofTheFile,
  readers,
  type SamplingField,
  samplingFields,
  unusedFields,
} from './generationFields.ts'

/** The way that text is written by default. */
export interface GenerationConfig {
  /** True where the next token is drawn by its probability; otherwise it is always the likeliest. */
  readonly isSampled: boolean
  /** The number that logits are divided by before the softmax. */
  readonly temperature: number
  /** Only so many of the likeliest tokens are drawn from; 0 for all. */
  readonly topK: number
  /** Only the likeliest tokens that together have this probability are drawn from; 1 for all. */
  readonly topP: number
  /** More that a model which others trained may ask for; what is not there is as in src/generate. */
  readonly more?: MoreGeneration
  /** The wishes of the file that are not met: a line each, to be told to whoever lets the model write. */
  readonly unused?: readonly string[]
}

/** The way that a model writes whose folder does not say: every token drawn by the model's own probabilities. */
export const plainSampling: GenerationConfig = { isSampled: true, temperature: 1, topK: 0, topP: 1 }

/** Where a file does not say otherwise, as in transformers. */
const usual = { temperature: 1, topK: 50, topP: 1 }

/**
 * The defaults for writing text in a parsed generation_config.json, as transformers understands it. Nothing that it has is passed
 * over in silence: what is not used is named in `unused`.
 *
 * - `vocab`: the number of ids that the model knows; any may come if not given
 *
 * Throws for what is no such value, and for an id that the model does not know.
 */
export function generationFromJSON(
  json: unknown,
  place = 'generation_config.json',
  vocab = Infinity,
): GenerationConfig {
  const fields = new ConfigFields(json, place)
  const isSampled = fields.get('do_sample') ?? false
  if (typeof isSampled !== 'boolean')
    throw fields.wrong(`do_sample is ${kindOf(isSampled)}. Write true to draw tokens by chance, or false.`)
  const { values, strange } = samplingFrom(fields, isSampled)
  const read = Object.entries(readers).flatMap(([name, reader]) =>
    fields.has(name) ? [reader(fields, name, vocab)] : [],
  )
  const { temperature, topK, topP, ...others } = { ...usual, ...values }
  const more: MoreGeneration = Object.assign({}, ...read, others)
  const unused = [...strange, ...unusedIn(fields, json as object)]
  return {
    isSampled,
    temperature,
    topK,
    topP,
    ...(Object.keys(more).length > 0 && { more }),
    ...(unused.length > 0 && { unused }),
  }
}

type Sampling = { [name in SamplingField['becomes']]?: number }

/** The settings that only drawing by chance looks at. Where none is drawn, a value that means nothing is left out, and told. */
function samplingFrom(fields: ConfigFields, isSampled: boolean): { values: Sampling; strange: string[] } {
  const values: Sampling = {}
  const strange: string[] = []
  for (const [name, { isRight, wanted, becomes }] of Object.entries(samplingFields)) {
    if (!fields.has(name)) continue
    const value = fields.number(name)
    if (isRight(value)) values[becomes] = value
    else if (isSampled) throw fields.wrong(`${name} is ${value}. ${wanted}`)
    else strange.push(`${fields.place}: ${name} is ${value} and is not used, as do_sample is not true. ${wanted}`)
  }
  return { values, strange }
}

/** The fields that are not used, in a line for those that are known and one for those that are not. */
function unusedIn(fields: ConfigFields, json: object): string[] {
  const names = Object.keys(json).filter((name) => fields.has(name) && !ofTheFile.includes(name))
  const isKnown = (name: string): boolean =>
    name === 'do_sample' || [readers, samplingFields, unusedFields].some((table) => Object.hasOwn(table, name))
  const asked = names.filter(
    (name) => Object.hasOwn(unusedFields, name) && !unusedFields[name].includes(fields.get(name)),
  )
  const unknown = names.filter((name) => !isKnown(name))
  return [
    ...(asked.length === 0
      ? []
      : [
          `${fields.place}: ${asked.join(', ')} ${asked.length === 1 ? 'is' : 'are'} not used. Cutaway writes as if the file did not ask for ${asked.length === 1 ? 'it' : 'them'}.`,
        ]),
    ...(unknown.length === 0
      ? []
      : [
          `${fields.place}: ${unknown.map((name) => JSON.stringify(name)).join(', ')} ${unknown.length === 1 ? 'is' : 'are'} not known to Cutaway, and not used.`,
        ]),
  ]
}

/** A generation_config.json; `context` limits the length to the positions that the model was made for. */
export function generationToJSON({ isSampled, temperature, topK, topP }: GenerationConfig, context: number): object {
  return { do_sample: isSampled, temperature, top_k: topK, top_p: topP, max_length: context }
}

/**
 * The tokenizer_config.json that makes `AutoTokenizer.from_pretrained` read tokenizer.json as it stands, and know what the
 * special tokens are for.
 *
 * - `context`: the number of tokens that the model sees, where there is a limit
 */
export function tokenizerConfigToJSON(context?: number, tokenizer?: SpecialPieces): object {
  return {
    tokenizer_class: 'PreTrainedTokenizerFast',
    ...(context === undefined ? {} : { model_max_length: context }),
    // Otherwise older transformers would take out the space in "word ." when they decode.
    clean_up_tokenization_spaces: false,
    ...(tokenizer === undefined ? {} : { ...rolesToJSON(tokenizer), ...inputsToJSON(tokenizer) }),
  }
}

/** Where texts can be two: that models are told which of them a token belongs to. */
function inputsToJSON({ special, tellsTextsApart = true }: SpecialPieces): object {
  if (special.classify === undefined || special.separator === undefined || !tellsTextsApart) return {}
  return { model_input_names: ['input_ids', kindsName, 'attention_mask'] }
}
