// Targets: tokenizer.json, and texts and ids for tokenizers.

import { tokenizerFromJSON } from '../../src/checkpoint.ts'
import type { Tokenizer } from '../../src/index.ts'
import { PipelineTokenizer } from '../../src/text/tokenizer/pipeline.ts'
import { texts, tokenizers } from './examples.ts'
import { mutatedJSON, mutatedText, oddTexts } from './mutate.ts'
import type { Random } from './random.ts'
import { claim, isRefusal, target } from './target.ts'

const config = {
  bos_token: '<s>',
  eos_token: { content: '</s>', lstrip: false },
  pad_token: '[PAD]',
  unk_token: '[UNK]',
  mask_token: '[MASK]',
  added_tokens_decoder: {
    '0': { content: '<s>', lstrip: true, rstrip: true, single_word: true, normalized: true, special: true },
  },
  additional_special_tokens: ['<tool>', { content: '<end>' }],
  clean_up_tokenization_spaces: true,
  split_special_tokens: false,
}

export const tokenizerFiles = target(
  'tokenizer.json',
  (random) => ({
    json: mutatedJSON(random.pick(tokenizers), random),
    config: random.percent(30) ? mutatedJSON(config, random) : config,
    texts: [random.pick(texts), textFrom(random)],
  }),
  async ({ json, config, texts }, random) => {
    const tokenizer = await tokenizerFromJSON(json, config)
    claim(Number.isSafeInteger(tokenizer.size) && tokenizer.size > 0, `the size is ${tokenizer.size}`)
    for (const [role, id] of Object.entries(tokenizer.special))
      claim(Number.isInteger(id) && id >= 0 && id < tokenizer.size, `the ${role} is ${id} of ${tokenizer.size}`)
    claim(tokenizer.toJSON() === json || JSON.stringify(tokenizer.toJSON()).length > 2, 'there is nothing to be saved')
    for (const text of texts) goThereAndBack(tokenizer, text, random)
  },
)

const whole = await Promise.all(tokenizers.map((json) => tokenizerFromJSON(json)))

export const tokenizerTexts = target(
  'texts and ids of tokenizers',
  (random) => ({
    tokenizer: random.below(whole.length),
    text: textFrom(random),
    ids: Array.from({ length: random.below(20) }, () =>
      random.percent(98) ? random.below(300) : random.pick([-1, 1.5, Number.NaN, 2 ** 32, 1e9]),
    ),
  }),
  ({ tokenizer: at, text, ids }, random) => {
    const tokenizer = whole[at]
    goThereAndBack(tokenizer, text, random)
    const wrong = ids.find((id) => !(Number.isInteger(id) && id >= 0 && id < tokenizer.size))
    decodesAlike(tokenizer, ids)
    claim(wrong === undefined, `the id ${wrong} was decoded`)
  },
)

function textFrom(random: Random): string {
  let text = random.percent(50) ? random.pick(texts) : ''
  for (let i = random.below(12); i > 0; i--)
    text += random.percent(60) ? random.pick(oddTexts) : random.pick(texts).slice(0, 9)
  return mutatedText(text, random)
}

/** Encodes a text, which may be refused, and decodes its ids, which may not. */
function goThereAndBack(tokenizer: Tokenizer, text: string, random: Random): void {
  let ids: Int32Array
  try {
    ids = tokenizer.encode(text, { special: random.percent(50) })
    if (tokenizer instanceof PipelineTokenizer) tokenizer.explain(text)
  } catch (error) {
    if (isRefusal(error)) return
    throw error
  }
  for (const id of ids) claim(id >= 0 && id < tokenizer.size, `the text became the id ${id} of ${tokenizer.size}`)
  decodesAlike(tokenizer, ids)
}

function decodesAlike(tokenizer: Tokenizer, ids: ArrayLike<number>): void {
  const text = tokenizer.decode(ids)
  claim(typeof text === 'string', 'what is decoded is no text')
  const stream = tokenizer.stream()
  let streamed = ''
  for (const id of Array.from(ids)) streamed += stream.push(id)
  streamed += stream.end()
  claim(streamed === text, `the stream gives ${JSON.stringify(streamed)}, and decode ${JSON.stringify(text)}`)
}
