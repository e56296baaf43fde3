// config.json: what a checkpoint says about its model, in Hugging Face's words, checked and turned into ours.
//
//   vocab_size n_positions n_layer n_embd n_head n_inner   =   vocab context layer model head hidden
//
// A config comes from outside. What it claims is checked before anything is built from it, and an option that would
// make the model compute something else than ours does is refused by name, rather than passed over.

import type { GPT2Config } from '../model/gpt2.ts'
import { checkIsObject, kindOf } from '../text/json.ts'

/** A GPT-2's config with nothing left open. */
export type CompleteConfig = Required<GPT2Config>

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

/** Far above every model that fits into memory here, far below what would freeze the machine. */
const mostLayers = 1_000
const mostWeights = 10_000_000_000

/** The settings that decide what GPT-2 computes beside its sizes, and the only values that ours has. */
const onlyValues: readonly [name: string, values: readonly unknown[]][] = [
  // Both are GELU's tanh approximation, under two names.
  ['activation_function', ['gelu_new', 'gelu_pytorch_tanh']],
  ['tie_word_embeddings', [true]],
  ['scale_attn_weights', [true]],
  ['scale_attn_by_inverse_layer_idx', [false]],
  ['add_cross_attention', [false]],
  ['is_encoder_decoder', [false]],
  ['quantization_config', []],
]

/**
 * The GPT-2 that a parsed config.json describes.
 *
 * - `place`: the file's name, for errors
 *
 * Throws for another architecture, a missing or impossible number, and an option that would change what is computed.
 */
export function configFromJSON(json: unknown, place = 'config.json'): CompleteConfig {
  checkIsObject(json, place)
  checkIsGPT2(json, place)
  for (const [name, values] of onlyValues) {
    const found = json[name] ?? undefined
    if (found !== undefined && !values.includes(found)) {
      const supported =
        values.length === 0 ? 'a model without it' : values.map((value) => JSON.stringify(value)).join(' or ')
      throw new Error(
        `${place}: ${name} is ${kindOf(found)}, and Cutaway runs only ${supported}. Take another checkpoint.`,
      )
    }
  }
  const vocab = whole(json, 'vocab_size', place)
  const context = whole(json, 'n_positions', place)
  const layer = whole(json, 'n_layer', place, mostLayers)
  const model = whole(json, 'n_embd', place)
  const head = whole(json, 'n_head', place)
  const hidden = (json['n_inner'] ?? undefined) === undefined ? 4 * model : whole(json, 'n_inner', place)
  if (model % head !== 0) {
    throw new Error(
      `${place}: n_embd ${model} cannot be divided among n_head ${head} heads. Choose an n_embd that is a multiple of n_head.`,
    )
  }
  const weights = (vocab + context) * model + layer * (4 * model * model + 2 * model * hidden)
  if (weights > mostWeights) {
    throw new Error(
      `${place}: these sizes make a model of ${weights.toPrecision(3)} weights; at most ${mostWeights} can be held. ` +
        'The file may be damaged, or choose a smaller model.',
    )
  }
  return {
    vocab,
    context,
    layer,
    model,
    head,
    hidden,
    epsilon: epsilonOf(json, place),
    dropout: dropoutOf(json, place),
  }
}

/** The config.json of a GPT-2: what `transformers` opens with `GPT2LMHeadModel.from_pretrained`. */
export function configToJSON(config: CompleteConfig): object {
  return {
    architectures: ['GPT2LMHeadModel'],
    model_type: 'gpt2',
    vocab_size: config.vocab,
    n_positions: config.context,
    n_embd: config.model,
    n_layer: config.layer,
    n_head: config.head,
    n_inner: config.hidden === 4 * config.model ? null : config.hidden,
    activation_function: 'gelu_new',
    layer_norm_epsilon: config.epsilon,
    resid_pdrop: config.dropout,
    embd_pdrop: config.dropout,
    attn_pdrop: config.dropout,
    scale_attn_weights: true,
    scale_attn_by_inverse_layer_idx: false,
    tie_word_embeddings: true,
    // Unless told, transformers assumes GPT-2's own end of text, 50256, which a small vocabulary does not have.
    bos_token_id: null,
    eos_token_id: null,
  }
}

