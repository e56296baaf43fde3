// generation_config.json: how a model writes unless told otherwise.

import { kindOf } from '../text/json.ts'
import { ConfigFields } from './configFields.ts'

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
  return { isSampled, temperature, topK, topP }
}

/** A generation_config.json; `context` limits the length to the positions that the model was made for. */
export function generationToJSON({ isSampled, temperature, topK, topP }: GenerationConfig, context: number): object {
  return { do_sample: isSampled, temperature, top_k: topK, top_p: topP, max_length: context }
}

/** The tokenizer_config.json that makes `AutoTokenizer.from_pretrained` read tokenizer.json as it stands. */
export function tokenizerConfigToJSON(context: number): object {
  return {
    tokenizer_class: 'PreTrainedTokenizerFast',
    model_max_length: context,
    // Otherwise older transformers would take out the space in "word ." when they decode.
    clean_up_tokenization_spaces: false,
  }
}
