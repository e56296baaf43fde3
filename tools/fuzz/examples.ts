// What the inputs are made from: the fixtures of the tests.

import { readdirSync, readFileSync } from 'node:fs'

const fixtures = new URL('../../test/fixtures/', import.meta.url)
const readJSON = (path: string): Record<string, unknown> =>
  JSON.parse(readFileSync(new URL(path, fixtures), 'utf8')) as Record<string, unknown>
const readBytes = (path: string): Uint8Array => new Uint8Array(readFileSync(new URL(path, fixtures)))
const namesIn = (folder: string): string[] => readdirSync(new URL(folder, fixtures)).sort()

/** tokenizer.json of every kind. */
export const tokenizers: readonly unknown[] = namesIn('tokenizers')
  .map((name) => readJSON(`tokenizers/${name}`)['tokenizer'])
  .filter((json) => json !== undefined)
  .concat(readJSON('trained/tokenizer.json'))

/** config.json of every architecture. */
export const configs: readonly unknown[] = namesIn('models').map((name) => readJSON(`models/${name}`)['config'])

/** Small folders with models: the bytes of their files by name. */
export const folders: readonly Readonly<Record<string, Uint8Array>>[] = [
  'trained',
  'generation/gpt2',
  'generation/llama',
  'generation/marian',
].map((folder) => Object.fromEntries(namesIn(folder).map((name) => [name, readBytes(`${folder}/${name}`)])))

export const generationConfigs: readonly unknown[] = [
  ...['gpt2', 'llama', 'marian'].map((name) => readJSON(`generation/${name}/generation_config.json`)),
  {
    do_sample: true,
    temperature: 0.7,
    top_k: 50,
    top_p: 0.9,
    min_p: 0.05,
    repetition_penalty: 1.1,
    no_repeat_ngram_size: 3,
    num_beams: 4,
    length_penalty: 1,
    early_stopping: true,
    bad_words_ids: [[1], [2, 3]],
    suppress_tokens: [4],
    begin_suppress_tokens: [5],
    eos_token_id: [1, 2],
    decoder_start_token_id: 1,
    forced_bos_token_id: 3,
    forced_eos_token_id: 2,
    max_new_tokens: 20,
    min_new_tokens: 2,
    sequence_bias: [[[1], -2]],
    exponential_decay_length_penalty: [3, 1.1],
  },
]

/** Chat templates. */
export const templates: readonly string[] = Object.values(readJSON('chat.json')['templates'] as object).filter(
  (template) => typeof template === 'string',
)

export const texts: readonly string[] = [
  '',
  ' ',
  'the cat sat on the mat',
  '  Hello  World!\n\n 123\t',
  "ΑΣ ß İ 漢字 👍🏽é\u0000\u2028 don't STOP",
  '<s>[MASK]</s><|endoftext|> <mask>',
  '\u3000\u00a0  x\ufeffy',
  'a'.repeat(400),
  ' '.repeat(300),
  '<0xF0>▁ĠĊ##ing</w>',
]