/** The defaults for writing text in a parsed generation_config.json; options that it has beside these are left out. */
export function generationFromJSON(json: unknown, place = 'generation_config.json'): GenerationConfig {
  checkIsObject(json, place)
  const isSampled = json['do_sample'] ?? false
  if (typeof isSampled !== 'boolean') {
    throw new Error(`${place}: do_sample is ${kindOf(isSampled)}. Write true to draw tokens by chance, or false.`)
  }
  const temperature = number(json, 'temperature', 1, place)
  if (temperature <= 0) {
    throw new Error(`${place}: temperature is ${temperature}. Give a number above 0; 1 leaves the logits as they are.`)
  }
  const topK = number(json, 'top_k', 0, place)
  if (!Number.isSafeInteger(topK) || topK < 0) {
    throw new Error(`${place}: top_k is ${topK}. Give a whole number from 1, or 0 to draw from all tokens.`)
  }
  const topP = number(json, 'top_p', 1, place)
  if (topP <= 0 || topP > 1) {
    throw new Error(`${place}: top_p is ${topP}. Give a probability above 0; 1 draws from all tokens.`)
  }
  return { isSampled, temperature, topK, topP }
}

/** A generation_config.json; `context` limits the length, since GPT-2 has no position beyond it. */
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

function checkIsGPT2(json: Record<string, unknown>, place: string): void {
  const { model_type: type, architectures } = json
  const architecture = Array.isArray(architectures) ? architectures[0] : undefined
  const isGPT2 = type === 'gpt2' && (architecture === undefined || supported.includes(architecture))
  if (isGPT2) return
  const found = [
    ...(architecture === undefined ? [] : [`the architecture ${kindOf(architecture)}`]),
    ...(type === undefined ? [] : [`the model_type ${kindOf(type)}`]),
  ]
  throw new Error(
    `${place}: it describes ${found.length === 0 ? 'no model_type and no architecture' : found.join(' and ')}; ` +
      `Cutaway reads ${supported.join(' and ')} (model_type "gpt2") so far. Take one of these.`,
  )
}

/** `GPT2Model` is the same without the unembedding, which is the token embedding again. */
const supported: readonly unknown[] = ['GPT2LMHeadModel', 'GPT2Model']

/** A size: a whole number from 1; anything above the weights that a model may have is absurd for a single size too. */
function whole(json: Record<string, unknown>, name: string, place: string, most = mostWeights): number {
  const value = json[name]
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 1 || value > most) {
    throw new Error(
      `${place}: ${name} is ${value === undefined ? 'missing' : kindOf(value)}. Give a whole number from 1 to ${most}.`,
    )
  }
  return value
}

function number(json: Record<string, unknown>, name: string, otherwise: number, place: string): number {
  const value = json[name] ?? otherwise
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    throw new Error(`${place}: ${name} is ${kindOf(value)}. Give a number.`)
  }
  return value
}

function epsilonOf(json: Record<string, unknown>, place: string): number {
  const epsilon = number(json, 'layer_norm_epsilon', 1e-5, place)
  if (epsilon < 0 || epsilon > 1) {
    throw new Error(`${place}: layer_norm_epsilon is ${epsilon}. Give a small number from 0; GPT-2 has 0.00001.`)
  }
  return epsilon
}

/** GPT-2 has three dropouts, which everybody sets alike; ours is one. */
function dropoutOf(json: Record<string, unknown>, place: string): number {
  const names = ['resid_pdrop', 'embd_pdrop', 'attn_pdrop']
  const rates = names.map((name) => number(json, name, 0.1, place))
  for (const [i, rate] of rates.entries()) {
    if (rate < 0 || rate >= 1) {
      throw new Error(`${place}: ${names[i]} is ${rate}. Give the share of values to drop, from 0 and below 1.`)
    }
  }
  if (rates.some((rate) => rate !== rates[0])) {
    throw new Error(
      `${place}: ${names.map((name, i) => `${name} ${rates[i]}`).join(', ')} differ, and Cutaway has one dropout for all. ` +
        'Give the three the same value; it matters only for training.',
    )
  }
  return rates[0]
}
