// What is put before a text, and what else is done to it, where a folder of sentence-transformers says so.

import type { SentenceEmbedding } from '../checkpoint/sentence.ts'
import type { Tokenizer } from '../text/tokenizer.ts'

type Prompts = Pick<SentenceEmbedding, 'prompts' | 'usualPrompt' | 'isLowerCased' | 'poolsPrompt'>

/**
 * The prompt of a name.
 *
 * - `name`: the folder's default if not given
 *
 * Throws for a name that the folder does not know.
 */
export function promptNamed({ prompts, usualPrompt }: Prompts, name = usualPrompt): string {
  if (name === undefined) return ''
  if (Object.hasOwn(prompts, name)) return prompts[name]
  const known = Object.keys(prompts)
  throw new Error(
    `embed: the folder has no prompt "${name}"${known.length === 0 ? ', and no others' : `; there are ${known.join(', ')}`}.`,
  )
}

/** A text as it is to be encoded: behind its prompt, and lower-cased where the folder wants that. */
export function sentenceText({ isLowerCased }: Prompts, text: string, prompt: string): string {
  // Letter by letter, as tokenizers do it: no letter depends on its neighbours.
  return isLowerCased ? Array.from(prompt + text, (letter) => letter.toLowerCase()).join('') : prompt + text
}

/** The number of tokens at the beginning of a text that do not count, being its prompt. */
export function promptTokens(embedding: Prompts, tokenizer: Tokenizer, prompt: string): number {
  if (prompt === '' || embedding.poolsPrompt) return 0
  const ids = tokenizer.encode(sentenceText(embedding, '', prompt), { special: true })
  return ids.length > 0 && tokenizer.isSpecial(ids[ids.length - 1]) ? ids.length - 1 : ids.length
}
