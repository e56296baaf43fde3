// A model on its own: what it says, and writes, where nothing stands behind a token yet. There a mask that showed the future has
// nothing to show.

import { surpriseOf } from '../evaluate/surprise.ts'
import { generate } from '../generate/generate.ts'
import { Decoder } from '../model/decoder.ts'
import { causal } from '../model/masks.ts'
import type { After } from './trained.ts'
import { knownWords, longWords, shareOf } from './words.ts'

/** The number of held-back tokens that it reads, of those that it goes on from, and of those that it writes. */
const [read, opening, written] = [8192, 32, 512]

/** `alone`: the loss (nats) with nothing behind each token; `words`: the share of the words that it writes of three letters and more that the text has. */
export const alone: After = {
  name: 'alone',
  seconds: 2,
  async measure({ model, engine, text, seed, choices }) {
    const alike = new Decoder({ ...model, context: choices.context, sight: causal })
    const { loss } = await surpriseOf({ model: alike, engine, ids: text.validation.subarray(0, read) })
    const prompt = [...text.validation.subarray(0, opening)]
    const ids: number[] = []
    for await (const { id } of generate({ model: alike, engine, prompt, tokens: written, temperature: 1, seed }))
      ids.push(id)
    const decoded = text.tokenizer.decode(ids)
    return {
      numbers: { alone: loss, words: shareOf(knownWords(text), longWords(decoded)) },
      texts: { written: decoded.slice(0, 160) },
    }
  },
}
